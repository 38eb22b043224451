"""A company made by chance: a tree of departments, people with roles of all sorts, records, shares, absences. The same seed makes the same one."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from daftar.access.grants import ACTIONS, ON_OR_OFF, SCOPES, read
from daftar.access.models import Department, Role, Share, User
from daftar.crm.models import Deal, Lead
from daftar.kernel import clock
from daftar.records.schema import current_schema

JUDGED = ("see", "change", "delete", "export")


@dataclass
class Company:
    people: list[User]
    departments: list[Department]
    roles: list[Role]
    chance: random.Random

    def rows(self, key: str) -> list[Any]:
        return list({"lead": Lead, "deal": Deal}[key].objects.order_by("pk"))


def any_grants(chance: random.Random) -> dict[str, Any]:
    """A document of rights in which nothing reaches further than sight."""
    schema = current_schema()
    types: dict[str, dict[str, str]] = {}
    for key in ("*", *chance.sample(["lead", "deal", "contact"], 2)):
        sees = chance.randrange(len(SCOPES))
        types[key] = {"see": SCOPES[sees]}
        for action in ACTIONS[1:]:
            types[key][action] = (
                chance.choice(("none", "all")) if action in ON_OR_OFF else SCOPES[chance.randrange(sees + 1)]
            )
    ownerless = {
        key: {action: chance.choice(("none", "department", "all")) for action in JUDGED}
        for key in chance.sample(["lead", "deal", "*"], chance.randrange(3))
    }
    narrowed = []
    for _n in range(chance.randrange(4)):
        key = chance.choice(("lead", "deal"))
        pipeline = schema.type(key).pipelines[0]
        stages = chance.sample([s.id for s in pipeline.stages], chance.randrange(3))
        entry = {"type": key, "action": chance.choice(JUDGED), "scope": chance.choice(SCOPES), "pipeline": pipeline.id}
        narrowed.append({**entry, "stages": stages})
    return {"types": types, "ownerless": ownerless, "narrowed": narrowed}


def make_company(seed: int, *, people: int = 14, records: int = 60) -> Company:
    chance = random.Random(seed)
    today = clock.today("UTC")
    departments: list[Department] = []
    for n in range(6):
        parent = chance.choice([None, *departments]) if departments else None
        departments.append(Department.objects.create(name=f"Department {n}", parent=parent))
    roles = [
        Role.objects.create(key=f"chance_{seed}_{n}", name=f"Chance {seed} {n}", position=50 + n) for n in range(5)
    ]
    for role in roles:
        role.grants = read(any_grants(chance)).to_json()
        role.save()
    shipped = ["seller", "head", "assistant", "reader", "accountant"]
    made = []
    for n in range(people):
        keys = chance.sample([*(r.key for r in roles), *shipped], chance.choice((0, 1, 1, 1, 2)))
        user = User.objects.create_user(
            None, name=f"Person {n}", roles=keys, department=chance.choice([None, *departments])
        )
        made.append(user)
    for department in departments:
        department.head = chance.choice([None, *made])
        department.deputy = chance.choice([None, *made])
        department.deputy_until = chance.choice([None, today, today - dt.timedelta(days=1)])
        department.save()
    for user in chance.sample(made, 3):
        user.substitute, user.absent_from = chance.choice(made), today - dt.timedelta(days=chance.randrange(3))
        user.absent_until = chance.choice([None, today, today - dt.timedelta(days=1)])
        user.save()
    for model, key, title in ((Lead, "lead", "title"), (Deal, "deal", "name")):
        stages = [s.id for s in current_schema().type(key).pipelines[0].stages]
        rows = [
            model(**{title: f"{key} {n}"}, owner=chance.choice([None, None, *made]), stage_id=chance.choice([None, *stages]),
                  department=chance.choice([None, *departments]), deleted_at=clock.now() if n % 11 == 0 else None)
            for n in range(records)
        ]  # fmt: skip
        model.objects.bulk_create(rows)
        for row in chance.sample(rows, 8):
            with_whom = (
                {"user": chance.choice(made)} if chance.random() < 0.5 else {"department": chance.choice(departments)}
            )
            level = chance.choice(("see", "change"))
            Share.objects.create(type=key, record_id=row.pk, level=level, observer=chance.random() < 0.3, **with_whom)
    return Company([User.objects.get(pk=u.pk) for u in made], departments, roles, chance)
