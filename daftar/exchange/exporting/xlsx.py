"""An export as a workbook: real dates, numbers and yes or no; every text is text, whatever it looks like."""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from daftar.exchange.exporting.headings import currency_heading, headings
from daftar.exchange.exporting.kinds import guarded, inner_of
from daftar.exchange.exporting.rows import Export
from daftar.exchange.exporting.sheet_xml import Outlet, cell_xml, packed, rows_xml, taken_apart
from daftar.kernel.money import CURRENCIES
from daftar.records.fields.base import Field
from daftar.records.reader import Reader

MOST_ROWS = 1_048_576
"""Rows of one sheet, the heading row with them; more go to a second sheet."""
LONGEST = 32_767
"""Signs of a cell, as UTF-16 counts them."""
EXACT_DIGITS = 15
FIRST_DAY = dt.date(1900, 3, 1)
"""Days before are another day in some spreadsheets, so they are text."""
NO_TIME = dt.datetime(2000, 1, 1)  # noqa: DTZ001  # what a workbook says has no zone
"""When every workbook was made, so that equal rows make equal files."""
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
PACKED = 4
"""How hard zlib tries: 6 takes twice as long and makes the file an eighth smaller."""
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
WIDTHS = {
    "text": 28, "long_text": 48, "address": 40, "phones": 26, "emails": 30, "webs": 30, "messengers": 26, "link": 24, "links": 32,
    "person": 18, "date": 12, "date_time": 20, "money": 16, "whole": 10, "decimal": 12, "percent": 10, "yes_no": 8,
}  # fmt: skip


def amount_style(digits: int) -> str:
    return f"#,##0{'.' if digits else ''}{'0' * digits}"


STYLES = (DAY, MOMENT, *map(amount_style, sorted({2} | {c.minor_units for c in CURRENCIES.values()})))
"""Everything that a cell can be written in besides plain."""


def pieces(export: Export, *, bom: bool = False) -> Iterator[bytes]:
    """The file while it is made. `bom` means nothing here."""
    with translation.override(export.language):
        content, rows, width = around(export)
    outlet = Outlet()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as made,
        zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKED) as book,
    ):
        frames, numbers = taken_apart(made, rows, width)
        sheets = {frame.part.filename for frame in frames}
        for part in made.infolist():
            if part.filename not in sheets:
                book.writestr(part, made.read(part))
        yield from packed(book, outlet, frames, rows_of_sheets(export, dict(zip(STYLES, numbers, strict=True))))
    yield outlet.taken()


def around(export: Export) -> tuple[bytes, list[int], int]:
    """A workbook with headings and, in the second row, a cell of each style; how many rows its sheets will have, and how many columns."""
    room, total = MOST_ROWS - 1, len(export.ids)
    rows = [min(room, total - start) for start in range(0, max(total, 1), room)]
    with tempfile.TemporaryDirectory(prefix="daftar-export-") as folder:
        path = Path(folder) / "rows.xlsx"
        with opened(path) as book:
            bold = book.add_format({"bold": True, "text_wrap": False, "bottom": 1})
            styles = [book.add_format({"num_format": said}) for said in STYLES]
            for number, count in enumerate(rows, 1):
                name = str(export.view.type.heading)
                sheet = book.add_worksheet(sheet_name(name, number if len(rows) > 1 else 0))
                if export.language == "fa":
                    sheet.right_to_left()
                width = head(sheet, export, bold)
                sheet.freeze_panes(1, 1)
                sheet.autofilter(0, 0, count, max(width - 1, 0))
                for place, style in enumerate(styles):
                    sheet.write_blank(1, place, None, style)
        return path.read_bytes(), rows, width


def head(sheet: Worksheet, export: Export, bold: Any) -> int:
    """The row of headings; gives how many columns there are."""
    place = 0
    for field, heading in zip(export.fields, headings(export.fields), strict=True):
        inner = inner_of(field)
        sheet.set_column(place, place, 20 if field.custom else WIDTHS.get(inner.kind, 20))
        write_text(sheet, 0, place, heading, bold)
        place += 1
        if inner.kind == "money":
            write_text(sheet, 0, place, currency_heading(heading), bold)
            place += 1
    return place


