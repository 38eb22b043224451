"""What a change of rights would do, counted before it is made: who loses sight of how many deals, who gains export.

Records are counted by owner, department and stage, two small queries per type, and people are judged on these counts;
only records that are shared with somebody are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Count

from daftar.access.grants import ON_OR_OFF, Grants, Level
from daftar.access.held import HeldRole, grants_of, held
from daftar.access.models import Role, Share, User
from daftar.access.standing import Reached, Standing, own_rights, shares_with
from daftar.access.structure import Structure
from daftar.records.reading import of_type
from daftar.records.schema import Schema, current_schema
from daftar.records.types import RecordType

COUNTED = ("see", "change", "delete", "export")
"""Actions of which records are counted; the others a person has or has not."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What becomes of a person; None leaves a part as it is."""

    roles: Sequence[str] | None = None
    department_id: int | None = None
    moves: bool = False
    """Whether `department_id` counts (it may become None)."""
    is_active: bool | None = None


@dataclass(frozen=True)
class Proposal:
    """A change of rights that is not made yet.

    Shapes: `roles` maps keys of roles to what they would grant (None: archived); `people` maps ids.
    """

    roles: Mapping[str, Grants | None] = field(default_factory=dict)
    people: Mapping[int, PersonChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """Records of a type that one person loses and gains for one action."""

    person_id: int
    type: str
    action: str
    lost: int
    gained: int


@dataclass(frozen=True, slots=True)
class Switched:
    """An action on a type (or "settings" on "") that one person gains or loses as a whole."""

    person_id: int
    type: str
    action: str
    gained: bool


@dataclass(frozen=True, slots=True)
class FieldChange:
    person_id: int
    type: str
    field: str
    before: Level
    after: Level


@dataclass(frozen=True)
class Rehearsal:
    """The exact difference; `together` maps (type, action) to how many records somebody loses and somebody gains."""

    people: tuple[int, ...] = ()
    differences: tuple[Difference, ...] = ()
    switched: tuple[Switched, ...] = ()
    fields: tuple[FieldChange, ...] = ()
    together: Mapping[tuple[str, str], tuple[int, int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.differences or self.switched or self.fields)


@dataclass(frozen=True, slots=True)
class Group:
    """Records that rights cannot tell apart, and how many they are."""

    owner_id: int | None
    department_id: int | None
    stage_id: int | None
    count: int


class Counts:
    """The records of one type in groups; those that are shared with somebody stand alone in `shared`."""

    def __init__(self, type_: RecordType, stages: frozenset[int], shared_ids: Iterable[int]) -> None:
        self.type, self.stages = type_, stages
        columns = {f.attname for f in type_.model._meta.concrete_fields}
        self.by_department, self.by_stage = "department_id" in columns, bool(stages) and "stage_id" in columns
        rows = of_type(type_)
        ids = list(shared_ids)
        wanted = ["pk", "owner_id", *(c for c in ("department_id", "stage_id") if c in columns)]
        self.shared = [
            (row["pk"], Group(row["owner_id"], row.get("department_id"), row.get("stage_id"), 1))
            for row in (rows.filter(pk__in=ids, deleted_at=None).values(*wanted) if ids else ())
        ]
        apart: dict[tuple[int | None, int | None, int | None], int] = {}
        self.count(apart, rows.filter(deleted_at__isnull=True))
        for _pk, group in self.shared:
            apart[self.key(group)] -= 1
        self.groups = [Group(*key, count) for key, count in apart.items() if count]
        self.by_owner: dict[int | None, dict[int, int]] = {}
        """Stage → owner → number of the group."""
        self.nobodys: dict[int | None, dict[int | None, int]] = {}
        """Stage → department → number of the group."""
        for n, group in enumerate(self.groups):
            if group.owner_id is None:
                self.nobodys.setdefault(group.stage_id, {})[group.department_id] = n
            else:
                self.by_owner.setdefault(group.stage_id, {})[group.owner_id] = n

    def held(self, reached_by_stage: Mapping[int | None, Reached]) -> set[int]:
        """Numbers of the groups that are reached."""
        found: set[int] = set()
        for stage, groups in self.by_owner.items():
            reached = reached_by_stage[stage]
            found.update(groups.values() if reached.everything else [groups[o] for o in reached.owners & groups.keys()])
        for stage, places in self.nobodys.items():
            reached = reached_by_stage[stage]
            every = reached.everything or reached.all_unowned
            found.update(places.values() if every else [places[d] for d in reached.unowned & places.keys()])
        return found

    def count(self, into: dict[tuple[int | None, int | None, int | None], int], rows: Any) -> None:
        """Count owned rows by owner and unowned ones by department, so that each query reads one index only, in its order."""
        stage = ["stage_id"] if self.by_stage else []
        for found in rows.filter(owner__isnull=False).order_by().values(*stage, "owner_id").annotate(n=Count("*")):
            key = (found["owner_id"], None, self.stage_class(found.get("stage_id")))
            into[key] = into.get(key, 0) + found["n"]
        place = ["department_id"] if self.by_department else []
        nobodys = rows.filter(owner__isnull=True).order_by()
        if not place and not stage:
            into[None, None, None] = nobodys.count()
            return
        for found in nobodys.values(*place, *stage).annotate(n=Count("*")):
            key = (None, found.get("department_id"), self.stage_class(found.get("stage_id")))
            into[key] = into.get(key, 0) + found["n"]

    def stage_class(self, stage_id: int | None) -> int | None:
        """The stage, if rights speak of it; else None."""
        return stage_id if stage_id in self.stages else None

    def key(self, group: Group) -> tuple[int | None, int | None, int | None]:
        department = group.department_id if group.owner_id is None else None
        return group.owner_id, department, self.stage_class(group.stage_id)


class Rehearser:
    """Works out one proposal."""

    def __init__(self, proposal: Proposal, schema: Schema) -> None:
        self.proposal, self.schema = proposal, schema
        self.before_structure = Structure.of_today()
        self.roles = {role.key: role for role in Role.objects.all()}
        self.users: dict[int, User] = {u.pk: u for u in User.objects.filter(deleted_at=None)}
        moved = {id_: c.department_id for id_, c in proposal.people.items() if c.moves}
        self.after_structure = (
            replace(self.before_structure, department_of={**self.before_structure.department_of, **moved})
            if moved
            else self.before_structure
        )

    def rehearse(self) -> Rehearsal:
        differences: list[Difference] = []
        switched: list[Switched] = []
        fields: list[FieldChange] = []
        together: dict[tuple[str, str], tuple[int, int]] = {}
        pairs = {id_: self.standings(user) for id_, user in self.users.items() if self.is_touched(user)}
        for type_ in self.schema.types.values():
            if not own_rights(type_.key):
                continue
            for action in COUNTED:
                found, sums = self.compare(type_, action, pairs)
                differences += found
                if sums != (0, 0):
                    together[type_.key, action] = sums
        for id_, (before, after) in pairs.items():
            switched += self.switches(id_, before, after)
            fields += self.field_changes(id_, before, after)
        touched = {d.person_id for d in differences} | {s.person_id for s in switched} | {f.person_id for f in fields}
        return Rehearsal(
            tuple(id_ for id_ in self.users if id_ in touched),
            tuple(differences),
            tuple(switched),
            tuple(fields),
            together,
        )

    def is_touched(self, user: User) -> bool:
        if user.pk in self.proposal.people or set(user.roles) & set(self.proposal.roles):
            return True
        # Who reaches a department reaches other records when somebody moves into or out of it.
        return self.after_structure is not self.before_structure

    def standings(self, user: User) -> tuple[Standing, Standing]:
        change = self.proposal.people.get(user.pk, PersonChange())
        before_roles = self.held(user.roles, {}) if user.is_active else []
        active = user.is_active if change.is_active is None else change.is_active
        keys = user.roles if change.roles is None else change.roles
        after_roles = self.held(keys, self.proposal.roles) if active else []
        return (
            Standing(
                user.pk, before_roles, structure=self.before_structure, shares=self.shares_of(user.pk, after=False)
            ),
            Standing(user.pk, after_roles, structure=self.after_structure, shares=self.shares_of(user.pk, after=True)),
        )

    def held(self, keys: Iterable[str], changed: Mapping[str, Grants | None]) -> list[HeldRole]:
        made = []
        for key in keys:
            role = self.roles.get(key)
            if role is None or key == Role.OWNER or key not in changed:
                if role is not None and not role.archived:
                    made.append(self._held(role))
                continue
            grants = changed[key]
            if grants is not None:
                made.append(HeldRole(key, key, grants.resolved()))
        return made

    def _held(self, role: Role) -> HeldRole:
        if role.key not in self._held_roles:
            self._held_roles[role.key] = held(role)
        return self._held_roles[role.key]

    @cached_property
    def _held_roles(self) -> dict[str, HeldRole]:
        return {}

    # -- shares ------------------------------------------------------------------------------------

    @cached_property
    def all_shares(self) -> list[Share]:
        return list(Share.objects.order_by("level", "-id"))

    @cached_property
    def shared_ids(self) -> dict[str, set[int]]:
        made: dict[str, set[int]] = {}
        for share in self.all_shares:
            made.setdefault(share.type, set()).add(share.record_id)
        return made

    def shares_of(self, user_id: int, *, after: bool) -> dict[str, dict[int, Share]]:
        return shares_with(user_id, self.all_shares, self.after_structure if after else self.before_structure)

    # -- comparing ---------------------------------------------------------------------------------

    def compare(
        self, type_: RecordType, action: str, pairs: Mapping[int, tuple[Standing, Standing]]
    ) -> tuple[list[Difference], tuple[int, int]]:
        """What each person loses and gains, and how many records that are together."""
        found: list[Difference] = []
        lost_groups: set[int] = set()
        gained_groups: set[int] = set()
        lost_shared: set[int] = set()
        gained_shared: set[int] = set()
        for id_, (before, after) in pairs.items():
            asked = [Asked(standing, action, type_.key, self.stages(type_.key)) for standing in (before, after)]
            if asked[0].same_as(asked[1]):
                continue
            counts = self.counts(type_)
            lost = gained = 0
            was_held, is_held = (counts.held(one.by_stage) for one in asked)
            lost_here, gained_here = was_held - is_held, is_held - was_held
            lost += sum(counts.groups[n].count for n in lost_here)
            gained += sum(counts.groups[n].count for n in gained_here)
            lost_groups |= lost_here
            gained_groups |= gained_here
            for pk, group in counts.shared:
                was, is_now = (one.holds(group, pk) for one in asked)
                if was and not is_now:
                    lost += 1
                    lost_shared.add(pk)
                elif is_now and not was:
                    gained += 1
                    gained_shared.add(pk)
            if lost or gained:
                found.append(Difference(id_, type_.key, action, lost, gained))
        if not found:
            return [], (0, 0)
        groups = self.counts(type_).groups
        return found, (
            sum(groups[n].count for n in lost_groups) + len(lost_shared),
            sum(groups[n].count for n in gained_groups) + len(gained_shared),
        )

    def counts(self, type_: RecordType) -> Counts:
        if type_.key not in self._counts:
            self._counts[type_.key] = Counts(type_, self.stages(type_.key), self.shared_ids.get(type_.key, ()))
        return self._counts[type_.key]

    @cached_property
    def _counts(self) -> dict[str, Counts]:
        return {}

    def stages(self, type_key: str) -> frozenset[int]:
        """The stages of which some role speaks, before or after."""
        if type_key not in self._stages:
            everything = [grants_of(role) for role in self.roles.values()]
            everything += [grants for grants in self.proposal.roles.values() if grants is not None]
            named = [n.stage_ids() for grants in everything for n in grants.narrowed if n.type == type_key]
            self._stages[type_key] = frozenset().union(*named)
        return self._stages[type_key]

    @cached_property
    def _stages(self) -> dict[str, frozenset[int]]:
        return {}

    def switches(self, id_: int, before: Standing, after: Standing) -> list[Switched]:
        made = []
        if before.may_settings != after.may_settings:
            made.append(Switched(id_, "", "settings", after.may_settings))
        for type_ in self.schema.types.values():
            if not own_rights(type_.key):
                continue
            for action in (*sorted(ON_OR_OFF), "export"):
                was, is_now = (standing.scope(action, type_.key) != "none" for standing in (before, after))
                if was != is_now:
                    made.append(Switched(id_, type_.key, action, is_now))
        return made

    def field_changes(self, id_: int, before: Standing, after: Standing) -> list[FieldChange]:
        # Who sees nothing has no fields either; what was open then is no loss of its own.
        if not before.roles or not after.roles:
            return []
        named = {
            (t, key) for standing in (before, after) for t, levels in standing.limited_fields.items() for key in levels
        }
        made = []
        for type_key, key in sorted(named):
            was, is_now = before.level(type_key, key), after.level(type_key, key)
            if was != is_now:
                made.append(FieldChange(id_, type_key, key, was, is_now))
        return made


class Asked:
    """One standing asked for one action on one type, per stage of which rights speak."""

    def __init__(self, standing: Standing, action: str, type_key: str, stages: frozenset[int]) -> None:
        self.by_stage: dict[int | None, Reached] = {
            stage: standing.reached(action, type_key, stage) for stage in (None, *stages)
        }
        self.shared = frozenset(standing.shared_for(action, type_key)) if action in ("see", "change") else frozenset()

    def same_as(self, other: Asked) -> bool:
        return self.by_stage == other.by_stage and self.shared == other.shared

    def holds(self, group: Group, pk: int | None = None) -> bool:
        reached = self.by_stage.get(group.stage_id) or self.by_stage[None]
        return reached.holds(group.owner_id, group.department_id) or pk in self.shared


def rehearse(proposal: Proposal, schema: Schema | None = None) -> Rehearsal:
    """What the proposal would change for whom, exactly, without changing anything."""
    return Rehearser(proposal, schema or current_schema()).rehearse()
