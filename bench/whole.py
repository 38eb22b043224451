"""What a company of a size costs at the socket: the real server as a process, pages with all their bytes, saving, an act on many, memory and start.

Beside each page stand the milliseconds of its own SQL alone (the statements of one call, asked again without anything around them) and its aim.
`growth` is what the page took more than with the hundredth part of the records. The load of the machine is told, for it may be shared.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django

django.setup()

import httpx  # noqa: E402 - Django must be set up first
from django.conf import settings  # noqa: E402 - Django must be set up first
from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection, connections  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402 - Django must be set up first
from django.test.utils import CaptureQueriesContext  # noqa: E402 - Django must be set up first

from bench import crowd  # noqa: E402 - Django must be set up first
from bench.pages import far_page  # noqa: E402 - Django must be set up first
from daftar.access.models import User  # noqa: E402 - Django must be set up first
from daftar.crm.models import Company, Contact, Deal  # noqa: E402 - Django must be set up first
from daftar.records.bulk import runs  # noqa: E402 - Django must be set up first
from daftar.records.bulk.runs import Picked  # noqa: E402 - Django must be set up first
from daftar.records.reading import visible  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first

ROOT = Path(__file__).resolve().parent.parent
TIMES, SECONDS, WARM, MANY = (9, 40), 6.0, 3, 10_000
"""At least and at most so many requests of a page, and about how long they may take together."""
BIG = re.compile(r'FROM "(crm_|records_event|activities_|records_entity|derived_)')
AIMS = {
    "small": {"list": ("p50", 10), "board": ("p50", 30), "search": ("p50", 8), "create": ("p50", 5), "memory, idle": ("MB", 150)},
    "million": {
        "list": ("p95", 120), "board": ("p95", 200), "card": ("p95", 120), "search": ("p95", 100), "save": ("p95", 60),
        "memory": ("MB", 400), "cold start": ("ms", 3000), "10,000": ("s", 10),
    },
}  # fmt: skip
PAGE_KB, OVER_SQL, ON_TOP_MS, GROWTH = 20, 1.6, 25, 2.0


@dataclass(frozen=True)
class Taken:
    """Units: milliseconds; `cpu` is what the server's own process worked for one request, which other programs hardly change."""

    p50: float
    p95: float
    kb: float = 0
    cpu: float = 0


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[bytes], str, float]]:
    """The product's own server with its worker: the process, its address, and when it was begun."""
    connections.close_all()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    there = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DAFTAR_PORT": str(port), "DAFTAR_URL": address, "DAFTAR_LOG": "warning"
    }  # fmt: skip
    began = time.perf_counter()
    server = subprocess.Popen([sys.executable, "manage.py", "serve"], cwd=ROOT, env=there, stdout=subprocess.DEVNULL)
    try:
        yield server, address, began
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def browser(address: str, who: User) -> httpx.Client:
    """Somebody signed in."""
    signed_in = Client()
    signed_in.force_login(who)
    cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME].value
    return httpx.Client(
        base_url=address, cookies={settings.SESSION_COOKIE_NAME: cookie}, timeout=120, headers={"Accept": "text/html", "Accept-Encoding": "gzip, br"}
    )  # fmt: skip


