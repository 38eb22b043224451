"""The lines of a text file with their numbers."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from daftar.exchange.reading.rows import LONGEST_LINE

PIECE = 1 << 20


class Lines:
    """Lines one by one; some can be put back. The text of one that is too long is None."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self.file, self.number = file, 0
        self.waiting: deque[tuple[int, str | None]] = deque()

    def __iter__(self) -> Iterator[tuple[int, str | None]]:
        for text in iter(partial(self.file.readline, LONGEST_LINE), ""):
            self.number += 1
            if len(text) == LONGEST_LINE and text[-1] not in "\r\n":
                self._to_the_end_of_the_line()
                yield self.number, None
            else:
                yield self.number, text
            while self.waiting:
                yield self.waiting.popleft()

    def take(self) -> tuple[int, str | None] | None:
        """The next line, for who needs more than the one at hand."""
        if self.waiting:
            return self.waiting.popleft()
        text = self.file.readline(LONGEST_LINE)
        if not text:
            return None
        self.number += 1
        if len(text) == LONGEST_LINE and text[-1] not in "\r\n":
            self._to_the_end_of_the_line()
            return self.number, None
        return self.number, text

    def skip(self, count: int) -> None:
        """Go on behind so many lines without looking at them."""
        for text in iter(partial(self.file.readline, LONGEST_LINE), "") if count > 0 else ():
            if len(text) == LONGEST_LINE and text[-1] not in "\r\n":
                self._to_the_end_of_the_line()
            self.number += 1
            if self.number >= count:
                break

    def put_back(self, lines: Sequence[tuple[int, str | None]]) -> None:
        self.waiting.extendleft(reversed(lines))

    def _to_the_end_of_the_line(self) -> None:
        while (rest := self.file.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
            pass


def count_line_ends(path: Path, codec: str = "") -> int:
    """How many lines end in the file, whatever ends them; of letters of two bytes a few more may be counted."""
    count, between = 0, b"\r\0\n" if codec.startswith("utf-16") else b"\r\n"
    with path.open("rb") as file:
        while chunk := file.read(PIECE):
            count += chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(between)
    return count
