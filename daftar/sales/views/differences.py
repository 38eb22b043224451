"""What changed since a quote was issued, and many stale ones issued again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.kernel.errors import Missing, NotAllowed
from daftar.kernel.ids import parse_id
from daftar.kernel.money import Money
from daftar.records import reading
from daftar.records.reader import Reader
from daftar.records.views.opening import opened
from daftar.sales.models import SaleTerms
from daftar.sales.quoting.differences import CELLS, Cell, Row, compare
from daftar.sales.quoting.reissue import reissue, stale
from daftar.ui.answers import toast


@door("signed_in", "see")
@require_safe
def differences(request: Any, record_id: int) -> HttpResponseBase:
    """The lines now, as last quoted, as invoiced, with the changed cells marked."""
    reader, type_ = opened(request, "quotes")
    quote: Any = reading.get(type_, record_id, reader.user)
    if quote.deal_id is None:
        raise Missing()
    deal = reading.get(reader.schema.type("deal"), quote.deal_id, reader.user)
    terms = SaleTerms.objects.filter(deal=deal.pk).first()
    rows = compare(deal.pk, quote)
    said = [row_in_words(row, reader, terms.currency if terms else reader.formats.currency) for row in rows]
    may_issue = decide.may(reader.user, "add", "quote") and decide.may(reader.user, "change", "deal", deal)
    return render(request, "sales/differences.html", {
        "title": _("%(number)s and the deal") % {"number": quote.number}, "back": type_.address(record_id), "active": "quote",
        "rows": said, "count": sum(len(row.stale) or row.is_added or row.is_removed for row in rows),
        "deal_address": f"/deals/{deal.pk}/", "may_issue": may_issue and quote.state not in ("accepted", "replaced"),
    })  # fmt: skip


def row_in_words(row: Row, reader: Reader, currency: str) -> dict[str, Any]:
    note = _("new") if row.is_added else _("not on the deal any more") if row.is_removed else ""
    labels = dict(CELLS)
    marked = set() if note else {cell.key for cell in row.stale}
    kept = [cell for cell in row.cells if cell.key != "name" or cell.key in marked]
    cells = [cell for cell in kept if cell.now or cell.quoted or cell.invoiced]
    return {
        "name": row.name, "note": note, "tone": "",
        "cells": [
            {
                "label": str(labels[cell.key]), "is_stale": cell.key in marked,
                **{place: in_words(cell, getattr(cell, place), reader, currency) for place in ("now", "quoted", "invoiced")},
            }
            for cell in cells
        ],
    }  # fmt: skip


def in_words(cell: Cell, value: Any, reader: Reader, currency: str) -> str:
    formats = reader.formats
    if value is None:
        return "—"
    if cell.key == "price":
        return formats.money(Money(value, currency))
    if cell.key == "discount":
        kind, much = value
        return formats.percent(much) if kind == "percent" else formats.money(Money(much, currency))
    if cell.key == "tax":
        return formats.percent(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return formats.number(value.normalize()) if isinstance(value, Decimal) else str(value)


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def stale_ones(request: Any) -> HttpResponseBase:
    """GET: the open quotes that differ from their deal. POST: issue the chosen ones again."""
    reader, _type = opened(request, "quotes")
    if not decide.may(reader.user, "add", "quote"):
        raise NotAllowed()
    made: list[Any] = []
    refused: list[tuple[Any, str]] = []
    if request.method == "POST":
        shown = {quote.pk: quote for quote, _count in stale(reader.user)}
        made, why = reissue([parse_id(id_) for id_ in request.POST.getlist("ids")], by=reader.user)
        refused = [(shown.get(id_), sentence) for id_, sentence in why]
    rows = [
        (quote, reader.formats.money(Money(quote.total or Decimal(0), quote.total_currency)), count)
        for quote, count in stale(reader.user)
    ]
    answer = render(
        request,
        "sales/stale.html",
        {"rows": rows, "refused": refused, "active": "stale_quotes"},
        status=409 if refused else 200,
    )
    if not made:
        return answer
    said = ngettext("%(num)s quote was issued again.", "%(num)s quotes were issued again.", len(made))
    return toast(answer, said % {"num": reader.formats.number(len(made))})
