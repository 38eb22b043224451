"""The list of a record type: rows, columns, order and filters are all in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from daftar.access.audit.reads import rows_shown
from daftar.access.doors import door
from daftar.kernel.errors import BadAddress
from daftar.kernel.money import Money
from daftar.records.fields.base import Field
from daftar.records.query.paging import Page
from daftar.records.query.view import COUNTED, Total, View
from daftar.records.reader import Reader
from daftar.records.views.bulk import bar_of
from daftar.records.views.cells import list_rows
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import bar
from daftar.ui.answers import is_fragment

IMPORTANCE = (1, 1, 1, 1, 2, 2, 3, 3, 4, 4)
"""How long each column stays when the window gets narrow, by its place; behind these 5 (goes first)."""
ENDS_FIRST = frozenset({"number", "money", "date"})
"""Columns whose first click sorts the largest to the top."""


@dataclass(frozen=True, slots=True)
class Head:
    """One column of the list: `css` its width class, `state` how it is sorted now, `total` its sum as shown."""

    key: str
    label: str
    css: str
    href: str
    state: str
    total: str = ""
    total_note: str = ""


@door("signed_in")
@require_safe
def index(request: Any, slug: str) -> HttpResponse:
    """The rows of the address; what cannot be read in it is named, status 400, and the rest is kept."""
    reader, type_ = opened(request, slug)
    return show(request, View.of_page(type_, request.GET, reader))


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


def problems(view: View) -> list[str]:
    return list(dict.fromkeys(str(p) for p in view.problems))


def columns_of(view: View) -> list[Field]:
    """The title first, because it opens the card; then the chosen columns."""
    title = view.type.title_field
    return [title, *(f for f in view.shown_fields() if f.key != title.key)]


def heads(view: View, sums: Mapping[str, Total]) -> list[Head]:
    made = []
    for place, field in enumerate(columns_of(view)):
        total = sums.get(field.key)
        importance = IMPORTANCE[place] if place < len(IMPORTANCE) else 5
        made.append(
            Head(
                field.key,
                str(field.label),
                f"col--{'name' if place == 0 else field.width} importance-{importance}",
                sort_address(view, field),
                sort_state(view, field),
                shown_total(field, total, view.reader) if total else "",
                unrated_note(total.unrated, view.reader) if total else "",
            )
        )
    return made


def sort_address(view: View, field: Field) -> str:
    if not field.sortable:
        return ""
    down, up = f"-{field.key}", field.key
    first, second = (down, up) if field.width in ENDS_FIRST else (up, down)
    return f"/{view.type.slug}/" + view.address(sort=second if view.sort == first else first)


def sort_state(view: View, field: Field) -> str:
    if view.sort.removeprefix("-") != field.key:
        return ""
    return "descending" if view.descending else "ascending"


def shown_total(field: Field, total: Total, reader: Reader) -> str:
    if total.sum is None:
        return ""
    if field.kind == "money":
        return reader.formats.money(Money(total.sum, reader.formats.currency), "whole")
    return field.show(total.sum, reader).text


def unrated_note(count: int, reader: Reader) -> str:
    if not count:
        return ""
    said = ngettext(
        "without %(count)s amount that has no exchange rate",
        "without %(count)s amounts that have no exchange rate",
        count,
    )
    return said % {"count": reader.formats.number(count)}


def foot(view: View, page: Page, columns: Sequence[Head], count: int | None = None) -> dict[str, Any]:
    """What the foot needs: number of rows, sums, and the pages before and after."""
    if count is None:
        count = view.count()
    here = f"/{view.type.slug}/"
    return {
        "heads": columns,
        "count_words": count_words(count, len(page.rows), view.reader),
        "view": view,
        "next": here + view.address(after=page.next) if page.next else "",
        "previous": here + view.address(before=page.previous) if page.previous else "",
        "totals_href": f"{here}totals{view.address(**({'after': view.after} if view.after else {}))}",
    }


def count_number(count: int, reader: Reader) -> str:
    return reader.formats.number(min(count, COUNTED)) + ("+" if count > COUNTED else "")


def count_words(count: int, shown: int, reader: Reader) -> str:
    number = count_number(count, reader)
    if shown == count:
        return ngettext("%(count)s row", "%(count)s rows", count) % {"count": number}
    return _("%(shown)s of %(count)s") % {"shown": reader.formats.number(shown), "count": number}
