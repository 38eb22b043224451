"""So many new contacts out of a file, into a company that has as many already, each looked up by its mail address.

The rows that are there are made by the database itself. The file is loaded by a process of its own, as the worker is one; beside it runs the
product's own server, at which another person opens pages and makes contacts. First the file is rehearsed.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.core.management.color import no_style  # noqa: E402 - Django must be set up first
from django.db import connection, connections  # noqa: E402 - Django must be set up first

from bench import crowd, whole  # noqa: E402 - Django must be set up first
from daftar.access.models import User  # noqa: E402 - Django must be set up first
from daftar.crm.models import Company, Contact, Deal  # noqa: E402 - Django must be set up first
from daftar.exchange.importing.maps import ImportMap  # noqa: E402 - Django must be set up first
from daftar.exchange.importing.running import Importer, rehearsed  # noqa: E402 - Django must be set up first
from daftar.exchange.importing.unreadable import Unreadable  # noqa: E402 - Django must be set up first
from daftar.exchange.reading.opening import open_source  # noqa: E402 - Django must be set up first
from daftar.records.models import ChangeSet, ContactPoint, Event  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first
from daftar.records.searching import index  # noqa: E402 - Django must be set up first

AIMS = {"load": 8_000, "rehearse": 16_000}
MOST_MB, MOST_MS = 500, 200
MAP = {
    "columns": {
        "Name": "name", "Phone": "phones", "E-mail": "emails", "Position": "position", "Source": "source", "City": "address.city",
        "Created": "@created",
    },
    "country": "US", "date_order": "ymd", "unknown_choice": "create",
}  # fmt: skip
MATCHING = {**MAP, "match": ["emails"], "existing": "update"}


def base(rows: int) -> User:
    """As many contacts as the file has, with phones and mail addresses by which they are found, and their first event."""
    part = min(rows, 10_000)
    size = crowd.Size(200, part, 100, 2_000, 2_000)
    boss = crowd.begin(size)
    with crowd.without_indexes([m._meta.db_table for m in (Contact, ContactPoint, Event)]):
        crowd.copy(Contact, rows // part, {Contact: part, Deal: size.deals, Company: size.companies})
        points_and_events(boss)
    for statement in connection.ops.sequence_reset_sql(no_style(), [Contact, ContactPoint, Event]):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    index.install()
    crowd.nothing_left_to_learn()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return boss


def points_and_events(boss: User) -> None:
    is_sqlite = connection.vendor == "sqlite"
    contacts, points, events = (m._meta.db_table for m in (Contact, ContactPoint, Event))
    changes = (
        "json_object('name', json_array(null, name))"
        if is_sqlite
        else "jsonb_build_object('name', jsonb_build_array(null, name))"
    )
    empty = "'{}'" if is_sqlite else "'{}'::jsonb"
    with connection.cursor() as cursor:
        for key, kind in (("phones", "phone"), ("emails", "email")):
            value = f"json_extract({key}, '$[0].value')" if is_sqlite else f"{key}->0->>'value'"
            cursor.execute(
                f"INSERT INTO {points} (type, record_id, field, kind, value) SELECT 'contact', id, '{key}', '{kind}', {value} FROM {contacts}"
            )
        cursor.execute(
            f"INSERT INTO {events} (at, type, record_id, version, kind, by_id, via, changes, data)"
            f" SELECT created_at, 'contact', id, 1, 'created', {boss.pk}, 'import', {changes}, {empty} FROM {contacts}"
        )


def write_file(path: Path, rows: int) -> None:
    """New people: none of their addresses is there yet."""
    chance = random.Random(5)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(MAP["columns"])
        for n in range(rows):
            given, family = chance.choice(crowd.GIVEN), chance.choice(crowd.FAMILIES)
            phone = f"+1 303 {n // 10_000 % 1_000:03}-{n % 10_000:04}"
            writer.writerow(
                [
                    f"{given} {family} {chance.randrange(rows)}", phone, f"{given}.{family}.{n}@new{n % 997}.example".lower(),
                    chance.choice(("Buyer", "Head of sales", "Engineer", "Owner")), chance.choice(("web", "call")),
                    chance.choice(("Berlin", "Paris", "Oslo", "Shiraz")), f"2026-{1 + n % 9:02}-{1 + n % 28:02} {8 + n % 10:02}:{n % 60:02}",
                ]
            )  # fmt: skip


# -- the process that loads ------------------------------------------------------------------------------


def load(path: Path, *, rehearse: bool) -> dict[str, Any]:
    """What the worker does with the file, and what it took. Units: seconds, MB."""
    boss = User.objects.get(name="Boss")
    source = open_source(path)

    def act(map_: ImportMap) -> Any:
        change_set = ChangeSet.objects.create(by=boss, via="import", title="bench")
        return Importer("contact", source, map_, by=boss, change_set=change_set, holds=rehearse).run()

    began = time.perf_counter()
    worked = time.process_time()
    map_, is_matched = ImportMap.from_json(MAP), False
    try:
        map_ = ImportMap.from_json(MATCHING)
        map_.check_for(current_schema().type("contact"), source.headings)
        is_matched = True
    except Unreadable:  # an importer of before, which knows no list of fields to match by
        map_ = ImportMap.from_json(MAP)
    report = rehearsed(lambda: act(map_)) if rehearse else act(map_)
    return {
        "seconds": time.perf_counter() - began, "worked": time.process_time() - worked, "matched": is_matched, "created": report.created,
        "refused": report.refused, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


def in_a_process(path: Path, how: str) -> dict[str, Any]:
    words = [sys.executable, "-m", "bench.imports", f"--{how}", str(path)]
    done = subprocess.run(words, cwd=whole.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{how} failed: {done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


# -- the other person ------------------------------------------------------------------------------------


class Neighbour:
    """Opens a page and makes a contact, again and again, and writes down how long each took. Units: milliseconds."""

    def __init__(self, address: str, who: User) -> None:
        self.client = whole.browser(address, who)
        self.pages: list[float] = []
        self.saves: list[float] = []
        self.is_done = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def work(self) -> None:
        paths = ["/contacts/", "/contacts/1/", "/deals/", "/search/?q=moretti+777", "/deals/board/"]
        opened = [whole.getting(self.client, path) for path in paths]
        once = iter(range(10**9))
        save = whole.posting(
            self.client, "/contacts/quick", lambda: {"name": f"By hand {next(once)}", "once": f"bench-{time.time_ns()}"}
        )
        while not self.is_done.is_set():
            for page in opened:
                self.pages.append(taken(page))
                time.sleep(0.05)
            self.saves.append(taken(save))

    def __enter__(self) -> Neighbour:
        self.thread.start()
        return self

    def __exit__(self, *_problem: Any) -> None:
        self.is_done.set()
        self.thread.join()


def taken(act: Callable[[], int]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def p95(values: list[float]) -> float:
    return sorted(values)[round(len(values) * 0.95) - 1] if values else 0.0


def verdict(is_met: bool, words: str) -> str:
    return f"{words} {'met' if is_met else 'MISSED'}"


def measure(path: Path, rows: int, boss: User) -> None:
    said = in_a_process(path, "rehearse")
    speed = rows / said["seconds"]
    print(f"{'rehearsed':34}{speed:10,.0f} rows/s   {verdict(speed >= AIMS['rehearse'], '≥ 16,000')}", flush=True)
    with whole.serving() as (server, address, _began):
        neighbour = Neighbour(address, boss)
        whole.first_page(neighbour.client, server)
        with neighbour:
            said = in_a_process(path, "load")
    speed = rows / said["seconds"]
    how = "matched by mail address" if said["matched"] else "NOT matched: this importer cannot"
    print(f"{'loaded':34}{speed:10,.0f} rows/s   {verdict(speed >= AIMS['load'], '≥ 8,000')}   {how}")
    print(f"{'  of that, its own processor':34}{said['worked'] / rows * 1e6:10,.0f} µs a row")
    print(f"{'  new, refused':34}{said['created']:10,} {said['refused']:,}")
    print(f"{'memory':34}{said['memory']:10,.0f} MB   {verdict(said['memory'] < MOST_MB, '< 500 MB')}")
    page, save = p95(neighbour.pages), p95(neighbour.saves)
    median = statistics.median(neighbour.pages or [0])
    print(
        f"{'a page of somebody else, p50, p95':34}{median:10,.0f} {page:,.0f} ms   {verdict(page < MOST_MS, 'p95 < 200 ms')}"
    )
    print(f"{'a save of somebody else, p95, max':34}{save:10,.0f} {max(neighbour.saves, default=0):,.0f} ms")
    print(f"{'contacts now':34}{Contact.objects.count():10,}   {whole.load()}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--name", default="")
    parser.add_argument("--load", default="")
    parser.add_argument("--rehearse", default="")
    given = parser.parse_args()
    if given.load or given.rehearse:
        print(json.dumps(load(Path(given.load or given.rehearse), rehearse=bool(given.rehearse))))
        return
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    boss = User.objects.filter(name="Boss").first() or base(given.rows)
    print(
        f"{Contact.objects.count():,} contacts made in {time.perf_counter() - began:.0f} s; {whole.load()}", flush=True
    )
    with tempfile.TemporaryDirectory(dir=os.environ.get("DAFTAR_DATA")) as folder:
        path = Path(folder) / "contacts.csv"
        write_file(path, given.rows)
        connections.close_all()
        measure(path, given.rows, boss)


if __name__ == "__main__":
    main()
