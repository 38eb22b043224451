"""What an amount is worth in the base currency, at the last rate known on its day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
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
    rate = rate_on(money.currency, day or clock.today("UTC"))
    return None if rate is None else (money.amount * rate).quantize(Decimal("0.0001"))


def rate_on(currency: str, day: date) -> Decimal | None:
    """The last rate known on that day; asked once for each currency and day inside `rates_kept`."""
    kept = _kept.get()
    if kept is None:
        return ask(currency, day)
    if (currency, day) not in kept:
        kept[currency, day] = ask(currency, day)
    return kept[currency, day]


def ask(currency: str, day: date) -> Decimal | None:
    rates = ExchangeRate.objects.filter(currency=currency, day__lte=day).order_by("-day")
    return rates.values_list("rate", flat=True).first()


_kept: ContextVar[dict[tuple[str, date], Decimal | None] | None] = ContextVar("rates", default=None)


@contextmanager
def rates_kept() -> Iterator[None]:
    """Remember rates while many amounts are valued together; as long as one transaction, so that a new rate is seen by the next."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)
