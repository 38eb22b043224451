"""What rights cost: the same pages with the rights of a person and without any, and a rehearsal of a changed role.

Two pages stand for the page without rights, asked by the same person at the same address. "Same rows" finds the very rows that the
person sees by a plain condition that nobody had to work out: what is above it is the price of deciding. "All rows" is the page while
every record is open to everybody: other rows, often far more of them, and no sums in its foot when there are more than are counted.
The three are asked in turn, round by round, so that what else the machine does falls on all; the table shows the medians, and a ratio is
the median of the rounds' ratios. A page is over the aim when it costs more than `AIM` times the same rows; what is over it beside the page
of all rows is told apart.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from unittest.mock import patch

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402 - Django must be set up first

from bench import stock  # noqa: E402 - Django must be set up first
from bench.pages import far_page, page  # noqa: E402 - Django must be set up first
from daftar.access.grants import read  # noqa: E402 - Django must be set up first
from daftar.access.models import Department, Role, Share, User  # noqa: E402 - Django must be set up first
from daftar.access.standing import Standing  # noqa: E402 - Django must be set up first
from daftar.crm.models import Deal  # noqa: E402 - Django must be set up first
from daftar.records.rehearsal import Proposal, rehearse  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first

SELLERS, DEPARTMENTS, SHARED, UNOWNED = 300, 40, 200, 100
"""`UNOWNED`: of so many deals one has no owner and lies in a department."""
GROWN_FROM = 5_000
"""So many deals are made one by one; the others are copies of them."""
AIM = 1.15
ROUNDS, SECONDS = (5, 25), 6.0
"""At least and at most so many rounds of a page, and about how long they may take together."""


def people() -> None:
    """The sellers of the stock spread over a tree of departments, deals of nobody there, and one person of each sort."""
    departments: list[Department] = []
    for n in range(DEPARTMENTS):
        parent = departments[(n - 1) // 4] if n else None
        departments.append(Department.objects.create(name=f"Department {n}", parent=parent))
    sellers = list(User.objects.filter(name__startswith="Seller ").order_by("pk"))
    for n, seller in enumerate(sellers):
        seller.department = departments[n % DEPARTMENTS]
    User.objects.bulk_update(sellers, ["department"])
    every = list(Deal.objects.order_by("pk").values_list("pk", flat=True))[::UNOWNED]
    for n, department in enumerate(departments):
        Deal.objects.filter(pk__in=every[n::DEPARTMENTS]).update(owner=None, department=department)
    stage = current_schema().type("deal").pipelines[0].stages[1]
    shown = {"type": "deal", "action": "see", "scope": "all", "pipeline": stage.pipeline_id, "stages": [stage.id]}
    role("desk", {"types": {"*": {"see": "own"}}, "ownerless": {"deal": {"see": "department"}}})
    role("guest", {"types": {"*": {"see": "own"}}, "narrowed": [shown]})
    person("Reader", ["reader"], departments[0])
    person("Head", ["head"], departments[0])
    person("Branch", ["head"], departments[1])
    sellers[0].roles = ["desk"]
    sellers[2].roles = ["seller", "guest"]
    User.objects.bulk_update([sellers[0], sellers[2]], ["roles"])
    foreign = Deal.objects.filter(owner__isnull=False).exclude(owner=sellers[1]).order_by("pk")[:SHARED]
    Share.objects.bulk_create([Share(type="deal", record_id=row.pk, user=sellers[1]) for row in foreign])


def role(key: str, document: dict[str, Any]) -> None:
    Role.objects.create(key=key, name=key, grants=document)


def person(name: str, roles: list[str], department: Department) -> None:
    User.objects.create_user(None, None, name=name, roles=roles, department=department)


def cast() -> dict[str, User]:
    """One of each sort to look at pages with."""
    names = {
        "reader of all": "Reader",
        "head of all": "Head",
        "head of a branch": "Branch",
        "seller": "Seller 3",
        "own and nobody's": "Seller 0",
        "seller, 200 shares": "Seller 1",
        "two roles, by stage": "Seller 2",
    }
    return {who: User.objects.get(name=name) for who, name in names.items()}


def pages(client: Client) -> dict[str, str]:
    stage = current_schema().type("deal").pipelines[0].stages[0].id
    return {
        "list": "/deals/",
        "list, middle page": far_page(client),
        "list by amount": "/deals/?sort=-amount",
        "list by next step": "/deals/?sort=next_step",
        "list, one stage": f"/deals/?stage={stage}",
        "list, search": "/deals/?q=router",
        "board": "/deals/board/",
    }


@contextmanager
def without_rights() -> Iterator[None]:
    """Everybody may everything, at no cost."""
    with (
        patch.object(Standing, "within", lambda self, rows, type_key, action, **_way: rows),
        patch.object(Standing, "reaches", lambda self, action, type_key, row: True),
        patch.object(Standing, "may_any", lambda self, action, type_key: True),
    ):
        yield


def rows_of(someone: User) -> Callable[[], Any]:
    """A context in which the person's rows are found by conditions that were made before."""
    ready = Standing.of(someone)

    @contextmanager
    def same_rows() -> Iterator[None]:
        with patch.object(Standing, "of", lambda user: ready):
            yield

    return same_rows


