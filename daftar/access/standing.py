"""What one person may, worked out once: their roles, their place in the company, and what is shared with them.

`reaches` (for one record) and `reach` (for SQL) say the same; `why` says which rule it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeVar

from django.db.models import Q, QuerySet

from daftar.access.among import among, nobodys, owned_by
from daftar.access.grants import FOLLOWS, SCOPES, Level, Narrowed, Scope
from daftar.access.held import HeldRole, held, roles_of, the_owner
from daftar.access.kept_rights import kept_rights
from daftar.access.models import Role, Row, Share, User
from daftar.access.structure import Structure

R = TypeVar("R", bound=Row)

COMPANY_ONLY: set[str] = {"user", "department", "office"}
"""Record types that only those who run the company change, and everybody sees; a declaration adds to them."""
WIDE = 20
"""A scope is wide that reaches more than one of so many people."""


@dataclass(frozen=True, slots=True)
class Part:
    """Of which type a part is, and the name of the column's link that leads to the whole."""

    whole: str
    link: str


PARTS: dict[str, Part] = {}
"""Record types that are parts of another: who sees the whole sees them, who changes it adds, changes and deletes them."""
OF_WHOLE = {"add": "change", "delete": "change", "bulk": "change", "merge": "change"}
"""What of the whole an act on its parts asks for, where that is another word."""


def own_rights(type_key: str) -> bool:
    """Whether roles speak of the type: it is no part of another, and not for those who run the company alone."""
    return type_key not in COMPANY_ONLY and type_key not in PARTS


