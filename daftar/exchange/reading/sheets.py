"""A sheet of an XLSX or ODS file. Cells read as Source says for files that are exact; formulas give their last result.

Of merged cells the first one holds the value. Lines are the numbers of the rows in the sheet.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.rows import (
    LONGEST_CELL,
    MOST_COLUMNS,
    BrokenRow,
    RawRow,
    holds_nul,
    named,
    numbered,
    shown,
    too_many_columns,
)
from daftar.exchange.reading.source import Source, looks_like_data
from daftar.exchange.reading.spools import Spool, Spools, bad_cell

ROWS_LOOKED_AT = 20
"""The headings stand in one of so many rows, behind lines of one cell such as a title."""
BETWEEN, LINE_END, BROKEN = "\x1f", "\x1e", "!"


class SheetSource(Source):
    """A sheet with its headings: by default the first sheet that is seen and not empty.

    Errors: Unreadable when the file is harmful, damaged, locked or no workbook, and for a sheet that it does not have.
    """

    is_exact = True

    def __init__(self, path: Path, *, name: str = "", sheet: str = "", has_headings: bool = True) -> None:
        super().__init__(path, name=name, has_headings=has_headings)
        self._spools, self._wanted = Spools(path, self.fingerprint), sheet
        spool = self._spools.some(sheet)
        self.kind, self.sheets, self.sheet, self._lines = spool.kind, spool.sheets, spool.sheet, spool.lines
        self.first_line, self.headings = self._read_headings(spool)

    def count_lines(self) -> int:
        return max(self._lines, 1)

    # -- inside ------------------------------------------------------------------------------------

    def _rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        return self._rows_of(self._spools.whole(self._wanted), max(behind, self.first_line))

    def _first(self) -> Iterator[RawRow | BrokenRow]:
        return self._rows_of(self._spools.some(self._wanted), self.first_line)

    def _rows_of(self, spool: Spool, behind: int) -> Iterator[RawRow | BrokenRow]:
        columns = len(self.headings)
        with spool.path.open("rb") as raw:
            raw.seek(spool.place(behind))
            for text in io.TextIOWrapper(raw, "utf-8", newline="\n"):
                if text[0] == BROKEN:
                    row: RawRow | BrokenRow = self._broken(text)
                    if row.line > behind:
                        yield row
                    continue
                number, *cells = text[:-1].split(BETWEEN)
                line = int(number)
                if line <= behind:
                    continue
                if LINE_END in text:
                    cells = [cell.replace(LINE_END, "\n") for cell in cells]
                if len(cells) < columns:
                    cells.extend([""] * (columns - len(cells)))
                if len(cells) > columns or "\0" in text:
                    yield self._refused(line, tuple(cells))
                else:
                    yield RawRow(line, tuple(cells))

    def _broken(self, text: str) -> BrokenRow:
        line, why, column, value, *cells = (
            part.replace(LINE_END, "\n") for part in text[1:].removesuffix("\n").split(BETWEEN)
        )
        return BrokenRow(int(line), self._column(int(column)), shown(value), bad_cell(why, value), tuple(cells))

    def _refused(self, line: int, cells: tuple[str, ...]) -> BrokenRow:
        for n, cell in enumerate(cells):
            if n >= len(self.headings) and cell:
                sentence = _("This cell stands in column %(letters)s, which has no heading. Give it one, or empty it.")
                return BrokenRow(line, letters(n), shown(cell), sentence % {"letters": letters(n)}, cells)
            if "\0" in cell:
                return BrokenRow(line, self._column(n), shown(cell), holds_nul(), cells)
        raise AssertionError(cells)  # only rows with such a cell come here

    def _column(self, n: int) -> str:
        return self.headings[n] if n < len(self.headings) else letters(n)

    def _read_headings(self, spool: Spool) -> tuple[int, tuple[str, ...]]:
        self.headings = ()
        with spool.path.open(encoding="utf-8", newline="\n") as file:
            first = list(islice(file, ROWS_LOOKED_AT))
        if not first:
            raise Unreadable(
                _("The sheet “%(name)s” is empty. Choose another sheet, or fill in its heading row.")
                % {"name": self.sheet[:100]}
            )
        rows = [self._broken(t) if t[0] == BROKEN else plain(t) for t in first]
        at = next((n for n, row in enumerate(rows) if sum(map(bool, row.cells)) > 1), 0)
        row = rows[at] if self.has_headings else rows[0]
        width = len(row.cells) if self.has_headings else max(spool.widest, 1)
        if width > MOST_COLUMNS:
            what = _("Leave out columns, or load the sheet in parts.")
            raise Unreadable(too_many_columns(width, what))
        if isinstance(row, BrokenRow) and self.has_headings:
            raise Unreadable(_("The heading row cannot be read. %(why)s") % {"why": row.sentence})
        self.headings_look_like_data = looks_like_data(row.cells)
        if not self.has_headings:
            return row.line - 1, tuple(numbered(n + 1) for n in range(width))
        return row.line, named(row.cells)


def plain(text: str) -> RawRow:
    number, *cells = text[:-1].split(BETWEEN)
    return RawRow(int(number), tuple(cell.replace(LINE_END, "\n")[:LONGEST_CELL] for cell in cells))


def letters(n: int) -> str:
    """How a spreadsheet calls its column: 0 is "A", 26 is "AA"."""
    found = ""
    while n >= 0:
        found = chr(65 + n % 26) + found
        n = n // 26 - 1
    return found
