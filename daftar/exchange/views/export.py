"""A list as a file: the same address with /export.csv (or .xlsx, .jsonl) in it, and a page that asks which."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access import sessions
from daftar.access.doors import ask_again, door
from daftar.exchange.exporting.formats import FORMATS, XLSX
from daftar.exchange.exporting.kinds import file_fields
from daftar.exchange.exporting.rows import ALL, begun, is_mass, meant
from daftar.exchange.views.attachments import download
from daftar.kernel import clock
from daftar.kernel.errors import BadAddress
from daftar.kernel.ids import parse_id
from daftar.records.query.view import MOST_ROWS
from daftar.records.views.opening import opened

MOST_SHEET_ROWS = 100_000
"""Rows of a workbook that a page makes; it is written whole before its first byte goes out."""


def picked(given: QueryDict) -> tuple[QueryDict, frozenset[int]]:
    """The list's address and the rows that were picked there; the bar of picked rows sends the address as `of`, `all` for all of it."""
    if "of" not in given:
        return given.copy(), frozenset()
    params = QueryDict(str(given["of"])[:8000].removeprefix("?"), mutable=True)
    words = [word for text in given.getlist("ids") for word in text[:20_000].split(",") if word]
    if given.get("all") == "1":
        return params, frozenset()
    if not words or len(words) > MOST_ROWS:
        raise BadAddress(_("Pick some rows first."))
    return params, frozenset(parse_id(word) for word in words)


@door("signed_in", "export")
@require_safe
def rows(request: Any, slug: str, ending: str) -> HttpResponseBase:
    """The rows of the address, in its order and columns; `cols=all` for every field, `bom=0` without the spreadsheets' mark.

    Who takes out very much shows again who it is.
    """
    reader, type_ = opened(request, slug)
    format_ = FORMATS[ending]
    params, ids = picked(request.GET)
    bom = params.pop("bom", ["1"])[-1] != "0"
    if not sessions.fresh(request) and is_mass(type_, params, reader, ids=ids):
        return ask_again(request)
    if format_ is XLSX and meant(type_, params, reader, ids).count > MOST_SHEET_ROWS:
        raise BadAddress(too_many_for_a_sheet(reader))
    export = begun(type_, params, reader, ids=ids, format_key=format_.key)
    day = clock.today(reader.formats.zone).isoformat()
    return download(format_.pieces(export, bom=bom), f"{type_.slug}-{day}.{format_.key}", format_.content_type)


@door("signed_in", "export")
@require_safe
def choose(request: Any, slug: str) -> HttpResponseBase:
    """Which format, which columns, and how many rows it will be."""
    reader, type_ = opened(request, slug)
    export = meant(type_, request.GET, reader)
    return render(
        request,
        "exchange/export.html",
        {
            "type": type_,
            "active": type_.key,
            "count": export.count,
            "kept": [(key, value) for key, value in export.view.params() if key not in ("cols", "limit")],
            "columns": ",".join(f.key for f in export.fields),
            "names": [str(f.label) for f in export.fields],
            "count_all": len(file_fields(type_)),
            "is_whole": request.GET.get("cols") == ALL,
            "formats": list(FORMATS.values()),
            "back": type_.address() + export.view.address(limit=None),
            "warning": too_many_for_a_sheet(reader) if export.count > MOST_SHEET_ROWS else "",
        },
    )


def too_many_for_a_sheet(reader: Any) -> str:
    return _(
        "A page writes workbooks of at most %(most)s rows. Take CSV, filter the list, or let “bin/daftar export” write the workbook."
    ) % {"most": reader.formats.number(MOST_SHEET_ROWS)}
