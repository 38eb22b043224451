"""The bin of a record type: what was deleted, by whom and when, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access.doors import door
from daftar.access.models import Row
from daftar.kernel.errors import BadAddress
from daftar.records.query.paging import Page, page_of
from daftar.records.query.view import LIMIT, View
from daftar.records.searching.holding import holds
from daftar.records.views.cells import those_with_right
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import bar


@door("signed_in")
@require_safe
def index(request: Any, slug: str) -> HttpResponse:
    """Deleted rows that this person might have seen, the latest first; `?q=` searches them."""
    reader, type_ = opened(request, slug)
    view = replace(View.parse(type_, "", reader), words=request.GET.get("q", "")[:200].replace("\0", ""))
    rows = reader.seen(type_).filter(deleted_at__isnull=False)
    rows = rows.filter(holds(type_, view.asked, reader))
    said: list[str] = []
    try:
        page = page_at(rows, request.GET.get("after", ""), request.GET.get("before", ""))
    except BadAddress as problem:
        said.append(str(problem))
        page = page_at(rows)
    reader.names.want(("user", row.deleted_by_id) for row in page.rows if row.deleted_by_id)
    reader.names.fetch()
    back = those_with_right(type_, page.rows, reader, "delete")
    return render(
        request,
        "records/bin.html",
        {
            **bar(view, "bin"),
            "problems": said,
            "main_class": "fills",
            "rows": [
                (row.pk, type_.title_of(row), who(row.deleted_by_id, reader), row.deleted_at, row.pk in back)
                for row in page.rows
            ],
            "next": view.address(after=page.next) if page.next else "",
            "previous": view.address(before=page.previous) if page.previous else "",
        },
        status=400 if said else 200,
    )


def page_at(rows: QuerySet[Row], after: str = "", before: str = "") -> Page:
    return page_of(rows, F("deleted_at"), descending=True, limit=LIMIT, after=after, before=before)


def who(user_id: int | None, reader: Any) -> str:
    return (reader.names.get("user", user_id) if user_id else None) or _("somebody")
