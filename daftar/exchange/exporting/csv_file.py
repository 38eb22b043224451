"""An export as CSV: text as people read it, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils import translation

from daftar.exchange.exporting.headings import headings
from daftar.exchange.exporting.rows import Export
from daftar.kernel.formats import using
from daftar.kernel.neutral import neutral
from daftar.records.fields.base import Field

BOM = "\ufeff"


def pieces(export: Export, *, bom: bool = False) -> Iterator[bytes]:
    """Headings first, then some thousand rows each."""
    reader, fields = export.reader, export.fields

    def way(field: Field) -> Callable[[Any], str]:
        return lambda value: neutral(field.export(value, reader))

    with using(reader.formats), translation.override(export.language):
        head = headings(fields)
    yield ((BOM if bom else "") + lines([head])).encode()
    for page in export.pages(way):
        yield written(zip(*page.cells, strict=True)).encode()


def lines(rows: Iterable[Sequence[str]]) -> str:
    return written([neutral(cell) for cell in row] for row in rows)


def written(rows: Iterable[Iterable[object]]) -> str:
    """The lines of a file whose cells are harmless already."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()
