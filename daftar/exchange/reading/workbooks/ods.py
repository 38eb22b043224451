"""An ODS workbook: its sheets stand one after the other in one part, rows and cells that repeat are written once with a number."""

from __future__ import annotations

from typing import Any

from daftar.exchange.reading.workbooks.container import Container
from daftar.exchange.reading.workbooks.refused import Refused
from daftar.exchange.reading.workbooks.spool import LONGEST_CELL, LONGEST_ROW, MOST_COLUMNS, Bad, Spool
from daftar.exchange.reading.workbooks.values import NoValue, iso, number, percent
from daftar.exchange.reading.workbooks.xml import Attributes, attribute, elements, feed, local, parser

MOST_LINES = 1 << 24
MOST_REPEATED = 1 << 20
MIME = b"application/vnd.oasis.opendocument.spreadsheet"
CELLS = ("table-cell", "covered-table-cell")
ERRORS = ("#", "Err:")


def rows_into(container: Container, spool: Spool, wanted: str) -> dict[str, Any]:
    """Write the rows of the sheet, by default the first one that is seen and not empty. Errors: Refused."""
    manifest = "META-INF/manifest.xml"
    if manifest in container and any(elements(container.pieces(manifest), frozenset({"encryption-data"}))):
        raise Refused("locked")
    reading = _Reading(spool, wanted)
    made = parser(reading.start, reading.end, reading.text.append)
    feed(made, container.pieces("content.xml"), reading.between)
    if not reading.sheet and (wanted or not reading.names):
        raise Refused("sheet", wanted, *reading.names)
    sheet = reading.sheet or reading.names[0]
    return {"kind": "ods", "sheets": reading.names, "sheet": sheet, "complete": True}


class _Reading:
    def __init__(self, spool: Spool, wanted: str) -> None:
        self.spool, self.wanted = spool, wanted
        self.names: list[str] = []
        self.sheet = self.name = ""
        self.hidden: set[str] = set()
        self.style = ""
        self.is_taken = False
        self.depth = self.line = self.repeated = self.times = self.beside = self.letters = 0
        self.empty = 0
        self.cells: list[str] = []
        self.bad: Bad | None = None
        self.attributes: Attributes = {}
        self.paragraphs: list[str] = []
        self.text: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        name = local(name)
        if name == "table":
            self.depth += 1
            if self.depth == 1:
                self._begin_sheet(attributes)
        elif name == "style":
            self.style = attribute(attributes, "name")
        elif name == "table-properties" and attribute(attributes, "display") == "false":
            self.hidden.add(self.style)
        elif self.depth != 1 or not self.is_taken:
            return
        elif name == "table-row":
            self.times = times(attributes, "number-rows-repeated")
            self.cells, self.empty, self.bad, self.letters = [], 0, None, 0
        elif name in CELLS:
            self.attributes, self.paragraphs = attributes, []
            self.text.clear()
        elif name == "annotation":
            self.beside += 1
        elif name == "p":
            self.text.clear()
        elif name == "s":
            self.text.append(" " * min(times(attributes, "c"), 1000))
        elif name == "tab":
            self.text.append("\t")
        elif name == "line-break":
            self.text.append("\n")

    def end(self, name: str) -> None:
        name = local(name)
        if name == "table":
            self.depth -= 1
            if self.depth == 0 and self.is_taken:
                self.is_taken = False
                if self.wanted or self.spool.rows:
                    self.sheet = self.name
        elif self.depth != 1 or not self.is_taken:
            self.text.clear()
        elif name == "p":
            if not self.beside:
                self.paragraphs.append("".join(self.text))
            self.text.clear()
        elif name == "annotation":
            self.beside -= 1
        elif name in CELLS:
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def between(self) -> bool:
        if len(self.text) > 1 and sum(map(len, self.text)) > LONGEST_CELL:
            self.text[:] = ["".join(self.text)[: LONGEST_CELL + 1]]
        if len(self.paragraphs) > 1 and sum(map(len, self.paragraphs)) > LONGEST_CELL:
            self.paragraphs = ["\n".join(self.paragraphs)[: LONGEST_CELL + 1]]
        return True

    # -- inside ------------------------------------------------------------------------------------

    def _begin_sheet(self, attributes: Attributes) -> None:
        self.name = attribute(attributes, "name")
        is_hidden = attribute(attributes, "style-name") in self.hidden
        if not is_hidden:
            self.names.append(self.name)
        self.is_taken = not self.sheet and (self.name == self.wanted if self.wanted else not is_hidden)
        self.line = 0

    def _end_cell(self) -> None:
        repeated = times(self.attributes, "number-columns-repeated")
        column = len(self.cells) + self.empty
        text = self._value(column)
        if not text:
            self.empty += repeated
            return
        if column + repeated > MOST_COLUMNS:
            raise Refused("broken")
        if len(text) > LONGEST_CELL:
            self.bad, text = self.bad or Bad("long", column, text[:80]), text[:80]
        self.letters += len(text) * repeated
        if self.letters > LONGEST_ROW:
            self.bad, text = self.bad or Bad("row", column, ""), text[:80]
        self.cells += [""] * self.empty + [text] * repeated
        self.empty = 0

    def _value(self, column: int) -> str:
        kind = attribute(self.attributes, "value-type")
        said = attribute(self.attributes, "value")
        text = "\n".join(self.paragraphs)
        try:
            match kind:
                case "float" | "currency":
                    return number(said)
                case "percentage":
                    return percent(said)
                case "date":
                    return iso(attribute(self.attributes, "date-value"))
                case "time":
                    return time_of(attribute(self.attributes, "time-value"))
                case "boolean":
                    return "yes" if attribute(self.attributes, "boolean-value") == "true" else "no"
        except NoValue as problem:
            self.bad = self.bad or Bad(str(problem), column, text[:80])
            return text or "…"
        has_formula = bool(attribute(self.attributes, "formula"))
        if has_formula and text.startswith(ERRORS):
            self.bad = self.bad or Bad("error", column, text[:80])
        elif has_formula and not kind:
            self.bad = self.bad or Bad("formula", column, "")
        return attribute(self.attributes, "string-value") or text

    def _end_row(self) -> None:
        first = self.line + 1
        self.line += self.times
        if self.line > MOST_LINES:
            raise Refused("broken")
        if self.cells or self.bad:
            self.repeated += self.times
            if self.repeated > MOST_REPEATED * 4:
                raise Refused("size")
            for line in range(first, self.line + 1):
                self.spool.add(line, self.cells, self.bad)


def times(attributes: Attributes, name: str) -> int:
    said = attribute(attributes, name)
    return max(int(said), 1) if said.isdecimal() and len(said) < 9 else 1


def time_of(text: str) -> str:
    """ "PT26H03M00S" is "26:03:00". Errors: NoValue."""
    left, found = text.removeprefix("-").removeprefix("PT"), []
    for sign in "HMS":
        part, here, rest = left.partition(sign)
        found.append(part if here else "0")
        left = rest if here else left
    try:
        hours, minutes, seconds = int(found[0]), int(found[1]), round(float(found[2].replace(",", ".")))
    except ValueError:
        raise NoValue("number") from None
    whole = hours * 3600 + minutes * 60 + seconds
    if left or not 0 <= whole < 10**9:
        raise NoValue("number")
    return f"{'-' if text.startswith('-') else ''}{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
