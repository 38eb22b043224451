"""A hundred buyers at once, with real threads and connections, on both databases; DAFTAR_ROUNDS=50 does it fifty times over."""

import os
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection, transaction

from daftar.catalogue.models import Expected, Hold, Product, StockMove
from daftar.catalogue.stock import doors, levels

BUYERS = 100
ROUNDS = int(os.environ.get("DAFTAR_ROUNDS", "2"))


def at_once(act, callers=BUYERS):
    """Run `act(n)` for each caller in threads that start together; answers, or that there was not enough.

    A database that takes fewer connections than there are callers serves them in as many threads as it takes, one after another in each.
    """
    threads = min(callers, room())
    start, answers = Barrier(threads), [None] * callers

    def some(first):
        try:
            start.wait(timeout=60)
            for n in range(first, callers, threads):
                try:
                    answers[n] = act(n)
                except doors.OutOfStock as short:
                    answers[n] = short
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(some, range(threads)))
    return answers


def room():
    """So many connections may be made at once."""
    if connection.vendor != "postgresql":
        return BUYERS
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('max_connections')::int - count(*) FROM pg_stat_activity")
        return max(2, min(BUYERS, int(cursor.fetchone()[0]) - 8))


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_buyers_of_ten_units_ten_get_one(shop, yard):
    for _round in range(ROUNDS):
        drill = yard.product(there=10)

        answers = at_once(
            lambda n, id_=drill.pk: doors.hold([doors.Item(id_, Decimal(1))], by=shop.olga, about=("deal", n + 1))
        )

        assert sum(isinstance(one, list) for one in answers) == 10
        assert sum(isinstance(one, doors.OutOfStock) for one in answers) == BUYERS - 10
        assert yard.numbers(drill) == (10, 10, 0, 0, 0)
        assert Hold.objects.filter(product=drill.pk, state="in_force").count() == 10


@pytest.mark.django_db(transaction=True)
def test_nobody_gets_a_part_and_nobody_waits_in_a_circle(shop, yard):
    """Two products, asked for in both orders."""
    drill, saw = yard.product(there=12), yard.product("Saw", there=10)

    def buy(n):
        pair = [doors.Item(drill.pk, Decimal(1)), doors.Item(saw.pk, Decimal(1))]
        doors.ship(pair if n % 2 else pair[::-1], by=shop.olga)

    answers = at_once(buy, 40)

    assert answers.count(None) == 10
    assert (yard.numbers(drill)[0], yard.numbers(saw)[0]) == (2, 0)
    assert StockMove.objects.filter(kind="shipment").count() == 20


@pytest.mark.django_db(transaction=True)
def test_the_same_delivery_told_twenty_times_at_once_comes_once(shop, yard):
    drill = yard.product()

    at_once(lambda n: doors.receive([doors.Item(drill.pk, Decimal(5))], by=shop.olga, once="delivery"), 20)

    assert yard.numbers(drill) == (5, 0, 5, 0, 0)
    assert StockMove.objects.filter(product=drill.pk).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_hold_is_released_once(shop, yard):
    drill = yard.product(there=10)
    doors.hold([doors.Item(drill.pk, Decimal(4))], by=shop.olga, about=("deal", 1))

    freed = at_once(lambda n: doors.release(by=shop.olga, about=("deal", 1)), 20)

    assert sum(freed) == 1
    assert Product.objects.get(pk=drill.pk).stock_reserved == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_who_stores_a_row_of_a_product_does_not_wait_for_who_moves_it(shop, yard):
    """PostgreSQL looks at what a row names when it commits: it would wait for the one who waits for it."""
    drill = yard.product(there=10)

    def expect():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return Expected.objects.create(
                product=drill, warehouse=yard.main, quantity=1, about_type="deal", about_id=1
            ).pk
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        levels.hold_still([drill.pk])

        assert pool.submit(expect).result(timeout=30)
