"""Sheets of XLSX and ODS read as people see them there: exact numbers, real days, rows by their own numbers."""

import datetime
import tracemalloc

import pytest
import xlsxwriter
from django.test import override_settings

from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.reading import spools
from daftar.exchange.reading.opening import open_source
from daftar.exchange.reading.rows import BrokenRow, RawRow
from daftar.exchange.reading.workbooks import container, program
from daftar.exchange.reading.workbooks.strings import read_strings
from daftar.exchange.reading.workbooks.values import kind_of_format, number
from daftar.exchange.tests.odd_workbooks import ods, ods_row, styles_of, text_row, xlsx


def cells(source):
    return [row.cells for row in source.rows()]


@pytest.fixture
def book(tmp_path):
    """A usual workbook with all that a program writes."""
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(path) as made:
        first, second = made.add_worksheet("Deals"), made.add_worksheet("Empty")
        third = made.add_worksheet("Hidden")
        third.hide()
        third.write_row(0, 0, ["secret"])
        third.write_row(1, 0, ["x"])
        day, moment = made.add_format({"num_format": "dd.mm.yyyy"}), made.add_format({"num_format": "dd.mm.yy hh:mm"})
        clock, span = made.add_format({"num_format": "hh:mm"}), made.add_format({"num_format": "[h]:mm:ss"})
        share = made.add_format({"num_format": "0.0%"})
        money = made.add_format({"num_format": '#,##0.00 "day"'})
        first.write_row(0, 0, ["Name", "Amount", "Closed", "Called", "At", "Lasted", "Chance", "Paid", "Sum"])
        first.write_string(1, 0, "دفتر\nдва")
        first.write_number(1, 1, 1234.5, money)
        first.write_datetime(1, 2, datetime.date(2021, 4, 15), day)
        first.write_datetime(1, 3, datetime.datetime(2021, 4, 15, 23, 3), moment)  # noqa: DTZ001  # a sheet knows no zones
        first.write_datetime(1, 4, datetime.time(9, 30), clock)
        first.write_number(1, 5, 26.5 / 24, span)
        first.write_number(1, 6, 0.125, share)
        first.write_boolean(1, 7, True)
        first.write_formula(1, 8, "=1+2", None, 3)
        first.write_rich_string(4, 0, "bold ", made.add_format({"bold": True}), "and not")
        first.write_number(4, 1, 0.1 + 0.2)
        second.set_column(0, 3, 20)
    return path


def test_cells_of_an_xlsx_read_as_exact_text(book):
    source = open_source(book)

    assert (source.kind, source.is_exact, source.encoding, source.delimiter_name) == ("xlsx", True, "", "")
    assert (source.headings[:3], source.first_line) == (("Name", "Amount", "Closed"), 1)
    assert list(source.rows()) == [
        RawRow(
            2, ("دفتر\nдва", "1234.5", "2021-04-15", "2021-04-15 23:03:00", "09:30:00", "26:30:00", "12.5%", "yes", "3")
        ),
        RawRow(5, ("bold and not", "0.3", "", "", "", "", "", "", "")),
    ]
    assert [row.line for row in source.rows(behind=2)] == [5]
    assert source.first_rows(1)[0].line == 2
    assert source.count_lines() >= 2


def test_sheets_are_chosen_by_name_and_a_wrong_name_says_which_there_are(book):
    assert (list(open_source(book).sheets), open_source(book).sheet) == (["Deals", "Empty"], "Deals")
    assert cells(open_source(book, sheet="Hidden")) == [("x",)]
    with pytest.raises(Unreadable, match=r"no sheet “Deal”\. It has: “Deals”.*“Empty”"):
        open_source(book, sheet="Deal")
    with pytest.raises(Unreadable, match="sheet “Empty” is empty"):
        open_source(book, sheet="Empty")


