"""What a product costs this client, so many of it, on this day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Q

from daftar.catalogue.models import PriceItem, PriceList, Product
from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.formats import current
from daftar.kernel.money import Money
from daftar.records.rates import in_base, rate_on


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. Units: `quantity` in the product's own unit."""

    product_id: int
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Price:
    """Shapes: `amount` of one unit, None where there is no price or no rate; `list_id` and `list_name` say which list it
    is from (None: the product's own price); `from_quantity` is the step that counted.
    """

    amount: Decimal | None
    includes_tax: bool = False
    list_id: int | None = None
    list_name: str = ""
    from_quantity: Decimal = Decimal(0)


def prices_for(
    asks: Sequence[Ask], *, currency: str, day: date, client_group: str = "", price_list: int | None = None
) -> list[Price]:
    """The price of each ask, in order; three queries, however many they are.

    Shapes: `price_list` is asked first where somebody chose one, also when it is for another group; one whose time is
    over never counts. The first list that knows the product counts: lists by their position, of equal ones those for the
    client's group first. A list knows a product that has an item in it (the largest step that the quantity reaches) or,
    where the list changes all prices, that has a sales price.
    """
    ids = {ask.product_id for ask in asks}
    products = {p.pk: p for p in Product.objects.filter(pk__in=ids)}
    lists = lists_in_force(currency, day, client_group, price_list)
    items = items_of(lists, ids)
    return [price_in(lists, items, products.get(ask.product_id), ask, currency, day) for ask in asks]


def lists_in_force(currency: str, day: date, client_group: str, price_list: int | None = None) -> list[PriceList]:
    """Price lists in this currency that hold on the day, in the order in which they are asked."""
    for_client = Q(client_group="") | Q(client_group=client_group) | Q(pk=price_list)
    rows = PriceList.objects.filter(
        for_client,
        Q(starts_on=None) | Q(starts_on__lte=day),
        Q(ends_on=None) | Q(ends_on__gte=day),
        deleted_at=None, is_active=True, currency=currency,
    )  # fmt: skip
    return sorted(rows, key=lambda one: (one.pk != price_list, one.position, not one.client_group, one.pk))


Items = dict[tuple[int, int], list[PriceItem]]


def items_of(lists: Iterable[PriceList], product_ids: Collection[int]) -> Items:
    """(list, product) → items, the largest step first."""
    found: Items = {}
    rows = PriceItem.objects.filter(price_list__in=[one.pk for one in lists], product__in=product_ids, deleted_at=None)
    for item in rows.order_by("-min_quantity", "-id"):
        found.setdefault((item.price_list_id, item.product_id), []).append(item)
    return found


def price_in(
    lists: Iterable[PriceList], items: Items, product: Product | None, ask: Ask, currency: str, day: date
) -> Price:
    if product is None:
        return Price(None)
    own = own_price(product, currency, day)
    for one in lists:
        steps = items.get((one.pk, product.pk), ())
        step = next((s for s in steps if s.min_quantity <= ask.quantity), None)
        if step is not None:
            return Price(step.price, one.includes_tax, one.pk, one.name, step.min_quantity)
        if one.change_percent is not None and own is not None:
            changed = to_coin(own * (100 + one.change_percent) / 100, currency)
            return Price(changed, product.price_includes_tax, one.pk, one.name)
    return Price(own, product.price_includes_tax)


def own_price(product: Product, currency: str, day: date) -> Decimal | None:
    """The product's sales price in the currency, at the rate of the day; None without a price or a rate."""
    if product.price is None:
        return None
    return converted(Money(product.price, product.price_currency), currency, day)


def converted(money: Money, currency: str, day: date) -> Decimal | None:
    """The amount in another currency by way of the base currency, to the coin; None while a rate is missing."""
    if money.currency == currency:
        return money.amount
    base = in_base(money, day)
    rate = Decimal(1) if currency == current().currency else rate_on(currency, day)
    return None if base is None or not rate else to_coin(base / rate, currency)


def to_coin(amount: Decimal, currency: str) -> Decimal:
    """Rounded half up to the smallest coin of the currency."""
    return amount.quantize(Decimal(1).scaleb(-CURRENCIES[currency].minor_units), ROUND_HALF_UP)
