"""An export as CSV: text as people read it, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.utils import translation

from daftar.access.models import Row
from daftar.exchange.exporting.headings import headings
from daftar.exchange.exporting.rows import Export
from daftar.kernel.formats import using
from daftar.kernel.neutral import neutral

BOM = "\ufeff"


def pieces(export: Export, *, bom: bool = False) -> Iterator[bytes]:
    """Headings first, then some hundred rows each."""
    reader, fields = export.reader, export.fields
    ways = [(f.get, f.export) for f in fields]

    def made(rows: Sequence[Row]) -> str:
        return lines([text(get(row), reader) for get, text in ways] for row in rows)

    with using(reader.formats), translation.override(export.language):
        head = headings(fields)
    yield ((BOM if bom else "") + lines([head])).encode()
    for piece in export.pages(made):
        yield piece.encode()


def lines(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([neutral(cell) for cell in row])
    return out.getvalue()