def first_page(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    while True:
        try:
            if client.get("/deals/").status_code == 200:
                return
        except httpx.TransportError:
            pass
        if server.poll() is not None:
            sys.exit(f"the server ended with {server.returncode}")
        time.sleep(0.02)


def megabytes(server: subprocess.Popen[bytes]) -> float:
    """What the server and its worker hold in memory together: a page that both share counts once, half for each (PSS)."""
    pids = {server.pid}
    for task in Path(f"/proc/{server.pid}/task").iterdir():
        pids |= set(map(int, (task / "children").read_text().split()))
    held = 0
    for pid in pids:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        held += int(found[1]) if found else 0
    return held / 1024


# -- pages ---------------------------------------------------------------------------------------------


def pages(client: Client) -> dict[str, str]:
    stage = current_schema().type("deal").pipelines[0].stages[0].id
    owner = User.objects.filter(name="Seller 3").values_list("pk", flat=True)[0]
    return {
        "list": "/deals/",
        "list, middle page": far_page(client),
        "list by amount": "/deals/?sort=-amount",
        "list by expected close": "/deals/?sort=expected_close",
        "list by next step": "/deals/?sort=next_step",
        "list, stage and owner": f"/deals/?stage={stage}&owner={owner}",
        "list, custom field": "/deals/?region=north",
        "list, company's sector": "/deals/?company.sector=retail",
        "list of contacts": "/contacts/",
        "board": "/deals/board/",
        "numbers of the board": "/deals/board/numbers",
        "calendar": "/deals/calendar/",
        "card, 50 timeline rows": f"/deals/{Deal.objects.order_by('pk').values_list('pk', flat=True)[0]}/",
        "search, name": "/search/?q=moretti+777",
        "search, phone digits": "/search/?q=12020000777",
        "search, mail": "/search/?q=.777%40bench.example",
        "search, one typing mistake": "/search/?q=moreti+rooter",
    }


def measured(act: Callable[[], int], server: subprocess.Popen[bytes]) -> Taken:
    size = max(act() for _ in range(WARM))
    taken: list[float] = []
    cpu, until = worked(server), time.perf_counter() + SECONDS
    while len(taken) < TIMES[0] or (len(taken) < TIMES[1] and time.perf_counter() < until):
        began = time.perf_counter()
        size = act()
        taken.append((time.perf_counter() - began) * 1000)
    cpu = (worked(server) - cpu) / len(taken)
    taken.sort()
    return Taken(statistics.median(taken), taken[min(len(taken) - 1, round(len(taken) * 0.95))], size / 1024, cpu)


def worked(server: subprocess.Popen[bytes]) -> float:
    """Milliseconds that the process has worked so far."""
    ticks = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) * 1000 / os.sysconf("SC_CLK_TCK")


def getting(client: httpx.Client, address: str) -> Callable[[], int]:
    asked_by_page = {"HX-Request": "true"} if address.endswith("/numbers") else {}

    def get() -> int:
        with client.stream("GET", address, headers=asked_by_page) as answer:
            for _part in answer.iter_raw():
                pass
            if answer.status_code != 200:
                sys.exit(f"{address} answered {answer.status_code}")
            return answer.num_bytes_downloaded

    return get


def own_sql(client: Client, address: str) -> float:
    """Milliseconds of the statements that the page asks of the big tables, asked again by themselves."""
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    statements = [q["sql"] for q in seen if BIG.search(q["sql"]) and q["sql"].startswith(("SELECT", "("))]
    rounds = []
    for _ in range(7):
        began = time.perf_counter()
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.cursor.execute(statement)
                cursor.fetchall()
        rounds.append((time.perf_counter() - began) * 1000)
    return statistics.median(rounds)


def posting(client: httpx.Client, address: str, words: Callable[[], dict[str, str]]) -> Callable[[], int]:
    page = client.get("/deals/").text
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    headers = {
        "X-CSRFToken": found[1] if found else "",
        "HX-Request": "true",
        "Origin": str(client.base_url).rstrip("/"),
    }

    def post() -> int:
        answer = client.post(address, data=words(), headers=headers)
        if answer.status_code >= 400:
            sys.exit(f"{address} answered {answer.status_code}: {answer.text[:300]} {answer.headers}")
        return answer.num_bytes_downloaded

    return post


# -- the table -----------------------------------------------------------------------------------------


class Table:
    """Prints a line for each figure and remembers what is missed."""

    def __init__(self, size: str, first: dict[str, Taken]) -> None:
        self.size, self.first, self.missed = size, first, 0
        print(f"\n{'':32}{'p50':>9}{'p95':>9}{'CPU':>7}{'KB':>7}{'its SQL':>9}{'growth':>8}  aim")

    def page(self, name: str, taken: Taken, sql: float = 0) -> None:
        said = self.judged(name, taken)
        if name.startswith("list"):
            most = OVER_SQL * sql + ON_TOP_MS
            said.append(self.verdict(taken.p50 <= most, f"p50 ≤ 1.6 × SQL + 25 = {most:.0f}"))
            said += [self.verdict(taken.kb <= PAGE_KB, f"{PAGE_KB} KB")] if self.size == "small" else []
        growth = taken.p50 / self.first[name].p50 if name in self.first else 0
        if growth and name.startswith(("list", "board")):
            said.append(self.verdict(growth < GROWTH, "growth < 2"))
        own = f"{sql:9.1f}" if sql else f"{'':9}"
        more = f"{growth:8.2f}" if growth else f"{'':8}"
        print(
            f"{name:32}{taken.p50:9.1f}{taken.p95:9.1f}{taken.cpu:7.1f}{taken.kb:7.1f}{own}{more}  {'; '.join(said)}",
            flush=True,
        )

    def judged(self, name: str, taken: Taken) -> list[str]:
        for start, (which, most) in AIMS[self.size].items():
            if name.startswith(start) and which in ("p50", "p95"):
                return [self.verdict(getattr(taken, which) < most, f"{which} < {most} ms")]
        return []

    def one(self, name: str, figure: float, unit: str) -> None:
        said = [
            self.verdict(figure < most, f"< {most} {unit}")
            for start, (which, most) in AIMS[self.size].items() if name.startswith(start) and which == unit
        ]  # fmt: skip
        print(f"{name:32}{figure:9.1f} {unit:40}  {'; '.join(said)}", flush=True)

    def verdict(self, is_met: bool, words: str) -> str:
        self.missed += not is_met
        return f"{words} {'met' if is_met else 'MISSED'}"


