"""Stock of the demo company: a second warehouse, opening figures, a transfer, a count, something broken, some of it held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from daftar.access.models import User
from daftar.catalogue.models import Warehouse
from daftar.catalogue.stock import doors
from daftar.kernel.money import Money, quantize
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema

VIA = "demo"
MANY = (9, 24, 0, 40, 3, 15, 60)
"""Opening figures, in turn: some plenty, some short, some none."""
COST = Decimal("0.6")


def make_stock(
    goods: Sequence[Any], *, by: User, at: dt.datetime, today: dt.date, shop_floor: str, why: tuple[str, str], change_set: ChangeSet | None = None,
) -> Warehouse:  # fmt: skip
    """Give the goods opening figures and a little life; the warehouse that was made for it.

    Shapes: `goods` are products whose stock is counted; `shop_floor` names the second warehouse; `why` says why something was written off,
    and why something was counted, in the reader's language.
    """
    main = doors.default_warehouse()
    floor: Any = writing.create(
        current_schema().type("warehouse"), {"name": shop_floor}, by=by, via=VIA, change_set=change_set
    )
    items = [
        doors.Item(product.pk, Decimal(MANY[n % len(MANY)]), cost_of(product))
        for n, product in enumerate(goods)
        if MANY[n % len(MANY)]
    ]
    if not items:
        return floor  # type: ignore[no-any-return]  # a warehouse
    doors.receive(items, by=by, kind="opening", warehouse=main, at=at)
    plenty = [item for item in items if item.quantity >= 15]
    if plenty:
        doors.transfer([doors.Item(item.product_id, Decimal(4)) for item in plenty], by=by, source=main, target=floor)
        doors.write_off([doors.Item(plenty[0].product_id, Decimal(1))], by=by, reason=why[0], warehouse=floor)
        doors.count([doors.Item(plenty[-1].product_id, Decimal(3))], by=by, reason=why[1], warehouse=floor)
    doors.hold([doors.Item(items[0].product_id, Decimal(2))], by=by, about=None, until=today + dt.timedelta(days=5))
    return floor  # type: ignore[no-any-return]  # a warehouse


def cost_of(product: Any) -> Money | None:
    if product.cost is not None:
        return Money(product.cost, product.cost_currency)
    return quantize(Money(product.price * COST, product.price_currency)) if product.price is not None else None
