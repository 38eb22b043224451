"""The rows of a list's address for a file: the same rows in the same order, a page at a time, so that a million need no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from django.http import QueryDict
from django.utils import translation

from daftar.access import audit, decide
from daftar.access.models import Row
from daftar.exchange.exporting.beside import learn, with_names
from daftar.exchange.exporting.kinds import NOT_IN_FILES, file_fields
from daftar.exchange.own_ids import RecordNames
from daftar.kernel.errors import NotAllowed
from daftar.kernel.formats import using
from daftar.records.fields.base import Field
from daftar.records.query.view import MOST_ROWS, View
from daftar.records.reader import Names, Reader
from daftar.records.types import RecordType

T = TypeVar("T")
MASS_ROWS = 1_000
ALL = "all"
"""The word `cols=all` of an address: every field, and what an import needs besides."""


@dataclass(frozen=True)
class Export:
    """What goes into a file, whatever its format; `fields` are its columns, those included that are no fields (`beside.py`)."""

    view: View
    fields: tuple[Field, ...]
    reader: Reader
    language: str

    @cached_property
    def count(self) -> int:
        return self.view.rows().count()

    def pages(self, make: Callable[[Sequence[Row]], T]) -> Iterator[T]:
        """What `make` makes of each page of rows, in the reader's formats and language, whoever asks for it and in which thread."""
        after = ""
        while True:
            # Entered and left for each piece: the next one may be asked for in another thread.
            with using(self.reader.formats), translation.override(self.language):
                self.reader.names = Names(self.reader)
                page = replace(self.view, after=after).page()
                learn(self.fields, page.rows)
                made = make(page.rows)
            if page.rows:
                yield made
            after = page.next
            if not after:
                return


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
    return Export(view, tuple(columns), reader, translation.get_language() or "en")
