"""Who sees a record and by which rule, and what somebody would need who does not: the doors' verdicts in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.grants import FOLLOWS, SCOPES, Scope
from daftar.access.held import HeldRole
from daftar.access.models import Row, Share, User
from daftar.access.standing import Reason, Standing, standings
from daftar.access.structure import Structure
from daftar.kernel.formats import Formats, current
from daftar.records import sharing
from daftar.records.role_words import REACHING, does, does_not_bare
from daftar.records.types import RecordType


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a person may do one thing to the record; `words` are the reasons, or what would be needed."""

    action: str
    allowed: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who sees the record; `actions` are what they may do besides."""

    id: int
    name: str
    words: tuple[str, ...]
    actions: tuple[str, ...]


class Explainer:
    """Explains one record; six queries, however many people there are."""

    def __init__(self, type_: RecordType, row: Row, formats: Formats | None = None) -> None:
        self.type, self.row = type_.whole, row
        self.formats = formats or current()
        self.structure = Structure.of_today()
        self.shares = sharing.shares_of(self.type, row.pk)
        kept = User.objects.order_by("name", "pk").only(
            "name", "roles", "is_active", "department_id", "absent_until", "deleted_at"
        )
        self.users: dict[int, User] = {user.pk: user for user in kept}

    @cached_property
    def standings(self) -> dict[int, Standing]:
        return standings((u for u in self.users.values() if u.deleted_at is None), self.structure, self.shares)

    # -- asking ------------------------------------------------------------------------------------

    def seers(self) -> list[Seer]:
        """Everybody who sees the record, its owner first."""
        found = []
        for id_ in self.standings:
            words = self.reasons(id_, "see")
            if words:
                more = tuple(action for action in REACHING[1:] if self.allows(id_, action))
                found.append(Seer(id_, self.users[id_].name, words, more))
        return sorted(found, key=lambda seer: seer.id != self.row.owner_id)

    def verdicts(self, person_id: int) -> list[Verdict]:
        """See, change, delete, export: yes with the reasons, or no with what would be needed."""
        made = []
        for action in REACHING:
            allowed = self.allows(person_id, action)
            words = self.reasons(person_id, action) if allowed else (self.needed(person_id, action),)
            made.append(Verdict(action, allowed, words))
        return made

    def allows(self, person_id: int, action: str) -> bool:
        """What the doors say: who does not see a record does nothing to it."""
        standing = self.standings.get(person_id)
        if standing is None or not standing.reaches("see", self.type.key, self.row):
            return False
        return action == "see" or standing.reaches(action, self.type.key, self.row)

    def reasons(self, person_id: int, action: str) -> tuple[str, ...]:
        """The rules that reach the record, in words; none when no rule does."""
        standing = self.standings.get(person_id)
        found: Iterable[Reason] = standing.reasons(action, self.type.key, self.row) if standing else ()
        return tuple(dict.fromkeys(self.reason(one, person_id) for one in found))

    # -- yes ---------------------------------------------------------------------------------------

    def reason(self, reason: Reason, person_id: int) -> str:
        words = self.rule(reason, person_id)
        return _("%(reason)s (in this stage)") % {"reason": words} if reason.narrowed else words

    def rule(self, reason: Reason, person_id: int) -> str:
        if reason.by == "all":
            return _("role %(role)s: all") % {"role": reason.role}
        if reason.by == "own":
            return _("it is their own")
        if reason.by == "substitute":
            return self.stands_in(reason.person)
        if reason.by in ("department", "below"):
            return self.through(reason.departments, person_id)
        if reason.by == "ownerless":
            return self.unowned(reason)
        if reason.by in ("share", "observer"):
            return self.shared(reason)
        return _("role %(role)s: all") % {"role": reason.role}

    def stands_in(self, person_id: int | None) -> str:
        absent = self.users.get(person_id or 0)
        name, until = self.name(person_id), absent.absent_until if absent else None
        if until is None:
            return _("stands in for %(person)s") % {"person": name}
        return _("stands in for %(person)s until %(day)s") % {"person": name, "day": self.formats.date(until)}

    def through(self, departments: tuple[int, ...], person_id: int) -> str:
        """ "as head of department: Sales › North", from the department through which the person counts to the owner's."""
        path = " › ".join(self.department(id_) for id_ in reversed(departments))
        place = self.structure.places.get(departments[-1]) if departments else None
        if place is not None and place.head_id == person_id:
            return _("as head of department: %(path)s") % {"path": path}
        if place is not None and place.deputy_id == person_id:
            return _("as deputy of the head: %(path)s") % {"path": path}
        return _("their department: %(path)s") % {"path": path}

    def unowned(self, reason: Reason) -> str:
        if reason.departments:
            return _("nobody owns it, and it lies in %(department)s") % {
                "department": self.department(reason.departments[0])
            }
        return _("nobody owns it")

    def shared(self, reason: Reason) -> str:
        share = next((s for s in self.shares if s.pk == reason.share), None)
        by = self.name(share.by_id) if share else ""
        if share is not None and share.department_id is not None:
            department = self.department(share.department_id)
            return _("shared with %(department)s by %(person)s") % {"department": department, "person": by}
        text = _("observes it, added by %(person)s") if reason.by == "observer" else _("shared by %(person)s")
        return text % {"person": by}

    # -- no ----------------------------------------------------------------------------------------

    def needed(self, person_id: int, action: str) -> str:
        """Why not: how far the widest of their roles reaches, and where the record is."""
        person, standing = self.users.get(person_id), self.standings.get(person_id)
        if person is None or standing is None or not person.is_active:
            return _("%(person)s is not active, and may do nothing.") % {"person": self.name(person_id)}
        if not standing.roles:
            return _("%(person)s has no role.") % {"person": person.name}
        if action != "see" and standing.reaches(action, self.type.key, self.row):
            return _("Their role reaches it, but who does not see a record does nothing to it.")
        role, scope, stage = max(
            (self.extent(standing, role, action) for role in standing.roles), key=lambda e: SCOPES.index(e[1])
        )
        limit = self.limit(role.name, action, scope)
        if stage:
            limit = _("%(limit)s in the stage “%(stage)s”") % {"limit": limit, "stage": stage}
        return _("%(limit)s; %(place)s.") % {"limit": limit, "place": self.place()}

    def extent(self, standing: Standing, role: HeldRole, action: str) -> tuple[HeldRole, Scope, str]:
        """How far the role reaches where the record stands, and the stage if that is said for the stage only."""
        key = self.type.key
        narrowed = standing.narrowed_for(role, action, key, self.row)
        scope = narrowed.scope if narrowed else role.grants.scope(action, key)
        if self.row.owner_id is None:
            scope = FOLLOWS[scope] if narrowed else role.grants.ownerless_scope(action, key)
        stage = self.type.schema.stage(getattr(self.row, "stage_id", None)) if narrowed else None
        return role, scope, stage.label if stage else ""

    def limit(self, role: str, action: str, scope: Scope) -> str:
        """ "Seller sees only their own deals"."""
        given = {"role": role, "verb": does(action), "types": self.type.plural}
        if self.row.owner_id is None and scope != "none":
            return _("%(role)s %(verb)s only %(types)s of their department that nobody owns") % given
        if scope == "own":
            return _("%(role)s %(verb)s only their own %(types)s") % given
        if scope == "department":
            return _("%(role)s %(verb)s only %(types)s of their department") % given
        if scope == "below":
            return _("%(role)s %(verb)s only %(types)s of their department and all below it") % given
        given["verb"] = does_not_bare(action)
        if self.row.owner_id is None:
            return _("%(role)s %(verb)s %(types)s that nobody owns") % given
        return _("%(role)s %(verb)s %(types)s") % given

    def place(self) -> str:
        """ "this one belongs to Sam of South"."""
        owner = self.row.owner_id
        if owner is not None:
            at = self.structure.department_of.get(owner)
            if at is None:
                return _("this one belongs to %(owner)s") % {"owner": self.name(owner)}
            words = {"owner": self.name(owner), "department": self.department(at)}
            return _("this one belongs to %(owner)s of %(department)s") % words
        lies_in: Any = getattr(self.row, "department_id", None)
        if lies_in:
            return _("nobody owns this one, and it lies in %(department)s") % {"department": self.department(lies_in)}
        return _("nobody owns this one")

    # -- names -------------------------------------------------------------------------------------

    def name(self, person_id: int | None) -> str:
        person = self.users.get(person_id or 0)
        return person.name if person else _("somebody who left")

    def department(self, id_: int) -> str:
        place = self.structure.places.get(id_)
        return place.name if place else ""


def share_words(share: Share) -> str:
    """ "may change it", "sees it, observes"."""
    words = _("sees and changes it") if share.level == Share.Level.CHANGE else _("sees it")
    return _("%(may)s, observes it") % {"may": words} if share.observer else words
