"""Cards of people (vCard 2.1, 3.0, 4.0): a row each, several values of one kind joined by "; ".

The line of a row is that of its BEGIN:VCARD. A card that cannot be read is told, and reading goes on with the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.card_lines import CardLine, card_lines
from daftar.exchange.reading.card_values import HEADINGS, values_of
from daftar.exchange.reading.encoding import ENCODINGS, known_encoding
from daftar.exchange.reading.rows import LONGEST_CELL, BrokenRow, RawRow, holds_nul, shown, too_long_cell
from daftar.exchange.reading.source import Source

MOST_LINES_OF_A_CARD = 200_000
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
        used: set[str] = set()
        self._count = 0
        for _line, card in self._cards():
            self._count += 1
            used.update(card if isinstance(card, dict) else ())
        if not self._count:
            raise Unreadable(_("This file holds no card (BEGIN:VCARD). Export the contacts again as vCard or CSV."))
        self.headings = tuple(heading for heading in HEADINGS if heading in used) or HEADINGS[:1]
        self.first_line = 0

    def count_lines(self) -> int:
        return self._count

    def _rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        for line, card in self._cards():
            if line > behind:
                yield self._row(line, card)

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
        begun, found, depth = 0, list[CardLine](), 0
        for one in card_lines(self.path, self.encoding):
            word = one.text.strip().upper().replace(b" ", b"")
            if word == b"BEGIN:VCARD":
                if begun and depth == 1 and not (found and found[-1].name == "AGENT"):
                    yield begun, not_closed()
                    depth = 0
                depth += 1
                begun, found = (one.line, []) if depth == 1 else (begun, found)
            elif word == b"END:VCARD":
                depth -= 1
                if depth == 0 and begun:
                    yield begun, read_card(found, self.encoding)
                    begun = 0
                depth = max(depth, 0)
            elif depth == 1 and len(found) < MOST_LINES_OF_A_CARD:
                found.append(one)
        if begun:
            yield begun, not_closed()


def read_card(lines: list[CardLine], codec: str) -> Read:
    try:
        return values_of(lines, codec)
    except ValueError as problem:
        return str(problem)


def not_closed() -> str:
    return _("This card has no END:VCARD. Export it again, or add the line behind its last one.")