def test_the_first_sheet_that_is_seen_and_not_empty_is_taken(tmp_path):
    sheets = ['<row r="1"><c r="A1" s="0"/></row>', text_row(1, "hidden"), text_row(3, "name") + text_row(4, "x")]
    path = xlsx(tmp_path / "a.xlsx", sheets, names=("One", "Two", "Three"), states=("visible", "hidden", "visible"))

    source = open_source(path)

    assert (source.sheet, source.first_line, source.headings, cells(source)) == ("Three", 3, ("name",), [("x",)])


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<v>0.30000000000000004</v>", "0.3"),
        ("<v>1E+3</v>", "1000"),
        ("<v>1.5E-7</v>", "0.00000015"),
        ("<v>12.0</v>", "12"),
        ("<v>1200</v>", "1200"),
        ("<v>-0.50</v>", "-0.5"),
        ("<v>123456789012345678</v>", "123456789012346000"),
        ("<v>-0</v>", "0"),
        ('<f>A1&amp;"x"</f><v></v>', "formula"),
        ("<f>1/0</f>", "formula"),
        ("<v>abc</v>", "number"),
        ("<v>1e999999999</v>", "number"),
        ("<v>nan</v>", "number"),
    ],
)
def test_numbers_have_fifteen_digits_and_no_exponent(tmp_path, cell, text):
    rows = text_row(1, "a", "b") + f'<row r="2"><c r="A2">{cell}</c><c r="B2"><v>7</v></c></row>'
    (row,) = open_source(xlsx(tmp_path / "a.xlsx", rows)).rows()

    if isinstance(row, RawRow):
        assert row.cells == (text, "7")
    else:
        assert (row.line, row.column) == (2, "a")
        assert {"formula": "formula without a result", "number": "no number that can be read"}[text] in row.sentence


@pytest.mark.parametrize(
    ("type_", "inner", "text"),
    [
        ("b", "<v>0</v>", "no"),
        ("str", "<f>1</f><v>said</v>", "said"),
        ("str", "<f>1</f><v></v>", ""),
        ("d", "<v>2021-04-15T23:03:00.000Z</v>", "2021-04-15 23:03:00"),
        ("d", "<v>2021-04-15</v>", "2021-04-15"),
        ("inlineStr", "<is><r><t>a </t></r><r><t>b</t></r><rPh><t>spoken</t></rPh></is>", "a b"),
        ("inlineStr", "<is><t>a_x000D_\nb _x005F_x0041_</t></is>", "a\nb _x0041_"),
        ("s", "<v>1</v>", "rich text"),
    ],
)
def test_every_kind_of_cell_is_told(tmp_path, type_, inner, text):
    strings = "<si><t>first</t></si><si><r><t>rich </t></r><r><t>text</t></r><rPh><t>no</t></rPh></si>"
    rows = text_row(1, "a", "b") + f'<row><c t="{type_}">{inner}</c><c><v>7</v></c></row>'

    assert cells(open_source(xlsx(tmp_path / "a.xlsx", rows, strings=strings))) == [(text, "7")]


def test_an_error_in_a_cell_refuses_its_row_alone(tmp_path):
    rows = text_row(1, "a", "b") + '<row r="2"><c r="B2" t="e"><f>X</f><v>#N/A</v></c></row>' + text_row(3, "x", "y")
    bad, good = open_source(xlsx(tmp_path / "a.xlsx", rows)).rows()

    assert (bad.line, bad.column, bad.value, bad.cells) == (2, "b", "#N/A", ("", "#N/A"))
    assert "error #N/A. Mend its formula" in bad.sentence
    assert good == RawRow(3, ("x", "y"))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("General", ""), ("0.00", ""), ("@", ""), ('#,##0.00 "days"', ""), ("[Red]0;[Green]-0", ""), ("0%", "percent"),
        ("yyyy-mm-dd", "day"), ("[$-419]d mmmm yyyy", "day"), ("mmm-yy", "day"), ("mm", "day"), ("m/d/yy h:mm", "moment"),
        ("h:mm AM/PM", "clock"), ("mm:ss.0", "clock"), ("[h]:mm", "span"), ("[mm]:ss", "span"), ("\\d0", ""), ("0.00E+00", ""),
        ("[$-fa-IR,16]yyyy/mm/dd", "day"), ('"yes"', ""), ("_-* #,##0.00 _d_-", ""),
    ],
)  # fmt: skip
def test_a_number_format_says_what_a_number_is(code, kind):
    assert kind_of_format(code) == kind


