"""Warehouses, moves and holds as record types: lists, filters, export."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.catalogue.models import Hold, StockLevel, StockMove, Warehouse
from daftar.kernel import clock
from daftar.kernel.formats import current
from daftar.records.draft import Draft
from daftar.records.fields import (  # type: ignore[attr-defined]  # loaded by file
    Address,
    AnyLink,
    Choice,
    Date,
    DateTime,
    Decimals,
    Link,
    Money,
    Person,
    Text,
    YesNo,
)
from daftar.records.types import RecordType, Section

MOVES = (
    ("opening", _("Opening figure"), "grey"),
    ("receipt", _("Receipt"), "green"),
    ("transfer_in", _("Came from another warehouse"), "teal"),
    ("transfer_out", _("Went to another warehouse"), "teal"),
    ("write_off", _("Write-off"), "red"),
    ("shipment", _("Shipment"), "blue"),
    ("return", _("Return"), "amber"),
    ("count", _("Count"), "purple"),
    ("correction", _("Correction"), "orange"),
)
HOLDS = (
    ("in_force", _("In force"), "amber"),
    ("shipped", _("Shipped"), "green"),
    ("released", _("Released"), "grey"),
    ("expired", _("Expired"), "grey"),
)


class WarehouseType(RecordType):
    key, model, icon = "warehouse", Warehouse, "warehouse"
    names = _("warehouse"), _("warehouses")
    in_menu, company_only = False, True
    default_sort = "name"
    fields = [
        Text("name", _("Name"), title=True, max_length=200),
        Text("code", _("Code"), max_length=50, code=True, quick=True),
        YesNo("is_default", _("Used when nobody says which"), quick=True),
        YesNo("is_active", _("In use"), default=True),
        YesNo("may_go_negative", _("More may leave than is there")),
        Address("address", _("Address")),
    ]
    card = [Section(_("Warehouse"), "name code is_default is_active may_go_negative address")]

    def may_be_removed(self, row: Any) -> str:
        if StockLevel.objects.filter(warehouse=row.pk).exclude(on_hand=0, reserved=0, on_order=0).exists():
            return _now("Goods lie here, or are expected. Transfer them first.")
        return ""


class StockMoveType(RecordType):
    key, model, icon = "stock_move", StockMove, "arrow-left-right"
    names = _("move of stock"), _("moves of stock")
    in_menu = False
    from_files = False
    made_from = _("Moves are written when goods are received, shipped, counted.")
    default_sort = "-at"
    fields = [
        Link("product", _("Product"), to="product", required=True, readonly=True),
        Choice("kind", _("Kind"), options=MOVES, open=False, readonly=True),
        Decimals("quantity", _("Quantity"), total=False, readonly=True),
        Link("warehouse", _("Warehouse"), to="warehouse", required=True, readonly=True),
        DateTime("at", _("When"), readonly=True),
        AnyLink("about", _("Because of"), readonly=True),
        Money("cost", _("Cost of one"), readonly=True),
        Text("reason", _("Why"), max_length=500, readonly=True),
        Text("once", _("Key of the act"), max_length=160, code=True, readonly=True, in_list=False),
    ]
    card = [Section(_("Move"), "product kind quantity warehouse at about cost reason")]

    def may_be_removed(self, row: Any) -> str:
        return _now("What moved has moved. Write a move that puts it right.")


class HoldType(RecordType):
    key, model, icon = "hold", Hold, "lock"
    names = _("hold"), _("holds")
    in_menu = False
    from_files = False
    made_from = _("Goods are held by an invoice, or from their product's page.")
    fields = [
        Link("product", _("Product"), to="product", required=True, readonly=True),
        Choice("state", _("State"), options=HOLDS, open=False, readonly=True),
        Decimals("quantity", _("Quantity"), readonly=True),
        AnyLink("about", _("For"), readonly=True),
        Date("until", _("Until")),
        Person("owner", _("Owner"), assigns=True),
        Link("warehouse", _("Warehouse"), to="warehouse", required=True, readonly=True),
        Text("key", _("Line"), max_length=64, code=True, readonly=True, in_list=False),
    ]
    card = [Section(_("Hold"), "product state quantity about until owner warehouse")]

    def check(self, draft: Draft) -> Mapping[str, str]:
        if not draft.is_new and "until" in draft.changed and draft.value("state") != "in_force":
            return {"until": _now("This hold is over; its day cannot be moved any more.")}
        until = draft.changed.get("until")
        if not draft.is_new and until is not None and until < clock.today(current().zone):
            return {"until": _now("This day is over. Choose a later one, or release the hold.")}
        return {}

    def may_be_removed(self, row: Any) -> str:
        return _now("Release it instead: then the goods are free.") if row.state == "in_force" else ""