def rows_of_sheets(export: Export, numbers: Mapping[str, str]) -> Iterator[tuple[int, str, int]]:
    """(sheet, XML of some rows, how many). Shapes: `numbers` are those of the styles."""

    def way(field: Field) -> Callable[[Any], Any]:
        cell = way_of(inner_of(field), export.reader)

        def made(value: Any) -> str:
            style, said = cell(value)
            return cell_xml(fitted(said) if isinstance(said, str) else said, numbers.get(style, ""))

        if inner_of(field).kind == "money":
            return lambda value: (made(value), cell_xml("" if value is None else value.currency))
        return made

    done = 0
    for page in export.pages(way):
        columns: list[Sequence[str]] = []
        for field, cells in zip(export.fields, page.cells, strict=True):
            columns += zip(*cells, strict=True) if inner_of(field).kind == "money" else [cells]
        start = 0
        while start < len(page.ids):
            sheet, row = divmod(done, MOST_ROWS - 1)
            end = min(len(page.ids), start + MOST_ROWS - 1 - row)
            yield sheet, rows_xml([cells[start:end] for cells in columns], row + 2), end - start
            done, start = done + end - start, end


def opened(path: Path) -> Workbook:
    """A workbook that keeps one row in memory and takes no text for a formula, a link or a number; it does not say when it was written."""
    book = xlsxwriter.Workbook(
        path,
        {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": NO_TIME})
    return book


def way_of(field: Field, reader: Reader) -> Callable[[Any], tuple[str, Any]]:
    """Value → (style, cell) by the kind of the field; "" for no style of its own."""

    def text(value: Any) -> tuple[str, Any]:
        return "", guarded(field.export(value, reader))

    def number(value: Any) -> tuple[str, Any]:
        if field.is_empty(value):
            return "", None
        return ("", value) if is_exact(Decimal(value)) else text(value)

    def money(value: Any) -> tuple[str, Any]:
        if value is None:
            return "", None
        digits = CURRENCIES[value.currency].minor_units if value.currency in CURRENCIES else 2
        return (amount_style(digits), value.amount) if is_exact(value.amount) else ("", f"{value.amount:f}")

    def day(value: Any) -> tuple[str, Any]:
        return (DAY, value) if value is not None and value >= FIRST_DAY else text(value)

    def moment(value: Any) -> tuple[str, Any]:
        if value is None:
            return "", None
        local = reader.formats.local(value).replace(tzinfo=None, microsecond=0)
        return (MOMENT, local) if local.date() >= FIRST_DAY else text(value)

    def yes_no(value: Any) -> tuple[str, Any]:
        return "", value if value is None else bool(value)

    numbers = dict.fromkeys(("whole", "decimal", "percent"), number)
    ways = {**numbers, "money": money, "date": day, "date_time": moment, "yes_no": yes_no}
    return ways.get(field.kind, text)


def is_exact(value: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit."""
    return len(value.normalize().as_tuple().digits) <= EXACT_DIGITS and abs(value.adjusted()) <= EXACT_DIGITS


def write_text(sheet: Worksheet, row: int, place: int, text: str, style: Any = None) -> None:
    """A cell of text."""
    sheet.write_string(row, place, fitted(text), style)


def fitted(text: str) -> str:
    """The text as a cell can hold it: one that is too long is cut and says so."""
    if len(text) * 2 <= LONGEST or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    sign = _("… [cut here: a spreadsheet holds no more; the whole text is in CSV and JSON lines]")
    kept = text.encode("utf-16-le")[: (LONGEST - len(sign)) * 2].decode("utf-16-le", "ignore")
    return f"{kept}{sign}"


def sheet_name(name: str, number: int = 0) -> str:
    """A name that every spreadsheet takes: 31 signs, none of its own."""
    end = f" {number}" if number else ""
    clean = " ".join(NOT_IN_NAMES.sub(" ", name).split()).strip("'")
    return f"{clean[: 31 - len(end)].strip() or 'Rows'}{end}"
