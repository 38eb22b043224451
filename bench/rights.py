"""What rights cost: the same pages of the same people with their rights and without any, and a rehearsal of a changed role."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402 - Django must be set up first

from bench import stock  # noqa: E402 - Django must be set up first
from bench.pages import milliseconds, page  # noqa: E402 - Django must be set up first
from daftar.access.grants import read  # noqa: E402 - Django must be set up first
from daftar.access.models import Department, Role, Share, User  # noqa: E402 - Django must be set up first
from daftar.access.standing import Standing  # noqa: E402 - Django must be set up first
from daftar.crm.models import Deal  # noqa: E402 - Django must be set up first
from daftar.records.rehearsal import Proposal, rehearse  # noqa: E402 - Django must be set up first

DEPARTMENTS, SHARED = 40, 200
PAGES = {
    "list": "/deals/",
    "list by amount": "/deals/?sort=-amount",
    "list, one stage": "/deals/?stage=open",
    "board": "/deals/board/",
}


def people(count: int) -> dict[str, User]:
    """The sellers of the stock spread over a tree of departments; one of each sort to look at pages with."""
    departments = []
    for n in range(DEPARTMENTS):
        parent = departments[(n - 1) // 4] if n else None
        departments.append(Department.objects.create(name=f"Department {n}", parent=parent))
    sellers = list(User.objects.filter(roles=["seller"]).order_by("pk"))
    for n, seller in enumerate(sellers):
        seller.department = departments[n % DEPARTMENTS]
    User.objects.bulk_update(sellers, ["department"])
    made = {
        "reader of all": User.objects.create_user(None, name="Reader", role="reader", department=departments[0]),
        "head of all": User.objects.create_user(None, name="Head", role="head", department=departments[0]),
        "head of one branch": User.objects.create_user(None, name="Branch", role="head", department=departments[1]),
        "seller": sellers[0],
        "seller with shares": sellers[1],
    }
    for row in Deal.objects.order_by("pk")[:SHARED]:
        Share.objects.create(type="deal", record_id=row.pk, user=sellers[1])
    return made


@contextmanager
def without_rights() -> Iterator[None]:
    """Everybody may everything, at no cost."""
    with (
        patch.object(Standing, "within", lambda self, rows, type_key, action: rows),
        patch.object(Standing, "reaches", lambda self, action, type_key, row: True),
        patch.object(Standing, "may_any", lambda self, action, type_key: True),
    ):
        yield


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    stock.fill(given.rows, sellers=300)
    cast = people(given.rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{given.rows:,} deals, {User.objects.count()} people in {DEPARTMENTS} departments")
    print(f"{'':44}{'with':>9}{'without':>9}{'ratio':>8}")
    for who, person in cast.items():
        client = Client()
        client.force_login(person)
        for name, address in PAGES.items():
            with_them = milliseconds(page(client, address))
            with without_rights():
                without = milliseconds(page(client, address))
            print(f"{who + ': ' + name:44}{with_them:9.1f}{without:9.1f}{with_them / without:8.2f}")
    wider = read({"types": {"*": {"see": "below", "change": "own"}}})
    began = time.perf_counter()
    told = rehearse(Proposal(roles={Role.SELLER: wider}))
    print(
        f"{'rehearsal of the seller role':44}{(time.perf_counter() - began) * 1000:9.0f} ms, {len(told.differences)} differences"
    )


if __name__ == "__main__":
    main()
