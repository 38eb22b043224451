"""What this room adds to cards: papers of a deal, lines and differences of a quote, lines and acts of an invoice."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from daftar.access import decide
from daftar.access.models import Installation, Row
from daftar.papers.document import Kind
from daftar.papers.word.keeping import word_kinds
from daftar.records import card_parts
from daftar.records.types import RecordType
from daftar.sales.approving.showing import block_of
from daftar.sales.invoicing.goods_state import goods_of, words_of
from daftar.sales.issuing import lines_of
from daftar.sales.models import InvoiceLine, QuoteLine, SalesSettings
from daftar.sales.papers import language_of
from daftar.sales.quoting.answer import why_not_answered
from daftar.sales.quoting.differences import stale_quotes
from daftar.sales.quoting.issue import last_quote
from daftar.sales.showing import line_rows, sum_rows

SHOWN = 12
"""So many lines stand on the card; the editor has all."""


def add_parts() -> None:
    card_parts.add("head", deal_papers, order=15, types=("deal",))
    card_parts.add("rail", deal_lines, order=5, types=("deal",))
    card_parts.add("head", quote_buttons, order=20, types=("quote",))
    card_parts.add("head", invoice_buttons, order=20, types=("invoice",))
    card_parts.add("head", price_list_buttons, order=15, types=("price_list",))
    card_parts.add("above_fields", quote_lines, order=10, types=("quote",))
    card_parts.add("above_fields", invoice_lines, order=10, types=("invoice",))


def deal_papers(request: Any, type_: RecordType, row: Row) -> str:
    """Issue a quote or an invoice, where the person may."""
    if not decide.may(request.user, "change", type_.key, row):
        return ""
    may = {key: decide.may(request.user, "add", key) for key in ("quote", "invoice")}
    last = last_quote(row.pk)
    context = {
        "base": type_.address(row.pk), "may": may, "last": last if last and decide.may(request.user, "see", "quote", last) else None,
        "stale": stale_quotes([last]).get(last.pk, 0) if last is not None else 0,
    }  # fmt: skip
    return render_to_string("sales/_deal_papers.html", context, request)


def deal_lines(request: Any, type_: RecordType, row: Any) -> str:
    """The lines in short, and the way to their editor."""
    lines = lines_of(row.pk)
    may_change = decide.may(request.user, "change", type_.key, row)
    if not lines and not may_change:
        return ""
    context = {
        "rows": line_rows(lines[:SHOWN], request.reader, "deal_line"), "more": max(len(lines) - SHOWN, 0), "may_change": may_change,
        "editor": f"{type_.address(row.pk)}lines/", "approval": block_of(row, request.reader, SalesSettings.load(), lines) if lines else {},
    }  # fmt: skip
    return render_to_string("sales/_deal_lines.html", context, request)


def quote_buttons(request: Any, type_: RecordType, row: Any) -> str:
    if row.deal_id is None:
        return ""
    may = decide.may(request.user, "change", type_.key, row)
    context = {
        "base": type_.address(row.pk), "row": row, "may_answer": may and not why_not_answered(row),
        "may_withdraw": may and row.state in ("issued", "expired"), **files_of("quote", row),
    }  # fmt: skip
    return render_to_string("sales/_quote_buttons.html", context, request)


def quote_lines(request: Any, type_: RecordType, row: Any) -> str:
    """The lines as issued, and what the deal says otherwise now."""
    lines = QuoteLine.objects.filter(quote=row.pk, deleted_at=None).order_by("position", "id")
    differs = stale_quotes([row]).get(row.pk, 0)
    context = {
        "rows": line_rows(lines, request.reader, "quote_line"), "sums": sum_rows(row, request.reader),
        "differs": differs, "differences": f"{type_.address(row.pk)}differences",
    }  # fmt: skip
    return render_to_string("sales/_paper_lines.html", context, request)


def invoice_buttons(request: Any, type_: RecordType, row: Any) -> str:
    if row.deal_id is None or row.state == "cancelled" or not decide.may(request.user, "change", type_.key, row):
        return ""
    may_ship = row.kind != "credit" and row.delivery in ("waiting", "part")
    kind: Kind = "credit" if row.kind == "credit" else "invoice"
    context = {
        "base": type_.address(row.pk),
        "may_ship": may_ship,
        **files_of(kind, row),
        "has_delivery": row.delivery != "none",
    }
    return render_to_string("sales/_invoice_buttons.html", context, request)


def price_list_buttons(request: Any, type_: RecordType, row: Any) -> str:
    """The list as a paper, for whom its prices are open."""
    if request.reader.schema.type("price_item").field("price") is None:
        return ""
    kinds = word_kinds(Installation.load().language)
    return render_to_string(
        "sales/_paper_files.html", {"base": type_.address(row.pk), "has_word": "price_list" in kinds}, request
    )


def files_of(kind: Kind, row: Any) -> dict[str, bool]:
    """Which Word documents there can be of a paper, and of its delivery."""
    kinds = word_kinds(language_of(row))
    return {"has_word": kind in kinds, "has_delivery_word": "delivery" in kinds}


def invoice_lines(request: Any, type_: RecordType, row: Any) -> str:
    """The lines as issued, how their goods are, and the way to hold them again."""
    reader = request.reader
    found = InvoiceLine.objects.filter(invoice=row.pk, deleted_at=None).select_related("product__unit")
    lines = list(found.order_by("position", "id"))
    goods = goods_of(row, lines)
    shows_stock = reader.schema.type("product").field("stock_available") is not None
    rows = line_rows(lines, reader, "invoice_line")
    for line, shown in zip(lines, rows, strict=True):
        if line.pk in goods:
            shown["goods"] = words_of(goods[line.pk], reader.formats, shows_stock=shows_stock)
    may_hold = any(one.not_held for one in goods.values()) and decide.may(request.user, "change", type_.key, row)
    context = {
        "rows": rows, "sums": sum_rows(row, reader), "differs": 0,
        "hold_again": f"{type_.address(row.pk)}hold" if may_hold and row.deleted_at is None else "",
    }  # fmt: skip
    return render_to_string("sales/_paper_lines.html", context, request)
