"""What buying adds to cards: acts and lines of a purchase order."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string

from daftar.access import decide
from daftar.access.models import Installation, Row
from daftar.kernel.ids import new_key
from daftar.papers.word.keeping import word_kinds
from daftar.records import card_parts
from daftar.records.types import RecordType
from daftar.sales.buying.expecting import OPEN
from daftar.sales.buying.rows import OrderRows, more_columns


def add_parts() -> None:
    card_parts.add("head", order_buttons, order=20, types=("purchase_order",))
    card_parts.add("timeline", order_lines, order=10, types=("purchase_order",))


def order_buttons(request: Any, type_: RecordType, row: Any) -> str:
    may = decide.may(request.user, "change", type_.key, row)
    base = type_.address(row.pk)
    context = {
        "base": base, "row": row, "may_send": may and row.state == "draft",
        "may_receive": may and row.state in OPEN and decide.may(request.user, "add", "stock_move"),
        "may_cancel": may and row.state in ("draft", *OPEN), "has_word": "purchase" in word_kinds(Installation.load().language),
    }  # fmt: skip
    return render_to_string("sales/buying_buttons.html", context, request)


def order_lines(request: Any, type_: RecordType, row: Row) -> str:
    rows = OrderRows(row, request.reader)  # type: ignore[arg-type]  # the card of an order
    return render_to_string("sales/buying_lines.html", rows_context(rows, type_), request)


def rows_context(rows: OrderRows, type_: RecordType) -> dict[str, Any]:
    """What the table of lines shows."""
    heads, more, sums = more_columns(rows)
    return {
        "block": rows.block, "lines": rows.lines(), "fields": rows.fields, "blank": rows.blank(), "may_change": rows.may_change,
        "problem": rows.problem, "base": f"{type_.address(rows.whole.pk)}lines/", "once": new_key(), "focus": "", "more_heads": heads,
        "more": more, "sums": sums, "count": len(more), "all_href": "",
    }  # fmt: skip
