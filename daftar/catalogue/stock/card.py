"""The stock on the card of a product: numbers of each warehouse, who holds some, what comes, what moved lately; a hold's own button."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.catalogue.models import Expected, StockLevel
from daftar.kernel import clock
from daftar.records import card_parts
from daftar.records.fields.any_link import Target
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

SHOWN_HOLDS, SHOWN_MOVES, SHOWN_COMING = 20, 5, 10
OLD_DAYS = 1
"""A figure from outside that is older is marked."""


def add_parts() -> None:
    card_parts.add("below_fields", product_stock, order=20, types=("product",))
    card_parts.add("head", hold_button, order=20, types=("hold",))


def product_stock(request: Any, type_: RecordType, row: Any) -> str:
    """The whole block; nothing for services, bundles, and whoever does not see the numbers."""
    if row.kind != "good" or not row.tracks_stock or type_.field("stock_on_hand") is None:
        return ""
    reader: Reader = request.reader
    number = reader.formats.number
    levels = (
        StockLevel.objects.filter(product=row.pk).select_related("warehouse").order_by("warehouse__name", "warehouse")
    )
    context = {
        "levels": [
            (one.warehouse.name, [(number(much.normalize()), much < 0) for much in numbers_of(one)])
            for one in levels if one.on_hand or one.reserved or one.on_order
        ],
        "base": type_.address(row.pk), "product": row.pk, "unit": row.unit.symbol if row.unit is not None else "",
        "may_move": decide.may(reader.user, "add", "stock_move"),
        "may_hold": decide.may(reader.user, "add", "hold"),
        "wanted": number(row.stock_wanted.normalize()) if row.stock_wanted else "",
        "missing": number(row.stock_missing.normalize()) if row.stock_missing else "",
        "holds": holds(row, reader), "coming": coming(row, reader), "moves": moves(row, reader), **told(row),
    }  # fmt: skip
    return render_to_string("catalogue/_stock.html", context, request)


def numbers_of(level: StockLevel) -> tuple[Decimal, ...]:
    return level.on_hand, level.reserved, level.on_hand - level.reserved, level.on_order


def told(row: Any) -> dict[str, Any]:
    """Who told a figure that comes from outside, when, and how many days ago."""
    if not row.stock_source or row.stock_told_at is None:
        return {"source": ""}
    days = max((clock.now() - row.stock_told_at).days, 0)
    return {"source": row.stock_source, "told_at": row.stock_told_at, "days": days, "is_old": days >= OLD_DAYS}


def holds(row: Any, reader: Reader) -> list[dict[str, Any]]:
    type_ = reader.schema.type("hold")
    if not decide.may(reader.user, "see", "hold"):
        return []
    seen: Any = visible(type_, reader.user)
    rows: list[Any] = list(seen.filter(product=row.pk, state="in_force").order_by("until", "id")[:SHOWN_HOLDS])
    fields = [field for key in ("about", "owner", "until") if (field := type_.field(key)) is not None]
    reader.load(type_, rows, fields)
    return [
        {
            "id": one.pk, "quantity": reader.formats.number(one.quantity.normalize()),
            "cells": [field.show(field.get(one), reader) for field in fields],
            "may_release": decide.may(reader.user, "change", "hold", one),
        }
        for one in rows
    ]  # fmt: skip


def coming(row: Any, reader: Reader) -> list[dict[str, Any]]:
    """What is expected, the earliest day first; what no supplier named a day for stands last."""
    rows = list(Expected.objects.filter(product=row.pk, quantity__gt=0).order_by("due_on", "id")[:SHOWN_COMING])
    about: Any = reader.schema.type("hold")["about"]
    targets = [Target(one.about_type, one.about_id) for one in rows]
    reader.names.want([(target.type, target.id) for target in targets])
    found = [
        {"day": one.due_on, "quantity": reader.formats.number(one.quantity.normalize()), "about": about.show(target, reader)}
        for one, target in zip(rows, targets, strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda one: one["day"] is None)


def moves(row: Any, reader: Reader) -> list[dict[str, Any]]:
    type_ = reader.schema.type("stock_move")
    if not decide.may(reader.user, "see", "stock_move"):
        return []
    seen: Any = visible(type_, reader.user)
    rows: list[Any] = list(seen.filter(product=row.pk).order_by("-at", "-id")[:SHOWN_MOVES])
    fields = [field for key in ("kind", "warehouse", "about") if (field := type_.field(key)) is not None]
    reader.load(type_, rows, fields)
    return [
        {
            "href": type_.address(one.pk), "at": one.at,
            "quantity": ("+" if one.quantity > 0 else "") + reader.formats.number(one.quantity.normalize()),
            "cells": [shown for field in fields if (shown := field.show(field.get(one), reader))],
        }
        for one in rows
    ]  # fmt: skip


def hold_button(request: Any, type_: RecordType, row: Any) -> str:
    if row.state != "in_force" or not decide.may(request.user, "change", type_.key, row):
        return ""
    return render_to_string("catalogue/_release.html", {"id": row.pk, "words": _("Release"), "back": "hold"}, request)
