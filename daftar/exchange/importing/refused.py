"""Rows that were refused: kept with their reasons, given out as a file that can be corrected and loaded again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from django.db.models import Count

from daftar.exchange.importing.report import RefusedRow
from daftar.exchange.models import ImportRun, Refusal
from daftar.kernel.neutral import neutral

WHY = "why"
"""The heading over the reasons; a column of this name is left out when the file comes back."""


def refusals(run: ImportRun, file: str, rows: Iterable[RefusedRow]) -> list[Refusal]:
    return [
        Refusal(
            run=run,
            file=file[:200],
            line=row.line,
            why=without_nul(" · ".join(f"{e.column}: {e.sentence}" if e.column else e.sentence for e in row.errors)),
            cells=[without_nul(cell)[:100_000] for cell in row.cells],
        )
        for row in rows
    ]


def without_nul(text: str) -> str:
    """The text as every database takes it."""
    return text.replace("\0", "").encode("utf-8", errors="replace").decode("utf-8")


def files_with_refused(run: ImportRun) -> list[tuple[int, str, int]]:
    """(place of the file in the run, its name, refused rows), for each that has any."""
    counts = dict(run.refusals.order_by().values_list("file").annotate(count=Count("id")))
    return [(n, f["name"], counts[f["name"][:200]]) for n, f in enumerate(run.files) if f["name"][:200] in counts]


def refused_csv(run: ImportRun, place: int = 0) -> Iterator[str]:
    """The refused rows of one file under its headings with the reasons behind, ready to be corrected and loaded again."""
    file = run.files[place]
    headings: tuple[str, ...] = tuple(file.get("headings", ()))
    yield csv_line([*headings, WHY])
    for row in run.refusals.filter(file=file["name"][:200]).order_by("id").iterator(chunk_size=500):
        cells = [*row.cells, *[""] * (len(headings) - len(row.cells))]
        yield csv_line([*cells, row.why])


def csv_line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([neutral(cell) for cell in cells])
    return out.getvalue()
