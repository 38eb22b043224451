"""The list of a record type: rows, columns, order and filters are all in the address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from daftar.access.audit.reads import rows_shown
from daftar.access.doors import door
from daftar.kernel.errors import BadAddress
from daftar.records.query.paging import Page
from daftar.records.query.view import COUNTED, View
from daftar.records.views import groups
from daftar.records.views.bulk import bar_of
from daftar.records.views.cells import list_rows
from daftar.records.views.list_parts import columns_of, count_number, foot, heads, problems
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import bar
from daftar.ui.answers import is_fragment


@door("signed_in")
@require_safe
def index(request: Any, slug: str) -> HttpResponse:
    """The rows of the address; what cannot be read in it is named, status 400, and the rest is kept."""
    reader, type_ = opened(request, slug)
    view = View.of_page(type_, request.GET, reader)
    return groups.show(request, view) if groups.are_asked(view) else show(request, view)


@door("signed_in")
@require_safe
def totals(request: Any, slug: str) -> HttpResponseBase:
    """The foot with its sums, fetched apart when there are very many rows; as a page, the list with its sums."""
    reader, type_ = opened(request, slug)
    view = View.of_page(type_, request.GET, reader)
    if not is_fragment(request):
        return show(request, view, sums_now=True)
    page, view = page_of(view)
    return render(request, "records/_foot.html", foot(view, page, heads(view, view.totals())))


def show(request: Any, view: View, *, sums_now: bool = False) -> HttpResponse:
    page, view = page_of(view)
    rows_shown(view.reader.user, view.type.key, len(page.rows))
    count = view.count()
    many = count > COUNTED and bool(view.type.totals) and not sums_now
    columns = columns_of(view)
    return render(
        request,
        "records/list.html",
        {
            **bar(view, "list"),
            **foot(view, page, heads(view, {} if many or not count else view.totals()), count),
            "rows": list_rows(view.type, page.rows, columns, view.reader),
            "sums_later": many,
            "bulk": bar_of(view, count, len(page.rows)),
            "count_all": count_number(count, view.reader),
            "sum_keys": {f.key for f in view.type.totals},
            "all_columns": bool(view.columns or view.kept_columns),
            "problems": problems(view),
            "is_narrowed": bool(view.simple or view.where or view.words),
            "main_class": "fills",
        },
        status=400 if view.problems else 200,
    )


def page_of(view: View) -> tuple[Page, View]:
    """The page, and the view; with a broken page mark the first page, and the view says so."""
    try:
        return view.page(), view
    except BadAddress as problem:
        mended = replace(view, after="", before="", problems=(*view.problems, problem))
        return mended.page(), mended
