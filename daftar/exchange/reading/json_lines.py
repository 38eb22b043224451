"""Objects of JSON as rows: one a line, or the elements of one list. What is nested gets headings such as "address.city"."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import orjson
from django.utils.translation import gettext as _

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading.encoding import ENCODINGS, known_encoding
from daftar.exchange.reading.json_pieces import Piece, is_one_a_line, pieces
from daftar.exchange.reading.json_values import Faulty, flat, loaded
from daftar.exchange.reading.lines import count_line_ends
from daftar.exchange.reading.remembered import remembered
from daftar.exchange.reading.rows import (
    LONGEST_CELL,
    MOST_COLUMNS,
    BrokenRow,
    RawRow,
    holds_nul,
    shown,
    too_long_cell,
    too_many_columns,
)
from daftar.exchange.reading.source import Source

MOST_SHAPES = 1000


class Scan(NamedTuple):
    headings: tuple[str, ...]
    objects: int
    is_numbered: bool


class JsonSource(Source):
    """The headings are the keys of all objects in the order in which they first come; the whole file is looked through for them.

    The line of a row is where its object begins; where several begin on one line, it is the number of the object.
    Numbers read as they are written, true and false as yes and no, null as nothing, lists of values joined by "; ".
    Errors: Unreadable when there is no object, and for too many keys.
    """

    kind = "json_lines"
    is_exact = True

    def __init__(self, path: Path, *, name: str = "", encoding: str = "utf-8-sig") -> None:
        super().__init__(path, name=name)
        self.encoding = known_encoding(encoding)
        self.encoding_name = ENCODINGS[self.encoding]
        self.first_line = 0
        self._is_one_a_line = is_one_a_line(path, self.encoding)
        self.headings, self._count, self._is_numbered = remembered(self, self._scanned)

    def count_lines(self) -> int:
        return self._count if self._is_numbered else max(self._count, count_line_ends(self.path, self.encoding))

    # -- inside ------------------------------------------------------------------------------------

    def _pieces(self) -> Iterator[Piece]:
        return pieces(self.path, self.encoding, one_a_line=self._is_one_a_line)

    def _rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        place = {heading: n for n, heading in enumerate(self.headings)}
        for number, piece in enumerate(self._pieces(), 1):
            line = number if self._is_numbered else piece.line
            if line > behind:
                yield self._row(piece, place)._replace(line=line)

    def _row(self, piece: Piece, place: dict[str, int]) -> RawRow | BrokenRow:
        begin = shown(piece.text.strip())
        try:
            if piece.fault:
                raise Faulty(piece.fault)
            found = flat(loaded(piece.text, piece.line, piece.column))
        except Faulty as problem:
            return BrokenRow(piece.line, problem.key, problem.value or begin, problem.sentence)
        cells = [""] * len(place)
        for key, text in found.items():
            if key not in place:  # only of an object that could not be read before
                sentence = _("The key “%(key)s” stands in no object before. Load the file again.") % {"key": key[:100]}
                return BrokenRow(piece.line, key[:100], shown(text), sentence)
            cells[place[key]] = text
        for key, text in found.items():
            if len(text) > LONGEST_CELL or "\0" in text:
                why = holds_nul() if "\0" in text else too_long_cell(len(text))
                return BrokenRow(piece.line, key, shown(text), why, tuple(cells))
        return RawRow(piece.line, tuple(cells))

    def _scanned(self) -> Scan:
        """What the whole file holds."""
        headings: dict[str, None] = {}
        shapes: set[tuple[str, ...]] = set()
        count, last, is_any, is_numbered = 0, 0, False, False
        for piece in self._pieces():
            count += 1
            is_numbered, last = is_numbered or piece.line == last, piece.line
            shape = shape_of(piece.text)
            if shape in shapes:
                continue
            try:
                found = flat(loaded(piece.text, piece.line, piece.column))
            except Faulty:
                continue
            is_any = True
            headings.update(dict.fromkeys(found))
            if shape and len(shapes) < MOST_SHAPES:
                shapes.add(shape)
            if len(headings) > MOST_COLUMNS:
                what = _("Leave out keys, or load the objects in parts.")
                raise Unreadable(too_many_columns(len(headings), what))
        if not is_any:
            raise Unreadable(self._why_nothing(count))
        return Scan(tuple(headings), count, is_numbered)

    def _why_nothing(self, count: int) -> str:
        for piece in self._pieces():
            row = self._row(piece, {})
            if isinstance(row, BrokenRow):
                return _("No object of this JSON file can be read. The first: %(why)s") % {"why": row.sentence}
        return _(
            "This file holds no objects. Export it again as JSON lines, one object a line, or as one list of them."
        )


def shape_of(text: str) -> tuple[str, ...]:
    """The keys of an object without anything nested, quickly; () for any other text."""
    try:
        value = orjson.loads(text)
    except ValueError:
        return ()
    if not isinstance(value, dict) or any(isinstance(inner, dict | list) for inner in value.values()):
        return ()
    return tuple(value)
