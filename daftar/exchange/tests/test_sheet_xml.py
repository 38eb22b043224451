"""The rows of a workbook are written as XlsxWriter would write them, sign for sign, and go out while they are made."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from daftar.exchange.exporting import rows, xlsx
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.exporting.rows import begun
from daftar.exchange.exporting.sheet_xml import cell_xml, rows_xml
from daftar.records.reader import Reader

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=12)
DAYS = st.dates(dt.date(1900, 3, 1), dt.date(2200, 12, 31))
MOMENTS = st.datetimes(dt.datetime(1900, 3, 1), dt.datetime(2200, 12, 31)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001 - a wall clock
NUMBERS = st.integers(-(10**14), 10**14) | st.decimals(-(10**9), 10**9, places=4)
VALUES = (
    st.none()
    | TEXTS
    | st.sampled_from(["_x0041_", " a", "a\n", "<&>", "\r", "\x07"])
    | NUMBERS
    | st.booleans()
    | DAYS
    | MOMENTS
)


def by_library(table, path):
    with xlsx.opened(path) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate(table):
            for place, value in enumerate(values):
                if isinstance(value, str):
                    if value:
                        xlsx.write_text(sheet, row, place, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(row, place, value)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(row, place, value)
                elif value is not None:
                    sheet.write_number(row, place, value)
    return zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml").decode()


@given(values=st.lists(VALUES, min_size=1, max_size=4))
@hypothesis_settings(max_examples=150, deadline=None)
def test_each_cell_is_as_the_library_writes_it(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("sheet") / "sheet.xlsx"
    mine = rows_xml([[cell_xml(value)] for value in ["begin", *values]], 1)

    assert mine in by_library([["begin", *values]], path)


def test_a_sign_that_xml_cannot_hold_is_written_as_spreadsheets_do():
    assert "_xFFFE__x0001_" in cell_xml("\ufffe\x01")


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 6, 7])
def test_every_row_stands_in_some_sheet(shop, monkeypatch, count):
    """Wherever pages of rows and ends of sheets fall; a sheet says how far it reaches."""
    if count:
        shop.load("company", "name\n" + "".join(f"C{n}\n" for n in range(count)))
    monkeypatch.setattr(xlsx, "MOST_ROWS", 4)
    monkeypatch.setattr(rows, "AT_ONCE", 2)
    reader = Reader(shop.olga)
    made = b"".join(FORMATS["xlsx"].pieces(begun(reader.schema.type("company"), "cols=name&sort=name", reader)))
    book = CalamineWorkbook.from_filelike(io.BytesIO(made))
    sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]

    assert [row[0] for sheet in sheets for row in sheet[1:]] == [f"C{n}" for n in range(count)]
    assert [len(sheet) for sheet in sheets] == [4] * (count // 3) + [count % 3 + 1] * (count % 3 > 0 or not count)
    ends = [f'<dimension ref="A1:A{len(sheet)}"/>' for sheet in sheets]
    parts = zipfile.ZipFile(io.BytesIO(made))
    assert all(end in parts.read(f"xl/worksheets/sheet{n}.xml").decode() for n, end in enumerate(ends, 1))


def test_a_workbook_goes_out_while_it_is_made(shop, monkeypatch):
    shop.load("company", "name\nA\nB\nC\n")
    monkeypatch.setattr(rows, "AT_ONCE", 1)
    reader = Reader(shop.olga)
    pieces = FORMATS["xlsx"].pieces(begun(reader.schema.type("company"), "cols=name", reader))

    assert next(pieces)[:2] == b"PK"
    assert len(list(pieces)) == 3
    pieces.close()
