"""Every format: what is a number is one, what looks like a formula is none, and what went out comes in."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from daftar.access.models import User
from daftar.exchange.exporting import xlsx
from daftar.exchange.exporting.example import example_book
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.exporting.rows import begun
from daftar.exchange.importing.running import Importer
from daftar.exchange.knowing.guessing import guess_map
from daftar.exchange.own_ids import installation_code
from daftar.exchange.reading.opening import open_source
from daftar.kernel.errors import NotAllowed
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.models import ExternalId
from daftar.records.reader import Reader

TYPES = ("contact", "company", "deal", "lead", "product", "activity")
MARKS = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "'=kept"]


def made(shop, key, format_key, query="cols=all", by=None, **formats):
    reader = Reader(by or shop.olga, formats=Formats(**formats))
    return b"".join(FORMATS[format_key].pieces(begun(reader.schema.type(key), query, reader, format_key=format_key)))


def load(shop, key, content, ending):
    source = open_source(shop.file(content, f"file.{ending}"))
    return Importer(key, source, guess_map(shop.type(key), source), by=shop.olga).run()


def sheets(shop, content):
    book = CalamineWorkbook.from_path(str(shop.file(content, "made.xlsx")))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def empty(shop, key):
    shop.rows(key).all()._raw_delete(shop.rows(key).db)
    ExternalId.objects.all().delete()


def some_records(shop, key):
    """Three records with much in them."""
    rows = {
        "company": "name,phones,emails,sector,revenue,tags,address,owner\n"
        "Acme,+1 202 555 0143 (work),a@example.com,,1200.50 EUR,vip; east,1 Main; Rome; ; 1; Italy,Sara\nBolt,,,,7 USD,,,Olga\n",
        "contact": "first_name,last_name,phones,emails\nAna,Lee,+1 202 555 0143 (mobile); +98 912 345 6789,ana@example.com (work)\nBo,Ra,,\n",
        "deal": "name,amount,expected_close\nOne,1234.56 USD,2027-03-04\nTwo,99 EUR,\nThree,,\n",
        "lead": "title,phones,emails,comments\nAsked,+1 202 555 0143,x@example.com,\nAlso,,,\n",
        "product": "name,price\nGTX,12.34 USD\nMG,\n",
        "activity": "text,kind,due\nCall them,task,2027-03-04 10:00\n",
    }[key]
    report = shop.load(key, rows)
    assert report.errors == [] and report.created > 0


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("key", TYPES)
def test_what_went_out_whole_comes_in_and_goes_out_the_same(shop, key, ending):
    some_records(shop, key)
    query = f"cols=all&sort={shop.type(key).title_field.key}"
    first = made(shop, key, ending, query)
    empty(shop, key)

    report = load(shop, key, first, ending)
    second = made(shop, key, ending, query)

    assert report.errors == []
    assert told(shop, second, ending) == told(shop, first, ending)


def told(shop, content, ending):
    """The rows without their numbers, which another installation gives anew, and what it makes itself."""
    import csv
    import io

    if ending == "jsonl":
        rows = [json.loads(line) for line in content.splitlines()]
    elif ending == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode())))
    else:
        heads, *cells = next(iter(sheets(shop, content).values()))
        rows = [dict(zip(heads, row, strict=True)) for row in cells]
    mine = ("id", "ID", "last_contact_at", "Last contact", "last_contact")
    return [{k: v for k, v in row.items() if k not in mine} for row in rows]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("mark", MARKS)
def test_a_text_is_never_a_formula_and_comes_back_as_it_was(shop, mark, ending):
    writing.create(shop.type("company"), {"name": mark, "comments": f"{mark}\nand more"}, by=shop.olga, via="page")
    content = made(shop, "company", ending, "cols=name,comments")
    empty(shop, "company")

    assert load(shop, "company", content, ending).errors == []
    row = shop.rows("company").get()
    assert (row.name, row.comments) == (mark, f"{mark}\nand more")
    if ending == "xlsx":
        import zipfile

        book = zipfile.ZipFile(shop.file(content, "look.xlsx"))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and "hyperlink" not in sheet and "<script" not in sheet


def test_a_workbook_has_real_numbers_dates_and_amounts(shop):
    writing.create(
        shop.type("deal"),
        {"name": "One", "amount": Money(Decimal("1234.56"), "EUR"), "expected_close": dt.date(2027, 3, 4)},
        by=shop.olga,
        via="page",
    )
    (name, rows), *_more = sheets(shop, made(shop, "deal", "xlsx", "cols=amount,expected_close")).items()

    assert name == "Deals"
    assert rows[0] == ["Name", "Amount", "Amount: currency", "Expected close"]
    assert rows[1][:3] == ["One", 1234.56, "EUR"]
    assert rows[1][3].isoformat() == "2027-03-04"


def test_more_rows_than_a_sheet_holds_go_to_the_next(shop, monkeypatch):
    shop.load("company", "name\nA\nB\nC\nD\nE\n")
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    found = sheets(shop, made(shop, "company", "xlsx", "cols=name&sort=name"))

    assert list(found) == ["Companies 1", "Companies 2", "Companies 3"]
    assert [row[0] for rows in found.values() for row in rows[1:]] == list("ABCDE")


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(shop, tmp_path):
    path = tmp_path / "long.xlsx"
    with xlsx.opened(path) as book:
        xlsx.write_text(book.add_worksheet(), 0, 0, "😀" * 20_000)
    cell = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[0][0]

    assert len(cell.encode("utf-16-le")) // 2 <= xlsx.LONGEST
    assert "cut here" in cell


@pytest.mark.parametrize("name", ["a/b:c[d]*?", "'x'", "", "é" * 60])
def test_a_sheet_has_a_name_that_can_be(name, tmp_path):
    with xlsx.opened(tmp_path / "names.xlsx") as book:
        assert len(book.add_worksheet(xlsx.sheet_name(name, 12)).get_name()) <= 31


def test_a_persian_workbook_reads_from_the_right(shop):
    from django.utils import translation

    shop.load("company", "name\nA\n")
    with translation.override("fa"):
        content = made(shop, "company", "xlsx", "cols=name", language="fa")
    import zipfile

    assert b'rightToLeft="1"' in zipfile.ZipFile(shop.file(content, "fa.xlsx")).read("xl/worksheets/sheet1.xml")


def test_json_lines_hold_numbers_with_every_digit(shop):
    writing.create(
        shop.type("company"),
        {"name": "A", "revenue": Money(Decimal("9999999999999.99"), "USD")},
        by=shop.olga,
        via="page",
    )
    line = made(shop, "company", "jsonl", "cols=revenue")

    assert b'"revenue":9999999999999.99' in line and b'"revenue.currency":"USD"' in line


@pytest.mark.parametrize("ending", FORMATS)
def test_no_format_goes_out_without_the_right(shop, ending):
    with pytest.raises(NotAllowed):
        made(shop, "deal", ending, by=User.objects.get(pk=shop.sara.pk))


@pytest.mark.parametrize("key", TYPES)
def test_the_example_workbook_can_be_loaded_and_explains_each_column(shop, key):
    content = example_book(shop.type(key), Reader(shop.olga))
    rows, told_ = sheets(shop, content).values()
    source = open_source(shop.file(content, "example.xlsx"), sheet=next(iter(sheets(shop, content))))
    report = Importer(key, source, guess_map(shop.type(key), source), by=shop.olga).run()

    assert [str(error) for error in report.errors] == []
    assert report.created == 1
    assert [row[0] for row in told_[1:]] == rows[0]
    assert all(row[4] for row in told_[1:])


def test_the_page_asks_for_format_and_columns(shop, client):
    client.force_login(shop.olga)
    shop.load("deal", "name,amount\nOne,5\nTwo,1\n")
    page = client.get("/deals/export/?amount.gte=2&cols=amount").content.decode()

    assert "1 row, in the order" in page
    assert 'name="amount" value="2"' in page and 'value="name,amount"' in page
    for ending in FORMATS:
        assert f'formaction="/deals/export.{ending}"' in page
        answer = client.get(f"/deals/export.{ending}?amount.gte=2&cols=name,amount")
        assert answer.status_code == 200 and f".{ending}" in answer.headers["Content-Disposition"]
        assert len(b"".join(answer.streaming_content)) > 10
    assert "Nothing to export" in client.get("/deals/export/?amount.gte=1000").content.decode()
    assert "/deals/export/?amount=2" in client.get("/deals/?amount.gte=2").content.decode()


def test_the_command_takes_the_format_from_the_name(shop, tmp_path):
    shop.load("deal", "name\nOne\n")
    for ending in FORMATS:
        assert shop.command("export", "deal", "--all-columns", "--out", tmp_path / f"deals.{ending}")[0] == 0
    assert (
        json.loads((tmp_path / "deals.jsonl").read_text())["id"]
        == f"{installation_code()}-{shop.rows('deal').get().pk}"
    )
    assert (tmp_path / "deals.xlsx").read_bytes()[:2] == b"PK"
    assert shop.command("export", "deal", "--format", "xlsx")[0] == 2


def test_ids_of_our_own_file_are_no_ids_of_another_file(shop):
    shop.load("company", "name\nA\n")
    content = made(shop, "company", "csv", "cols=all")
    source = open_source(shop.file(content, "own.csv"))

    assert guess_map(shop.type("company"), source).system == "daftar"
    few = open_source(shop.file("ID,Name\n7,A\n", "few.csv"))
    assert guess_map(shop.type("company"), few).system == ""
