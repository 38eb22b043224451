"""Data for measuring: deals with companies and owners, spread over stages and two years; the same on each run."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from daftar.access.models import Installation, Role, User
from daftar.crm.models import Company, Deal
from daftar.kernel import clock
from daftar.kernel.text import fold
from daftar.records.models import Event, StageSpan
from daftar.records.schema import current_schema

BATCH = 5_000


def fill(rows: int, sellers: int = 30) -> User:
    """An owner of the company, some sellers, a company for each fifty deals, and `rows` deals with their first event."""
    chance = random.Random(17)
    Installation.objects.update_or_create(pk=1, defaults={"name": "Bench", "currency": "USD"})
    boss = User.objects.create_user("boss@bench.example", "a long word 17", name="Boss", role=Role.OWNER)
    people = [User.objects.create_user(None, None, name=f"Seller {n}") for n in range(sellers)]
    companies = Company.objects.bulk_create(
        [Company(name=f"Company {n}", search=fold(f"Company {n}")) for n in range(max(1, rows // 50))], batch_size=BATCH
    )
    pipeline = current_schema().type("deal").pipelines[0]
    now = clock.now()
    for start in range(0, rows, BATCH):
        made = [
            deal(n, chance, people, companies, pipeline.stages, now) for n in range(start, min(rows, start + BATCH))
        ]
        Deal.objects.bulk_create(made)
        Event.objects.bulk_create(
            [Event(type="deal", record_id=d.pk, kind="created", by=boss, via="import", at=d.created_at) for d in made]
        )
        StageSpan.objects.bulk_create(
            [StageSpan(type="deal", record_id=d.pk, stage_id=d.stage_id, entered_at=d.created_at) for d in made]
        )
    return boss


def deal(n: int, chance: random.Random, sellers: Any, companies: Any, stages: Any, now: Any) -> Deal:
    amount = Decimal(chance.randrange(100, 50_000))
    made = now - timedelta(minutes=chance.randrange(1_000_000))
    stage = chance.choice(stages)
    name = f"Deal {n} {chance.choice(('router', 'switch', 'server', 'cable'))}"
    return Deal(
        name=name, search=fold(name), amount=amount, amount_currency="USD", amount_base=amount, stage_id=stage.id,
        company=chance.choice(companies), owner=chance.choice(sellers), created_at=made, changed_at=made,
        expected_close=(made + timedelta(days=chance.randrange(10, 90))).date(),
        next_at=now + timedelta(hours=chance.randrange(-200, 400)) if chance.random() < 0.6 else None,
    )  # fmt: skip


def multiply(rows: int) -> None:
    """Copy the deals that are there until there are `rows`, other owners, dates and amounts in each round; the copies have no history.

    The database does it by itself: a million takes minutes, while `fill` would take an hour.
    """
    meta = Deal._meta
    first, last = (Deal.objects.aggregate(n=of("owner_id"))["n"] for of in (Min, Max))
    there = Deal.objects.count()
    made = "datetime({}, '-' || k || ' minutes')" if connection.vendor == "sqlite" else "{} - k * interval '1 minute'"
    values = {
        "id": f"id + k * {there}",
        "owner_id": f"{first} + (owner_id - {first} + 7 * k) % {last - first + 1}",
        "name": "name || ' ' || k",
        "search": "search || ' ' || k",
        **{column: f"{column} + k % 97" for column in ("amount", "amount_base")},
        **{column: made.format(column) for column in ("created_at", "changed_at", "next_at")},
    }
    columns = [field.column for field in meta.concrete_fields]
    taken = ", ".join(values.get(column, f'"{column}"') for column in columns)
    into = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        for k in range(1, rows // there):
            cursor.execute(
                f'INSERT INTO "{meta.db_table}" ({into}) SELECT {taken} FROM "{meta.db_table}", (SELECT {k} AS k) AS round'
                f' WHERE id < (SELECT MIN(id) + {there} FROM "{meta.db_table}")'
            )