def compared(act: Callable[[], Any], *others: Callable[[], Any]) -> list[float]:
    """Milliseconds of the page as it is, then within each of the other contexts its milliseconds and the ratio to them.

    Medians of rounds that ask for all in turn, each time from another one on.
    """
    ways = [nullcontext, *others]
    rounds: list[list[float]] = []
    for way in ways:
        taken(act, way)
    began = time.perf_counter()
    while len(rounds) < ROUNDS[0] or (len(rounds) < ROUNDS[1] and time.perf_counter() - began < SECONDS):
        first = len(rounds) % len(ways)
        times = {n: taken(act, ways[n]) for n in [*range(first, len(ways)), *range(first)]}
        rounds.append([times[n] for n in range(len(ways))])
    median = statistics.median
    made = [median(r[0] for r in rounds)]
    for n in range(1, len(ways)):
        made += [median(r[n] for r in rounds), median(r[0] / r[n] for r in rounds)]
    return made


def taken(act: Callable[[], Any], way: Callable[[], Any]) -> float:
    with way():
        began = time.perf_counter()
        act()
        return (time.perf_counter() - began) * 1000


def load() -> str:
    return f"load of the machine {os.getloadavg()[0]:.1f}"


def fill(rows: int) -> None:
    began = time.perf_counter()
    stock.fill(min(rows, GROWN_FROM), sellers=SELLERS)
    stock.multiply(rows)
    people()
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    if not Deal.objects.exists():
        fill(given.rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    count, staff = Deal.objects.count(), User.objects.count()
    print(f"{count:,} deals, {staff} people in {Department.objects.count()} departments; {load()}")
    print(f"{'':44}{'with':>9}{'same rows':>11}{'ratio':>7}{'all rows':>10}{'ratio':>7}")
    over: dict[str, list[str]] = {"the same rows": [], "all rows": []}
    for who, someone in cast().items():
        client = Client()
        client.force_login(someone)
        for name, address in pages(client).items():
            own, same, dearer, every, beside = compared(page(client, address), rows_of(someone), without_rights)
            for title, ratio in (("the same rows", dearer), ("all rows", beside)):
                over[title] += [f"{who}: {name} ({ratio:.2f})"] if ratio > AIM else []
            print(f"{who + ': ' + name:44}{own:9.1f}{same:11.1f}{dearer:7.2f}{every:10.1f}{beside:7.2f}", flush=True)
    wider = read({"types": {"*": {"see": "below", "change": "own"}}})
    for words, proposal in {
        "rehearsal: seller sees all below": Proposal(roles={Role.SELLER: wider}),
        "rehearsal: head is archived": Proposal(roles={Role.HEAD: None}),
    }.items():
        began = time.perf_counter()
        told = rehearse(proposal)
        print(f"{words:44}{(time.perf_counter() - began) * 1000:9.0f} ms, {len(told.differences)} differences")
    for title, pages_over in over.items():
        print(f"over {AIM} beside {title}: {'; '.join(pages_over) or 'none'}")
    print(load())


if __name__ == "__main__":
    main()
