"""First figures of list, board, card and save: milliseconds of the whole page, its queries, and the ratio to the bare SQL of the same rows."""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402 - Django must be set up first
from django.test import Client  # noqa: E402 - Django must be set up first
from django.test.utils import CaptureQueriesContext  # noqa: E402 - Django must be set up first

from bench import stock  # noqa: E402 - Django must be set up first
from daftar.crm.models import Deal  # noqa: E402 - Django must be set up first

TIMES = 15
BARE = "SELECT * FROM crm_deal WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 51"


def milliseconds(act: Callable[[], Any], times: int = TIMES) -> float:
    """Median of some runs, after one to warm up."""
    act()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.fetchall()


def page(client: Client, address: str) -> Callable[[], Any]:
    def get() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            sys.exit(f"{address} answered {answer.status_code}")

    return get


def saving(client: Client, deal_id: int) -> Callable[[], Any]:
    count = iter(range(10_000_000))

    def post() -> None:
        answer = client.post(f"/deals/{deal_id}/field/comments", {"comments": f"word {next(count)}"})
        if answer.status_code >= 400:
            sys.exit(f"saving answered {answer.status_code}")

    return post


def far_page(client: Client) -> str:
    """Address of a page in the middle of the list, by the mark of its last row."""
    from daftar.records.query.paging import Cursor

    total = Deal.objects.count()
    row = Deal.objects.order_by("-created_at", "-id")[total // 2]
    return f"/deals/?after={Cursor(row.created_at, row.pk)}"


def acts(client: Client) -> dict[str, Callable[[], Any]]:
    deal = Deal.objects.order_by("id").first()
    assert deal is not None
    return {
        "list, first page": page(client, "/deals/"),
        "list, middle page": page(client, far_page(client)),
        "list, one owner by amount": page(client, f"/deals/?owner={deal.owner_id}&sort=-amount"),
        "list, search": page(client, "/deals/?q=router"),
        "board": page(client, "/deals/board/"),
        "card": page(client, f"/deals/{deal.pk}/"),
        "save one field": saving(client, deal.pk),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    boss = stock.fill(given.rows)
    print(f"{given.rows:,} deals made in {time.perf_counter() - began:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(boss)
    yardstick = milliseconds(bare)
    print(f"{'':28}{'ms':>9}{'queries':>9}{'ratio':>8}")
    print(f"{'bare SQL of 51 rows':28}{yardstick:9.2f}{1:9}{1:8.1f}")
    for name, act in acts(client).items():
        if given.name and given.name not in name:
            continue
        with CaptureQueriesContext(connection) as seen:
            act()
        queries = len(seen)
        taken = milliseconds(act)
        print(f"{name:28}{taken:9.2f}{queries:9}{taken / yardstick:8.1f}")


if __name__ == "__main__":
    main()
