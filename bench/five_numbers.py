"""The five numbers of a page of fifty products, and what a product's card asks, with 100,000 products and fifty moves of each.

The rows are made by the database itself. `--rows` is the number of moves.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django must be set up first
from django.db import connection, reset_queries  # noqa: E402 - Django must be set up first

from bench import imports  # noqa: E402 - Django must be set up first
from daftar.access.models import Installation, Role, User  # noqa: E402 - Django must be set up first
from daftar.catalogue.models import Expected, Product, StockLevel, StockMove, Warehouse  # noqa: E402 - Django must be set up first
from daftar.catalogue.stock import doors  # noqa: E402 - Django must be set up first
from daftar.catalogue.stock.promise import promises  # noqa: E402 - Django must be set up first
from daftar.records.schema import current_schema  # noqa: E402 - Django must be set up first

AIM_MS, PAGE, TIMES, EACH, STEP = 30, 50, 200, 50, 100_000
"""Milliseconds; products of a page; how often it is asked; moves of a product; rows of one statement."""


def many(model: Any, count: int, words: Mapping[str, str], first: int = 0) -> None:
    """`count` copies of the one row of a table; `words` are SQL for columns, where `n.x` counts from `first`."""
    table = model._meta.db_table
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key]
    taken = ", ".join(words.get(column, f't."{column}"') for column in columns)
    named = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        for start in range(first, first + count, STEP):
            end = min(start + STEP, first + count) - 1
            numbers = (
                f"SELECT x FROM generate_series({start}, {end}) AS g(x)"
                if connection.vendor == "postgresql"
                else f"WITH RECURSIVE c(x) AS (VALUES({start}) UNION ALL SELECT x + 1 FROM c WHERE x < {end}) SELECT x FROM c"
            )
            cursor.execute(
                f'INSERT INTO "{table}" ({named}) SELECT {taken} FROM ({numbers}) AS n, (SELECT * FROM "{table}" ORDER BY id LIMIT 1) AS t'
            )


def fill(moves: int) -> User:
    """A company with goods in two warehouses; moves, levels, and something expected of every tenth product."""
    Installation.objects.update_or_create(pk=1, defaults={"name": "Bench", "currency": "USD"})
    boss = User.objects.create_user("boss@bench.example", "a long word 17", name="Boss", role=Role.OWNER)
    first = (
        doors.default_warehouse()
        if Warehouse.objects.exists()
        else Warehouse.objects.create(name="Main", is_default=True)
    )
    second = Warehouse.objects.create(name="Far")
    products = max(PAGE, moves // EACH)
    one = Product.objects.create(name="Product 0", code="P0")
    many(Product, products - 1, {"name": "'Product ' || n.x", "code": "'P' || n.x"}, first=1)
    StockMove.objects.create(kind="receipt", product=one, warehouse=first, quantity=Decimal(1))
    place = f"CASE WHEN n.x % 3 = 0 THEN {second.pk} ELSE {first.pk} END"
    many(
        StockMove,
        moves - 1,
        {"product_id": f"{one.pk} + n.x % {products}", "warehouse_id": place, "quantity": "1 + n.x % 7"},
        first=1,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{StockLevel._meta.db_table}" (product_id, warehouse_id, on_hand, reserved, on_order) '  # names of our tables
            f'SELECT product_id, warehouse_id, sum(quantity), 0, 0 FROM "{StockMove._meta.db_table}" GROUP BY product_id, warehouse_id'
        )
    Expected.objects.create(product=one, warehouse=first, quantity=Decimal(5), about_type="purchase_order", about_id=1)
    many(Expected, products // 10 - 1, {"product_id": f"{one.pk} + n.x * 10", "about_id": "n.x + 1"}, first=1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return boss


def spread(act: Callable[[list[int]], Any], first: int, count: int, size: int) -> tuple[float, float, float]:
    """(half, 95 of 100, processor) in milliseconds, each time with other products."""
    chance, taken, worked = random.Random(17), [], 0.0  # no secret
    for _n in range(TIMES):
        ids = [first + chance.randrange(count) for _m in range(size)]
        began, before = time.perf_counter(), time.process_time()
        act(ids)
        worked += time.process_time() - before
        taken.append((time.perf_counter() - began) * 1000)
        reset_queries()
    taken.sort()
    return taken[TIMES // 2], taken[TIMES * 95 // 100], worked / TIMES * 1000


def measured(boss: User) -> list[str]:
    """Print a line for each figure; those that miss their aim."""
    first, count = Product.objects.order_by("pk").values_list("pk", flat=True)[0], Product.objects.count()
    place = doors.default_warehouse()
    current_schema()
    acts: dict[str, tuple[Callable[[list[int]], Any], int, int]] = {
        f"five numbers of {PAGE} products": (lambda ids: doors.five_numbers(ids), PAGE, AIM_MS),
        "the same in one warehouse": (lambda ids: doors.five_numbers(ids, place), PAGE, AIM_MS),
        f"promises of {PAGE} products": (promises, PAGE, 0),
        "last moves of a product": (
            lambda ids: list(StockMove.objects.filter(product=ids[0]).order_by("-at", "-id")[:5]),
            1,
            0,
        ),
        "one receipt of three products": (
            lambda ids: doors.receive([doors.Item(id_, Decimal(1)) for id_ in ids], by=boss),
            3,
            0,
        ),
    }
    failed = []
    for words, (act, size, aim) in acts.items():
        half, most, worked = spread(act, first, count, size)
        said = f"   {imports.verdict(most <= aim, f'≤ {aim} ms')}" if aim else ""
        print(f"{words:34}{half:8.1f} ms half {most:8.1f} ms 95 of 100{said}   processor {worked:.1f} ms", flush=True)
        failed += [words] if aim and most > aim else []
    return failed


def told(began: float) -> None:
    """Print what was made since then."""
    size = f"{Product.objects.count():,} products, {StockMove.objects.count():,} moves, {StockLevel.objects.count():,} levels"
    print(f"{size} made in {time.perf_counter() - began:.0f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--name", default="")
    given = parser.parse_args()
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    boss = fill(given.rows)
    told(began)
    if failed := measured(boss):
        raise SystemExit(f"slower than its aim: {', '.join(failed)}")


if __name__ == "__main__":
    main()
