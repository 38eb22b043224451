"""Cards of people (vCard 2.1, 3.0, 4.0): a row each, several values of one kind joined by "; ".

The line of a row is that of its BEGIN:VCARD. A card that cannot be read is told, and reading goes on with the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.card_lines import CardLine, card_lines
from daftar.exchange.reading.card_values import HEADINGS, WANTED, values_of
from daftar.exchange.reading.encoding import ENCODINGS, known_encoding
from daftar.exchange.reading.lines import count_line_ends
from daftar.exchange.reading.remembered import remembered
from daftar.exchange.reading.rows import (
    LONGEST_CELL,
    LONGEST_LINE,
    BrokenRow,
    RawRow,
    holds_nul,
    shown,
    too_long_cell,
    too_long_line,
)
from daftar.exchange.reading.source import Source

Read = dict[str, list[str]] | str
"""Heading → values, or why the card cannot be read."""


class CardSource(Source):
    """The headings are those of HEADINGS for which any card has a value. Errors: Unreadable when there is no card."""

    kind = "vcard"
    is_exact = True

    def __init__(self, path: Path, *, name: str = "", encoding: str = "utf-8-sig") -> None:
        super().__init__(path, name=name)
        self.encoding = known_encoding(encoding)
        self.encoding_name = ENCODINGS[self.encoding]
        self.first_line = 0
        self.headings = remembered(self, self._used_headings)

    def count_lines(self) -> int:
        return count_line_ends(self.path, self.encoding)

    def _rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        for line, card in self._cards():
            if line > behind:
                yield self._row(line, card)

    def _used_headings(self) -> tuple[str, ...]:
        used: set[str] = set()
        count = 0
        for _line, card in self._cards():
            count += 1
            used.update(card if isinstance(card, dict) else ())
        if not count:
            raise Unreadable(_("This file holds no card (BEGIN:VCARD). Export the contacts again as vCard or CSV."))
        return tuple(heading for heading in HEADINGS if heading in used) or HEADINGS[:1]

    def _row(self, line: int, card: Read) -> RawRow | BrokenRow:
        if isinstance(card, str):
            return BrokenRow(line, "", "", card)
        cells = tuple("; ".join(dict.fromkeys(card.get(heading, ()))) for heading in self.headings)
        for heading, cell in zip(self.headings, cells, strict=True):
            if "\0" in cell or len(cell) > LONGEST_CELL:
                why = holds_nul() if "\0" in cell else too_long_cell(len(cell))
                return BrokenRow(line, heading, shown(cell), why, cells)
        return RawRow(line, cells)

    def _cards(self) -> Iterator[tuple[int, Read]]:
        begun, depth, size, found = 0, 0, 0, list[CardLine]()
        for one in card_lines(self.path, self.encoding):
            word = one.text[:40].strip().upper().replace(b" ", b"")
            if word == b"BEGIN:VCARD":
                if depth == 1 and not (found and found[-1].name == "AGENT"):
                    yield begun, not_closed()
                    depth = 0
                depth += 1
                if depth == 1:
                    begun, size, found = one.line, 0, []
            elif word == b"END:VCARD":
                if depth == 1:
                    yield begun, read_card(found, self.encoding) if size <= LONGEST_LINE else too_long_line()
                depth = max(depth - 1, 0)
            elif depth == 1 and (one.name in WANTED or not one.name):
                size += len(one.text)
                found += [one] if size <= LONGEST_LINE else []
        if depth:
            yield begun, not_closed()


def read_card(lines: list[CardLine], codec: str) -> Read:
    try:
        return values_of(lines, codec)
    except ValueError as problem:
        return str(problem)


def not_closed() -> str:
    return _("This card has no END:VCARD. Export it again, or add the line behind its last one.")
