"""What an act on many records costs: 10,000 deals given to somebody and taken back, beside the same change in bare SQL.

The longest write transaction is how long anybody else may have to wait for one batch: from the statement that takes the lock to the commit.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection  # noqa: E402 - Django must be set up first

from bench import stock  # noqa: E402 - Django must be set up first
from daftar.access.models import User  # noqa: E402 - Django must be set up first
from daftar.crm.models import Deal  # noqa: E402 - Django must be set up first
from daftar.records.bulk import runs  # noqa: E402 - Django must be set up first
from daftar.records.bulk.runs import Picked  # noqa: E402 - Django must be set up first
from daftar.records.models import BulkRun  # noqa: E402 - Django must be set up first
from daftar.records.reading import visible  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first

MANY = 10_000
BARE = """UPDATE crm_deal SET owner_id = %s, version = version + 1, changed_at = CURRENT_TIMESTAMP
WHERE id IN (SELECT id FROM crm_deal ORDER BY id LIMIT {})"""


def seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def longest() -> Iterator[list[float]]:
    """How long each batch took, from its beginning to its commit."""
    taken: list[float] = []
    real = runs.next_batch

    def timed(run_id: int, size: int) -> bool:
        began = time.perf_counter()
        try:
            return real(run_id, size)
        finally:
            taken.append(time.perf_counter() - began)

    with patch.object(runs, "next_batch", timed):
        yield taken


def bare(taker: User, many: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE.format(many), [taker.pk])


def told(name: str, taken: float, many: int, batches: list[float], yardstick: float) -> None:
    hold = f"{max(batches):9.2f}" if batches else f"{'':9}"
    print(f"{name:38}{taken:9.2f}{taken / many * 1e6:9.0f}{hold}{taken / yardstick:8.1f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    boss = stock.fill(given.rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    many = min(MANY, given.rows)
    taker, other = User.objects.filter(name__startswith="Seller ").order_by("pk")[:2]
    yardstick = seconds(lambda: bare(other, many))
    print(f"{'':38}{'s':>9}{'µs a row':>9}{'longest':>9}{'ratio':>8}")
    told("bare UPDATE", yardstick, many, [], yardstick)
    type_ = current_schema().type("deal")
    stage = type_.pipelines[0].stages[1].id
    with patch.object(runs, "queue"), patch.object(runs, "AT_ONCE", 0):
        run = measure("give to somebody", type_, "owner", {"owner": taker.pk}, boss, many, yardstick)
        undo("take it back", run, boss, many, yardstick)
        run = measure(
            "move to a stage, and a tag", type_, "change", {"stage": stage, "tags": ["fair"]}, boss, many, yardstick
        )
        undo("take it back", run, boss, many, yardstick)
        picked = Picked(visible(type_, boss))
        frozen = seconds(lambda: runs.begin(type_, "owner", {"owner": taker.pk}, picked, by=boss))
        told(f"freeze {given.rows:,} rows", frozen, given.rows, [frozen], yardstick)


def measure(
    name: str, type_: Any, act: str, values: dict[str, Any], boss: User, many: int, yardstick: float
) -> BulkRun:
    ids = Deal.objects.order_by("pk").values("pk")[:many]
    run = runs.begin(type_, act, values, Picked(visible(type_, boss).filter(pk__in=ids)), by=boss)
    carried(name, run, many, yardstick)
    return run


def undo(name: str, run: BulkRun, boss: User, many: int, yardstick: float) -> None:
    carried(name, runs.begin_undo(run.change_set, by=boss), many, yardstick)


def carried(name: str, run: BulkRun, many: int, yardstick: float) -> None:
    with longest() as batches:
        taken = seconds(lambda: runs.carry_out(run.pk))
    run.refresh_from_db()
    told(f"{name} ({run.done:,} done)", taken, many, batches, yardstick)
    if run.state != "done":
        sys.exit(f"{name} ended as {run.state}: {run.problem}")


if __name__ == "__main__":
    main()
