"""A row as it stands in a file, or why it cannot be read; the same shapes for every kind of file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

LONGEST_LINE, LONGEST_CELL, MOST_LINES, MOST_COLUMNS = 8_000_000, 1_000_000, 2_000, 500
"""Letters of a line and of a cell, lines of one quoted cell, columns of a file."""


class RawRow(NamedTuple):
    """One row; `line` is where a person finds it in the file, counted from 1: the line, in a sheet the number of the row."""

    line: int
    cells: tuple[str, ...]


class BrokenRow(NamedTuple):
    """A row that cannot be read: the sentence says why and what to do."""

    line: int
    column: str
    value: str
    sentence: str
    cells: tuple[str, ...] = ()


def named(cells: Sequence[str]) -> tuple[str, ...]:
    """Headings without blanks and doubles: an empty one is called by its number, a second "phone" is "phone (2)"."""
    made: list[str] = []
    for n, cell in enumerate(cells, 1):
        name = base = " ".join(cell.split())[:200] or numbered(n)
        count = 1
        while name in made:
            count += 1
            name = f"{base} ({count})"
        made.append(name)
    return tuple(made)


def numbered(n: int) -> str:
    """How a column without a heading is called."""
    return _("Column %(number)s") % {"number": n}


def shown(cell: str) -> str:
    """The beginning of a cell, as a report can hold it."""
    return cell[:80].replace("\0", "␀")


def too_many_columns(count: int, what: str) -> str:
    return _("This file has %(count)s columns; at most %(most)s can be read. %(what)s") % {
        "count": f"{count:,}",
        "most": MOST_COLUMNS,
        "what": what,
    }


def too_long_cell(letters: int) -> str:
    return _("This cell has %(count)s letters; at most %(most)s can be read. Shorten it.") % {
        "count": f"{letters:,}",
        "most": f"{LONGEST_CELL:,}",
    }


def too_long_line() -> str:
    return _("This line is longer than %(most)s letters. Check whether a line end is missing.") % {
        "most": f"{LONGEST_LINE:,}"
    }


def holds_nul() -> str:
    return _("This cell holds a NUL character, which cannot be kept. Remove it and load the row again.")
