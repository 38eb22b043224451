"""The hardware shop sells: goods with a tax, and a deal with lines."""

from __future__ import annotations

from decimal import Decimal
from itertools import count

import pytest

from daftar.catalogue.models import TaxClass, Unit
from daftar.crm.tests.conftest import Shop, at, shop  # noqa: F401  # the cast, a signed-in browser
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.tests.yard import Yard

USD = "USD"


def usd(amount):
    return Money(Decimal(str(amount)), USD)


def with_tax(net):
    """With 20 % on top, to the coin."""
    return usd((net * Decimal("1.2")).quantize(Decimal("0.01")))


class Store:
    """What is sold, and deals of Sara's with lines."""

    def __init__(self, shop) -> None:  # noqa: F811  # the fixture
        self.shop = shop
        self.codes = count(1)
        self.piece = Unit.objects.filter(decimals=0).first() or Unit.objects.create(name="piece", symbol="pc")
        self.tax = TaxClass.objects.create(name="VAT 20 %", percent=Decimal(20), is_default=True)
        self.alvand = shop.make("company", name="Alvand Tools", legal_name="Alvand Tools Ltd", tax_id="4711")
        self.ali = shop.make("contact", name="Ali Rezaei")

    def product(self, name="GTX Plus Pro", price=100, **values):
        given = {
            "name": name, "code": f"P{next(self.codes)}", "price": usd(price), "unit": self.piece.pk, "tax_class": self.tax.pk,
            "cost": usd(Decimal(str(price)) / 2), **values,
        }  # fmt: skip
        return self.shop.make("product", by=self.shop.olga, **given)

    def deal(self, *lines, by=None, currency=USD, **values):
        """A deal with (name or product, quantity, price) lines of 20 % tax, without it in the price."""
        given = {"company": self.alvand.pk, "contact": self.ali.pk, **values}
        deal = self.shop.deal(by=by, **given)
        SaleTerms.objects.create(deal=deal, currency=currency)
        self.add(deal, *lines)
        return deal

    def add(self, deal, *lines):
        """More lines for a deal."""
        type_ = self.shop.type("deal_line")
        place = DealLine.objects.filter(deal=deal).count()
        derived = [self.line(deal, place + n, *line) for n, line in enumerate(lines, start=1)]
        made = writing.create_many(type_, [{} for _ in derived], by=self.shop.olga, via="demo", derived=derived)
        assert not any(isinstance(one, Exception) for one in made), made
        return made

    def line(self, deal, place, what, quantity=1, price=100, **more):
        net = Decimal(str(quantity)) * Decimal(str(price))
        named = (
            {"name": what}
            if isinstance(what, str)
            else {"name": what.name, "product": what.pk, "code": what.code, "cost": usd(what.cost)}
        )
        return {
            "deal": deal.pk, "position": place, "quantity": Decimal(str(quantity)), "price": usd(price), "unit": "pc", "factor": Decimal(1),
            "tax_name": "VAT 20 %", "tax_percent": Decimal(20), "net": usd(net), "gross": with_tax(net), **named, **more,
        }  # fmt: skip

    def lines(self, deal):
        return list(DealLine.objects.filter(deal=deal.pk, deleted_at=None).order_by("position"))

    def change(self, line, by=None, **values):
        """Change a line, and what it comes to with it."""
        quantity, price = values.get("quantity", line.quantity), values.get("price", line.price)
        net = Decimal(str(quantity)) * Decimal(str(price))
        derived = {
            "quantity": Decimal(str(quantity)), "price": usd(price), "net": usd(net), "gross": with_tax(net),
        }  # fmt: skip
        fresh = DealLine.objects.get(pk=line.pk)
        writing.derive(self.shop.type("deal_line"), fresh, derived, by=by or self.shop.sara, via="page")
        return fresh


@pytest.fixture
def store(shop):  # noqa: F811  # the fixture
    return Store(shop)


@pytest.fixture
def yard(shop, store):  # noqa: F811  # the fixture
    return Yard(shop, store)
