"""What a product costs today in each list that is in force, and what one client would pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.catalogue.models import PriceList, Product
from daftar.catalogue.prices import Ask, Price, items_of, own_price, prices_for, to_coin
from daftar.kernel.formats import Formats


@dataclass(frozen=True, slots=True)
class ListPrices:
    """Shapes: `steps` are (from how many, price), the smallest first."""

    price_list: PriceList
    steps: tuple[tuple[Decimal, Decimal], ...]


def in_force(day: date) -> list[PriceList]:
    """All price lists that hold on the day, in the order in which they are asked."""
    rows = PriceList.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day),
        Q(ends_on=None) | Q(ends_on__gte=day),
        deleted_at=None,
        is_active=True,
    )
    return sorted(rows, key=lambda one: (one.position, not one.client_group, one.pk))


def prices_today(product: Product, day: date) -> list[ListPrices]:
    """The lists that know the product, with its price at each step; two queries, and one for rates of other currencies."""
    lists = in_force(day)
    items = items_of(lists, [product.pk])
    found: list[ListPrices] = []
    for one in lists:
        steps = [
            (item.min_quantity, item.price)
            for item in reversed(items.get((one.pk, product.pk), ()))
            if item.price is not None
        ]
        if one.change_percent is not None and (not steps or steps[0][0] > 0):
            own = own_price(product, one.currency, day)
            if own is not None:
                steps.insert(0, (Decimal(0), to_coin(own * (100 + one.change_percent) / 100, one.currency)))
        if steps:
            found.append(ListPrices(one, tuple(steps)))
    return found


def client_price(product_id: int, quantity: Decimal, *, currency: str, day: date, client_group: str = "") -> Price:
    """What a client of the group pays for one when buying so many."""
    return prices_for([Ask(product_id, quantity)], currency=currency, day=day, client_group=client_group)[0]


def state_of(one: PriceList, day: date, formats: Formats) -> tuple[str, str]:
    """(whether a list holds, as words; its tone)."""
    if not one.is_active:
        return _("not in use"), "quiet"
    if one.starts_on and one.starts_on > day:
        return _("from %(day)s") % {"day": formats.date(one.starts_on)}, "accent"
    if one.ends_on and one.ends_on < day:
        return _("ended %(day)s") % {"day": formats.date(one.ends_on)}, "warn"
    return _("in force"), "ok"


def currencies_asked(product: Product, lists: Sequence[PriceList], base: str) -> list[str]:
    """Currencies in which somebody may ask for a price: the product's own first."""
    return list(
        dict.fromkeys(code for code in (product.price_currency, base, *(one.currency for one in lists)) if code)
    )
