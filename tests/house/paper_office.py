"""An office of eight clerks in eight processes, of whom one is killed now and then, and now and then all at once.

`python -m tests.house.paper_office --folder F` in the surroundings of an installation with empty tables: makes goods of limited stock,
deals and purchase orders, lets the clerks work, kills, examines, and prints what came of it as its last line.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django must be set up first
from django.db import connection, connections  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402 - Django must be set up first

from daftar.access.models import Installation, User  # noqa: E402 - Django must be set up first
from daftar.catalogue.models import Product, TaxClass, Unit, Warehouse  # noqa: E402 - Django must be set up first
from daftar.catalogue.stock import doors  # noqa: E402 - Django must be set up first
from daftar.kernel.money import Money  # noqa: E402 - Django must be set up first
from daftar.records import writing  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema, install_pipelines  # noqa: E402 - Django must be set up first
from daftar.sales.buying.lines import Wish as Order  # noqa: E402 - Django must be set up first
from daftar.sales.buying.orders import make_order, send_order  # noqa: E402 - Django must be set up first
from daftar.sales.models import Invoice, SaleTerms  # noqa: E402 - Django must be set up first
from tests.house.examining_papers import troubles  # noqa: E402 - Django must be set up first
from tests.house.paper_clerks import Journal, run  # noqa: E402 - Django must be set up first

CLERKS, GOODS, ORDERS = 8, 12, 60
LONGEST_LIFE, ENDLESS = 20, 10**9
ACTS_PER_INVOICE, BYTES_OF_AN_ACT = 3, 450
"""About; by them kills are spread over the day."""
PRICES = [Decimal(p) for p in ("99.90", "12.35", "7.77", "1200", "0.99", "250")]


def money(amount: Decimal) -> Money:
    return Money(amount.quantize(Decimal("0.01")), "USD")


def fill(deals: int, rng: random.Random) -> User:
    """Goods, some of each there and more on order, a service, and deals with one to four lines of them."""
    install_pipelines()
    Installation.objects.update_or_create(pk=1, defaults={"name": "Shop", "currency": "USD"})
    olga = User.objects.create_user(email="olga@example.com", password=None, name="Olga", role="owner")
    schema = current_schema()
    if not Warehouse.objects.exists():
        Warehouse.objects.create(name="Main", is_default=True)
    piece = Unit.objects.filter(decimals=0).first() or Unit.objects.create(name="piece", symbol="pc")
    tax = TaxClass.objects.create(name="VAT 20 %", percent=Decimal(20), is_default=True)
    client = writing.create(schema.type("company"), {"name": "Alvand"}, by=olga, via="page")
    goods = []
    for n in range(GOODS + 1):
        values = {"name": f"Good {n}", "code": f"G{n}", "unit": piece.pk, "tax_class": tax.pk}
        values |= {"kind": "service"} if n == GOODS else {}
        goods.append(writing.create(schema.type("product"), values, by=olga, via="page"))
    start = max(10, deals // 8)
    doors.receive([doors.Item(p.pk, Decimal(start)) for p in goods[:GOODS]], by=olga, kind="opening")
    for _n in range(ORDERS):
        wishes = [
            Order(p.pk, Decimal(max(5, deals // 25)), price=money(Decimal(5))) for p in rng.sample(goods[:GOODS], 4)
        ]
        send_order(make_order(client.pk, wishes, by=olga).pk, by=olga)
    values = [{"name": f"Deal {n}", "company": client.pk} for n in range(deals)]
    made = writing.create_many(schema.type("deal"), values, by=olga, via="import")
    SaleTerms.objects.bulk_create(SaleTerms(deal_id=deal.pk, currency="USD") for deal in made)
    lines = [
        line(deal.pk, place, product, rng)
        for deal in made
        for place, product in enumerate(rng.sample(goods, rng.randint(1, 4)), start=1)
    ]
    kept = writing.create_many(schema.type("deal_line"), [{}] * len(lines), by=olga, via="demo", derived=lines)
    assert not any(isinstance(one, Exception) for one in kept), kept
    return olga


def line(deal: int, place: int, product: Product, rng: random.Random) -> dict[str, object]:
    quantity, price = Decimal(rng.randint(1, 9)), rng.choice(PRICES)
    net = quantity * price
    return {
        "deal": deal, "position": place, "name": product.name, "code": product.code, "product": product.pk, "quantity": quantity, "unit": "pc",
        "factor": Decimal(1), "price": money(price), "tax_name": "VAT 20 %", "tax_percent": Decimal(20), "net": money(net),
        "gross": money(net * Decimal("1.2")),
    }  # fmt: skip


class Office:
    """The clerks' processes, by their numbers."""

    def __init__(self, folder: Path, cookie: tuple[str, str], seed: int) -> None:
        self.folder, self.cookie, self.seed = folder, cookie, seed
        self.trouble = folder / "trouble"
        self.pids: dict[int, int] = {}

    def journal(self, number: int) -> Path:
        return self.folder / f"clerk-{number}"

    def hire(self, number: int, *, target: int = ENDLESS) -> None:
        """A new process at this desk, which works until so many invoices are issued."""
        connections.close_all()
        pid = os.fork()
        if pid == 0:
            run(
                self.journal(number),
                self.cookie,
                number=number,
                of=CLERKS,
                seed=self.seed,
                target=target,
                trouble=self.trouble,
            )
        self.pids[number] = pid

    def wait_for(self, acts: int) -> None:
        """Until about so many more are written down, and a moment longer."""
        enough, end = self.written() + acts * BYTES_OF_AN_ACT, time.monotonic() + LONGEST_LIFE
        while self.written() < enough and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(random.random() * 0.05)

    def written(self) -> int:
        paths = [self.journal(number) for number in range(CLERKS)]
        return sum(path.stat().st_size for path in paths if path.exists())

    def kill(self, numbers: list[int]) -> int:
        """kill -9; how many of them were at work."""
        killed = 0
        for number in numbers:
            os.kill(self.pids[number], signal.SIGKILL)
        for number in numbers:
            _pid, status = os.waitpid(self.pids.pop(number), 0)
            killed += os.WIFSIGNALED(status)
        self.must_be_well()
        return killed

    def wait(self) -> None:
        for pid in self.pids.values():
            os.waitpid(pid, 0)
        self.pids.clear()
        self.must_be_well()

    def must_be_well(self) -> None:
        assert not self.trouble.exists(), self.trouble.read_text()[:5000]

    def journals(self) -> list[Journal]:
        return [Journal(self.journal(number)) for number in range(CLERKS)]


