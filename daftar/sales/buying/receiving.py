"""Goods of a purchase order come, in one go or in several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.catalogue.models import Product, Warehouse
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.doors import Item
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.models import Once
from daftar.records.schema import current_schema
from daftar.sales.buying.expecting import OPEN, about, left, warehouse_of
from daftar.sales.buying.lines import VIA, checked_quantity, lines_of, locked, must_be
from daftar.sales.models import PurchaseLine, PurchaseOrder


class MoreThanOrdered(Conflict):
    """More came than was ordered; nothing was received. A second call that says so takes it all. `lines` maps a line to what is left of it."""

    code = "more_than_ordered"

    def __init__(self, lines: Sequence[PurchaseLine]) -> None:
        number = current().number
        said = "; ".join(
            _("%(name)s: %(left)s %(unit)s left")
            % {"name": line.name, "left": number(left(line).normalize()), "unit": line.unit}
            for line in lines
        )
        super().__init__(
            _("More came than was ordered (%(lines)s). Say that it is so, or correct the numbers.") % {"lines": said}
        )
        self.lines = {line.pk: left(line) for line in lines}


def receive_order(
    order_id: int, quantities: Mapping[int, Decimal] | None = None, *, by: User, warehouse: Warehouse | None = None,
    renew_cost: bool = False, may_exceed: bool = False, once: str = "",
) -> PurchaseOrder:  # fmt: skip
    """Goods of an order come into a warehouse, and so much less of it is expected.

    Shapes: `quantities` maps lines to how many came, in the line's unit; None for all that is left. Without `warehouse` they go where they
    were expected. `renew_cost` makes what they cost the cost of their products.
    Errors: Missing, NotAllowed, Invalid (at "line.<id>"), Conflict (nothing is left, not sent), MoreThanOrdered. Nothing is kept when one is raised.
    """
    if not decide.may(by, "add", "stock_move"):
        raise NotAllowed()
    with transaction.atomic():
        order = locked(order_id, by=by)
        if once and Once.objects.filter(key=once).exists():
            return order
        must_be(order, *OPEN, *(("received",) if may_exceed and quantities else ()))
        lines = {line.pk: line for line in lines_of(order.pk)}
        came = chosen(lines, quantities, may_exceed=may_exceed)
        items = [
            item(lines[id_], quantity) for id_, quantity in sorted(came.items()) if lines[id_].product_id is not None
        ]
        key = f"purchase:{order.pk}:{once}" if once else ""
        place = warehouse or warehouse_of(order.pk)
        doors.arrive(items, by=by, about=about(order.pk), warehouse=place, once=key)
        note(order, lines, came, by=by)
        if renew_cost:
            renew_costs([lines[id_] for id_ in came], by=by)
        if once:
            Once.objects.create(key=once, by=by, type="purchase_order", record_id=order.pk)
    return order


def chosen(
    lines: Mapping[int, PurchaseLine], quantities: Mapping[int, Decimal] | None, *, may_exceed: bool
) -> dict[int, Decimal]:
    """What comes of each line. Errors: Invalid, Conflict, MoreThanOrdered."""
    wanted = {id_: left(line) for id_, line in lines.items()} if quantities is None else quantities
    came = {id_: quantity for id_, quantity in wanted.items() if quantity}
    if not came:
        raise Conflict(_("Nothing came: write how many of which line."))
    errors: dict[str, Any] = {}
    for id_, quantity in came.items():
        if id_ not in lines:
            errors[f"line.{id_}"] = _("This line is not on the order any more. Open the page again.")
            continue
        try:
            checked_quantity(quantity, lines[id_].product, lines[id_].factor)
        except Invalid as refused:
            errors[f"line.{id_}"] = refused.sentence
    if errors:
        raise Invalid(errors=errors)
    over = [lines[id_] for id_, quantity in came.items() if quantity > left(lines[id_])]
    if over and not may_exceed:
        raise MoreThanOrdered(over)
    return came


def item(line: PurchaseLine, quantity: Decimal) -> Item:
    """So much of a line in the product's own unit, with what one of these costs."""
    return Item(line.product_id or 0, quantity * line.factor, cost=cost_of(line), key=str(line.pk))


def cost_of(line: PurchaseLine) -> Money | None:
    """What one unit of the product costs by this line, without tax and less its discounts."""
    many = line.quantity * line.factor
    if line.price is None or line.net is None or not many:
        return None
    return Money((line.net / many).quantize(Decimal("0.0001")), line.net_currency)


def note(order: PurchaseOrder, lines: Mapping[int, PurchaseLine], came: Mapping[int, Decimal], *, by: User) -> None:
    """Write down what came, and where the order stands by it."""
    line_type = current_schema().type("purchase_line")
    for id_, quantity in came.items():
        writing.derive(line_type, lines[id_], {"received": lines[id_].received + quantity}, by=by, via=VIA)
    open_ = any(left(line) for line in lines.values() if not line.is_optional)
    derived = {"state": "part_received" if open_ else "received"}
    writing.derive(current_schema().type("purchase_order"), order, derived, by=by, via=VIA)


def renew_costs(lines: Sequence[PurchaseLine], *, by: User) -> None:
    """Make what the goods cost now the cost of their products, in the order of their ids. Errors: NotAllowed."""
    type_ = current_schema().type("product")
    costs = {
        line.product_id: cost for line in lines if line.product_id is not None and (cost := cost_of(line)) is not None
    }
    for id_, cost in sorted(costs.items()):
        if cast(Product, writing.locked(type_, id_, by, "change")).kind != "bundle":
            writing.change(type_, id_, {"cost": cost}, by=by, via="page")
