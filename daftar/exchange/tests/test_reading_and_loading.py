"""The same deals in every kind of file become the same records."""

import datetime as dt
import json

import pytest
import xlsxwriter

from daftar.exchange.tests.odd_workbooks import ods

HEADINGS = ("name", "amount", "expected close", "probability")


def as_csv(path):
    path.write_text("name;amount;expected close;probability\nOne;1234,50;15.04.2021;12,5%\nTwo;7;16.04.2021;\n")


def as_xlsx(path):
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day, share = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "0.0%"})
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["One", 1234.5])
        sheet.write_datetime(1, 2, dt.date(2021, 4, 15), day)
        sheet.write_number(1, 3, 0.125, share)
        sheet.write_row(2, 0, ["Two", 7])
        sheet.write_datetime(2, 2, dt.date(2021, 4, 16), day)


def as_ods(path):
    def cell(kind, value):
        word = "date-value" if kind == "date" else "value"
        return f'<table:table-cell office:value-type="{kind}" office:{word}="{value}"/>'

    def row(name, *cells):
        inner = (
            f'<table:table-cell office:value-type="string"><text:p>{name}</text:p></table:table-cell>{"".join(cells)}'
        )
        return f"<table:table-row>{inner}</table:table-row>"

    heads = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{h}</text:p></table:table-cell>' for h in HEADINGS
    )
    rows = row("One", cell("currency", "1234.5"), cell("date", "2021-04-15"), cell("percentage", "0.125"))
    rows += row("Two", cell("float", "7"), cell("date", "2021-04-16T00:00:00"))
    ods(path, f'<table:table table:name="T"><table:table-row>{heads}</table:table-row>{rows}</table:table>')


def as_json_lines(path):
    one = {"name": "One", "amount": 1234.5, "expected close": "2021-04-15", "probability": 12.5}
    two = {"name": "Two", "amount": 7, "expected close": "2021-04-16", "probability": None}
    path.write_text(f"{json.dumps(one)}\n{json.dumps(two)}\n")


@pytest.mark.parametrize("write", [as_csv, as_xlsx, as_ods, as_json_lines])
def test_the_same_deals_from_every_kind_of_file(shop, write):
    path = shop.folder / f"deals.{write.__name__[3:]}"
    write(path)

    code, said = shop.command("import", "deal", path)

    assert code == 0, said
    one, two = shop.rows("deal")
    assert [(d.name, d.amount, d.expected_close) for d in (one, two)] == [
        ("One", 1234.5, dt.date(2021, 4, 15)),
        ("Two", 7, dt.date(2021, 4, 16)),
    ]


def test_a_person_from_a_card(shop):
    path = shop.folder / "people.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nN:Tehrani;Sara;;;\nTEL;TYPE=CELL:+98 912 123 4567\nEMAIL;TYPE=WORK:sara@alvand.ir\nEND:VCARD\n"
    )

    code, said = shop.command("import", "contact", path)

    assert code == 0, said
    person = shop.rows("contact").get()
    type_ = shop.type("contact")
    assert [(t.value, t.label) for t in type_["phones"].get(person)] == [("+989121234567", "mobile")]
    assert [t.value for t in type_["emails"].get(person)] == ["sara@alvand.ir"]
