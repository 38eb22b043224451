"""A purchase order is written, sent, cancelled. Goods come by `receiving.py`.

An order gets its number when it is made: a draft that is thrown away leaves a gap, which no law forbids here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.access.models import Installation, User
from daftar.catalogue.models import Product, ProductPack, Warehouse
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import reading, writing
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema
from daftar.records.types import action
from daftar.sales.buying.expecting import say_expected
from daftar.sales.buying.lines import (
    MOST_LINES,
    VIA,
    Wish,
    checked_quantity,
    lines_of,
    locked,
    must_be,
    renew_sums,
    today,
    values_of,
)
from daftar.sales.models import PurchaseLine, PurchaseOrder, SalesSettings
from daftar.sales.numbering import take_number
from daftar.sales.parties import parties


@action(on="company", name=gettext_lazy("Purchase order"), icon="truck", url="/companies/{id}/purchase-order")
def make_order(
    supplier_id: int, wishes: Sequence[Wish], *, by: User, expected_on: date | None = None, once: str = "", change_set: ChangeSet | None = None,
) -> PurchaseOrder:  # fmt: skip
    """A draft of what is ordered from a supplier.

    Shapes: its currency is that of the last costs where they have one, else the company's.
    Errors: NotAllowed, Invalid (at "line.<place>.<field>", "supplier", "expected_on"). Nothing is saved when one is raised.
    """
    type_ = current_schema().type("purchase_order")
    if once and (first := writing.made_before(type_, once, by)):
        return cast(PurchaseOrder, first)
    day = today()
    if expected_on is not None and expected_on < day:
        raise Invalid(_("This day is over. Choose a later one."), field="expected_on")
    if len(wishes) > MOST_LINES:
        raise Invalid(_("An order has at most %(most)s lines. Make a second one of the rest.") % {"most": MOST_LINES})
    products, packs = known(wishes, by=by)
    currency = currency_for(wishes, products)
    rows = lines_from(wishes, products, packs, by=by, currency=currency, day=day)
    with transaction.atomic():
        set_ = change_set or ChangeSet.objects.create(by=by, via=VIA, title="")
        values = {
            "number": take_number("purchase", day), "state": "draft", "supplier": supplier_id, "expected_on": expected_on, "owner": by.pk,
            "net": Money(Decimal(0), currency), "total": Money(Decimal(0), currency),
        }  # fmt: skip
        order = cast(
            PurchaseOrder, writing.create(type_, {}, by=by, via=VIA, once=once, derived=values, change_set=set_)
        )
        if order.state != "draft" or lines_of(order.pk):
            return order  # somebody sent the same form in the same moment
        order.rounding, order.parties = SalesSettings.load().rounding, parties(order.supplier, None)
        PurchaseOrder.objects.filter(pk=order.pk).update(rounding=order.rounding, parties=order.parties)
        derived = [{**row, "order": order.pk, "position": place} for place, row in enumerate(rows, start=1)]
        if derived:
            writing.make_many(current_schema().type("purchase_line"), derived, by=by, via=VIA, change_set=set_)
            renew_sums(order, by=by, change_set=set_)
    return order


def known(wishes: Sequence[Wish], *, by: User) -> tuple[dict[int, Product], dict[int, ProductPack]]:
    """The products that `by` may see, and packs of them."""
    ids = {wish.product_id for wish in wishes if wish.product_id is not None}
    seen = cast(Any, reading.visible(current_schema().type("product"), by).filter(pk__in=ids))
    products = {row.pk: row for row in seen.select_related("unit", "tax_class")}
    pack_ids = {wish.pack_id for wish in wishes if wish.pack_id is not None}
    packs = ProductPack.objects.filter(pk__in=pack_ids, product__in=products, deleted_at=None) if pack_ids else []
    return products, {pack.pk: pack for pack in packs}


def currency_for(wishes: Sequence[Wish], products: Mapping[int, Product]) -> str:
    """The one currency of all prices and last costs, else the company's."""
    said = {
        wish.price.currency if wish.price is not None else products[wish.product_id or 0].cost_currency
        for wish in wishes
        if wish.price is not None or wish.product_id in products
    } - {""}
    return next(iter(said)) if len(said) == 1 else Installation.load().currency


def lines_from(
    wishes: Sequence[Wish], products: Mapping[int, Product], packs: Mapping[int, ProductPack], *, by: User, currency: str, day: date
) -> list[dict[str, Any]]:  # fmt: skip
    """The fields of each line. Errors: Invalid at "line.<place>.<field>"."""
    rows: list[dict[str, Any]] = []
    errors: dict[str, Any] = {}
    for place, wish in enumerate(wishes):
        try:
            rows.append(values_of(wish, *chosen(wish, products, packs), by=by, currency=currency, day=day))
            if wish.price is not None and wish.price.currency != currency:
                raise Invalid(_("This order is in %(currency)s.") % {"currency": currency}, field="price")
        except Invalid as refused:
            errors |= {f"line.{place}.{key}": sentence for key, sentence in refused.errors.items()}
    if errors:
        raise Invalid(errors=errors)
    return rows


