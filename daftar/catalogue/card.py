"""What this room adds to cards: packs, parts, variants and prices of a product; the prices of a list."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row
from daftar.catalogue.models import PriceItem, Product
from daftar.catalogue.part_rows import PartRows, rows_of
from daftar.catalogue.price_table import prices_today, state_of
from daftar.catalogue.prices import converted
from daftar.catalogue.variants import variants_of
from daftar.kernel import clock
from daftar.kernel.ids import new_key
from daftar.kernel.money import Money
from daftar.records import card_parts
from daftar.records.reader import Reader
from daftar.records.types import RecordType

SHOWN_VARIANTS = 50


def add_parts() -> None:
    card_parts.add("below_fields", style, order=1, types=("product", "price_list"))
    card_parts.add("timeline", bundle_parts, order=10, types=("product",))
    card_parts.add("below_fields", variants, order=30, types=("product",))
    card_parts.add("below_fields", packs, order=40, types=("product",))
    card_parts.add("rail", prices, order=20, types=("product",))
    card_parts.add("head", list_state, order=10, types=("price_list",))
    card_parts.add("head", list_buttons, order=20, types=("price_list",))
    card_parts.add("timeline", items, order=10, types=("price_list",))


def style(request: Any, type_: RecordType, row: Row) -> str:
    return render_to_string("catalogue/_style.html", {}, request)


# -- tables of parts -------------------------------------------------------------------------------------


def rows_context(rows: PartRows, type_: RecordType) -> dict[str, Any]:
    """What `_rows.html` shows."""
    count, all_href = rows.all_rows
    heads, more, sums = bundle_columns(rows) if rows.block.name == "parts" else ([], {}, [])
    return {
        "block": rows.block, "lines": rows.lines(), "fields": rows.fields, "blank": rows.blank(), "may_change": rows.may_change,
        "problem": rows.problem, "base": f"{type_.address(rows.whole.pk)}{rows.block.name}/", "once": new_key(), "focus": "",
        "more_heads": heads, "more": more, "sums": sums, "count": count, "all_href": all_href,
    }  # fmt: skip


def table(name: str, request: Any, type_: RecordType, row: Row) -> str:
    rows = rows_of(name, row, request.reader)
    return render_to_string("catalogue/_rows.html", rows_context(rows, type_), request)


def packs(request: Any, type_: RecordType, row: Any) -> str:
    return "" if row.kind == "bundle" else table("packs", request, type_, row)


def bundle_parts(request: Any, type_: RecordType, row: Any) -> str:
    return table("parts", request, type_, row) if row.kind == "bundle" else ""


def items(request: Any, type_: RecordType, row: Row) -> str:
    return table("items", request, type_, row)


def bundle_columns(rows: PartRows) -> tuple[list[str], dict[int, list[str]], list[tuple[str, str]]]:
    """(heads, part → what stands there, sums): what is available of each part, its cost, and how many bundles there are."""
    reader, product = rows.reader, rows.reader.schema.type("product")
    shows_cost = product.field("cost") is not None
    found = list(rows.rows().select_related("product").order_by("id"))
    more: dict[int, list[str]] = {}
    whole, can_be_made, currency = Decimal(0), None, reader.formats.currency
    is_known, day = True, clock.today(reader.formats.zone)
    for part in found:
        product_row = part.product
        is_counted = product_row.kind == "good" and product_row.tracks_stock
        said = [reader.formats.number(product_row.stock_available.normalize()) if is_counted else "—"]
        if is_counted and part.quantity:
            many = max(product_row.stock_available, Decimal(0)) // part.quantity
            can_be_made = many if can_be_made is None else min(can_be_made, many)
        if shows_cost:
            each = cost_in(product_row, currency, day)
            is_known = is_known and each is not None
            whole += (each or Decimal(0)) * part.quantity
            said.append(reader.formats.money(Money(each * part.quantity, currency)) if each is not None else "—")
        more[part.pk] = said
    heads = [_("Available"), *([_("Cost")] if shows_cost else [])]
    sums = [(_("Bundles that can be made now"), reader.formats.number(can_be_made))] if can_be_made is not None else []
    if shows_cost and found:
        label = _("Cost of one bundle") if is_known else _("Cost of one bundle, without parts whose cost is not known")
        sums.append((label, reader.formats.money(Money(whole, currency))))
    return heads, more, sums


def cost_in(product: Product, currency: str, day: Any) -> Decimal | None:
    return None if product.cost is None else converted(Money(product.cost, product.cost_currency), currency, day)


# -- variants --------------------------------------------------------------------------------------------


def variants(request: Any, type_: RecordType, row: Any) -> str:
    """The variants with price and stock; the way to make more."""
    if row.variant_of_id is not None:
        return ""
    reader: Reader = request.reader
    rows = list(variants_of(row.pk)[: SHOWN_VARIANTS + 1])
    may_make = decide.may(reader.user, "add", "product") and decide.may(reader.user, "change", "product", row)
    if not rows and not may_make:
        return ""
    fields = [f for key in ("price", "stock_available", "stock_on_order") if (f := type_.field(key)) is not None]
    context = {
        "rows": [(one, [(f.kind, f.show(f.get(one), reader)) for f in fields]) for one in rows[:SHOWN_VARIANTS]],
        "heads": [(f.kind, f.label) for f in fields], "may_make": may_make, "base": type_.address(row.pk),
        "all": f"{type_.address()}?variant_of={row.pk}" if len(rows) > SHOWN_VARIANTS else "", "list": type_.address(),
    }  # fmt: skip
    return render_to_string("catalogue/_variants.html", context, request)


# -- prices ----------------------------------------------------------------------------------------------


def prices(request: Any, type_: RecordType, row: Any) -> str:
    """Today's price in each list in force, and the question what one client would pay."""
    reader: Reader = request.reader
    if type_.field("price") is None or not decide.may(reader.user, "see", "price_list"):
        return ""
    day = clock.today(reader.formats.zone)
    group = reader.schema.type("price_list").field("client_group")
    lists = [
        {
            "name": one.price_list.name, "href": f"/price-lists/{one.price_list.pk}/",
            "group": group.show(group.get(one.price_list), reader) if group is not None else None,
            "steps": [
                (reader.formats.number(least.normalize()) if least else "", reader.formats.money(Money(price, one.price_list.currency)))
                for least, price in one.steps
            ],
        }
        for one in prices_today(row, day)
    ]  # fmt: skip
    context = {"lists": lists, "ask": f"{type_.address(row.pk)}price"}
    return render_to_string("catalogue/_prices.html", context, request)


# -- price lists -----------------------------------------------------------------------------------------


def list_state(request: Any, type_: RecordType, row: Any) -> str:
    words, tone = state_of(row, clock.today(request.reader.formats.zone), request.reader.formats)
    return render_to_string("catalogue/_list_state.html", {"words": words, "tone": tone}, request)


def list_buttons(request: Any, type_: RecordType, row: Row) -> str:
    user = request.user
    context = {
        "base": type_.address(row.pk), "may_copy": decide.may(user, "add", "price_list"),
        "may_change": decide.may(user, "change", "price_list", row),
        "count": PriceItem.objects.filter(price_list=row.pk, deleted_at=None).count(),
    }  # fmt: skip
    return render_to_string("catalogue/_list_buttons.html", context, request)