@pytest.mark.parametrize(
    ("value", "said_1900", "said_1904"),
    [
        ("1", "1900-01-01", "1904-01-02"),
        ("59", "1900-02-28", "1904-02-29"),
        ("60", None, "1904-03-01"),
        ("61", "1900-03-01", "1904-03-02"),
        ("44301", "2021-04-15", "2025-04-16"),
        ("44301.960416666669", "2021-04-15 23:03:00", "2025-04-16 23:03:00"),
        ("44301.99999999", "2021-04-16", "2025-04-17"),
        ("-5", None, "1903-12-27"),
        ("3000000", None, None),
    ],
)
def test_days_of_both_systems(tmp_path, value, said_1900, said_1904):
    rows = text_row(1, "a", "b") + f'<row r="2"><c r="A2" s="1"><v>{value}</v></c><c r="B2"><v>7</v></c></row>'
    for said, pr in ((said_1900, ""), (said_1904, '<workbookPr date1904="1"/>')):
        path = xlsx(tmp_path / "a.xlsx", rows, styles=styles_of("dd/mm/yyyy"), pr=pr)
        (row,) = open_source(path).rows()
        if said is None:
            assert "is no day that exists" in row.sentence
        else:
            assert row.cells == (said, "7")


def test_rows_and_cells_may_be_sparse_and_merged(tmp_path):
    rows = text_row(2, "Sales of 2021") + text_row(4, "name", "", "city") + '<row r="7"><c r="C7"><v>5</v></c></row>'
    rows += '<row r="9"><c r="A9" t="inlineStr"><is><t>x</t></is></c><c r="XFD9" s="2"/></row>'
    source = open_source(xlsx(tmp_path / "a.xlsx", rows))

    assert (source.first_line, source.headings) == (4, ("name", "Column 2", "city"))
    assert list(source.rows()) == [RawRow(7, ("", "", "5")), RawRow(9, ("x", "", ""))]


def test_a_cell_without_a_heading_is_refused_by_its_letter(tmp_path):
    rows = text_row(1, "name", "city") + text_row(2, "a", "b", "", "lost")
    (row,) = open_source(xlsx(tmp_path / "a.xlsx", rows)).rows()

    assert (row.line, row.column, row.value) == (2, "D", "lost")
    assert "column D, which has no heading" in row.sentence


def test_without_headings_columns_are_numbered_and_the_first_row_is_data(tmp_path):
    rows = text_row(1, "Acme", "a@acme.com") + text_row(2, "Bolt", "b@bolt.com", "more")
    path = xlsx(tmp_path / "a.xlsx", rows)

    assert open_source(path).headings_look_like_data
    source = open_source(path, has_headings=False)
    assert source.headings == ("Column 1", "Column 2", "Column 3")
    assert [row.line for row in source.rows()] == [1, 2]


