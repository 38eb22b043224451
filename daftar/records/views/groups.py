"""A list in groups: a head for each with count and sums, and its rows when it is opened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from daftar.access.audit.reads import rows_shown
from daftar.access.doors import door
from daftar.records.query.grouping import MOST, Grouped, groups_of, rows_of
from daftar.records.query.view import View
from daftar.records.views.bulk import bar_of
from daftar.records.views.cells import list_rows
from daftar.records.views.list_parts import columns_of, count_number, heads, problems, shown_total, unrated_note
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import bar
from daftar.ui.parts import Shown


@dataclass(frozen=True, slots=True)
class GroupHead:
    """The head of a group as drawn: `sums` by column, each with what is not in it; `href` is the list of its rows, `rows` the part."""

    shown: Shown
    count: str
    sums: tuple[tuple[str, str], ...]
    href: str
    rows: str


def are_asked(view: View) -> bool:
    return view.group_field is not None


def show(request: Any, view: View) -> HttpResponse:
    """The groups of the address; their rows come when one is opened."""
    found, has_more = groups_of(view)
    columns = heads(view, view.totals() if found else {})
    count = sum(group.count for group in found)
    return render(
        request,
        "records/grouped.html",
        {
            **bar(view, "list"),
            "heads": columns,
            "groups": [head_of(view, group) for group in found],
            "count_words": _("%(groups)s groups") % {"groups": view.reader.formats.number(len(found))},
            "more_words": _("The first %(count)s groups are shown. Filter the list to see others.")
            % {"count": view.reader.formats.number(MOST)}
            if has_more
            else "",
            "bulk": bar_of(view, count, 0),
            "count_all": count_number(view.count(), view.reader),
            "all_columns": bool(view.columns or view.kept_columns),
            "problems": problems(view),
            "is_narrowed": bool(view.conditions or view.words),
            "main_class": "fills",
        },
        status=400 if view.problems else 200,
    )


def head_of(view: View, group: Grouped) -> GroupHead:
    inside = rows_of(view, group)
    sums = []
    for field in columns_of(view)[1:]:
        total = group.totals.get(field.key)
        said = shown_total(field, total, view.reader) if total else ""
        sums.append((said, unrated_note(total.unrated, view.reader) if total else ""))
    words, base = inside.address(), view.type.address()
    return GroupHead(
        group.shown,
        view.reader.formats.number(group.count),
        tuple(sums),
        base + words if group.condition else "",
        f"{base}group-rows{words}" if group.condition else "",
    )


@door("signed_in")
@require_safe
def rows(request: Any, slug: str) -> HttpResponse:
    """The first rows of a group, as a part of the table; the address is that of the group's list."""
    reader, type_ = opened(request, slug)
    view = replace(View.parse(type_, request.GET, reader), after="", before="")
    if view.problems:
        raise view.problems[0]
    page = view.page()
    rows_shown(reader.user, type_.key, len(page.rows))
    columns = columns_of(view)
    return render(
        request,
        "records/_group_rows.html",
        {
            "rows": list_rows(type_, page.rows, columns, reader),
            "heads": heads(view, {}),
            "more": type_.address() + view.address() if page.next else "",
        },
    )
