"""An export as a workbook: real dates, numbers and yes or no; every text is text, whatever it looks like."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from daftar.access.models import Row
from daftar.exchange.exporting.headings import currency_heading, headings
from daftar.exchange.exporting.kinds import guarded, inner_of
from daftar.exchange.exporting.rows import Export
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
PIECE = 1 << 18
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
WIDTHS = {
    "text": 28, "long_text": 48, "address": 40, "phones": 26, "emails": 30, "webs": 30, "messengers": 26, "link": 24, "links": 32,
    "person": 18, "date": 12, "date_time": 20, "money": 16, "whole": 10, "decimal": 12, "percent": 10, "yes_no": 8,
}  # fmt: skip


def pieces(export: Export, *, bom: bool = False) -> Iterator[bytes]:
    """The finished file in pieces; it is written to a folder of its own first. `bom` means nothing here."""
    with tempfile.TemporaryDirectory(prefix="daftar-export-") as folder:
        path = Path(folder) / "rows.xlsx"
        write(export, path)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def write(export: Export, path: Path) -> None:
    with translation.override(export.language), opened(path) as book:
        sheets = Sheets(book, export)
        for rows in export.pages(lambda rows: [sheets.cells(row) for row in rows]):
            for cells in rows:
                sheets.add(cells)
        sheets.close()


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


class Sheets:
    """The sheets of one export: "Deals", or "Deals 1", "Deals 2" when one cannot hold all rows."""

    def __init__(self, book: Workbook, export: Export) -> None:
        self.book, self.export = book, export
        self.bold = book.add_format({"bold": True, "text_wrap": False, "bottom": 1})
        self.styles: dict[str, Any] = {}
        self.fields = [(field, inner_of(field)) for field in export.fields]
        self.ways = [(field.get, *way_of(inner, export.reader)) for field, inner in self.fields]
        self.number, self.row = 0, 0
        self.is_one = export.count < MOST_ROWS
        self.sheet = self.new_sheet()

    def new_sheet(self) -> Worksheet:
        self.number += 1
        name = str(self.export.view.type.heading)
        sheet = self.book.add_worksheet(sheet_name(name, 0 if self.is_one else self.number))
        if self.export.language == "fa":
            sheet.right_to_left()
        place = 0
        for (field, inner), heading in zip(self.fields, headings(self.export.fields), strict=True):
            sheet.set_column(place, place, 20 if field.custom else WIDTHS.get(inner.kind, 20))
            write_text(sheet, 0, place, heading, self.bold)
            place += 1
            if inner.kind == "money":
                write_text(sheet, 0, place, currency_heading(heading), self.bold)
                place += 1
        sheet.freeze_panes(1, 1)
        self.width, self.row = place, 0
        return sheet

    def cells(self, row: Row) -> list[tuple[str, Any]]:
        """(style, value) of each cell of a row; "" for text."""
        found: list[tuple[str, Any]] = []
        for get, cell, is_money in self.ways:
            value = get(row)
            found.append(cell(value))
            if is_money:
                found.append(("", value.currency if value is not None else ""))
        return found

    def add(self, cells: Sequence[tuple[str, Any]]) -> None:
        if self.row + 1 >= MOST_ROWS:
            self.close()
            self.sheet = self.new_sheet()
        self.row += 1
        for place, (style, value) in enumerate(cells):
            if isinstance(value, str):
                if value:
                    write_text(self.sheet, self.row, place, value)
            elif isinstance(value, bool):
                self.sheet.write_boolean(self.row, place, value)
            elif isinstance(value, (int, float, Decimal)):
                self.sheet.write_number(self.row, place, value, self.style(style))
            elif value is not None:
                self.sheet.write_datetime(self.row, place, value, self.style(style))

    def style(self, said: str) -> Any:
        if said not in self.styles:
            self.styles[said] = self.book.add_format({"num_format": said})
        return self.styles[said]

    def close(self) -> None:
        """The sheet has all its rows."""
        self.sheet.autofilter(0, 0, self.row, max(self.width - 1, 0))


def way_of(field: Field, reader: Reader) -> tuple[Callable[[Any], tuple[str, Any]], bool]:
    """(value → cell, whether a currency follows) by the kind of the field."""

    def text(value: Any) -> tuple[str, Any]:
        return "", guarded(field.export(value, reader))

    def number(value: Any) -> tuple[str, Any]:
        if field.is_empty(value):
            return "", None
        return ("General", value) if is_exact(Decimal(value)) else text(value)

    def money(value: Any) -> tuple[str, Any]:
        if value is None:
            return "", None
        digits = CURRENCIES[value.currency].minor_units if value.currency in CURRENCIES else 2
        return (
            (f"#,##0{'.' if digits else ''}{'0' * digits}", value.amount)
            if is_exact(value.amount)
            else ("", f"{value.amount:f}")
        )

    def day(value: Any) -> tuple[str, Any]:
        return ("yyyy-mm-dd", value) if value is not None and value >= FIRST_DAY else text(value)

    def moment(value: Any) -> tuple[str, Any]:
        if value is None:
            return "", None
        local = reader.formats.local(value).replace(tzinfo=None, microsecond=0)
        return ("yyyy-mm-dd hh:mm:ss", local) if local.date() >= FIRST_DAY else text(value)

    def yes_no(value: Any) -> tuple[str, Any]:
        return "", value if value is None else bool(value)

    numbers = dict.fromkeys(("whole", "decimal", "percent"), number)
    ways = {**numbers, "money": money, "date": day, "date_time": moment, "yes_no": yes_no}
    return ways.get(field.kind, text), field.kind == "money"


def is_exact(value: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit."""
    return len(value.normalize().as_tuple().digits) <= EXACT_DIGITS and abs(value.adjusted()) <= EXACT_DIGITS


def write_text(sheet: Worksheet, row: int, place: int, text: str, style: Any = None) -> None:
    """A cell of text; one that no spreadsheet can hold is cut and says so."""
    if len(text) * 2 > LONGEST and len(text.encode("utf-16-le")) // 2 > LONGEST:
        sign = _("… [cut here: a spreadsheet holds no more; the whole text is in CSV and JSON lines]")
        kept = text.encode("utf-16-le")[: (LONGEST - len(sign)) * 2].decode("utf-16-le", "ignore")
        text = f"{kept}{sign}"
    sheet.write_string(row, place, text, style)


def sheet_name(name: str, number: int = 0) -> str:
    """A name that every spreadsheet takes: 31 signs, none of its own."""
    end = f" {number}" if number else ""
    clean = " ".join(NOT_IN_NAMES.sub(" ", name).split()).strip("'")
    return f"{clean[: 31 - len(end)].strip() or 'Rows'}{end}"
