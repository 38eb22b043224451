"""A file as `propose` looks at it: some of its rows whole, and what stands in each column over many of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from daftar.kernel.neutral import restored
from daftar.kernel.text import fold

FIRST, SPREAD, CHUNK = 2_000, 2_000, 2_000
"""So many first rows are looked at whole, and so many of all that follow, evenly."""
MOST_READ = 200_000
"""Rows behind this one are counted and not looked at."""
MOST_VALUES = 50_000
"""A column with more different values than this keeps no more of them, unless it may be one of ids."""


class Source(Protocol):
    """Headings and rows, whatever kind of file they stand in."""

    name: str
    headings: tuple[str, ...]

    def rows(self) -> Iterator[Any]: ...

    def count_lines(self) -> int: ...


@dataclass
class Column:
    """One column. Shapes: `counts` has the values without blanks around them, empty ones left out; `rows` are those looked at."""

    heading: str
    place: int
    counts: Counter[str] = field(default_factory=Counter)
    filled: int = 0
    rows: int = 0
    whole: bool = True
    """Whether `counts` has every value of the rows that were read."""

    @property
    def values(self) -> list[str]:
        return list(self.counts)

    @cached_property
    def some(self) -> list[str]:
        """A few hundred different values from all over the column."""
        values = list(self.counts)
        return values[:: max(1, len(values) // 400)][:400]

    @property
    def distinct(self) -> int:
        return len(self.counts)

    @property
    def is_unique(self) -> bool:
        return self.whole and 0 < self.filled == len(self.counts)

    @property
    def is_full(self) -> bool:
        return 0 < self.filled == self.rows


@dataclass
class Table:
    """One file of those that are proposed together; `place` is its number among them."""

    place: int
    name: str
    headings: tuple[str, ...]
    columns: list[Column]
    sample: list[tuple[int, tuple[str, ...]]]
    """(line, cells) of rows from all over the file."""
    rows: int
    is_counted: bool
    """Whether `rows` is exact."""
    is_exact: bool = False
    """Whether numbers and days of the file are real ones, not text."""

    def column(self, heading: str) -> Column:
        return self.columns[self.headings.index(heading)]

    def cells(self, heading: str) -> list[tuple[int, str]]:
        """(line, value) of the sample where the column is filled."""
        n = self.headings.index(heading)
        return [(line, cells[n]) for line, cells in self.sample if cells[n]]

    @property
    def stem(self) -> str:
        """The name of the file without its ending."""
        bare = self.name.replace("\\", "/").rpartition("/")[2]
        stem, dot, ending = bare.rpartition(".")
        return stem if dot and len(ending) <= 6 else bare


def look_at(source: Source, place: int = 0) -> Table:
    """Read the first 200,000 rows once. Errors: whatever the source raises (Unreadable)."""
    headings = tuple(source.headings)
    columns = [Column(heading, n) for n, heading in enumerate(headings)]
    first: list[tuple[int, tuple[str, ...]]] = []
    spread: list[tuple[int, tuple[str, ...]]] = []
    step, count = 1, 0
    rows = (row for row in source.rows() if not getattr(row, "sentence", "") and len(row.cells) == len(headings))
    while chunk := list(islice(rows, CHUNK)):
        clean = [tuple(restored(cell).strip() for cell in row.cells) for row in chunk]
        for column, values in zip(columns, zip(*clean, strict=True), strict=True):
            take(column, values)
        for row, cells in zip(chunk, clean, strict=True):
            count += 1
            if len(first) < FIRST:
                first.append((row.line, cells))
            elif count % step == 0:
                spread.append((row.line, cells))
                if len(spread) >= SPREAD * 2:
                    spread, step = spread[1::2], step * 2
        if count >= MOST_READ:
            break
    is_counted = count < MOST_READ
    total = count if is_counted else max(count, source.count_lines())
    is_exact = bool(getattr(source, "is_exact", False))
    return Table(place, source.name, headings, columns, first + spread, total, is_counted, is_exact)


def take(column: Column, values: Sequence[str]) -> None:
    """Count one chunk of a column."""
    column.rows += len(values)
    if column.whole:
        column.counts.update(values)
        column.filled += len(values) - column.counts.pop("", 0)
        column.whole = len(column.counts) <= MOST_VALUES or looks_like_id(column.heading)
    else:
        column.filled += len(values) - values.count("")


def looks_like_id(heading: str) -> bool:
    """Whether the heading says that its column holds ids: "Account Id", "CONTACTID", "owner_id", "ID"."""
    return id_stem(heading) is not None


def id_stem(heading: str) -> str | None:
    """What an id column names: "account" of "Account Id", "" of "ID"; None when it is no id column.

    Shapes: folded, in lower case.
    """
    words = fold(heading).split()
    while len(words) > 1 and words[-1] in ID_WORDS and words[-2] in ID_WORDS:
        words.pop()
    if not words:
        return None
    if words[-1] in ID_WORDS:
        return " ".join(words[:-1])
    if words[0] in ID_WORDS and len(words) <= 3:
        return " ".join(words[1:])
    last = words[-1]
    if len(words) == 1 and last.endswith("id") and (heading.isupper() or heading.endswith(("Id", "ID"))):
        return last[:-2]
    return None


ID_WORDS = frozenset({"id", "ids", "ид", "идентификатор", "uuid", "guid", "شناسه"})
