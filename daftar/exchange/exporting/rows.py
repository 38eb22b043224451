"""The rows of a list's address for a file: the same rows in the same order, a page at a time, so that a million need no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils import translation

from daftar.access import audit, decide
from daftar.exchange.exporting.beside import with_names
from daftar.exchange.exporting.columns import Column, Page, columns_read, page_of
from daftar.exchange.exporting.kinds import NOT_IN_FILES, file_fields
from daftar.exchange.own_ids import RecordNames
from daftar.kernel.errors import NotAllowed
from daftar.kernel.formats import using
from daftar.records.fields.base import Field
from daftar.records.query.raw_rows import raw_rows
from daftar.records.query.view import MOST_ROWS, View
from daftar.records.reader import Names, Reader
from daftar.records.types import RecordType

C = TypeVar("C")
AT_ONCE = 5_000
"""Rows that are fetched and written together."""
MASS_ROWS = 1_000
ALL = "all"
"""The word `cols=all` of an address: every field, and what an import needs besides."""


@dataclass(frozen=True)
class Export:
    """What goes into a file, whatever its format; `fields` are its columns, those included that are no fields (`beside.py`).

    `told` is told after each page how many rows are done; what it raises ends the file. `as_made`: the oldest record first, so that who
    loads the file makes them in that order, too.
    """

    view: View
    fields: tuple[Field, ...]
    reader: Reader
    language: str
    told: Callable[[int], None] | None = None
    as_made: bool = False

    @cached_property
    def count(self) -> int:
        return self.view.rows().count()

    @cached_property
    def ids(self) -> Sequence[int]:
        """The numbers of the rows in order, as they were when somebody first asked."""
        return self.view.all_ids(as_made=self.as_made)

    def pages(self, way: Callable[[Field], Callable[[Any], C]]) -> Iterator[Page[C]]:
        """The rows a page at a time, in the reader's formats and language, whoever asks for it and in which thread.

        Shapes: `way(field)` makes a cell of a value of the field. Rows that the reader may not take out any more are left out.
        """
        columns = [Column(field, way(field)) for field in self.fields]
        names, ids, done = columns_read(columns), self.ids, 0
        rows = replace(self.view, simple=(), where=None, words="", ids=frozenset()).rows()
        for start in range(0, len(ids), AT_ONCE):
            # Entered and left for each piece: the next one may be asked for in another thread.
            with using(self.reader.formats), translation.override(self.language):
                self.reader.names = Names(self.reader)
                page = page_of(columns, raw_rows(rows, ids[start : start + AT_ONCE], names), self.reader)
            if page.ids:
                yield page
                done += len(page.ids)
                if self.told:
                    self.told(done)


def begun(
    type_: RecordType,
    params: QueryDict | str,
    reader: Reader,
    *,
    ids: frozenset[int] = frozenset(),
    format_key: str = "csv",
) -> Export:
    """What the address means, noted in the audit log as taken out.

    Shapes: `params` is the query of the list's address; `cols=all` means every field; `ids` are the only rows that are
    meant, if any.
    Errors: NotAllowed without the right to export; BadAddress for an address that cannot be read.
    """
    export = meant(type_, params, reader, ids)
    view = export.view
    details = {"type": type_.key, "rows": export.count, "view": view.address(), "columns": list(view.columns)}
    audit.record("exported", by=reader.user, about=(type_.key, None), details={**details, "format": format_key})
    return export


def is_mass(type_: RecordType, params: QueryDict | str, reader: Reader, *, ids: frozenset[int] = frozenset()) -> bool:
    """Whether the file holds more than one takes out in passing. Errors: as `begun`."""
    rows = meant(type_, params, reader, ids).view.rows()
    return len(rows.order_by().values_list("pk")[: MASS_ROWS + 1]) > MASS_ROWS


def meant(type_: RecordType, params: QueryDict | str, reader: Reader, ids: frozenset[int] = frozenset()) -> Export:
    """The rows that the address names, as far as they may be taken out, with the columns of the file."""
    if not decide.may(reader.user, "export", type_.key):
        raise NotAllowed()
    given = QueryDict(params) if isinstance(params, str) else params
    view = View.parse(type_, given, reader)
    if view.problems:
        raise view.problems[0]
    is_whole = given.get("cols") == ALL
    fields = file_fields(type_) if is_whole else [f for f in view.shown_fields() if f.kind not in NOT_IN_FILES]
    fields = [type_.title_field, *(f for f in fields if f is not type_.title_field)]
    view = replace(
        view, columns=tuple(f.key for f in fields), limit=MOST_ROWS, after="", before="", action="export", ids=ids
    )
    columns = with_names(type_, fields, RecordNames(), whole=is_whole)
    as_made = is_whole and not given.get("sort")
    return Export(view, tuple(columns), reader, translation.get_language() or "en", as_made=as_made)