Stages = frozenset[int] | None
"""Stages in which all the rows stand that are asked about; None when nothing is known of them."""
By = Literal["all", "own", "substitute", "department", "below", "ownerless", "share", "observer", "company"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an action reaches a record.

    Shapes: `by` names the rule; `role` the role that has it; `departments` the path from the owner's department to the one
    through which the person counts; `person` the one for whom they stand in; `share` the id of the share.
    """

    by: By
    role: str = ""
    departments: tuple[int, ...] = ()
    person: int | None = None
    share: int | None = None
    narrowed: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """What an action reaches in one stage, without what is shared.

    Shapes: `everything`, else records of the `owners` and, of those without an owner, the ones that lie in the departments
    of `unowned` (None in it: in no department); `all_unowned` for all of them.
    """

    everything: bool = False
    owners: frozenset[int] = frozenset()
    unowned: frozenset[int | None] = frozenset()
    all_unowned: bool = False

    def holds(self, owner_id: int | None, department_id: int | None) -> bool:
        if owner_id is not None:
            return self.everything or owner_id in self.owners
        return self.everything or self.all_unowned or department_id in self.unowned


class Standing:
    """One person's rights on one day. Built from the database by `of`; from made-up parts by a rehearsal."""

    def __init__(
        self,
        user_id: int,
        roles: Iterable[HeldRole],
        *,
        structure: Structure | None = None,
        shares: Mapping[str, Mapping[int, Share]] | None = None,
    ) -> None:
        self.user_id, self.roles = user_id, tuple(roles)
        self._structure = structure
        self._shares: Mapping[str, Mapping[int, Share]] | None = shares
        self._scopes: dict[tuple[str, str], Scope] = {}
        self._whole: dict[tuple[str, str], bool] = {}
        self._conditions: dict[tuple[type[Row], str, str, bool, Stages], Q | None] = {}

    @classmethod
    def of(cls, user: User) -> Standing:
        """The person's standing of now; nothing for who is not active. One query, and two when something is shared with them."""
        if not user.is_active or not user.pk:
            return cls(user.pk or 0, ())
        if Role.OWNER in user.roles:
            return cls(user.pk, [the_owner()])
        now = kept_rights()
        return cls(user.pk, roles_of(user.roles, now.roles), structure=now.structure)

    # -- where the person stands -------------------------------------------------------------------

    @property
    def structure(self) -> Structure:
        if self._structure is None:
            self._structure = kept_rights().structure
        return self._structure

    @cached_property
    def own_ids(self) -> frozenset[int]:
        """The person and those for whom they stand in."""
        return frozenset({self.user_id}) | self.structure.substitutes.get(self.user_id, frozenset())

    @cached_property
    def departments(self) -> frozenset[int]:
        return self.structure.departments_of(self.user_id)

    @cached_property
    def departments_below(self) -> frozenset[int]:
        return self.structure.with_all_below(self.departments)

    @cached_property
    def owners(self) -> Mapping[Scope, frozenset[int]]:
        """Scope → owners whose records it reaches."""
        return {
            "none": frozenset(),
            "own": self.own_ids,
            "department": self.own_ids | self.structure.people_of(self.departments),
            "below": self.own_ids | self.structure.people_of(self.departments_below),
        }

    def shares(self, type_key: str) -> Mapping[int, Share]:
        """Record id → what is shared of it with the person or a department above them; the strongest one."""
        if self._shares is None:
            above = self.structure.with_all_above(self.structure.department_of.get(self.user_id))
            with_me = Q(user_id=self.user_id) | Q(department_id__in=[*above, *self.departments])
            shares = Share.objects.filter(with_me).order_by("level", "-id")
            self._shares = shares_with(self.user_id, shares, self.structure)
        return self._shares.get(type_key, {})

    # -- asking ------------------------------------------------------------------------------------

    @property
    def is_owner(self) -> bool:
        return any(role.key == Role.OWNER for role in self.roles)

    @property
    def may_settings(self) -> bool:
        return any(role.grants.settings for role in self.roles)

    def scope(self, action: str, type_key: str) -> Scope:
        """The widest scope of the action, in whatever stage."""
        if type_key in PARTS:
            return self.scope(*of_whole(action, type_key))
        if action == "settings":
            return "all" if self.may_settings else "none"
        if type_key in COMPANY_ONLY:
            return "all" if (action == "see" and self.roles) or self.may_settings else "none"
        if (action, type_key) not in self._scopes:
            asked = [role.grants.scope(action, type_key) for role in self.roles]
            asked += [n.scope for role in self.roles for n in role.grants.narrowings(action, type_key)]
            self._scopes[action, type_key] = max(asked, key=SCOPES.index, default="none")
        return self._scopes[action, type_key]

    def may_any(self, action: str, type_key: str) -> bool:
        """Whether the action reaches any record of the type."""
        if type_key in PARTS:
            return self.may_any(*of_whole(action, type_key))
        if type_key in COMPANY_ONLY or action == "settings" or self.scope(action, type_key) != "none":
            return self.scope(action, type_key) != "none"
        unowned = any(role.grants.ownerless_scope(action, type_key) != "none" for role in self.roles)
        return unowned or (action in ("see", "change") and any(self.shared_for(action, type_key)))

    def level(self, type_key: str, field_key: str) -> Level:
        """What the person may do with a field: the most that any role allows."""
        levels = [role.grants.level(type_key, field_key) for role in self.roles]
        return "write" if "write" in levels else "read" if "read" in levels else "hidden"

    @cached_property
    def _limited(self) -> Mapping[str, Mapping[str, Level]]:
        if not self.roles or any(not role.grants.fields for role in self.roles):
            return {}
        named = {(t, f) for role in self.roles for t, of in role.grants.fields.items() for f in of}
        made: dict[str, dict[str, Level]] = {}
        for type_key, field_key in named:
            level = self.level(type_key, field_key)
            if level != "write":
                made.setdefault(type_key, {})[field_key] = level
        return made

    @property
    def limited_fields(self) -> Mapping[str, Mapping[str, Level]]:
        """Type → field → hidden or read, where the person may not write."""
        return self._limited

    def shared_for(self, action: str, type_key: str) -> Mapping[int, Share]:
        shares = self.shares(type_key)
        return shares if action == "see" else {id_: s for id_, s in shares.items() if s.level == Share.Level.CHANGE}

    # -- one record --------------------------------------------------------------------------------

    def reaches(self, action: str, type_key: str, row: Any) -> bool:
        """Whether the action reaches the row. Shapes: `row` has `pk`, `owner_id`, and `department_id` and `stage_id` where its type has them."""
        if type_key in PARTS:
            whole = getattr(row, PARTS[type_key].link, None)
            return whole is not None and whole.deleted_at is None and self.reaches(*of_whole(action, type_key), whole)
        return self.reaches_all(action, type_key) or next(iter(self.reasons(action, type_key, row)), None) is not None

    def reaches_all(self, action: str, type_key: str) -> bool:
        """Whether one role alone lets the action reach every record of the type, so that no row need be looked at."""
        if type_key in PARTS:
            return self.reaches_all(*of_whole(action, type_key))
        if (action, type_key) not in self._whole:
            asked = [] if type_key in COMPANY_ONLY or action == "settings" else self.roles
            self._whole[action, type_key] = any(
                role.grants.scope(action, type_key) == "all" and not role.grants.narrowings(action, type_key)
                for role in asked
            )
        return self._whole[action, type_key]

    def sees_whole(self, type_key: str) -> bool:
        """Whether every record of the type is seen, so that no rows need be narrowed (`within` gives them back as they are)."""
        if type_key in PARTS:
            return False
        return self.scope("see", type_key) == "all" if type_key in COMPANY_ONLY else self.reaches_all("see", type_key)

    def reasons(self, action: str, type_key: str, row: Any) -> Iterable[Reason]:
        """Every rule by which the action reaches the row, cheapest first."""
        if type_key in PARTS:
            yield from self.reasons(*of_whole(action, type_key), getattr(row, PARTS[type_key].link))
            return
        if type_key in COMPANY_ONLY or action == "settings":
            if self.scope(action, type_key) == "all":
                yield Reason("company")
            return
        for role in self.roles:
            narrowed = self.narrowed_for(role, action, type_key, row)
            scope = narrowed.scope if narrowed else role.grants.scope(action, type_key)
            unowned = FOLLOWS[scope] if narrowed else role.grants.ownerless_scope(action, type_key)
            reason = self.by_owner(scope, unowned, row, role)
            if reason is not None:
                yield Reason(*reason, narrowed=narrowed is not None)
        if action in ("see", "change"):
            share = self.shared_for(action, type_key).get(row.pk or 0)
            if share is not None:
                yield Reason("observer" if share.observer else "share", share=share.pk)

    def narrowed_for(self, role: HeldRole, action: str, type_key: str, row: Any) -> Narrowed | None:
        stage = getattr(row, "stage_id", None)
        found = role.grants.narrowings(action, type_key) if stage else []
        return next((n for n in found if stage in n.stages), None)

    def by_owner(
        self, scope: Scope, unowned: Scope, row: Any, role: HeldRole
    ) -> tuple[By, str, tuple[int, ...], int | None] | None:
        """The rule of a scope that reaches the row's owner, or the place where an unowned row lies."""
        if scope == "all":
            return "all", role.name, (), None
        owner = row.owner_id
        if owner is None:
            lies_in = getattr(row, "department_id", None)
            near = unowned != "none" and (lies_in is None or lies_in in self.departments_for(scope))
            return ("ownerless", role.name, (lies_in,) if lies_in else (), None) if unowned == "all" or near else None
        if scope == "none":
            return None
        if owner == self.user_id:
            return "own", role.name, (), None
        if owner in self.own_ids:
            return "substitute", role.name, (), owner
        if scope in ("department", "below") and owner in self.owners[scope]:
            return scope, role.name, self.path_to(owner), None
        return None

    def departments_for(self, scope: Scope) -> frozenset[int]:
        """Where unowned records count as near: all below for who reaches below, else the person's departments."""
        return self.departments_below if scope == "below" else self.departments

    def path_to(self, owner: int) -> tuple[int, ...]:
        """From the owner's department up to the one through which the person counts."""
        above = self.structure.with_all_above(self.structure.department_of.get(owner))
        found: list[int] = []
        for department in above:
            found.append(department)
            if department in self.departments:
                return tuple(found)
        return tuple(found[:1])

    def reached(self, action: str, type_key: str, stage_id: int | None = None) -> Reached:
        """What the action reaches of the type in a stage (None: in stages of which no role speaks)."""
        if type_key in PARTS:
            return Reached(everything=self.sees_all(PARTS[type_key].whole))
        if type_key in COMPANY_ONLY:
            return Reached(everything=self.scope(action, type_key) == "all")
        owners: frozenset[int] = frozenset()
        unowned: frozenset[int | None] = frozenset()
        everything = all_unowned = False
        for role in self.roles:
            scope = role.grants.scope(action, type_key)
            nobodys = role.grants.ownerless_scope(action, type_key)
            for narrowed in role.grants.narrowings(action, type_key):
                if stage_id in narrowed.stages:
                    scope, nobodys = narrowed.scope, FOLLOWS[narrowed.scope]
                    break
            if scope == "all":
                everything = True
                continue
            owners |= self.owners[scope]
            all_unowned |= nobodys == "all"
            if nobodys == "department":
                unowned |= self.departments_for(scope) | {None}
        return Reached(everything, owners, unowned, all_unowned)

    def sees_all(self, type_key: str) -> bool:
        """Whether there is no record of the type that the person may not see."""
        if type_key in PARTS:
            return self.sees_all(PARTS[type_key].whole)
        stages = {s for role in self.roles for n in role.grants.narrowings("see", type_key) for s in n.stages}
        return all(self.reached("see", type_key, stage).everything for stage in (None, *stages))

    # -- many records ------------------------------------------------------------------------------

    def within(
        self, rows: QuerySet[R], type_key: str, action: str, *, walked: bool | None = None, stages: Stages = None
    ) -> QuerySet[R]:
        """The rows that the action reaches.

        Shapes: `walked` for rows that are taken in the order of a list where many of them are reached (see `is_wide`, which
        decides when nothing is said); `stages` are those in which all of `rows` stand, so that what roles say of others is
        left out.
        """
        if type_key in PARTS:
            return self.within_wholes(rows, type_key, action)
        if type_key in COMPANY_ONLY or action == "settings":
            return rows if self.scope(action, type_key) == "all" else rows.none()
        if walked is None:
            walked = self.is_wide(action, type_key, stages)
        key = (rows.model, type_key, action, walked, stages)
        if key not in self._conditions:
            self._conditions[key] = self.whole_reach(*key)
        found = self._conditions[key]
        if found is None:
            return rows
        return rows.filter(found) if found else rows.none()

    def within_wholes(self, rows: QuerySet[R], type_key: str, action: str) -> QuerySet[R]:
        """The parts whose whole is there and within reach."""
        part = PARTS[type_key]
        if self.reaches_all(*of_whole(action, type_key)) or part.whole in COMPANY_ONLY:
            return (
                rows.filter(**{f"{part.link}__deleted_at__isnull": True})
                if self.may_any(action, type_key)
                else rows.none()
            )
        model: Any = rows.model._meta.get_field(part.link).related_model
        wholes = self.within(model.objects.filter(deleted_at__isnull=True), part.whole, of_whole(action, type_key)[0])
        return rows.filter(**{f"{part.link}__in": wholes.order_by().values("pk")})

    def whole_reach(self, model: type[Row], type_key: str, action: str, walked: bool, stages: Stages) -> Q | None:
        """The condition of all roles and shares together; None for all rows, an empty one for no rows."""
        columns = {f.attname for f in model._meta.concrete_fields}
        found = Q()
        for role in self.roles:
            one = self.reach(role, action, type_key, columns, walked=walked, stages=stages)
            if one is None:
                return None
            found |= one
        shared = self.shared_for(action, type_key) if action in ("see", "change") else {}
        return found | among("pk", shared) if shared else found

    def is_wide(self, action: str, type_key: str, stages: Stages = None) -> bool:
        """Whether the action reaches so much that its rows are found sooner by looking at all than by their owners."""
        if type_key in PARTS:
            return True
        scopes = [n.scope for role in self.roles for n in narrowings(role, action, type_key, stages)]
        if "all" in scopes:
            return True
        scope = self.scope(action, type_key)
        if scope not in ("department", "below"):
            return False
        return len(self.owners[scope]) * WIDE > len(self.structure.department_of)

    def is_of_one_owner(self, action: str, type_key: str) -> bool:
        """Whether all that the action reaches belongs to the person."""
        if type_key in PARTS:
            return False
        for role in self.roles:
            grants = role.grants
            if grants.scope(action, type_key) not in ("none", "own") or grants.narrowings(action, type_key):
                return False
            if grants.ownerless_scope(action, type_key) != "none":
                return False
        return len(self.own_ids) == 1 and not self.shares(type_key)

    def reach(
        self, role: HeldRole, action: str, type_key: str, columns: set[str], *, walked: bool, stages: Stages
    ) -> Q | None:
        """The role's condition on rows; None for all of them, a condition that is never true for none."""
        general = self.condition(
            role.grants.scope(action, type_key), role.grants.ownerless_scope(action, type_key), columns, walked=walked
        )
        inside = narrowings(role, action, type_key, stages) if "stage_id" in columns else []
        if not inside:
            return general
        found, named, opened = Q(pk__in=[]), frozenset[int](), True
        for one in inside:
            here = one.stages - named
            named |= here
            there = self.condition(one.scope, FOLLOWS[one.scope], columns, walked=walked)
            found |= Q(stage_id__in=here) if there is None else Q(stage_id__in=here) & there
            opened = opened and there is None
        if general is None or not opened:
            outside = ~Q(stage_id__in=named) | Q(stage_id__isnull=True)
            return found | (outside if general is None else outside & general)
        return found | general  # what is open to all inside needs no "outside", which no index finds

    def condition(self, scope: Scope, unowned: Scope, columns: set[str], *, walked: bool) -> Q | None:
        if scope == "all":
            return None
        found = owned_by(self.owners[scope], self.structure.department_of, walked=walked)
        if unowned == "none":
            return found
        nobody = nobodys(walked=walked)
        if unowned != "all" and "department_id" in columns:
            # Two whole arms, so that the index of owner and department finds each.
            nobody = nobody & Q(department_id__isnull=True) | nobody & among(
                "department_id", self.departments_for(scope)
            )
        return found | nobody


def of_whole(action: str, type_key: str) -> tuple[str, str]:
    """The act on the whole that an act on its parts asks for."""
    return OF_WHOLE.get(action, action), PARTS[type_key].whole


def narrowings(role: HeldRole, action: str, type_key: str, stages: Stages) -> list[Narrowed]:
    """What the role says of single stages, as far as it is about `stages`."""
    found = role.grants.narrowings(action, type_key)
    return [n for n in found if stages is None or n.stages & stages]


def standings(users: Iterable[User], structure: Structure, shares: Sequence[Share] = ()) -> dict[int, Standing]:
    """The standings of many people by id, with no other shares than those given; one query, however many they are.

    Shapes: `shares` are those of the records that will be asked about.
    """
    known = {role.key: held(role) for role in Role.objects.filter(archived=False)}
    ordered = sorted(shares, key=lambda s: (s.level, -s.pk))
    made = {}
    for user in users:
        roles = roles_of(user.roles, known) if user.is_active else []
        mine = shares_with(user.pk, ordered, structure)
        made[user.pk] = Standing(user.pk, roles, structure=structure, shares=mine)
    return made


def shares_with(user_id: int, shares: Iterable[Share], structure: Structure) -> dict[str, dict[int, Share]]:
    """Type → record id → what of the shares (strongest first) reaches the person, by themselves or a department."""
    above = {
        *structure.with_all_above(structure.department_of.get(user_id)),
        *structure.departments_of(user_id),
    }
    made: dict[str, dict[int, Share]] = {}
    for share in shares:
        if share.user_id == user_id or share.department_id in above:
            made.setdefault(share.type, {}).setdefault(share.record_id, share)
    return made