def chosen(
    wish: Wish, products: Mapping[int, Product], packs: Mapping[int, ProductPack]
) -> tuple[Product | None, ProductPack | None]:
    """Product and pack of a wish. Errors: Invalid for those that are not there."""
    if wish.product_id is not None and wish.product_id not in products:
        raise Invalid(_("This product does not exist any more."), field="product")
    product = products[wish.product_id] if wish.product_id is not None else None
    pack = packs.get(wish.pack_id) if wish.pack_id is not None else None
    if wish.pack_id is not None and (pack is None or product is None or pack.product_id != product.pk):
        raise Invalid(_("This pack is none of this product. Choose one of the list."), field="pack")
    return product, pack


# -- lines of a draft ------------------------------------------------------------------------------------


def add_line(order_id: int, wish: Wish, *, by: User, once: str = "") -> PurchaseLine:
    """One more line at the end of a draft; sums follow. Errors: Missing, NotAllowed, Invalid at its fields, Conflict when it was sent."""
    order = cast(PurchaseOrder, reading.get(current_schema().type("purchase_order"), order_id, by))
    must_be(order, "draft")
    lines = PurchaseLine.objects.filter(order=order_id, deleted_at=None)
    if lines.count() >= MOST_LINES:
        raise Conflict(_("An order has at most %(most)s lines. Make a second one of the rest.") % {"most": MOST_LINES})
    products, packs = known([wish], by=by)
    product, pack = chosen(wish, products, packs)
    currency = lines.exclude(price=None).values_list("price_currency", flat=True).first() or (
        currency_for([wish], products) if not lines.exists() else order.total_currency or Installation.load().currency
    )
    values = values_of(wish, product, pack, by=by, currency=currency, day=today())
    derived: dict[str, Any] = {key: values.pop(key) for key in ("tax_name", "tax_percent") if key in values}
    derived["position"] = (lines.aggregate(last=Max("position"))["last"] or 0) + 1
    values = {key: value for key, value in values.items() if value is not None} | {"order": order_id}
    type_ = current_schema().type("purchase_line")
    return cast(PurchaseLine, writing.create(type_, values, by=by, via="page", once=once, derived=derived))


def change_line(line_id: int, values: Mapping[str, Any], *, by: User, version: int | None = None) -> PurchaseLine:
    """Change a line of a draft; sums follow. Errors: Missing, NotAllowed, Invalid at its fields, Conflict."""
    type_ = current_schema().type("purchase_line")
    return cast(PurchaseLine, writing.change(type_, line_id, values, by=by, via="page", version=version))


def remove_line(line_id: int, *, by: User) -> None:
    """Take a line out of a draft; sums follow. Errors: Missing, NotAllowed, Conflict when the order was sent."""
    writing.remove(current_schema().type("purchase_line"), line_id, by=by, via="page")


# -- the order as a whole --------------------------------------------------------------------------------


def send_order(order_id: int, *, by: User, warehouse: Warehouse | None = None) -> PurchaseOrder:
    """The order goes to its supplier: its lines stand, and its goods are expected on its day.

    Errors: Missing, NotAllowed, Invalid (no supplier, no lines), Conflict when it was sent or cancelled already.
    """
    with transaction.atomic():
        order = locked(order_id, by=by)
        must_be(order, "draft")
        if order.supplier_id is None:
            raise Invalid(_("Say from whom this is ordered."), field="supplier")
        lines = lines_of(order.pk)
        if not lines:
            raise Invalid(_("This order has no lines yet. Add what is ordered first."))
        for line in lines:
            if line.product is not None and line.product.deleted_at is not None:
                raise Invalid(
                    _("“%(name)s” was deleted from the catalogue. Remove its line, or bring it back.")
                    % {"name": line.name}
                )
            checked_quantity(line.quantity, line.product, line.factor)
        renew_sums(order, by=by)
        derived = {"state": "ordered", "ordered_on": today()}
        writing.derive(current_schema().type("purchase_order"), order, derived, by=by, via=VIA)
        order.parties = parties(order.supplier, None)
        order.save(update_fields=["parties"])
        say_expected(order, warehouse)
    return order


def cancel_order(order_id: int, *, by: User) -> PurchaseOrder:
    """What has not come of the order is not expected any more; what came stays. Errors: Missing, NotAllowed, Conflict. Twice is one."""
    with transaction.atomic():
        order = locked(order_id, by=by)
        if order.state == "cancelled":
            return order
        must_be(order, "draft", "ordered", "part_received")
        writing.derive(current_schema().type("purchase_order"), order, {"state": "cancelled"}, by=by, via=VIA)
        say_expected(order)
    return order
