"""Who belongs where today: departments as a tree, their people, heads and deputies, and who stands in for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from daftar.access.models import Department, User
from daftar.kernel import clock
from daftar.kernel.formats import current


@dataclass(frozen=True, slots=True)
class Place:
    """A department as rights see it; `leaders` are the head and today's deputy."""

    id: int
    name: str
    parent_id: int | None
    head_id: int | None
    deputy_id: int | None

    @property
    def leaders(self) -> frozenset[int]:
        return frozenset(n for n in (self.head_id, self.deputy_id) if n)


@dataclass(frozen=True)
class Structure:
    """The company on one day.

    Shapes: `department_of` maps every person to their department or None; `substitutes` maps a substitute to the people
    for whom they stand in today.
    """

    places: Mapping[int, Place] = field(default_factory=dict)
    department_of: Mapping[int, int | None] = field(default_factory=dict)
    substitutes: Mapping[int, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of_today(cls) -> Structure:
        """The structure as it stands in the database; two queries."""
        today = clock.today(current().zone)
        places = {
            row.pk: Place(
                row.pk, row.name, row.parent_id, row.head_id, row.deputy_id if is_deputy(row, today) else None
            )
            for row in Department.objects.filter(deleted_at=None).only(
                "name", "parent_id", "head_id", "deputy_id", "deputy_from", "deputy_until"
            )
        }
        department_of: dict[int, int | None] = {}
        substitutes: dict[int, set[int]] = {}
        people = User.objects.order_by().values_list(
            "pk", "department_id", "substitute_id", "absent_from", "absent_until"
        )
        for id_, department, substitute, first, last in people:
            department_of[id_] = department if department in places else None
            if substitute and first and first <= today and (last is None or today <= last):
                substitutes.setdefault(substitute, set()).add(id_)
        return cls(places, department_of, {key: frozenset(ids) for key, ids in substitutes.items()})

    @cached_property
    def children(self) -> Mapping[int | None, tuple[int, ...]]:
        made: dict[int | None, list[int]] = {}
        for place in self.places.values():
            made.setdefault(place.parent_id, []).append(place.id)
        return {key: tuple(ids) for key, ids in made.items()}

    @cached_property
    def people_in(self) -> Mapping[int, frozenset[int]]:
        """Department → its people."""
        made: dict[int, set[int]] = {}
        for person, department in self.department_of.items():
            if department is not None:
                made.setdefault(department, set()).add(person)
        return {key: frozenset(ids) for key, ids in made.items()}

    def departments_of(self, user_id: int) -> frozenset[int]:
        """The departments in which the person counts: their own and those they lead."""
        led = {place.id for place in self.places.values() if user_id in place.leaders}
        own = self.department_of.get(user_id)
        return frozenset(led | ({own} if own is not None else set()))

    def with_all_below(self, departments: frozenset[int]) -> frozenset[int]:
        found, waiting = set(departments), list(departments)
        while waiting:
            fresh = [child for child in self.children.get(waiting.pop(), ()) if child not in found]
            found.update(fresh)
            waiting += fresh
        return frozenset(found)

    def with_all_above(self, department: int | None) -> list[int]:
        """The department and those that it is part of, from the inside out."""
        found: list[int] = []
        while department is not None and department in self.places and department not in found:
            found.append(department)
            department = self.places[department].parent_id
        return found

    def people_of(self, departments: frozenset[int]) -> frozenset[int]:
        return frozenset().union(*(self.people_in.get(id_, frozenset()) for id_ in departments))


def is_deputy(row: Department, today: dt.date) -> bool:
    began = row.deputy_from is None or row.deputy_from <= today
    return began and (row.deputy_until is None or today <= row.deputy_until)
