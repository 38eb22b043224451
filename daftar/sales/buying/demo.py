"""Purchase orders of the demo company: drafts, ordered ones, one of which a part has come, and one that came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.money import Money, quantize
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema
from daftar.sales.buying.expecting import left
from daftar.sales.buying.lines import Wish, lines_of
from daftar.sales.buying.orders import make_order, send_order
from daftar.sales.buying.receiving import receive_order
from daftar.sales.models import PurchaseOrder

VIA = "demo"
COST = Decimal("0.6")
STATES = ("received", "received", "part_received", "ordered", "ordered", "draft")
AGES = ((60, 48), (40, 27), (16, 4), (12, 0), (6, 0), (1, 0))
"""So many days ago each was ordered, and came."""
Moment = Callable[[float], dt.datetime]
LINES, FIRST_MANY, LEVEL = 3, 12, 5


def make_purchases(
    suppliers: Sequence[Any], goods: Sequence[Any], *, by: User, today: dt.date, change_set: ChangeSet | None = None,
    at: Moment | None = None,
) -> list[PurchaseOrder]:  # fmt: skip
    """Give the goods a supplier, a cost and a level of reordering, and make one order in each state that there is.

    Shapes: `suppliers` are companies, `goods` products that `by` may change; without either nothing is made.
    `at` gives the moment of so many days ago, for orders that were made in the past.
    """
    if not suppliers or not goods:
        return []
    type_ = current_schema().type("product")
    for n, product in enumerate(goods):
        if type_["supplier"].get(product) and product.cost is not None:
            continue
        values: dict[str, Any] = {
            "supplier": suppliers[n % len(suppliers)].pk,
            "reorder_level": Decimal(LEVEL),
            "lead_days": 7 + n % 3 * 7,
        }
        if product.price is not None and product.cost is None:
            values["cost"] = quantize(Money(product.price * COST, product.price_currency))
        writing.change(type_, product.pk, values, by=by, via=VIA, change_set=change_set)
    made = []
    for n, state in enumerate(STATES):
        supplier = suppliers[n % len(suppliers)]
        own = [product for m, product in enumerate(goods) if m % len(suppliers) == n % len(suppliers)] or list(goods)
        chosen = [own[(n + m) % len(own)] for m in range(min(LINES, len(own)))]
        wishes = [Wish(product.pk, Decimal(FIRST_MANY + 4 * m)) for m, product in enumerate(chosen)]
        ordered, came = AGES[n % len(AGES)] if at is not None else (0, 0)
        expected_on = today + dt.timedelta(days=5 + 4 * n - ordered)
        with clock.as_of(at(ordered) if at is not None else clock.now()):
            order = make_order(supplier.pk, wishes, by=by, expected_on=expected_on, change_set=change_set)
            if state != "draft":
                order = send_order(order.pk, by=by)
        with clock.as_of(at(came) if at is not None else clock.now()):
            made.append(received(order, state, by=by))
    return made


def received(order: PurchaseOrder, state: str, *, by: User) -> PurchaseOrder:
    """Let goods come, as far as the state says."""
    if state == "received":
        return receive_order(order.pk, by=by)
    if state == "part_received":
        first = lines_of(order.pk)[0]
        return receive_order(order.pk, {first.pk: left(first)}, by=by)
    return order
