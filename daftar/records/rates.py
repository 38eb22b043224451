"""What an amount is worth in the base currency, at the last rate known on its day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from daftar.kernel import clock
from daftar.kernel.formats import current
from daftar.kernel.money import Money
from daftar.records.models import ExchangeRate


def in_base(money: Money, day: date | None = None, base: str = "") -> Decimal | None:
    """The amount in the base currency, or None while no rate is known; such amounts are counted apart in sums.

    Units: `day` is the day whose rate counts, today by default; the result has four decimal places.
    """
    if money.currency == (base or current().currency):
        return money.amount
    day = day or clock.today("UTC")
    rate = (
        ExchangeRate.objects.filter(currency=money.currency, day__lte=day)
        .order_by("-day")
        .values_list("rate", flat=True)
        .first()
    )
    return None if rate is None else (money.amount * rate).quantize(Decimal("0.0001"))
