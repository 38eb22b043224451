"""Whatever is done in whatever order: the five numbers are those of the ledger and the holds. DAFTAR_ACTS=10000 does so many."""

import os
import random
from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from daftar.catalogue.models import Expected, Hold, Product, StockLevel, StockMove
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.promise import share_out
from daftar.kernel.errors import Conflict, Invalid

ACTS = int(os.environ.get("DAFTAR_ACTS", "600"))
EVERY = 100
D = Decimal


class Books:
    """Random acts upon a few products in two warehouses."""

    def __init__(self, shop, yard, seed):
        self.yard, self.by, self.chance = yard, shop.olga, random.Random(seed)
        self.goods = [yard.product(f"P{n}", unit=yard.metre.pk if n % 2 else yard.piece.pk) for n in range(5)]
        self.done = self.refused = 0

    def items(self, most=9):
        some = self.chance.sample(self.goods, self.chance.randint(1, 3))
        return [doors.Item(p.pk, D(self.chance.randint(-1, most)), key=str(self.chance.randint(0, 2))) for p in some]

    def about(self, kind="deal"):
        return kind, self.chance.randint(1, 4)

    def act(self):
        place = self.chance.choice([self.yard.main, self.yard.far])
        other = self.yard.far if place == self.yard.main else self.yard.main
        by, once = self.by, self.chance.choice(["", "", f"k{self.chance.randint(0, 40)}"])
        acts = [
            lambda: doors.receive(self.items(30), by=by, warehouse=place, once=once),
            lambda: doors.ship(self.items(), by=by, warehouse=place, once=once),
            lambda: doors.transfer(self.items(), by=by, source=place, target=other, once=once),
            lambda: doors.write_off(self.items(), by=by, reason="lost", warehouse=place, once=once),
            lambda: doors.count(self.items(20), by=by, warehouse=place, once=once),
            lambda: doors.hold(self.items(), by=by, about=self.about(), warehouse=place),
            lambda: doors.hold(self.items(), by=by, about=self.about(), warehouse=place),
            lambda: doors.release(self.chance.choice([None, self.items()]), by=by, about=self.about()),
            lambda: doors.ship_held(self.items(), by=by, about=self.about(), once=once),
            lambda: doors.expect(self.items(40), about=self.about("purchase_order"), warehouse=place),
            lambda: doors.arrive(self.items(30), by=by, about=self.about("purchase_order"), warehouse=place, once=once),
        ]
        try:
            self.chance.choice(acts)()
            self.done += 1
        except (Invalid, Conflict):
            self.refused += 1

    def check(self):
        """The counters of each level and product, against sums of what lies behind them."""
        for product in Product.objects.filter(pk__in=[p.pk for p in self.goods]):
            for place in (self.yard.main, self.yard.far):
                here = {"product": product.pk, "warehouse": place.pk}
                level = StockLevel.objects.filter(**here).first() or StockLevel()
                assert level.on_hand == total(StockMove.objects.filter(**here))
                assert level.reserved == total(Hold.objects.filter(**here, state="in_force", deleted_at=None))
                assert level.on_order == total(Expected.objects.filter(**here))
                assert level.on_hand >= 0
            assert product.stock_on_hand == total(StockMove.objects.filter(product=product.pk))
            assert product.stock_reserved == total(Hold.objects.filter(product=product.pk, state="in_force"))
            assert product.stock_available == product.stock_on_hand - product.stock_reserved
            assert product.stock_on_order == total(Expected.objects.filter(product=product.pk))
            assert product.stock_missing == max(product.stock_wanted - product.stock_available, 0)


def total(rows):
    return rows.aggregate(sum=Sum("quantity"))["sum"] or 0


@pytest.mark.parametrize("seed", range(2))
def test_the_numbers_are_those_of_the_ledger(shop, yard, seed):
    books = Books(shop, yard, seed)

    for n in range(ACTS // 2):
        books.act()
        if n % EVERY == 0:
            books.check()

    books.check()
    assert books.done > ACTS // 10
    assert books.refused > ACTS // 10


amounts = st.integers(1, 50).map(D)


@given(st.lists(amounts, max_size=8), st.integers(-20, 60).map(D), st.lists(amounts, max_size=5))
def test_nothing_is_promised_twice_and_the_first_come_first(wanted, available, coming):
    promised = share_out(wanted, available, [(None, much) for much in coming])

    for want, promise in zip(wanted, promised, strict=True):
        assert promise.now + sum((much for _day, much in promise.later), D(0)) + promise.nobody == want
    there = max(available, D(0))
    assert sum((p.now for p in promised), D(0)) == min(sum(wanted, D(0)), there)
    assert sum((m for p in promised for _d, m in p.later), D(0)) <= sum(coming, D(0))
    given_out = sum(wanted, D(0)) - sum((p.nobody for p in promised), D(0))
    assert given_out == min(sum(wanted, D(0)), there + sum(coming, D(0)))
    waits = [p.nobody > 0 for p in promised]
    assert waits == sorted(waits)
