"""The shared strings of an XLSX: in memory when they are few, else in a file from which stretches are fetched."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable
from pathlib import Path

from daftar.exchange.reading.workbooks.refused import Refused
from daftar.exchange.reading.workbooks.spool import LONGEST_CELL
from daftar.exchange.reading.workbooks.values import unescaped
from daftar.exchange.reading.workbooks.xml import Attributes, feed, local, parser

IN_MEMORY = 24 * 1024**2
"""Bytes of the part; beyond that its strings go into a file."""
STRETCH, MOST_KEPT_LETTERS, MOST_STRINGS = 256, 8_000_000, 20_000_000


class Strings:
    """Strings by number. One that is longer than a cell may be is cut behind that."""

    def get(self, number: int) -> str:
        """Errors: IndexError."""
        raise NotImplementedError

    def add(self, text: str) -> None:
        raise NotImplementedError


class FewStrings(Strings):
    def __init__(self) -> None:
        self.all: list[str] = []
        # both are called a million times
        self.add = self.all.append  # type: ignore[assignment, method-assign]
        self.get = self.all.__getitem__  # type: ignore[assignment, method-assign]


class NoStrings(Strings):
    """Only notes how many are asked for."""

    def __init__(self) -> None:
        self.count = 0

    def get(self, number: int) -> str:
        self.count = max(self.count, number + 1)
        return "…"


class ManyStrings(Strings):
    def __init__(self, folder: Path) -> None:
        self.file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # lives as long as this
        self.ends = array("Q", [0])
        self.kept: dict[int, str] = {}
        self.letters = 0

    def add(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        if len(self.ends) > MOST_STRINGS:
            raise Refused("strings")
        self.file.write(data)
        self.ends.append(self.ends[-1] + len(data))

    def get(self, number: int) -> str:
        found = self.kept.get(number)
        return self._fetched(number) if found is None else found

    def _fetched(self, number: int) -> str:
        """The string, with those behind it: sheets mostly use them in the order in which they stand."""
        if not 0 <= number < len(self.ends) - 1:
            raise IndexError(number)
        last = number + 1
        start = self.ends[number]
        while last < min(number + STRETCH, len(self.ends) - 1) and self.ends[last + 1] - start < LONGEST_CELL:
            last += 1
        self.file.seek(start)
        data = self.file.read(self.ends[last] - start)
        if self.letters > MOST_KEPT_LETTERS:
            self.kept.clear()
            self.letters = 0
        for n in range(number, last):
            self.kept[n] = data[self.ends[n] - start : self.ends[n + 1] - start].decode()
        self.letters += len(data)
        return self.kept[number]


def read_strings(pieces: Iterable[bytes], size: int, folder: Path, most: int = 0) -> Strings:
    """The shared strings, or at least the first `most`: of rich text the text, without how it is spoken (phonetic runs)."""
    count = 0
    found: Strings = FewStrings() if size <= IN_MEMORY else ManyStrings(folder)
    parts: list[str] = []
    text: list[str] = []
    spoken = 0

    def start(name: str, _attributes: Attributes) -> None:
        nonlocal spoken
        if name == "t" or name[-2:] == ":t":
            text.clear()
        elif name == "si" or name[-3:] == ":si":
            parts.clear()
        elif local(name) == "rPh":
            spoken += 1

    def end(name: str) -> None:
        nonlocal spoken, count
        if name == "t" or name[-2:] == ":t":
            if not spoken:
                parts.extend(text)
            text.clear()
        elif name == "si" or name[-3:] == ":si":
            whole = parts[0] if len(parts) == 1 else "".join(parts)
            found.add(unescaped(whole) if "_x" in whole or "\r" in whole else whole)
            parts.clear()
            count += 1
        elif local(name) == "rPh":
            spoken -= 1

    def between() -> bool:
        for pile in (text, parts):
            if len(pile) > 1 and sum(map(len, pile)) > LONGEST_CELL:
                pile[:] = ["".join(pile)[: LONGEST_CELL + 1]]
        return not most or count < most

    feed(parser(start, end, text.append), pieces, between)
    return found
