"""The people of the demo company, by the names that tests call them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from daftar.access.models import Role, User
from daftar.onboarding.demo.words.shape import Words
from daftar.records import writing
from daftar.records.schema import current_schema

ROLES = {
    "chief": (Role.ADMINISTRATOR, 0, 0),
    "head": (Role.HEAD, 1, 0),
    "sara": (Role.SELLER, 1, 0),
    "owen": (Role.SELLER, 1, 0),
    "nadia": (Role.SELLER, 1, 0),
    "rival_head": (Role.HEAD, 2, 1),
    "rival": (Role.SELLER, 2, 1),
    "rival_second": (Role.SELLER, 2, 1),
    "cashier": (Role.ASSISTANT, 1, 0),
    "accountant": (Role.ACCOUNTANT, 0, 0),
}
"""Name in the cast → role, number of the department, number of the office."""


@dataclass(frozen=True)
class Cast:
    """`sara` sells in the team of `head`; `rival` in the other team, which may not see hers."""

    chief: User
    head: User
    sara: User
    owen: User
    nadia: User
    rival_head: User
    rival: User
    rival_second: User
    cashier: User
    accountant: User

    @property
    def everybody(self) -> list[User]:
        return [getattr(self, f.name) for f in fields(self)]

    @property
    def team(self) -> list[User]:
        return [self.sara, self.owen, self.nadia]

    @property
    def rival_team(self) -> list[User]:
        return [self.rival, self.rival_second]

    @property
    def sellers(self) -> list[User]:
        return [*self.team, *self.rival_team]


def make_cast(words: Words) -> Cast:
    """Make the people with their departments and offices. Nobody of them can sign in until they get a password."""
    chief = User.objects.create_user(None, None, name=words.people[0], role=Role.ADMINISTRATOR)
    everything: dict[str, Any] = {"by": chief, "via": "demo"}
    schema = current_schema()
    offices = [writing.create(schema.type("office"), {"name": name}, **everything) for name in words.offices]
    top = writing.create(
        schema.type("department"), {"name": words.departments[0], "office": offices[0].pk}, **everything
    )
    teams = [
        writing.create(schema.type("department"), {"name": name, "parent": top.pk, "office": office.pk}, **everything)
        for name, office in zip(words.departments[1:], offices)
    ]
    departments = [top, *teams]
    made = {"chief": chief}
    for name, person in zip(ROLES, words.people):
        role, department, office = ROLES[name]
        values = {"department": departments[department].pk, "office": offices[office].pk}
        if name == "chief":
            writing.change(schema.type("user"), chief.pk, values, **everything)
            continue
        row: Any = writing.create(schema.type("user"), {"name": person, **values}, **everything)
        User.objects.filter(pk=row.pk).update(roles=[role])
        made[name] = row
    for team, head in zip(departments, ("chief", "head", "rival_head")):
        writing.change(schema.type("department"), team.pk, {"head": made[head].pk}, **everything)
    User.objects.filter(pk=chief.pk).update(created_by=chief)
    return Cast(**{name: User.objects.get(pk=row.pk) for name, row in made.items()})