def settle() -> None:
    """Until PostgreSQL has ended what those who were killed had asked for."""
    end = time.monotonic() + 20
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    while connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"{others} AND backend_type = 'client backend'")
            if cursor.fetchone() == (0,):
                return
        assert time.monotonic() < end, "PostgreSQL still works for a process that was killed"
        time.sleep(0.02)


def examine(office: Office, *, at_rest: bool) -> None:
    settle()
    found = list(troubles([act for one in office.journals() for act in one.acts.values()], at_rest=at_rest))
    assert not found, "\n".join(found[:20])


def open_day(folder: Path, *, kills: int, invoices: int, seed: int) -> dict[str, object]:
    """Work and kill until both numbers are reached; what was told."""
    rng = random.Random(seed)
    olga = fill(invoices + invoices // 4, rng)
    client = Client()
    client.force_login(olga)
    cookie = (settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert (
        client.get("/deals/1/invoice", headers={"host": "127.0.0.1"}).status_code == 200
    )  # what is loaded once, is there
    office = Office(folder, cookie, seed)
    began, killed, step = time.monotonic(), 0, max(2, ACTS_PER_INVOICE * invoices // max(kills, 1))
    while killed < kills:
        for number in range(CLERKS):
            office.hire(number)
        for _life in range(rng.randint(0, 6)):
            office.wait_for(rng.randint(1, step))
            one = rng.randrange(CLERKS)
            killed += office.kill([one])
            office.hire(one)
        office.wait_for(rng.randint(1, step))
        killed += office.kill(list(office.pids))
        examine(office, at_rest=False)
        tell(f"{killed} kills, {Invoice.objects.count()} invoices and credit notes")
    worked = time.monotonic()
    for number in range(CLERKS):
        office.hire(number, target=invoices)
    office.wait()
    examine(office, at_rest=True)
    journals = office.journals()
    acts = [act for one in journals for act in one.acts.values()]
    return {
        "kills": killed,
        "acts": Counter(f"{act.kind} {act.outcome}" for act in acts),
        "invoices": Invoice.objects.exclude(kind="credit").count(),
        "repeated": sum(one.repeated for one in journals),
        "busy": sum(one.busy for one in journals),
        "seconds": round(time.monotonic() - began),
        "seconds_without_kills": round(time.monotonic() - worked),
    }


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    words = argparse.ArgumentParser()
    words.add_argument("--folder", type=Path, required=True)
    words.add_argument("--kills", type=int, default=20)
    words.add_argument("--invoices", type=int, default=1000)
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    told = open_day(given.folder, kills=given.kills, invoices=given.invoices, seed=given.seed)
    tell(json.dumps(told))


if __name__ == "__main__":
    main()
