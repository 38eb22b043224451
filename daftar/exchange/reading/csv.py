"""The rows of a CSV file, one after the other; never the whole file in memory.

A row that cannot be read is told with its line and what to do, and reading goes on with the next line. After a broken
quote that is the line behind the quote: rows before and after it stay whole.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.delimiters import DELIMITERS, guess_delimiter, known_delimiter
from daftar.exchange.reading.encoding import ENCODINGS, guess_encoding, known_encoding
from daftar.exchange.reading.lines import Lines, count_line_ends
from daftar.exchange.reading.rows import (
    LONGEST_CELL,
    LONGEST_LINE,
    MOST_COLUMNS,
    MOST_LINES,
    BrokenRow,
    RawRow,
    holds_nul,
    named,
    numbered,
    shown,
    too_long_cell,
    too_long_line,
    too_many_columns,
)
from daftar.exchange.reading.source import Source, looks_like_data

# Python's own limit is one for the whole process; ours is checked per cell, below.
csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_LINE))


class CsvSource(Source):
    """A text file with a delimiter; what is not said about it is guessed.

    Errors: Unreadable when the file is empty, is no text, or has no usable heading row.
    """

    kind = "csv"

    def __init__(
        self, path: Path, *, name: str = "", encoding: str = "", delimiter: str = "", has_headings: bool = True
    ) -> None:
        super().__init__(path, name=name, has_headings=has_headings)
        self.encoding = known_encoding(encoding) if encoding else guess_encoding(path)
        self.encoding_name = ENCODINGS[self.encoding]
        self.delimiter = known_delimiter(delimiter) if delimiter else self._guess_delimiter()
        self.delimiter_name = DELIMITERS.get(self.delimiter, self.delimiter)
        self.first_line, self.headings = self._read_headings()

    def count_lines(self) -> int:
        return max(count_line_ends(self.path, self.encoding), 1)

    # -- inside ------------------------------------------------------------------------------------

    def _rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        with self._opened() as file:
            lines = Lines(file)
            last = max(self.first_line, behind)
            lines.skip(last - 1 if self.has_headings or behind else self.first_line)
            for row in self._records(lines, len(self.headings)):
                if row.line > last:
                    yield row

    def _opened(self) -> io.TextIOWrapper:
        errors = "replace" if self.encoding.startswith("utf-16") else "surrogateescape"
        return self.path.open("r", encoding=self.encoding, errors=errors, newline="")

    def _guess_delimiter(self) -> str:
        with self._opened() as file:
            return guess_delimiter([line for line in (file.readline(100_000) for _n in range(20)) if line.strip()])

    def _read_headings(self) -> tuple[int, tuple[str, ...]]:
        with self._opened() as file:
            for row in self._records(Lines(file), 0):
                if isinstance(row, BrokenRow):
                    raise Unreadable(_("The heading row cannot be read. %(why)s") % {"why": row.sentence})
                if row.cells[0].lower().startswith("sep=") and len(row.cells) <= 2:
                    continue
                self.headings_look_like_data = looks_like_data(row.cells)
                if not self.has_headings:
                    return row.line - 1, tuple(numbered(n + 1) for n in range(len(row.cells)))
                return row.line, named(row.cells)
        raise Unreadable(_("This file is empty. Export it again and check that it has a heading row."))

    def _records(self, lines: Lines, columns: int) -> Iterator[RawRow | BrokenRow]:
        delimiter, blank = self.delimiter, self.delimiter + " \t\r\n\0"
        is_wide = self.encoding.startswith("utf-16")
        for number, text in lines:
            if text is None:
                yield BrokenRow(number, "", "", too_long_line())
                continue
            if text[:1] in blank and not text.strip(blank):
                continue
            more: list[tuple[int, str]] = []
            cells: Sequence[str] | None
            cells = (
                text.rstrip("\r\n").split(delimiter) if '"' not in text else self._quoted(lines, text, more, columns)
            )
            if (
                cells is not None
                and len(cells) == columns
                and not more
                and len(text) <= LONGEST_CELL
                and "\0" not in text
                and (text.isascii() or is_whole(text, is_wide))
            ):
                yield RawRow(number, tuple(cells))
                continue
            if cells is None:
                split = tuple(text.rstrip("\r\n").split(delimiter))
                yield BrokenRow(number, "", shown(text.strip()), broken_quote(number), split)
                continue
            yield self._checked(number, tuple(cells), columns)

    def _quoted(self, lines: Lines, text: str, more: list[tuple[int, str]], columns: int) -> Sequence[str] | None:
        """The cells of a row with quotes, which may go on in lines that are added to `more`; None when a quote is broken."""
        try:
            if text.count('"') % 2 == 0:
                with suppress(csv.Error):
                    return next(csv.reader((text,), delimiter=self.delimiter, strict=True))
            cells = next(csv.reader(followed(lines, text, more), delimiter=self.delimiter, strict=True))
        except csv.Error:
            lines.put_back(more)
            return None
        if more and columns and len(cells) != columns:
            lines.put_back(more)
            return None
        return cells

    def _checked(self, line: int, cells: tuple[str, ...], columns: int) -> RawRow | BrokenRow:
        if columns and len(cells) != columns:
            if len(cells) > columns and not any(c.strip() for c in cells[columns:]):
                cells = cells[:columns]
            else:
                return BrokenRow(line, "", "", wrong_number(len(cells), columns), cells)
        elif not columns and len(cells) > MOST_COLUMNS:
            raise Unreadable(too_many_columns(len(cells), _("Check the delimiter, or leave out columns.")))
        for n, cell in enumerate(cells):
            if sentence := self._cannot_keep(cell):
                column = self.headings[n] if columns else str(n + 1)
                return BrokenRow(line, column, shown(cell), sentence, cells)
        return RawRow(line, cells)

    def _cannot_keep(self, cell: str) -> str:
        if len(cell) > LONGEST_CELL:
            return too_long_cell(len(cell))
        if "\0" in cell:
            return holds_nul()
        if not cell.isascii() and not is_whole(cell, self.encoding.startswith("utf-16")):
            return _(
                "This cell holds bytes that are not %(encoding)s. Choose another encoding, or write the cell again."
            ) % {"encoding": self.encoding_name}
        return ""


def is_whole(text: str, is_wide: bool) -> bool:
    """Whether every byte of it became a letter; of two-byte letters a broken one is U+FFFD."""
    if is_wide and "\ufffd" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def followed(lines: Lines, text: str, more: list[tuple[int, str]]) -> Iterator[str]:
    """The line, then those that its open quote asks for, as long as a line with a quote is to come."""
    yield text
    letters = len(text)
    ahead: list[str] = []
    while len(more) < MOST_LINES and letters < LONGEST_LINE:
        found = lines.take()
        if found is None:
            return
        if found[1] is None:
            lines.put_back([found])
            return
        more.append((found[0], found[1]))
        letters += len(found[1])
        ahead.append(found[1])
        if '"' in found[1]:
            yield from ahead
            ahead = []


def broken_quote(line: int) -> str:
    return _(
        "A quote on line %(line)s is opened and not closed as it should be. Put quotes around the whole cell and double "
        "those inside it, then load this row again; the lines around it are read."
    ) % {"line": line}


def wrong_number(count: int, columns: int) -> str:
    if count > columns:
        return _(
            "This row has %(count)s cells, the heading row %(columns)s. A delimiter inside a cell needs quotes around the cell."
        ) % {"count": count, "columns": columns}
    return _("This row has %(count)s cells, the heading row %(columns)s. Add what is missing, empty cells too.") % {
        "count": count,
        "columns": columns,
    }
