"""A deal without lines, goods to sell, and a rate of another currency. Run inside the product; prints the address of the deal's lines."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count

from daftar.access.models import User
from daftar.catalogue.models import TaxClass, Unit
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.models import ExchangeRate
from daftar.records.schema import current_schema
from daftar.sales.models import DealLine
from tests.browser.company import PEOPLE

GOODS = (
    ("GTX Plus Pro", "GTX-1", "4006381333931", "100"),
    ("Installation", "WORK", "", "49.90"),
    ("Case of steel", "CASE-7", "", "25"),
)


def make(language: str = "en") -> None:
    olga = User.objects.get(email=PEOPLE[language])
    goods(olga)
    deal = writing.create(current_schema().type("deal"), {"name": "Machines for Alvand"}, by=olga, via="page")
    print(f"/deals/{deal.pk}/lines/")  # noqa: T201 - read by the test


def goods(olga: User) -> None:
    piece = Unit.objects.filter(decimals=0).first() or Unit.objects.create(name="piece", symbol="pc")
    vat, _made = TaxClass.objects.get_or_create(name="VAT 20 %", defaults={"percent": Decimal(20), "is_default": True})
    TaxClass.objects.get_or_create(name="VAT 9 %", defaults={"percent": Decimal(9)})
    ExchangeRate.objects.get_or_create(currency="EUR", day=dt.date(2020, 1, 1), defaults={"rate": Decimal("1.25")})
    type_ = current_schema().type("product")
    for name, code, barcode, price in GOODS:
        if not type_.model.objects.filter(code=code).exists():
            values = {"name": name, "code": code, "barcode": barcode, "price": Money(Decimal(price), "USD")}
            writing.create(type_, values | {"unit": piece.pk, "tax_class": vat.pk}, by=olga, via="page")


def saved(address: str) -> None:
    """Prints the stored lines and the amount of the deal."""
    deal = int(address.split("/")[2])
    for line in DealLine.objects.filter(deal=deal, deleted_at=None).order_by("position").select_related("deal"):
        words = (
            line.name,
            f"{line.quantity.normalize():f}",
            line.gross,
            line.group,
            line.is_optional,
            line.deal.amount,
        )
        print("|".join(map(str, words)))  # noqa: T201 - read by the test


def many(number: int) -> None:
    """A deal with so many lines."""
    olga = User.objects.get(email=PEOPLE["en"])
    deal = writing.create(current_schema().type("deal"), {"name": "Many lines"}, by=olga, via="page")
    products, places = list(current_schema().type("product").model.objects.filter(deleted_at=None)), count(1)
    rows = [
        {
            "deal": deal.pk, "position": next(places), "name": products[n % len(products)].name, "product": products[n % len(products)].pk,
            "quantity": Decimal(n + 1), "price": Money(Decimal("9.99"), "USD"), "factor": Decimal(1), "unit": "pc",
            "tax_class": products[n % len(products)].tax_class_id, "tax_percent": Decimal(20),
        }
        for n in range(number)
    ]  # fmt: skip
    writing.create_many(current_schema().type("deal_line"), [{} for _ in rows], by=olga, via="demo", derived=rows)
    print(f"/deals/{deal.pk}/lines/")  # noqa: T201 - read by the test
