"""What list, groups and board show alike: heads of columns with their sums, counts in words, what could not be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.kernel.money import Money
from daftar.records.fields.base import Field
from daftar.records.query.paging import Page
from daftar.records.query.view import COUNTED, Total, View
from daftar.records.reader import Reader

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
