"""A whole company of any size: the rows of a first part are made one by one, all others are copies of them, made by the database itself.

While it copies, the tables have no indexes; they are made again afterwards, with the search index by the product's own way. Each copy has its own
name, owner, amount and days, contacts their own phone and address. Stays in stages and contact points are left out: no page here reads them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max, Min, Model

from bench.stock import BATCH
from daftar.access.models import Installation, Role, User
from daftar.activities.models import Activity
from daftar.crm.models import Company, Contact, Deal, Lead
from daftar.kernel import clock
from daftar.records import custom_fields
from daftar.records.custom_fields import OptionEdit
from daftar.records.models import Event, SearchState
from daftar.records.schema import current_schema
from daftar.records.searching import index, text, vocabulary

WORDS = ["router", "switch", "server", "cable", "camera", "sensor", "printer", "monitor", "cabinet", "adapter"]
FAMILIES = [
    "Carter",
    "Hoffman",
    "Petrov",
    "Karimi",
    "Nakamura",
    "Fontaine",
    "Okafor",
    "Lindqvist",
    "Moretti",
    "Delgado",
]
GIVEN = ["Alice", "Boris", "Clara", "Dariush", "Elena", "Farid", "Greta", "Hassan", "Irina", "Jonas"]
SECTORS = ["retail", "wholesale", "manufacturing", "construction", "technology"]
REGIONS = ("North", "South", "East", "West")


@dataclass(frozen=True)
class Size:
    companies: int
    contacts: int
    leads: int
    deals: int
    timeline: int

    def over(self, parts: int) -> Size:
        return Size(
            *(max(n // parts, 1) for n in (self.companies, self.contacts, self.leads, self.deals, self.timeline))
        )


SMALL = Size(20_000, 100_000, 100_000, 100_000, 300_000)
MILLION = Size(100_000, 1_000_000, 10_000, 1_000_000, 3_000_000)


def begin(size: Size, sellers: int = 30) -> User:
    """The first part, with everything that a record has."""
    chance = random.Random(17)
    Installation.objects.update_or_create(pk=1, defaults={"name": "Bench", "currency": "USD", "language": "en"})
    boss = User.objects.create_user("boss@bench.example", "a long word 17", name="Boss", role=Role.OWNER)
    owners = [User.objects.create_user(None, None, name=f"Seller {n}") for n in range(sellers)]
    region = custom_fields.add_field(
        current_schema().type("deal"), "choice", "Region", by=boss, options=[OptionEdit(name) for name in REGIONS]
    )
    regions = [
        option.value for option in current_schema().type("deal").by_key[region.key].column_heads(current_schema())
    ]
    now = clock.now()

    def past() -> Any:
        return now - timedelta(minutes=chance.randrange(1_000_000))

    def row(model: type[Model], **more: Any) -> Any:
        made = past()
        new: Any = model(owner=chance.choice(owners), created_at=made, changed_at=made, **more)
        new.search = text.search_text(current_schema().type(model.__name__.lower()), new)
        return new

    companies = [
        row(Company, name=f"{chance.choice(FAMILIES)} {chance.choice(WORDS)} works {n}", sector=chance.choice(SECTORS))
        for n in range(size.companies)
    ]  # fmt: skip
    Company.objects.bulk_create(companies, batch_size=BATCH)
    contacts = [contact(n, chance, row) for n in range(size.contacts)]
    Contact.objects.bulk_create(contacts, batch_size=BATCH)
    for model, key, title in ((Lead, "lead", "title"), (Deal, "deal", "name")):
        stages = current_schema().type(key).pipelines[0].stages
        made = []
        for n in range(getattr(size, f"{key}s")):
            name = f"{chance.choice(WORDS)} {chance.choice(WORDS)} {key} {n}"
            amount = Decimal(chance.randrange(100, 50_000))
            more: dict[str, Any] = {title: name, "amount": amount, "amount_currency": "USD", "amount_base": amount}
            if model is Deal:
                more |= {
                    "company": chance.choice(companies), "contact": chance.choice(contacts), "custom": {region.key: chance.choice(regions)},
                    "expected_close": (now + timedelta(days=chance.randrange(-300, 120))).date(),
                }  # fmt: skip
            next_at = now + timedelta(hours=chance.randrange(-200, 400)) if chance.random() < 0.6 else None
            made.append(row(model, stage_id=chance.choice(stages).id, next_at=next_at, **more))
        model.objects.bulk_create(made, batch_size=BATCH)  # type: ignore[attr-defined]  # a model
    deals = list(Deal.objects.order_by("pk").values_list("pk", flat=True))
    events = [
        Event(type="deal", record_id=deals[n % len(deals)], kind="created" if n < len(deals) else "changed", by=boss, via="import",
              version=1 + n // len(deals), at=past(), changes={} if n < len(deals) else {"comments": [None, "They called."]})
        for n in range(size.timeline)
    ]  # fmt: skip
    Event.objects.bulk_create(events, batch_size=BATCH)
    long_past(deals[0], boss, now)
    for model in (Company, Contact, Lead, Deal):
        vocabulary.learn(model.objects.values_list("search", flat=True)[:2_000])  # type: ignore[attr-defined]  # a model
    nothing_left_to_learn()
    return boss


def contact(n: int, chance: random.Random, row: Any) -> Any:
    given, family = chance.choice(GIVEN), chance.choice(FAMILIES)
    phone, mail = f"+1202{n:07}", f"{given}.{family}.{n}@bench.example".lower()
    return row(
        Contact, name=f"{given} {family} {n}", first_name=given, last_name=family,
        phones=[{"value": phone, "label": "work"}], emails=[{"value": mail, "label": "work"}],
    )  # fmt: skip


def long_past(deal: int, by: User, now: Any) -> None:
    """Fifty rows on one card."""
    Activity.objects.bulk_create(
        [
            Activity(kind="note", about_type="deal", about_id=deal, owner=by, created_by=by, body=f"They want blue ones, {n} of them.",
                     at=now - timedelta(hours=5 * n), done_at=now - timedelta(hours=5 * n))
            for n in range(50)
        ]
    )  # fmt: skip


def nothing_left_to_learn() -> None:
    """The jobs that read all search texts and events have nothing to do: texts and words were written as they would."""
    for table in index.indexed_tables():
        SearchState.objects.update_or_create(table=table, defaults={"version": text.VERSION, "written_to": -1})
    last = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    SearchState.objects.update_or_create(table=vocabulary.EVENTS, defaults={"written_to": last})


def compare_texts(*models: type[Model]) -> None:
    """The search texts are those of the product, or the first save of each row would cost more than it does."""
    for model in models:
        type_ = current_schema().type(model.__name__.lower())
        for row in model._default_manager.order_by("-pk")[:3]:
            if row.search != (real := text.search_text(type_, row)):
                raise ValueError(f"{type_.key} {row.pk}: {row.search!r} is not {real!r}")


# -- growing -------------------------------------------------------------------------------------------


def grow(size: Size) -> None:
    """Copy what is there until there is so much of everything."""
    wanted = {Company: size.companies, Contact: size.contacts, Lead: size.leads, Deal: size.deals, Event: size.timeline}
    there = {model: model._default_manager.count() for model in wanted}
    with without_indexes([model._meta.db_table for model in wanted]):
        for model, many in wanted.items():
            copy(model, many // there[model], there)
    for statement in connection.ops.sequence_reset_sql(no_style(), list(wanted)):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    index.install()
    nothing_left_to_learn()
    compare_texts(Company, Contact, Lead, Deal)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def copy(model: type[Model], times: int, there: Mapping[type[Model], int]) -> None:
    """`times` - 1 copies of each row."""
    meta, many = model._meta, there[model]
    is_sqlite = connection.vendor == "sqlite"
    first, last = (User.objects.filter(name__startswith="Seller ").aggregate(n=of("pk"))["n"] for of in (Min, Max))
    moved = "datetime({}, '-' || k || ' minutes')" if is_sqlite else "{} - k * interval '1 minute'"
    digits = f"printf('%07d', id + k * {many})" if is_sqlite else f"lpad((id + k * {many})::text, 7, '0')"
    mail = f"'mail' || (id + k * {many})"
    json = "" if is_sqlite else "::jsonb"
    values = {
        "id": f"id + k * {many}",
        "owner_id": f"{first} + (owner_id - {first} + 7 * k) % {last - first + 1}",
        "name": "name || ' copy ' || k",
        "title": "title || ' copy ' || k",
        "search": "search || ' copy ' || k",
        "record_id": f"record_id + k * {there[Deal]}",
        "company_id": f"1 + (company_id - 1 + k * 7919) % {there[Company]}",
        "contact_id": f"1 + (contact_id - 1 + k * 7919) % {there[Contact]}",
        **{column: f"{column} + k % 97" for column in ("amount", "amount_base")},
        **{column: moved.format(column) for column in ("created_at", "changed_at", "next_at", "at")},
    }
    if model is Lead:
        values |= {"company_id": "company_id", "contact_id": "contact_id"}
    if model is Contact:
        values["phones"] = f'(\'[{{"value": "+1202\' || {digits} || \'", "label": "work"}}]\'){json}'
        values["emails"] = f'(\'[{{"value": "\' || {mail} || \'@bench.example", "label": "work"}}]\'){json}'
        values["search"] = f"lower(name) || ' copy ' || k || ' 1202' || {digits} || ' ' || {mail} || ' bench example'"
    columns = [field.column for field in meta.concrete_fields]
    taken = ", ".join(values.get(column, f'"{column}"') for column in columns)
    into = ", ".join(f'"{column}"' for column in columns)
    for k in range(1, times):
        with connection.cursor() as cursor:
            cursor.execute(
                f'INSERT INTO "{meta.db_table}" ({into}) SELECT {taken} FROM "{meta.db_table}", (SELECT {k} AS k) AS round WHERE id <= {many}'
            )


@contextmanager
def without_indexes(tables: list[str]) -> Iterator[None]:
    """Drop indexes and triggers of the tables (not those that keep values apart), and make the indexes again."""
    names = ", ".join(f"'{table}'" for table in tables)
    found = (
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN ({names}) AND sql LIKE 'CREATE INDEX%'"
        if connection.vendor == "sqlite"
        else f"SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ({names}) AND indexdef LIKE 'CREATE INDEX%'"
    )
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(found)
        indexes = cursor.fetchall()
        for name, _sql in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        if connection.vendor == "sqlite":
            for table in set(tables) & set(index.indexed_tables()):
                for trigger in index.sqlite_triggers(table):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    yield
    with connection.cursor() as cursor:
        for name, sql in indexes:
            if not name.startswith(index.PREFIX):
                cursor.execute(sql)
