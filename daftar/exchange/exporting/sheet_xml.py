"""The sheets of a workbook: all around the rows is made by XlsxWriter once, the rows are written between as the text that they are.

XlsxWriter takes a cell at a time, which costs ten times as much as to write it.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.utility import xl_col_to_name

DAY_ZERO = dt.date(1899, 12, 30)
"""From which a spreadsheet counts its days, those of March 1900 and later."""
LARGE = 1 << 30
"""A part that may become larger says so at its beginning; Excel does not like that of others."""
DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_")


@dataclass(frozen=True, slots=True)
class Frame:
    """A sheet without its rows. Shapes: `rows` may come between `head` and `tail`."""

    part: zipfile.ZipInfo
    head: str
    tail: str
    rows: int


def taken_apart(book: zipfile.ZipFile, rows: Sequence[int], width: int) -> tuple[list[Frame], list[str]]:
    """The sheets of a workbook with so many rows each, and the numbers of the styles that stand in their second row, which is left out."""
    frames, styles = [], []
    for number, count in enumerate(rows, 1):
        part = book.getinfo(f"xl/worksheets/sheet{number}.xml")
        head, _row, rest = book.read(part).decode().partition('<row r="2"')
        second, _end, tail = rest.partition("</row>")
        styles = re.findall(r' s="(\d+)"', second)
        size = f'<dimension ref="A1:{xl_col_to_name(max(width, 1) - 1)}{count + 1}"/>'
        frames.append(Frame(part, DIMENSION.sub(size, head), tail, count))
    return frames, styles


def rows_xml(columns: Sequence[Sequence[str]], first: int) -> str:
    """Rows of cells as `cell_xml` made them, the first of them the row of this number."""
    numbers = [str(number) for number in range(first, first + len(columns[0]))]
    parts: list[Iterable[str]] = [[f'<row r="{number}">' for number in numbers]]
    for place, cells in enumerate(columns):
        if any(cells):
            start = f'<c r="{xl_col_to_name(place)}'
            parts.append([f"{start}{n}{cell}" if cell else "" for n, cell in zip(numbers, cells, strict=True)])
    return "".join([f"{''.join(cells)}</row>" for cells in zip(*parts, strict=True)])


def cell_xml(value: Any, style: str = "") -> str:
    """What stands in a cell behind its place, "" for an empty one. Shapes: `style` is the number of a style."""
    if isinstance(value, str):
        if not value:
            return ""
        said = escaped(value)
        space = ' xml:space="preserve"' if said[0].isspace() or said[-1].isspace() else ""
        return f'" t="inlineStr"><is><t{space}>{said}</t></is></c>'
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'" t="b"><v>{value:d}</v></c>'
    if not isinstance(value, int | float | Decimal):
        value = serial(value)
    styled = f'" s="{style}"' if style else '"'
    return f"{styled}><v>{value:.16G}</v></c>"


def serial(value: dt.date) -> float:
    """A day or a moment of a wall clock as a spreadsheet counts it."""
    if isinstance(value, dt.datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return (value.date() - DAY_ZERO).days + seconds / 86_400
    return (value - DAY_ZERO).days


def escaped(text: str) -> str:
    """Text as it stands in XML; what cannot stand there as spreadsheets write it: _x0007_."""
    if not SPECIAL.search(text):
        return text
    text = LOOKS_ESCAPED.sub("_x005F_", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return NOT_IN_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)


class Outlet:
    """A file that is only written to; its bytes are taken out piece by piece."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []

    def write(self, content: bytes, /) -> int:
        self.waiting.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    close = flush

    def taken(self) -> bytes:
        """What was written since the last time."""
        waiting, self.waiting = self.waiting, []
        return b"".join(waiting)


def packed(
    book: zipfile.ZipFile, outlet: Outlet, frames: Iterable[Frame], parts: Iterator[tuple[int, str, int]]
) -> Iterator[bytes]:
    """Write the sheets into the workbook. Shapes: parts are (which sheet, XML of rows, how many rows), in order."""
    part = next(parts, None)
    for number, frame in enumerate(frames):
        is_mine = part is not None and part[0] == number
        expected = len(part[1]) / part[2] * frame.rows if part is not None and is_mine else 0
        with book.open(frame.part, "w", force_zip64=expected > LARGE) as sheet:
            sheet.write(frame.head.encode())
            while part is not None and part[0] == number:
                sheet.write(part[1].encode())
                yield outlet.taken()
                part = next(parts, None)
            sheet.write(frame.tail.encode())
