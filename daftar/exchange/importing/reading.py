"""The rows of a CSV file, one after the other; never the whole file in memory.

A row that cannot be read is told with its line and what to do, and reading goes on with the next line. After a broken
quote that is the line behind the quote: rows before and after it stay whole.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from daftar.exchange.importing.encoding import ENCODINGS, guess_encoding, known_encoding
from daftar.exchange.importing.unreadable import Unreadable

DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
LONGEST_LINE, LONGEST_CELL, MOST_LINES, MOST_COLUMNS = 8_000_000, 1_000_000, 2_000, 500
"""Letters of a line and of a cell, lines of one quoted cell, columns of a file."""
# Python's own limit is one for the whole process; ours is checked per cell, below.
csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_LINE))


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file; `line` counts from 1, the heading row included."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read: the sentence says why and what to do."""

    line: int
    column: str
    value: str
    sentence: str
    cells: tuple[str, ...] = ()


class Source:
    """A CSV file with its encoding, delimiter and headings; what is not said is guessed.

    Errors: Unreadable when the file is empty, is no text, or has no usable heading row.
    """

    def __init__(self, path: Path, *, encoding: str = "", delimiter: str = "", name: str = "") -> None:
        self.path, self.name = path, name or path.name
        if not path.is_file():
            raise Unreadable(_("There is no file “%(name)s”.") % {"name": self.name[:200]})
        guessed = guess_encoding(path)
        self.encoding = known_encoding(encoding) if encoding else guessed
        self.delimiter = known_delimiter(delimiter) if delimiter else self._guess_delimiter()
        self.first_line, self.headings = self._read_headings()

    @property
    def encoding_name(self) -> str:
        return ENCODINGS[self.encoding]

    @property
    def delimiter_name(self) -> str:
        return DELIMITERS[self.delimiter]

    def rows(self) -> Iterator[RawRow | BrokenRow]:
        """All rows behind the headings; blank lines are left out."""
        with self._opened() as file:
            reader = Lines(file)
            for row in self._records(reader, len(self.headings)):
                if row.line > self.first_line:
                    yield row

    def first_rows(self, count: int = 5) -> list[RawRow]:
        """The first rows that can be read, to look at."""
        found: list[RawRow] = []
        for row in self.rows():
            if isinstance(row, RawRow):
                found.append(row)
            if len(found) >= count:
                break
        return found

    def count_lines(self) -> int:
        """How many lines stand behind the headings: quick, and not fewer than the rows."""
        count = 0
        with self.path.open("rb") as file:
            while chunk := file.read(1 << 20):
                count += chunk.count(b"\n") or chunk.count(b"\r")
        return max(count, 1)

    # -- inside ------------------------------------------------------------------------------------

    def _opened(self) -> io.TextIOWrapper:
        errors = "replace" if self.encoding.startswith("utf-16") else "surrogateescape"
        return self.path.open("r", encoding=self.encoding, errors=errors, newline="")

    def _guess_delimiter(self) -> str:
        """The sign that parts the first lines into the same number of cells, the more the better."""
        with self._opened() as file:
            lines = [line for line in (file.readline(100_000) for _n in range(20)) if line.strip()]
        if lines and lines[0].lower().startswith("sep=") and lines[0].strip()[4:] in DELIMITERS:
            return lines[0].strip()[4:]
        best, delimiter = (0, 0), ","
        for sign in DELIMITERS:
            counts = [unquoted(line).count(sign) for line in lines]
            if counts and counts[0]:
                same = sum(c == counts[0] for c in counts)
                best, delimiter = max((best, delimiter), ((same * 2 // len(counts), counts[0]), sign))
        return delimiter

    def _read_headings(self) -> tuple[int, tuple[str, ...]]:
        with self._opened() as file:
            for row in self._records(Lines(file), 0):
                if isinstance(row, BrokenRow):
                    raise Unreadable(_("The heading row cannot be read. %(why)s") % {"why": row.sentence})
                if (len(row.cells) == 2 and row.cells[0].lower() == "sep=") or row.cells[0].lower().startswith("sep="):
                    continue
                return row.line, named(row.cells)
        raise Unreadable(_("This file is empty. Export it again and check that it has a heading row."))

    def _records(self, lines: Lines, columns: int) -> Iterator[RawRow | BrokenRow]:
        while (found := lines.take()) is not None:
            number, text = found
            if text is None:
                yield BrokenRow(
                    number,
                    "",
                    "",
                    _("This line is longer than %(most)s letters. Check whether a line end is missing.")
                    % {"most": f"{LONGEST_LINE:,}"},
                )
                continue
            if not text.strip(self.delimiter + " \t\r\n\0"):
                continue
            if '"' not in text:
                cells: Sequence[str] | None = text.rstrip("\r\n").split(self.delimiter)
            else:
                cells = self._quoted(lines, number, text, columns)
            if cells is None:
                yield BrokenRow(
                    number,
                    "",
                    text.strip()[:80],
                    broken_quote(number),
                    tuple(text.rstrip("\r\n").split(self.delimiter)),
                )
                continue
            yield self._checked(number, tuple(cells), columns)

    def _quoted(self, lines: Lines, number: int, text: str, columns: int) -> list[str] | None:
        """The cells of a row with quotes, which may go over several lines; None when a quote is broken."""
        taken = [(number, text)]
        letters = len(text)
        while True:
            try:
                cells = next(csv.reader([t for _n, t in taken], delimiter=self.delimiter, strict=True))
            except csv.Error as problem:
                more = self._more(lines, taken, letters) if "unexpected end" in str(problem) else None
                if more is None:
                    lines.put_back(taken[1:])
                    return None
                letters += more
                continue
            if len(taken) > 1 and columns and len(cells) != columns:
                lines.put_back(taken[1:])
                return None
            return cells

    def _more(self, lines: Lines, taken: list[tuple[int, str]], letters: int) -> int | None:
        """Take lines until one with a quote; how many letters they have, or None when the quote never closes."""
        added = 0
        while len(taken) < MOST_LINES and letters + added < LONGEST_LINE:
            found = lines.take()
            if found is None or found[1] is None:
                return None
            taken.append((found[0], found[1]))
            added += len(found[1])
            if '"' in found[1]:
                return added
        return None

    def _checked(self, line: int, cells: tuple[str, ...], columns: int) -> RawRow | BrokenRow:
        if columns and len(cells) != columns:
            if len(cells) > columns and not any(c.strip() for c in cells[columns:]):
                cells = cells[:columns]
            else:
                return BrokenRow(line, "", "", wrong_number(len(cells), columns), cells)
        elif not columns and len(cells) > MOST_COLUMNS:
            raise Unreadable(
                _("This file has %(count)s columns; at most %(most)s can be read. Check the delimiter.")
                % {"count": len(cells), "most": MOST_COLUMNS}
            )
        for n, cell in enumerate(cells):
            if sentence := self._cannot_keep(cell):
                column = self.headings[n] if columns else str(n + 1)
                return BrokenRow(line, column, cell[:80].replace("\0", "␀"), sentence, cells)
        return RawRow(line, cells)

    def _cannot_keep(self, cell: str) -> str:
        if len(cell) > LONGEST_CELL:
            return _("This cell has %(count)s letters; at most %(most)s can be read. Shorten it.") % {
                "count": f"{len(cell):,}",
                "most": f"{LONGEST_CELL:,}",
            }
        if "\0" in cell:
            return _("This cell holds a NUL character, which cannot be kept. Remove it and load the row again.")
        if not cell.isascii():
            bad = "\ufffd" if self.encoding.startswith("utf-16") else ""
            if (bad and bad in cell) or any("\ud800" <= c <= "\udfff" for c in cell):
                return _(
                    "This cell holds bytes that are not %(encoding)s. Choose another encoding, or write the cell again."
                ) % {"encoding": self.encoding_name}
        return ""


class Lines:
    """The lines of a file with their numbers; some can be put back. A line that is too long is None."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self.file, self.number = file, 0
        self.waiting: deque[tuple[int, str | None]] = deque()

    def take(self) -> tuple[int, str | None] | None:
        if self.waiting:
            return self.waiting.popleft()
        text = self.file.readline(LONGEST_LINE)
        if not text:
            return None
        self.number += 1
        if len(text) == LONGEST_LINE and text[-1] not in "\r\n":
            while (rest := self.file.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
            return self.number, None
        return self.number, text

    def put_back(self, lines: Sequence[tuple[int, str]]) -> None:
        self.waiting.extendleft(reversed(lines))


def known_delimiter(text: str) -> str:
    """ "," ";" "|" or a tab, also by the words "tab", "comma", "semicolon", "pipe"."""
    words = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    sign = words.get(text.strip().lower(), text)
    if sign not in DELIMITERS:
        raise Unreadable(
            _("“%(text)s” is no delimiter. Choose a comma, a semicolon, a tab or |.") % {"text": text[:10]}
        )
    return sign


def unquoted(line: str) -> str:
    """The line without what stands between quotes."""
    return "".join(line.split('"')[::2])


def named(cells: Sequence[str]) -> tuple[str, ...]:
    """Headings without blanks and doubles: an empty one is called by its number, a second "phone" is "phone (2)"."""
    made: list[str] = []
    for n, cell in enumerate(cells, 1):
        name = base = " ".join(cell.split())[:200] or _("Column %(number)s") % {"number": n}
        count = 1
        while name in made:
            count += 1
            name = f"{base} ({count})"
        made.append(name)
    return tuple(made)


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
