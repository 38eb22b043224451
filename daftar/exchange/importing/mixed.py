"""Columns that hold two ways of writing ("1.234,56" beside "1,234.56"; 13/1/2017 beside 1/13/2017): asked, not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.targets import CHANGED, CREATED, MOVED, parse_target
from daftar.exchange.reading.rows import BrokenRow, RawRow
from daftar.exchange.reading.source import Source
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.text import ascii_digits
from daftar.records.types import RecordType

NUMBERS = frozenset({"money", "decimal", "percent", "whole"})
DATES = frozenset({"date", "date_time"})
BODY = re.compile(r"[.,]?\d[\d.,]*")
GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}")
OPEN = "?"
"""Of a number that two readers read differently."""
TWO_NUMBERS = re.compile(r"(?:^|[^\d.,])([1-9]\d{0,2})[.,](\d{3})(?![\d.,])")
SLASHED = re.compile(r"\s*(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")


@dataclass(frozen=True, slots=True)
class Question:
    """A column whose cells speak against each other; `word` is the table of the map that answers. Shapes: examples are (line, text)."""

    heading: str
    word: str
    one: tuple[int, str]
    other: tuple[int, str]

    @property
    def sentence(self) -> str:
        said = {
            "numbers": _(
                "“%(column)s” holds “%(one)s” (line %(line)s) beside “%(other)s” (line %(beside)s). Say which sign stands before decimals."
            ),
            "dates": _(
                "“%(column)s” holds “%(one)s” (line %(line)s) beside “%(other)s” (line %(beside)s). Say whether the day or the month stands first."
            ),
        }[self.word]
        return said % {
            "column": self.heading, "one": self.one[1], "line": self.one[0], "other": self.other[1], "beside": self.other[0],
        }  # fmt: skip


def questions(type_: RecordType, map_: ImportMap, source: Source) -> list[Question]:
    """What the file leaves open about its numbers and dates; the whole file is looked at, when the map leaves anything open at all."""
    asked = open_columns(type_, map_, source.headings)
    return look_at(source.rows(), source.headings, asked) if asked else []


def open_columns(type_: RecordType, map_: ImportMap, headings: Sequence[str]) -> dict[str, str]:
    """Heading → the word of the map that would settle how its numbers or dates are written."""
    found: dict[str, str] = {}
    for heading in headings:
        for target in map_.columns.get(heading, ()):
            key = parse_target(target).key
            field = type_.field(key)
            kind = (
                "date_time" if key in (CREATED, CHANGED, MOVED) else field.kind if field else parse_target(target).kind
            )
            if kind in NUMBERS and not (map_.decimal or map_.numbers.get(heading)):
                found[heading] = "numbers"
            elif kind in DATES and not (map_.date_order or map_.dates.get(heading)):
                found[heading] = "dates"
    return found


def look_at(rows: Iterable[RawRow | BrokenRow], headings: Sequence[str], asked: dict[str, str]) -> list[Question]:
    places = [(headings.index(heading), heading, word) for heading, word in asked.items()]
    seen: dict[str, dict[int, tuple[int, str]]] = {heading: {} for heading in asked}
    for row in rows:
        if not places:
            break
        if not isinstance(row, RawRow):
            continue
        for n, heading, word in places:
            way = way_of(row.cells[n], word)
            if way:
                seen[heading].setdefault(way, (row.line, row.cells[n].strip()[:40]))
        places = [place for place in places if len(seen[place[1]]) < 2]
    return [
        Question(heading, word, *sorted(seen[heading].values()))
        for heading, word in asked.items()
        if len(seen[heading]) > 1
    ]


def way_of(cell: str, word: str) -> int:
    """1 or 2 for the two ways of writing, 0 when the cell proves neither."""
    if not cell:
        return 0
    text = ascii_digits(cell)
    if word == "numbers":
        body = BODY.search(text) if "." in text or "," in text else None
        return {",": 1, ".": 2}.get(decimal_sign(body[0].rstrip(".,")), 0) if body else 0
    shape = SLASHED.match(text)
    if shape is None or int(shape[4]) < 1700:
        return 0
    return 1 if int(shape[1]) > 12 else 2 if int(shape[3]) > 12 else 0


def decimal_sign(number: str) -> str:
    """The sign before the decimals of a number of digits, points and commas.

    Shapes: "." and "," where it proves one ("1,234.56", "0.5", "1.234.567" with a comma), `OPEN` ("1.234"), "" (none, or no number).
    """
    marks = [sign for sign in number if sign in ".,"]
    if not marks:
        return ""
    last, behind = marks[-1], re.split(r"[.,]", number)[-1]
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else ""
    if len(marks) > 1:
        return ({".": ",", ",": "."}[last]) if GROUPED.fullmatch(number) else ""
    is_open = len(behind) == 3 and 1 < len(number) - 3 <= 4 and not number.startswith("0")
    return OPEN if is_open else last


def refuse_two_numbers(text: str) -> None:
    """Errors: Invalid with both readings of a number that can be two."""
    shape = TWO_NUMBERS.search(ascii_digits(text))
    if shape:
        raise Invalid(
            _(
                "“%(text)s” can mean %(one)s or %(other)s: this column holds both ways of writing. Say which sign stands before decimals."
            )
            % {"text": text.strip()[:40], "one": shape[1] + shape[2], "other": f"{shape[1]}.{shape[2]}"}
        )


def refuse_two_dates(text: str, formats: Formats) -> None:
    """Errors: Invalid with both readings of a date that can be two."""
    shape = SLASHED.match(ascii_digits(text))
    if (
        shape
        and shape[1].lstrip("0") != shape[3].lstrip("0")
        and max(int(shape[1]), int(shape[3])) <= 12
        and int(shape[4]) >= 1700
    ):
        one, other, year = int(shape[1]), int(shape[3]), shape[4]
        raise Invalid(
            _(
                "“%(text)s” can mean %(one)s or %(other)s: this column holds both ways of writing. Say whether the day or the month stands first."
            )
            % {"text": text.strip()[:40], "one": f"{year}-{other:02}-{one:02}", "other": f"{year}-{one:02}-{other:02}"}
        )
