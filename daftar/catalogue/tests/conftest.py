from __future__ import annotations

from decimal import Decimal

import pytest

from daftar.catalogue.models import Product, Unit, Warehouse
from daftar.catalogue.stock import doors
from daftar.crm.tests.conftest import at, shop  # noqa: F401  # the cast, a signed-in browser
from daftar.records import writing


class Yard:
    """Two warehouses and goods in them."""

    def __init__(self, shop) -> None:  # noqa: F811  # the fixture
        self.shop = shop
        self.main = doors.default_warehouse()
        self.far = Warehouse.objects.create(name="Far")
        self.piece = Unit.objects.filter(decimals=0).first()
        self.metre = Unit.objects.filter(decimals=2).first()

    def product(self, name="Drill", there=0, **values):
        made = writing.create(
            self.shop.type("product"), {"name": name, "unit": self.piece.pk, **values}, by=self.shop.olga, via="page"
        )
        if there:
            self.receive((made, there), kind="opening")
        return made

    def items(self, *pairs):
        return [
            doors.Item(product.pk, Decimal(str(quantity)), key=str(n)) for n, (product, quantity) in enumerate(pairs)
        ]

    def receive(self, *pairs, **more):
        doors.receive(self.items(*pairs), by=self.shop.olga, **more)

    def numbers(self, product, warehouse=None):
        """(on hand, reserved, available, on order, missing)"""
        five = doors.five_numbers([product.pk], warehouse)[product.pk]
        kept = Product.objects.get(pk=product.pk)
        if warehouse is None:
            sums = (
                kept.stock_on_hand,
                kept.stock_reserved,
                kept.stock_available,
                kept.stock_on_order,
                kept.stock_missing,
            )
            assert sums == (five.on_hand, five.reserved, five.available, five.on_order, five.missing)
        return tuple(int(n) for n in (five.on_hand, five.reserved, five.available, five.on_order, five.missing))


@pytest.fixture
def yard(shop):  # noqa: F811  # the fixture
    return Yard(shop)
