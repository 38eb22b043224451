"""What a line of a purchase order says: taken from its product, checked, and added up with the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.catalogue.models import Product, ProductPack
from daftar.catalogue.prices import converted
from daftar.catalogue.stock.items import MOST, quantity_error
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.draft import Draft
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema
from daftar.sales import totals
from daftar.sales.models import PurchaseLine, PurchaseOrder

VIA = "sale"
ZERO = Decimal(0)
MOST_LINES = totals.MOST_LINES
SAID = frozenset((
    "name", "product", "quantity", "unit", "factor", "price", "discount_percent", "discount_amount", "tax_name", "tax_percent", "code",
    "is_optional", "order",
))  # fmt: skip
"""What stands in an order that was sent, and is not changed any more."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A line that somebody wants. Units: `quantity` in the pack where one is named, else in the product's own unit; `price` of one such.

    Shapes: without `price` the last cost of the product counts, as far as `by` may see it; without a product the line has a `name`.
    """

    product_id: int | None
    quantity: Decimal
    pack_id: int | None = None
    price: Money | None = None
    name: str = ""


def values_of(
    wish: Wish, product: Product | None, pack: ProductPack | None, *, by: User, currency: str, day: date
) -> dict[str, Any]:
    """The fields of a line, by key. Errors: Invalid at "quantity", "product", "pack" or "name"."""
    if product is None:
        if not wish.name:
            raise Invalid(_("Say what is ordered: choose a product, or write a name."), field="product")
        checked_quantity(wish.quantity, None, Decimal(1))
        return {"name": wish.name, "quantity": wish.quantity, "price": wish.price, "factor": Decimal(1)}
    factor = pack.factor if pack is not None else Decimal(1)
    checked_quantity(wish.quantity, product, factor)
    price = wish.price or last_cost(product, factor, by=by, currency=currency, day=day)
    said = said_by(product) | {"quantity": wish.quantity, "factor": factor, "price": price}
    if pack is not None:
        said["unit"] = pack.name
    return said


def said_by(product: Product) -> dict[str, Any]:
    """What a product says of itself on a line."""
    tax = product.tax_class
    return {
        "product": product.pk, "name": product.name, "code": product.code, "factor": Decimal(1),
        "unit": (product.unit.symbol or product.unit.name) if product.unit is not None else "",
        "tax_name": tax.name if tax is not None else "", "tax_percent": tax.percent if tax is not None else ZERO,
    }  # fmt: skip


def last_cost(product: Product, factor: Decimal, *, by: User, currency: str, day: date) -> Money | None:
    """What one (or one pack) cost last time, in the currency of the order; None where nobody knows, or `by` may not see it."""
    if product.cost is None or "cost" in current_schema().type("product").hidden_from(by):
        return None
    each = converted(Money(product.cost, product.cost_currency), currency, day)
    return None if each is None else Money(each * factor, currency)


def checked_quantity(quantity: Decimal, product: Product | None, factor: Decimal) -> None:
    """Errors: Invalid at "quantity" for what cannot be ordered, or is no whole number of pieces."""
    if not quantity.is_finite() or quantity <= 0:
        raise Invalid(_("Write how many, more than nothing. To leave the line out, remove it."), field="quantity")
    if quantity >= MOST or quantity * factor >= MOST:
        raise Invalid(_("This is too many to be meant. Check the number."), field="quantity")
    if product is not None and (why_not := quantity_error(quantity * factor, product)):
        raise Invalid(why_not, field="quantity")


# -- the rules of the record -----------------------------------------------------------------------------


def prepare(draft: Draft) -> None:
    """A line of a product says what the product says, where nobody wrote something else."""
    if draft.via == "import" or "product" not in draft.changed:
        return
    product = Product.objects.select_related("unit", "tax_class").filter(pk=draft.value("product")).first()
    order = PurchaseOrder.objects.filter(pk=draft.value("order")).first()
    if product is None or order is None:
        return
    for key, value in said_by(product).items():
        if not draft.is_new or draft.is_empty(key):
            draft.set(key, value)
    if draft.is_empty("price"):
        factor = draft.value("factor") or Decimal(1)
        price = last_cost(product, factor, by=draft.by, currency=currency_of(order), day=today())
        draft.set("price", price)


def errors(draft: Draft) -> Mapping[str, str]:
    """Field key → sentence for a line that cannot be, or that stands in an order which was sent."""
    if draft.via == "import":
        return {}
    order = PurchaseOrder.objects.filter(pk=draft.value("order")).first()
    if order is None:
        return {}
    if order.state != "draft" and (draft.is_new or SAID & draft.changed.keys()):
        return {"order": sent_already(order)}
    found: dict[str, str] = {}
    factor, quantity, price = draft.value("factor") or Decimal(1), draft.value("quantity"), draft.value("price")
    if factor <= 0:
        found["factor"] = _("A pack holds more than nothing.")
    try:
        product = Product.objects.select_related("unit").filter(pk=draft.value("product")).first()
        checked_quantity(quantity if quantity is not None else ZERO, product, factor)
    except Invalid as refused:
        found["quantity"] = str(refused.sentence)
    if price is not None:
        others = PurchaseLine.objects.filter(order=order.pk, deleted_at=None, price__isnull=False).exclude(
            pk=draft.row.pk
        )
        currency = others.values_list("price_currency", flat=True).first()
        if price.amount < 0:
            found["price"] = _("A price cannot be less than nothing. Give a discount instead.")
        elif currency and currency != price.currency:
            found["price"] = _("This order is in %(currency)s.") % {"currency": currency}
    return found


def sent_already(order: PurchaseOrder) -> str:
    return _("The order %(number)s was sent. Cancel it and make a new one, or receive what came.") % {
        "number": order.number
    }


# -- sums ------------------------------------------------------------------------------------------------


def today() -> date:
    return clock.today(Installation.load().time_zone)


def currency_of(order: PurchaseOrder) -> str:
    """The currency of its prices."""
    return order.total_currency or Installation.load().currency


def lines_of(order_id: int) -> list[PurchaseLine]:
    rows = PurchaseLine.objects.filter(order=order_id, deleted_at=None).select_related("product__unit")
    return list(rows.order_by("position", "id"))


def renew_sums(order: PurchaseOrder, *, by: User, change_set: ChangeSet | None = None) -> None:
    """Add the lines of an order up anew, in the caller's transaction; the caller has locked it. A line without a price counts nothing."""
    lines = lines_of(order.pk)
    priced = next((line.price_currency for line in lines if line.price is not None), "")
    currency = priced or currency_of(order)
    none = ZERO
    terms = totals.Terms(
        currency, order.tax_included, order.rounding, order.discount_percent or none, order.discount_amount or none
    )
    made = totals.total(
        [
            totals.Line(
                line.quantity, line.price or none, line.discount_percent or none, line.discount_amount or none, line.tax_percent,
                line.is_optional,
            )
            for line in lines
        ],
        terms,
    )  # fmt: skip
    type_ = current_schema().type("purchase_line")
    for line, sums in zip(lines, made.lines, strict=True):
        values = {"net": Money(sums.net, currency), "gross": Money(sums.gross, currency)}
        writing.derive(type_, line, values, by=by, via=VIA, change_set=change_set)
    values = {"net": Money(made.net, currency), "total": Money(made.gross, currency)}
    writing.derive(current_schema().type("purchase_order"), order, values, by=by, via=VIA, change_set=change_set)


def locked(order_id: int, *, by: User, action: Any = "change") -> PurchaseOrder:
    """The order under a lock, inside the caller's transaction. Errors: Missing, NotAllowed."""
    row: Any = writing.locked(current_schema().type("purchase_order"), order_id, by, action)
    return row  # type: ignore[no-any-return]  # of this model


def must_be(order: PurchaseOrder, *states: str) -> None:
    """Errors: Conflict when the order stands in another state."""
    if order.state not in states:
        words = {
            "draft": _("This order was not sent yet."),
            "ordered": sent_already(order),
            "part_received": _("A part of this order has come already."),
            "received": _("Everything of this order has come already."),
            "cancelled": _("This order was cancelled."),
        }
        raise Conflict(words.get(order.state, _("This order cannot be changed any more.")))