def test_prefixed_xml_reads_the_same(tmp_path):
    rows = text_row(1, "name") + text_row(2, "x")
    path = xlsx(tmp_path / "a.xlsx", rows)
    prefixed = (
        '<x:worksheet xmlns:x="m"><x:sheetData><x:row r="1"><x:c t="inlineStr"><x:is><x:t>name</x:t></x:is></x:c></x:row>'
        '<x:row r="2"><x:c><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    path = xlsx(tmp_path / "b.xlsx", "", extra={"xl/worksheets/sheet1.xml": prefixed}.items())

    assert cells(open_source(path)) == [("5",)]


# -- ODS ---------------------------------------------------------------------------------------------


def test_cells_of_an_ods_read_as_exact_text(tmp_path):
    def cell(kind, words, text="shown"):
        return f'<table:table-cell office:value-type="{kind}" {words}><text:p>{text}</text:p></table:table-cell>'

    row = (
        cell("float", 'office:value="0.30000000000000004"')
        + cell("date", 'office:date-value="2021-04-15"')
        + cell("date", 'office:date-value="2021-04-15T23:03:00.5"')
        + cell("time", 'office:time-value="PT26H03M00S"')
        + cell("percentage", 'office:value="0.125"')
        + cell("boolean", 'office:boolean-value="true"')
        + cell("currency", 'office:currency="EUR" office:value="12.50"')
        + '<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation>'
        'a<text:p>one<text:s text:c="2"/>two<text:line-break/></text:p><text:p><text:span>three</text:span></text:p></table:table-cell>'
    )
    heads = ods_row(*"abcdefgh")
    table = f'<table:table table:name="T">{heads}<table:table-row>{row}</table:table-row></table:table>'
    source = open_source(ods(tmp_path / "a.ods", table))

    assert (source.kind, source.is_exact, source.sheets) == ("ods", True, ["T"])
    said = ("0.3", "2021-04-15", "2021-04-15 23:03:00", "26:03:00", "12.5%", "yes", "12.5", "one  two\n\nthree")
    assert cells(source) == [said]


def test_repeated_rows_and_cells_of_an_ods_count_and_cost_nothing_where_they_are_empty(tmp_path):
    empty_cells = '<table:table-cell table:number-columns-repeated="16381"/>'
    table = (
        '<table:table table:name="T">'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
        "<table:table-header-rows>" + ods_row("name", "city") + "</table:table-header-rows>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2" office:value-type="float"'
        f' office:value="7"/>{empty_cells}</table:table-row>'
        '<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="float" office:value="8"/></table:table-row>'
        f'<table:table-row table:number-rows-repeated="1048570">{empty_cells}</table:table-row></table:table>'
    )
    source = open_source(ods(tmp_path / "a.ods", table))

    assert (source.first_line, list(source.rows())) == (
        3,
        [RawRow(4, ("7", "7")), RawRow(5, ("7", "7")), RawRow(6, ("", "8"))],
    )
    assert source.count_lines() < 10


def test_sheets_of_an_ods(tmp_path):
    hidden = '<style:style style:name="off" style:family="table"><style:table-properties table:display="false"/></style:style>'
    tables = (
        f'<table:table table:name="Off" table:style-name="off">{ods_row("h")}{ods_row("x")}</table:table>'
        f'<table:table table:name="None"></table:table>'
        f'<table:table table:name="One">{ods_row("name")}{ods_row("1")}</table:table>'
        f'<table:table table:name="Two">{ods_row("name")}{ods_row("2")}</table:table>'
    )
    path = ods(tmp_path / "a.ods", tables, styles=hidden)

    assert (list(open_source(path).sheets), open_source(path).sheet) == (["None", "One", "Two"], "One")
    assert cells(open_source(path)) == [("1",)]
    assert cells(open_source(path, sheet="Two")) == [("2",)]
    assert cells(open_source(path, sheet="Off")) == [("x",)]
    with pytest.raises(Unreadable, match="no sheet “Three”"):
        open_source(path, sheet="Three")


def test_an_error_and_a_formula_without_a_result_in_an_ods_are_refused(tmp_path):
    cell = (
        '<table:table-cell table:formula="of:=X" office:value-type="string"><text:p>#NAME?</text:p></table:table-cell>'
    )
    bad = f"<table:table-row>{cell}</table:table-row>"
    table = f'<table:table table:name="T">{ods_row("a", "b")}{bad}{ods_row("#5", "x")}</table:table>'
    first, second = open_source(ods(tmp_path / "a.ods", table)).rows()

    assert isinstance(first, BrokenRow)
    assert (first.column, first.value) == ("a", "#NAME?")
    assert second.cells == ("#5", "x")


# -- large ones --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "large.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["name", "mail", "phone", "amount", "city", "n", "note", "more"])
        for n in range(1, 60_001):
            sheet.write_row(n, 0, [f"Person {n}", f"p{n}@example.com", f"+98912{n:07}", n / 4, "Tehran", n, "note", ""])
    return path


def test_of_a_large_sheet_only_the_beginning_is_read_until_its_rows_are_wanted(large, tmp_path, settings):
    settings.DATA = tmp_path
    path = tmp_path / "kept.xlsx"
    path.write_bytes(large.read_bytes())
    asked = []
    read = spools.taken_apart

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spools, "taken_apart", lambda what: asked.append(what["most_rows"]) or read(what))
        source = open_source(path)
        assert (len(source.first_rows(5)), source.count_lines()) == (5, 60_001)
        assert asked == [spools.HEAD_ROWS]
        assert sum(1 for _row in source.rows()) == 60_000
        assert [next(open_source(path).rows(behind=n)).line for n in (1, 2, 59_000, 60_000)] == [2, 3, 59_001, 60_001]
        assert asked == [spools.HEAD_ROWS, 0]

    spools.forget_spools(path)
    assert list(tmp_path.iterdir()) == [path]


