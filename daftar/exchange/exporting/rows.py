"""The rows of a list's address as CSV: the same rows in the same order, a page at a time, so that a million need no memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.http import QueryDict
from django.utils import translation

from daftar.access import audit, decide
from daftar.kernel.errors import NotAllowed
from daftar.kernel.formats import using
from daftar.kernel.neutral import neutral
from daftar.records.fields.base import Field
from daftar.records.query.view import MOST_ROWS, View
from daftar.records.reader import Names, Reader
from daftar.records.types import RecordType

MASS_ROWS = 1_000
BOM = "\ufeff"
NOT_IN_FILES = frozenset({"next_step", "idle", "days_in_stage"})
"""Kinds that say something only beside their record."""


def export_rows(
    type_: RecordType, params: QueryDict | str, reader: Reader, *, bom: bool = False, ids: frozenset[int] = frozenset()
) -> Iterator[str]:
    """Pieces of the file: headings first, then some hundred rows each.

    Shapes: `params` is the query of the list's address; `cols=all` means every field; `ids` are the only rows that are
    meant, if any. Each piece is made in the reader's formats and language, whoever asks for it and in which thread.
    Errors: NotAllowed without the right to export; BadAddress for an address that cannot be read. Both before the first piece.
    """
    view, fields = view_of(type_, params, reader, ids)
    audit.record(
        "exported",
        by=reader.user,
        about=(type_.key, None),
        details={"type": type_.key, "rows": view.rows().count(), "view": view.address(), "columns": list(view.columns)},
    )
    return pieces(view, fields, reader, language=translation.get_language() or "en", bom=bom)


def is_mass(type_: RecordType, params: QueryDict | str, reader: Reader, *, ids: frozenset[int] = frozenset()) -> bool:
    """Whether the file holds more than one takes out in passing. Errors: as `export_rows`."""
    view, _fields = view_of(type_, params, reader, ids)
    return len(view.rows().order_by().values_list("pk")[: MASS_ROWS + 1]) > MASS_ROWS


def view_of(
    type_: RecordType, params: QueryDict | str, reader: Reader, ids: frozenset[int] = frozenset()
) -> tuple[View, list[Field]]:
    """The rows that the address names, as far as they may be taken out, with the columns of the file."""
    if not decide.may(reader.user, "export", type_.key):
        raise NotAllowed()
    given = QueryDict(params) if isinstance(params, str) else params
    view = View.parse(type_, given, reader)
    if view.problems:
        raise view.problems[0]
    fields = (
        file_fields(type_)
        if given.get("cols") == "all"
        else [f for f in view.shown_fields() if f.kind not in NOT_IN_FILES]
    )
    fields = [type_.title_field, *(f for f in fields if f is not type_.title_field)]
    view = replace(
        view, columns=tuple(f.key for f in fields), limit=MOST_ROWS, after="", before="", action="export", ids=ids
    )
    return view, fields


def pieces(view: View, fields: Sequence[Field], reader: Reader, *, language: str, bom: bool) -> Iterator[str]:
    with translation.override(language):
        head = (BOM if bom else "") + lines([headings(fields)])
    yield head
    after = ""
    while True:
        # Entered and left for each piece: the next one may be asked for in another thread.
        with using(reader.formats), translation.override(language):
            reader.names = Names(reader)
            page = replace(view, after=after).page()
            made = lines([f.export(f.get(row), reader) for f in fields] for row in page.rows)
        if made:
            yield made
        after = page.next
        if not after:
            return


def file_fields(type_: RecordType) -> list[Field]:
    """Every field that a file can carry, in order of importance."""
    return [f for f in type_.fields if f.kind not in NOT_IN_FILES]


def headings(fields: Sequence[Field]) -> list[str]:
    """Labels; the key beside a label that comes twice."""
    labels = [str(f.label) for f in fields]
    return [f"{label} ({f.key})" if labels.count(label) > 1 else label for f, label in zip(fields, labels, strict=True)]


def lines(rows: Iterator[list[str]] | Sequence[list[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
    return out.getvalue()
