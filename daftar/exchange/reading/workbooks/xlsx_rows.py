"""The rows of one sheet of an XLSX as its XML streams by. This is the hot path: one function, few names, no objects for cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from daftar.exchange.reading.workbooks.refused import Refused
from daftar.exchange.reading.workbooks.spool import LONGEST_CELL, LONGEST_ROW, MOST_COLUMNS, Bad, Spool
from daftar.exchange.reading.workbooks.strings import Strings
from daftar.exchange.reading.workbooks.values import NoValue, iso, moment, number, percent, unescaped
from daftar.exchange.reading.workbooks.xml import Attributes, feed, local, parser

LONG = 1000
"""Letters from which on a cell counts for the length of its row."""
LAST_ROW = 1 << 24
DIGITS = "0123456789"


def read_rows(
    pieces: Iterable[bytes], strings: Strings, formats: Mapping[str, str], spool: Spool, *, from_1904: bool
) -> None:
    """Write the rows of the sheet that hold anything. Errors: Refused."""
    parts: list[str] = []
    cells: list[str] = []
    inline: list[str] = []
    columns: dict[str, int] = {}
    clear, shared = parts.clear, strings.get
    line = column = letters = spoken = 0
    kind: str | None = None
    style: str | None = None
    value: str | None = None
    has_formula = False
    bad: Bad | None = None

    def start(name: str, attributes: Attributes) -> None:
        nonlocal line, column, letters, kind, style, value, has_formula, bad, spoken
        if name == "v":
            clear()
        elif name == "c":
            place = attributes.get("r")
            if place is None:
                column += 1
            else:
                head = place.rstrip(DIGITS)
                found = columns.get(head)
                if found is None:
                    found = columns[head] = column_number(head)
                column = found
            kind, style, value, has_formula = attributes.get("t"), attributes.get("s"), None, False
        elif name == "row":
            said = attributes.get("r", "")
            after = int(said) if said.isdecimal() and len(said) < 9 else line + 1
            if after <= line or after > LAST_ROW:
                raise Refused("broken")
            line, column, letters, bad = after, -1, 0, None
            cells.clear()
        elif name == "f":
            has_formula = True
        elif name == "t":
            clear()
        elif name == "is":
            inline.clear()
        elif name == "rPh":
            spoken += 1

    def end(name: str) -> None:
        nonlocal value, bad, letters, spoken
        if name == "v":
            value = parts[0] if len(parts) == 1 else "".join(parts)
        elif name == "c":
            if value is None:
                if has_formula and kind != "str":
                    note("formula", "")
                return
            if kind == "s":
                try:
                    text = shared(int(value))
                except (ValueError, IndexError):
                    raise Refused("broken") from None
            elif kind is None or kind == "n":
                if not value:
                    if has_formula:
                        note("formula", "")
                    return
                shows = formats.get(style) if style is not None else None
                try:
                    if shows is None:
                        text = value if value.isdecimal() and len(value) < 16 else number(value)
                    elif shows == "percent":
                        text = percent(value)
                    else:
                        text = moment(value, shows, from_1904=from_1904)
                except NoValue as problem:
                    note(str(problem), value)
                    text = value[:80]
            else:
                text = other(value)
            if not text:
                return
            if len(text) > LONG:
                if len(text) > LONGEST_CELL:
                    note("long", text[:80])
                    text = text[:80]
                letters += len(text)
                if letters > LONGEST_ROW:
                    note("row", "")
                    text = text[:80]
            gap = column - len(cells)
            if gap:
                if gap < 0:
                    raise Refused("broken")
                cells.extend([""] * gap)
            cells.append(text)
        elif name == "row":
            if cells or bad:
                spool.add(line, cells, bad)
        elif name == "t":
            if not spoken:
                inline.extend(parts)
            clear()
        elif name == "is":
            value = "".join(inline)
        elif name == "rPh":
            spoken -= 1

    def note(why: str, what: str) -> None:
        nonlocal bad
        bad = bad or Bad(why, column, what)

    def other(value: str) -> str:
        if kind == "b":
            return "yes" if value.strip() in ("1", "true") else "no"
        if kind == "e":
            note("error", value[:80])
            return value[:80]
        if kind == "d":
            try:
                return iso(value)
            except NoValue as problem:
                note(str(problem), value[:80])
                return value[:80]
        return unescaped(value)

    def between() -> bool:
        for pile in (parts, inline):
            if len(pile) > 1 and sum(map(len, pile)) > LONGEST_CELL:
                pile[:] = ["".join(pile)[: LONGEST_CELL + 1]]
        return not spool.is_full

    def first_start(name: str, attributes: Attributes) -> None:
        if ":" in name:
            made.StartElementHandler = lambda name, attributes: start(local(name), attributes)
            made.EndElementHandler = lambda name: end(local(name))
        else:
            made.StartElementHandler = start

    made = parser(first_start, end, parts.append)
    feed(made, pieces, between)


def column_number(letters: str) -> int:
    """ "A" is 0. Errors: Refused."""
    number = 0
    for letter in letters:
        if not "A" <= letter <= "Z" or number > MOST_COLUMNS:
            raise Refused("broken")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MOST_COLUMNS:
        raise Refused("broken")
    return number - 1
