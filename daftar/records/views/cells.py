"""One value in a list: the same shape in the whole table and alone after an edit in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.template.loader import render_to_string
from markupsafe import Markup

from daftar.access import decide
from daftar.access.models import Row
from daftar.records import lacking
from daftar.records.fields.base import Field
from daftar.records.reader import Reader
from daftar.records.taking import may_take
from daftar.records.types import RecordType
from daftar.ui.parts import Shown
from daftar.ui.table import Cell, ListRow

TONES = {"late": "danger", "unplanned": "warn", "today": "ok", "later": "quiet"}
"""The mark of a row (`RecordType.row_tone`) as the tone that `ui` draws."""


def list_rows(type_: RecordType, rows: Iterable[Row], columns: Sequence[Field], reader: Reader) -> list[ListRow]:
    """The rows with every value as this reader sees it; names are loaded before (`View.page`)."""
    found = list(rows)
    lacks = lacking.in_words(type_, found)
    editable = those_with_right(type_, found, reader, "change")
    made = []
    for row in found:
        href, may_change = type_.address(row.pk), row.pk in editable
        made.append(
            ListRow(
                row.pk,
                row.version,
                type_.title_of(row),
                href,
                TONES.get(type_.row_tone(row, reader), ""),
                [cell_of(type_, row, field, reader, href, may_change=may_change) for field in columns],
                f"{href}take" if may_change and may_take(type_, row, reader.user) else "",
                " ".join(lacks.get(row.pk, ())),
            )
        )
    return made


def cell_of(type_: RecordType, row: Row, field: Field, reader: Reader, href: str, *, may_change: bool) -> Cell:
    """One cell; `href` is the address of the record's card."""
    shown = field.show(field.get(row), reader)
    is_title = field.key == type_.title_field.key
    if is_title:
        shown = shown or Shown(type_.title_of(row), direction="auto")
        shown = shown._replace(href="", style="text") if shown.href else shown  # the whole cell leads to the record
    edit_url = f"{href}field/{field.key}" if may_change and not field.readonly else ""
    return Cell(shown, edit_url, href if is_title else "", field.key == "owner")


def cell(type_: RecordType, row: Row, field: Field, reader: Reader, *, may_change: bool) -> Markup:
    """The inside of one cell alone, for the answer to an edit in place."""
    one = cell_of(type_, row, field, reader, type_.address(row.pk), may_change=may_change)
    lacks = " ".join(lacking.in_words(type_, [row]).get(row.pk, ()))
    return Markup(render_to_string("records/_cell.html", {"alone": one, "id": row.pk, "lacks": lacks}))  # noqa: S704  # the template escapes


def those_with_right(type_: RecordType, rows: Sequence[Row], reader: Reader, action: decide.Action) -> set[int]:
    """Ids of those rows to which this person may do `action`."""
    return {row.pk for row in rows if decide.may(reader.user, action, type_.key, row)}
