"""Rows of a sheet as a plain file that is read quickly and from any row: one line a row, cells between \\x1f.

A row that holds a cell that cannot be told begins with "!": line, why, column, value, then the cells as they are.
Places of every thousandth row are kept beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from daftar.exchange.reading.workbooks.refused import Refused

BETWEEN, LINE_END, BROKEN = "\x1f", "\x1e", "!"
LONGEST_CELL, LONGEST_ROW, MOST_COLUMNS, MOST_BYTES = 1_000_000, 8_000_000, 16_384, 3 * 1024**3
ROWS_BETWEEN_PLACES = 1000
BUFFER_ROWS = 500
CLEAN = str.maketrans({BETWEEN: " ", LINE_END: " ", "\r": LINE_END, "\n": LINE_END})


class Bad(NamedTuple):
    """A cell that cannot be told: "error", "formula", "number", "day", "long" or "row", and what stands there."""

    why: str
    column: int
    value: str


class Spool:
    """Takes rows, most of them at once. `is_full`: as many rows as were asked for are in."""

    def __init__(self, path: Path, most_rows: int) -> None:
        self.file = path.open("w", encoding="utf-8", errors="replace", newline="")
        self.most_rows = most_rows
        self.rows = self.widest = self.last_line = self.written = 0
        self.places: list[tuple[int, int]] = []
        self.waiting: list[str] = []

    @property
    def is_full(self) -> bool:
        return bool(self.most_rows) and self.rows >= self.most_rows

    def add(self, line: int, cells: Sequence[str], bad: Bad | None = None) -> None:
        """One row; `cells` ends with a filled one."""
        if self.is_full:
            return
        if self.rows % ROWS_BETWEEN_PLACES == 0:
            self.flush()
            self.places.append((line, self.written))
        text = BETWEEN.join(cells)
        if text.count(BETWEEN) != len(cells) - 1 or "\n" in text or LINE_END in text or "\r" in text:
            text = BETWEEN.join([cell.translate(CLEAN) for cell in cells])
        if bad is not None:
            value = bad.value.translate(CLEAN)
            self.waiting.append(f"{BROKEN}{line}\x1f{bad.why}\x1f{bad.column}\x1f{value}\x1f{text}\n")
        else:
            self.waiting.append(f"{line}\x1f{text}\n")
        self.rows += 1
        self.last_line = line
        if len(cells) > self.widest:
            self.widest = len(cells)
        if len(self.waiting) >= BUFFER_ROWS:
            self.flush()

    def flush(self) -> None:
        data = "".join(self.waiting).encode("utf-8", "replace")
        self.waiting.clear()
        self.written += len(data)
        if self.written > MOST_BYTES:
            raise Refused("size")
        self.file.buffer.write(data)

    def close(self) -> dict[str, Any]:
        """What is told about it."""
        self.flush()
        self.file.close()
        return {"rows": self.rows, "widest": self.widest, "last_line": self.last_line, "places": self.places}
