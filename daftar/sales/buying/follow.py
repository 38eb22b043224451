"""What follows from a change of an order or its lines, whichever door it came through: sums, and what is expected when. Entries of the menu."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel.errors import Conflict
from daftar.kernel.events import joins
from daftar.records.merging.merge import VIA as MERGED
from daftar.records.writing import RecordChanged, RecordsChanged
from daftar.sales.buying.expecting import OPEN, say_expected
from daftar.sales.buying.lines import SAID, renew_sums, sent_already
from daftar.sales.models import PurchaseLine, PurchaseOrder
from daftar.ui import menu


def buys(request: Any) -> bool:
    """Whether this person sees purchase orders."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and decide.may(user, "see", "purchase_order")


menu.add("missing", _("Missing goods"), url="/products/missing/", icon="package-x", order=72, shown=buys, group="goods")
menu.add(
    "purchase_order", _("Purchase orders"), url="/purchase-orders/", icon="truck", order=73, shown=buys, group="goods"
)


@joins(RecordChanged)
def line_changed(event: RecordChanged) -> None:
    if event.type == "purchase_line" and (event.kind != "changed" or SAID & set(event.fields)):
        add_up([event.record_id], event.by_id)


@joins(RecordsChanged)
def lines_changed(event: RecordsChanged) -> None:
    if event.type == "purchase_line" and event.via != MERGED:
        add_up(event.record_ids, event.by_id)


def add_up(line_ids: Collection[int], by_id: int | None) -> None:
    """Add up the orders of these lines, under their locks; those of another system keep its sums.

    Errors: Conflict for an order that was sent meanwhile.
    """
    ids = PurchaseLine.objects.filter(pk__in=line_ids).values("order")
    by = User.objects.filter(pk=by_id).first()
    for order in PurchaseOrder.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        if order.is_history:
            continue
        if order.state != "draft":
            raise Conflict(sent_already(order))
        if by is not None:
            renew_sums(order, by=by)


@joins(RecordChanged)
def day_changed(event: RecordChanged) -> None:
    """The day that the supplier names moves what is promised."""
    if event.type == "purchase_order" and "expected_on" in event.fields and event.kind == "changed":
        expect_anew([event.record_id])


@joins(RecordsChanged)
def days_changed(event: RecordsChanged) -> None:
    if event.type == "purchase_order" and event.kind == "changed":
        expect_anew(event.record_ids)


def expect_anew(order_ids: Collection[int]) -> None:
    for order in PurchaseOrder.objects.select_for_update().filter(pk__in=order_ids, state__in=OPEN).order_by("pk"):
        say_expected(order)
