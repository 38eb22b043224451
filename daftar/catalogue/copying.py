"""A price list made of another one, and a whole section of products taken over into a list."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.catalogue.models import PriceItem, PriceList, Product
from daftar.catalogue.prices import own_price, to_coin
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import reading, writing
from daftar.records.models import ChangeSet
from daftar.records.rates import rates_kept
from daftar.records.schema import current_schema
from daftar.records.writing import made_before

MOST = 20_000
"""So many prices go from one list into another in one act."""
VIA = "page"


def changed(price: Decimal, currency: str, percent: Decimal, step: Decimal) -> Decimal:
    """The price changed by so many percent and rounded half up to a step (0: to the coin)."""
    raw = price * (100 + percent) / 100
    if step > 0:
        raw = (raw / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return to_coin(raw, currency)


def check(percent: Decimal, step: Decimal) -> None:
    """Errors: Invalid at the field."""
    if not -100 <= percent <= 900:
        raise Invalid(_("Write a number between -100 and 900."), field="percent")
    if step < 0:
        raise Invalid(_("This cannot be less than nothing."), field="step")


def copy_list(
    list_id: int, name: str, *, by: User, percent: Decimal = Decimal(0), step: Decimal = Decimal(0), once: str = ""
) -> PriceList:
    """A new list with the prices of another, changed by so many percent and rounded to a step.

    Shapes: the copy is not in use yet, so that nobody is asked its prices before it was looked at.
    Errors: Missing, NotAllowed, Invalid, Conflict when there are too many prices. Nothing is made when one is raised.
    """
    check(percent, step)
    type_, item_type = current_schema().type("price_list"), current_schema().type("price_item")
    source = cast(PriceList, reading.get(type_, list_id, by))
    if once and (first := made_before(type_, once, by)):
        return cast(PriceList, first)
    items = PriceItem.objects.filter(price_list=list_id, deleted_at=None).order_by("id")
    if items.count() > MOST:
        raise Conflict(_("This list has more than %(most)s prices. Export and import it instead.") % {"most": MOST})
    kept = ("currency", "client_group", "starts_on", "ends_on", "change_percent", "includes_tax", "position")
    values = {key: type_[key].get(source) for key in kept} | {"name": name, "is_active": False}
    with transaction.atomic():
        set_ = ChangeSet.objects.create(by=by, via=VIA, title=_("Copy of %(name)s") % {"name": source.name})
        made = cast(PriceList, writing.create(type_, values, by=by, via=VIA, once=once, change_set=set_))
        rows = [
            {
                "price_list": made.pk, "product": item.product_id, "min_quantity": item.min_quantity,
                "price": Money(changed(item.price, source.currency, percent, step), source.currency),
            }
            for item in items.iterator()
            if item.price is not None
        ]  # fmt: skip
        writing.make_many(item_type, rows, by=by, via=VIA, change_set=set_)
    return made


def take_over(
    list_id: int, section: str, *, by: User, percent: Decimal = Decimal(0), step: Decimal = Decimal(0)
) -> tuple[int, int, ChangeSet | None]:
    """Put the sales prices of all products of a section into a list; (how many came, how many have no price in its currency, the change set).

    Products that have a price from 0 on in the list stay as they are. Shapes: `section` "" means those that are in none.
    Errors: Missing, NotAllowed, Invalid, Conflict.
    """
    check(percent, step)
    type_, item_type = current_schema().type("price_list"), current_schema().type("price_item")
    with transaction.atomic():
        one = cast(PriceList, writing.locked(type_, list_id, by, "change"))
        known = PriceItem.objects.filter(price_list=list_id, min_quantity=0, deleted_at=None).values("product")
        seen = cast("QuerySet[Product]", reading.visible(current_schema().type("product"), by))
        products = seen.filter(section=section, is_active=True).exclude(pk__in=known)
        if products.count() > MOST:
            raise Conflict(
                _("This section has more than %(most)s products. Export and import them instead.") % {"most": MOST}
            )
        rows, priceless = [], 0
        day = clock.today(Installation.load().time_zone)
        with rates_kept():
            for product in products.select_related("tax_class").order_by("name", "id"):
                own = own_in(one, product, day)
                if own is None:
                    priceless += 1
                    continue
                price = Money(changed(own, one.currency, percent, step), one.currency)
                rows.append({"price_list": list_id, "product": product.pk, "min_quantity": Decimal(0), "price": price})
        set_: ChangeSet | None = None
        if rows:
            set_ = ChangeSet.objects.create(by=by, via=VIA, title=_("Section into %(name)s") % {"name": one.name})
            writing.make_many(item_type, rows, by=by, via=VIA, change_set=set_)
    return len(rows), priceless, set_


def own_in(one: PriceList, product: Product, day: date) -> Decimal | None:
    """The product's sales price as the list says prices: in its currency, with tax or without."""
    own = own_price(product, one.currency, day)
    tax = product.tax_class.percent if product.tax_class is not None else Decimal(0)
    if own is None or not tax or product.price_includes_tax == one.includes_tax:
        return own
    return own * (100 + tax) / 100 if one.includes_tax else own * 100 / (100 + tax)
