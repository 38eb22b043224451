"""What an order still brings is expected in the stock, on the day that the supplier named."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from daftar.catalogue.models import Expected, Warehouse
from daftar.catalogue.stock import doors
from daftar.catalogue.stock.doors import Item
from daftar.sales.buying.lines import lines_of
from daftar.sales.models import PurchaseLine, PurchaseOrder

OPEN = ("ordered", "part_received")


def about(order_id: int) -> tuple[str, int]:
    """As which document an order stands in the stock."""
    return "purchase_order", order_id


def left(line: PurchaseLine) -> Decimal:
    """How much of a line has not come yet, in its own unit."""
    rest: Decimal = line.quantity - line.received
    return max(rest, Decimal(0))


def items_of(lines: Sequence[PurchaseLine]) -> list[Item]:
    """What the lines still bring, in the products' own units."""
    return [
        Item(line.product_id, left(line) * line.factor, key=str(line.pk))
        for line in lines
        if line.product_id is not None and left(line) and line.product is not None and line.product.deleted_at is None
    ]


def say_expected(order: PurchaseOrder, warehouse: Warehouse | None = None) -> None:
    """Say anew what an order brings and when, in the caller's transaction; nothing once it is cancelled or has come."""
    place = warehouse or warehouse_of(order.pk)
    items = items_of(lines_of(order.pk)) if order.state in OPEN else []
    doors.expect(items, about=about(order.pk), due_on=order.expected_on, warehouse=place)


def warehouse_of(order_id: int) -> Warehouse | None:
    """Where the goods of an order are expected; None where nothing is."""
    kind, id_ = about(order_id)
    row = Expected.objects.filter(about_type=kind, about_id=id_).select_related("warehouse").first()
    return row.warehouse if row is not None else None
