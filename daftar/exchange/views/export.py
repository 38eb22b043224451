"""A list as a file: the same address with /export.csv (or .xlsx, .jsonl) in it, and a page that asks which.

What is large is written by the worker (`exporting/runs.py`); its pages are in `export_runs.py`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access import sessions
from daftar.access.doors import ask_again, door
from daftar.exchange.exporting import runs
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.exporting.kinds import file_fields
from daftar.exchange.exporting.rows import ALL, begun, is_mass, meant
from daftar.exchange.views.attachments import download
from daftar.kernel import clock, keeping
from daftar.kernel.errors import BadAddress, TooMany
from daftar.kernel.ids import parse_id
from daftar.records.query.view import MOST_ROWS, View
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import at, chips
from daftar.ui.addresses import address


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

    Who takes out very much shows again who it is. What is large is asked for on the page that asks for the format.
    """
    reader, type_ = opened(request, slug)
    format_ = FORMATS[ending]
    params, ids = picked(request.GET)
    bom = params.pop("bom", ["1"])[-1] != "0"
    if runs.is_large(format_, meant(type_, params, reader, ids).count):
        return HttpResponseRedirect(asking(type_, params))
    if not sessions.fresh(request) and is_mass(type_, params, reader, ids=ids):
        return ask_again(request)
    export = begun(type_, params, reader, ids=ids, format_key=format_.key)
    day = clock.today(reader.formats.zone).isoformat()
    return download(format_.pieces(export, bom=bom), f"{type_.slug}-{day}.{format_.key}", format_.content_type)


def asking(type_: RecordType, params: QueryDict) -> str:
    """The address of the page that asks for format and columns."""
    return at(f"{type_.address()}export/", f"?{params.urlencode()}")


@door("signed_in", "export")
@require_safe
def choose(request: Any, slug: str) -> HttpResponse:
    """Which format, which columns, and how many rows it will be."""
    reader, type_ = opened(request, slug)
    return page(request, type_, request.GET, reader)


@door("signed_in", "export")
@require_POST
def start(request: Any, slug: str) -> HttpResponseBase:
    """Let the worker write a large file and show how far it is; a small one is downloaded."""
    reader, type_ = opened(request, slug)
    params = request.POST.copy()
    params.pop("csrfmiddlewaretoken", None)
    format_ = FORMATS.get(params.pop("format", [""])[-1])
    if format_ is None:
        raise BadAddress()
    export = meant(type_, params, reader)
    if not runs.is_large(format_, export.count):
        return HttpResponseRedirect(at(f"{type_.address()}export.{format_.key}", f"?{params.urlencode()}"))
    if not sessions.fresh(request) and is_mass(type_, params, reader):
        return ask_again(request, asking(type_, params))
    try:
        run = runs.begin(type_, params, reader, format_key=format_.key, words=words_of(export.view))
    except TooMany as problem:
        return page(request, type_, params, reader, error=str(problem), status=problem.status)
    return HttpResponseRedirect(address("exchange:export_run", run_id=run.pk))


def words_of(view: View) -> str:
    """The filters of the list as the person sees them."""
    return " · ".join(f"{chip.label}: {chip.value}" for chip in chips(view, "", "list"))[:2000]


def page(
    request: Any, type_: RecordType, params: QueryDict, reader: Reader, *, error: str = "", status: int = 200
) -> HttpResponse:
    export = meant(type_, params, reader)
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
            "is_whole": params.get("cols") == ALL,
            "formats": list(FORMATS.values()),
            "later": [one.label for one in FORMATS.values() if runs.is_large(one, export.count)],
            "days": keeping.days_of("export_files"),
            "back": type_.address() + export.view.address(limit=None),
            "error": error,
        },
        status=status,
    )