def load() -> str:
    return f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def measure(size: str, boss: User, first: dict[str, Taken], *, only_pages: bool = False) -> dict[str, Taken]:
    found: dict[str, Taken] = {}
    inside = Client()
    inside.force_login(boss)
    addresses = pages(inside)
    sql = {} if only_pages else {name: own_sql(inside, address) for name, address in addresses.items()}
    with serving() as (server, address, began):
        client = browser(address, boss)
        first_page(client, server)
        cold = (time.perf_counter() - began) * 1000
        time.sleep(3)
        idle = megabytes(server)
        table = Table(size, first)
        for name, path in addresses.items():
            found[name] = measured(getting(client, path), server)
            table.page(name, found[name], sql.get(name, 0))
        if only_pages:
            return found
        count = iter(range(10**9))
        deal = Deal.objects.order_by("-pk").values_list("pk", flat=True)[0]
        create = posting(
            client, "/deals/quick", lambda: {"name": f"Made {next(count)}", "once": f"bench-{time.time_ns()}"}
        )
        table.page("create", measured(create, server))
        save = posting(client, f"/deals/{deal}/field/comments", lambda: {"comments": f"word {next(count)}"})
        table.page("save one field", measured(save, server))
        bulk(table, boss, save)
        table.one("memory, idle", idle, "MB")
        table.one("memory, loaded", megabytes(server), "MB")
        table.one("cold start to first page", cold, "ms")
        print(f"{table.missed} missed; {load()}", flush=True)
    return found


def bulk(table: Table, boss: User, save: Callable[[], int]) -> None:
    """10,000 deals to somebody, by the server's own worker, while another person saves a field again and again."""
    type_ = current_schema().type("deal")
    taker = User.objects.get(name="Seller 1")
    ids = Deal.objects.exclude(owner=taker).order_by("pk").values("pk")[:MANY]
    others: list[float] = []
    done = threading.Event()

    def go_on_saving() -> None:
        while not done.is_set():
            began = time.perf_counter()
            save()
            others.append((time.perf_counter() - began) * 1000)
            time.sleep(0.02)

    beside = threading.Thread(target=go_on_saving)
    began = time.perf_counter()
    run = runs.begin(type_, "owner", {"owner": taker.pk}, Picked(visible(type_, boss).filter(pk__in=ids)), by=boss)
    beside.start()
    while run.is_at_work:
        if time.perf_counter() - began > 600:
            sys.exit("the worker does not end the change of many")
        time.sleep(0.05)
        run.refresh_from_db(fields=["state"])
    taken = time.perf_counter() - began
    done.set()
    beside.join()
    run.refresh_from_db()
    table.one(f"10,000 given to somebody ({run.done:,})", taken, "s")
    table.one("… a save beside it, longest", max(others, default=0), "ms")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--name", default="small")
    given = parser.parse_args()
    size = crowd.SMALL if given.name == "small" else crowd.MILLION
    if given.rows:
        size = size.over(max(1, size.deals // given.rows))
    parts = 20 if given.name == "small" else 100
    call_command("migrate", verbosity=0)
    first: dict[str, Taken] = {}
    boss = User.objects.filter(name="Boss").first()
    if boss is None:
        began = time.perf_counter()
        boss = crowd.begin(size.over(parts))
        if given.name == "million":
            print(f"{Deal.objects.count():,} deals; {load()}")
            first = measure(given.name, boss, {}, only_pages=True)
        began = time.perf_counter()
        crowd.grow(size)
        print(f"\ngrown in {time.perf_counter() - began:.0f} s")
    print(
        f"{Company.objects.count():,} companies, {Contact.objects.count():,} contacts, {Deal.objects.count():,} deals; {load()}",
        flush=True,
    )
    measure(given.name, boss, first)


if __name__ == "__main__":
    main()