def test_rows_of_a_large_sheet_are_never_all_in_memory(large):
    source = open_source(large)
    tracemalloc.start()
    count = sum(1 for _row in source.rows())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (count, peak < 2_000_000) == (60_000, True)


def test_the_process_needs_no_more_memory_for_more_rows(large, monkeypatch, tmp_path):
    """The whole sheet as objects would need some 60 MB; the process gets 40 above what Python takes."""
    monkeypatch.setattr(
        spools,
        "PROGRAM",
        spools.PROGRAM.replace("main()", "")
        + "import daftar.exchange.reading.workbooks.program as p; p.MEMORY = 80 * 1024**2; p.main()",
    )

    told = spools.taken_apart({"path": str(large), "spool": str(tmp_path / "rows"), "sheet": "", "most_rows": 0})
    assert told["rows"] == 60_001


def test_many_shared_strings_wait_in_a_file(tmp_path):
    texts = [f"<si><t>متن {n}</t></si>".encode() for n in range(5000)]
    pieces = [b"<sst>", *texts, b"</sst>"]
    few, many = (read_strings(pieces, size, tmp_path) for size in (0, 1 << 40))

    assert type(few) is not type(many)
    for n in (4999, 0, 255, 256, 257, 3000, 0):
        assert few.get(n) == many.get(n) == f"متن {n}"
    with pytest.raises(IndexError):
        many.get(5000)
    assert type(read_strings(pieces, 0, tmp_path, most=3).get(2)) is str


def test_a_file_of_ours_keeps_its_rows_beside_it_another_does_not(book, tmp_path):
    with override_settings(DATA=tmp_path / "elsewhere"):
        assert cells(open_source(book))
        assert [p.name for p in book.parent.iterdir()] == [book.name]
    with override_settings(DATA=tmp_path):
        open_source(book)
        assert len(list(book.parent.glob(f"{book.name}.*"))) == 2


def test_the_process_that_reads_imports_no_django():
    import subprocess
    import sys

    words = "; ".join(
        (
            "import sys; sys.path.append(sys.argv[1])",
            "import daftar.exchange.reading.workbooks.program",
            "sys.exit(any(m.split('.')[0] == 'django' for m in sys.modules))",
        )
    )
    assert subprocess.run([sys.executable, "-I", "-c", words, str(spools.ROOT)]).returncode == 0


def test_limits_stand_where_they_are_written():
    assert (container.MOST_BYTES, container.MOST_RATIO, program.MEMORY) == (2 * 1024**3, 100, 512 * 1024**2)


def test_every_number_of_a_double_reads_back():
    from hypothesis import given
    from hypothesis import strategies as st

    @given(st.floats(min_value=-1e300, max_value=1e300))
    def holds(value):
        text = number(repr(value))
        assert float(text) == pytest.approx(value, rel=1e-14)
        assert "e" not in text
        assert not text.endswith((".", ".0"))

    holds()
