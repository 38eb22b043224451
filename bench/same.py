"""How long it takes to find who may be the same: contacts of whom one in twenty is a double, looked through as a whole, then a few that were saved.

Meanwhile somebody else saves five times a second, in a process of their own: how long they wait is printed as well.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402 - Django must be set up first

from daftar.crm.models import Company, Contact  # noqa: E402 - Django must be set up first
from daftar.records.models import ContactPoint, RecordLink, SamePair, SameState  # noqa: E402 - Django must be set up first
from daftar.records.same import keeping, pairs  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first

BATCH = 10_000
SYLLABLES = (
    "ka",
    "ri",
    "mo",
    "ta",
    "sha",
    "re",
    "na",
    "vi",
    "lo",
    "du",
    "be",
    "zi",
    "pe",
    "gor",
    "han",
    "mir",
    "sol",
    "ven",
)
MADE = 10_000
"""So many are made one by one; more are copied from them by the database."""
DOUBLE = 20
"""One of so many is a double of the one before it."""


def name(chance: random.Random) -> str:
    words = ("".join(chance.choice(SYLLABLES) for _ in range(chance.choice((2, 3)))) for _ in range(2))
    return " ".join(words).title()


def fill(rows: int) -> None:
    """Contacts with a phone, a mail address and a company; a double has the same phone or mail, and its name turned round or misspelt."""
    chance = random.Random(17)
    companies = Company.objects.bulk_create(
        [Company(name=f"Company {n}") for n in range(max(1, rows // 20))], batch_size=BATCH
    )
    before: tuple[str, str, str] = ("", "", "")
    for start in range(0, rows, BATCH):
        made: list[tuple[Contact, str, str]] = []
        for n in range(start, min(rows, start + BATCH)):
            called, phone, mail = name(chance), f"+98912{n:07d}", f"p{n}@house{n % 5000}.example"
            if n % DOUBLE == 1:
                called = " ".join(reversed(before[0].split())) if n % 3 else before[0].replace("a", "o", 1)
                phone, mail = (before[1], mail) if n % 2 else (phone, before[2])
            before = called, phone, mail
            row = Contact(
                name=called,
                phones=[{"value": phone, "label": ""}],
                emails=[{"value": mail, "label": ""}],
            )
            made.append((row, phone, mail))
        Contact.objects.bulk_create([row for row, _phone, _mail in made])
        ContactPoint.objects.bulk_create(points(made), batch_size=BATCH)
        RecordLink.objects.bulk_create(
            [
                RecordLink(
                    type="contact",
                    record_id=row.pk,
                    field="companies",
                    to_type="company",
                    to_id=chance.choice(companies).pk,
                )
                for row, _p, _m in made
            ],
            batch_size=BATCH,
        )


def multiply(rows: int) -> None:
    """Copy the contacts that are there until there are `rows`, with other names, phones and mail addresses in each round, by SQL."""
    chance, there = random.Random(18), Contact.objects.count()
    text = ("{}::text", "::jsonb") if connection.vendor == "postgresql" else ("{}", "")
    for k in range(1, rows // there):
        moved, phone = f"+ {k * there}", f"'+98912', '+98{200 + k}'"
        more = {
            "id": f"id {moved}",
            "name": f"name || ' {name(chance).split()[0]}{chance.choice(SYLLABLES)}'",
            "phones": f"replace({text[0].format('phones')}, {phone}){text[1]}",
            "emails": f"replace({text[0].format('emails')}, '\"p', '\"p{k}x'){text[1]}",
        }
        copy(Contact, more, f"id <= {there}", ())
        value = f"CASE kind WHEN 'phone' THEN replace(value, {phone}) ELSE 'p{k}x' || substr(value, 2) END"
        copy(
            ContactPoint,
            {"record_id": f"record_id {moved}", "value": value},
            f"type = 'contact' AND record_id <= {there}",
            ("id",),
        )
        copy(RecordLink, {"record_id": f"record_id {moved}"}, f"type = 'contact' AND record_id <= {there}", ("id",))


def copy(model: Any, values: dict[str, str], where: str, but: tuple[str, ...]) -> None:
    columns = [field.column for field in model._meta.concrete_fields if field.column not in but]
    into, taken = ", ".join(f'"{c}"' for c in columns), ", ".join(values.get(c, f'"{c}"') for c in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{model._meta.db_table}" ({into}) SELECT {taken} FROM "{model._meta.db_table}" WHERE {where}'
        )


def points(made: list[tuple[Contact, str, str]]) -> Iterator[ContactPoint]:
    for row, phone, mail in made:
        yield ContactPoint(type="contact", record_id=row.pk, field="phones", kind="phone", value=phone)
        yield ContactPoint(type="contact", record_id=row.pk, field="emails", kind="email", value=mail)


def seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def neighbour(waits: list[float]) -> Iterator[None]:
    """Somebody else saves all the while; how long each saving took is put into `waits`."""
    apart = multiprocessing.get_context("spawn")
    stop, told = apart.Event(), apart.Queue()
    other = apart.Process(target=save_again_and_again, args=(stop, told))
    other.start()
    try:
        yield
    finally:
        stop.set()
        waits += told.get()
        other.join()


def save_again_and_again(stop: Any, told: Any) -> None:
    waits = []
    row = Company.objects.order_by("pk")[:1].values_list("pk", flat=True)[0]
    while not stop.wait(0.2):
        waits.append(seconds(lambda: Company.objects.filter(pk=row).update(name=f"Company {len(waits)}")))
    told.put(waits)


def spread(waits: list[float]) -> str:
    half, most = (sorted(waits)[len(waits) * part // 100] * 1000 for part in (50, 99))
    return f"half under {half:.0f} ms, 99 of 100 under {most:.0f} ms, longest {max(waits) * 1000:.0f} ms"


def all_of(type_: Any) -> None:
    while not keeping.look_through(type_):
        pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    taken = seconds(lambda: fill(min(given.rows, MADE))) + seconds(lambda: multiply(given.rows))
    print(f"{given.rows:,} contacts made in {taken:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    type_ = current_schema().type("contact")
    waits: list[float] = []
    with neighbour(waits):
        worked = time.process_time()
        whole = seconds(lambda: all_of(type_))
        worked = time.process_time() - worked
    print(
        f"{'all looked through':34}{whole:9.1f} s   {worked:.1f} s of this process   {SamePair.objects.count():,} pairs"
    )
    print(f"{'others saved meanwhile':34}{len(waits):9,} times   {spread(waits)}")
    again = seconds(lambda: pairs.find_all(type_))
    print(f"{'of that: pairs (again)':34}{again:9.1f} s")
    ids = list(Contact.objects.order_by("-pk").values_list("pk", flat=True)[:200])
    print(f"{'200 that were saved':34}{seconds(lambda: keeping.renew(type_, ids)):9.2f} s")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{'memory':34}{memory:9} MB")
    print(f"{'load of the machine':34}{os.getloadavg()[0]:9.1f}")
    if not SameState.objects.filter(type="contact").exclude(rules="").exists():
        raise SystemExit("it did not end")


if __name__ == "__main__":
    main()
