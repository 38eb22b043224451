"""A file holds what each record by itself would give: every kind, every format, every reader; plain columns and remembered values change nothing."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from daftar.access.grants import Grants
from daftar.access.models import Department, Role, User
from daftar.exchange.exporting import columns, rows, xlsx
from daftar.exchange.exporting.beside import learn
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.exporting.json_lines import parts_of
from daftar.exchange.exporting.kinds import NOT_IN_FILES, inner_of
from daftar.exchange.exporting.rows import begun
from daftar.exchange.exporting.sheet_xml import cell_xml, rows_xml
from daftar.exchange.tests.rich_company import build
from daftar.exchange.tests.test_exporting import WORDS
from daftar.kernel import clock
from daftar.kernel.formats import default_for, using
from daftar.kernel.money import Money, quantize
from daftar.kernel.neutral import neutral
from daftar.records import custom_fields, writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.any_link import Target
from daftar.records.fields.links import Linked
from daftar.records.models import StoredFile
from daftar.records.query.view import View
from daftar.records.reader import Names, Reader

READERS = (
    default_for("en"),
    replace(default_for("en"), tz="America/New_York"),
    default_for("fa"),
    replace(default_for("fa"), calendar="gregorian", digits="latin"),
    default_for("ru"),
    replace(default_for("ru"), calendar="jalali"),
)
TEXTS = [
    "",
    "=1+1",
    "'=x",
    "-5",
    "a;b",
    'say "hi"',
    "two\nlines",
    " between ",
    "_x0041_",
    "<b>&</b>",
    "گل‌آرا",
    "1.234",
    "\ufffe",
]


def one_by_one(export, format_key):
    """The file as its records give it one at a time, without this room's columns."""
    reader, fields = export.reader, export.fields
    with using(reader.formats), translation.override(export.language):
        reader.names = Names(reader)
        found = list(export.view.rows().order_by("pk") if export.as_made else export.view.ordered())
        reader.load(export.view.type, found, fields)
        learn((field, [field.get(row) for row in found]) for field in fields)
        return {"csv": as_csv, "jsonl": as_json, "xlsx": as_sheet}[format_key](export, found)


def as_csv(export, found):
    out = io.StringIO()
    for row in found:
        cells = [neutral(f.export(f.get(row), export.reader)) for f in export.fields]
        csv.writer(out).writerow(cells)
    return out.getvalue()


def as_json(export, found):
    lines = []
    for row in found:
        made = {}
        for field in export.fields:
            made |= parts_of(inner_of(field), field.get(row), export.reader)
        lines.append(orjson.dumps(made).decode() + "\n")
    return "".join(lines)


def as_sheet(export, found):
    table = []
    for row in found:
        cells = []
        for field in export.fields:
            style, value = xlsx.way_of(inner_of(field), export.reader)(field.get(row))
            cells.append(cell_xml(value, style))
            if inner_of(field).kind == "money":
                cells.append(cell_xml("" if field.get(row) is None else field.get(row).currency))
        table.append(cells)
    return rows_xml(list(zip(*table, strict=True)), 2) if table else ""


def in_file(export, format_key):
    """The rows of the file."""
    made = b"".join(FORMATS[format_key].pieces(export))
    if format_key == "xlsx":
        sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
        return (
            sheet.partition('<row r="2"')[2].partition("</sheetData>")[0].join(('<row r="2"', ""))
            if '<row r="2"' in sheet
            else ""
        )
    text = made.decode()
    return text.partition("\r\n")[2] if format_key == "csv" else text


def exported(shop, key, format_key, query="cols=all", by=None, formats=None, language="en"):
    formats = formats or default_for("en")
    with using(formats), translation.override(language):
        reader = Reader(by or shop.olga, formats=formats)
        return begun(reader.schema.type(key), query, reader, format_key=format_key)


def same(shop, key, format_key, monkeypatch, **words):
    # Styles stand by their names, not by their numbers in one workbook.
    monkeypatch.setattr(xlsx, "taken_apart", with_names_of_styles(xlsx.taken_apart))
    first, second = (exported(shop, key, format_key, **words) for _n in range(2))
    assert in_file(first, format_key) == one_by_one(second, format_key)


def with_names_of_styles(taken_apart):
    return lambda *given: (taken_apart(*given)[0], list(xlsx.STYLES))


@pytest.fixture
def rich(shop):
    """Something of every kind, often and never, in columns and as custom fields."""
    made = build(shop)
    olga = shop.olga
    for n, text in enumerate(TEXTS):
        writing.create(
            shop.type("deal"),
            {
                "name": f"{n} {text}", "amount": quantize(Money(Decimal(n) / 7, "USD")) if n % 3 else None,
                made.keys["long_text"]: text, made.keys["tags"]: [text] if text.strip() else [],
                made.keys["decimal"]: Decimal("1.234") * n, made.keys["yes_no"]: (None, True, False)[n % 3], made.keys["whole"]: n % 3,
                made.keys["emails"]: [Typed(f"{n % 4}@example.com", text), Typed("b@example.com")][: n % 3],
                made.keys["duration"]: dt.timedelta(seconds=-n * 61), made.keys["links"]: [Linked(olga.pk, text)] if n % 2 else [],
                "expected_close": dt.date(1900 + n, 2, 3), made.keys["date_time"]: dt.datetime(1910 + n, 1, 1, 12, 30, n, tzinfo=dt.UTC),
            },
            by=olga, via="api",
        )  # fmt: skip
    files = list(StoredFile.objects.filter(field=made.keys["files"], deleted_at=None).values_list("pk", flat=True))
    writing.change(shop.type("deal"), made.deal, {made.keys["files"]: files}, by=olga, via="page")
    for about in (Target("deal", made.deal), Target("company", made.oak), None):
        writing.create(
            shop.type("activity"),
            {"subject": "Call", "kind": "task", "about": about, "due_at": clock.now()},
            by=olga,
            via="page",
        )
    return made


@pytest.mark.parametrize("format_key", FORMATS)
def test_every_kind_in_every_format_is_as_the_record_gives_it(shop, rich, format_key, monkeypatch):
    monkeypatch.setattr(rows, "AT_ONCE", 4)
    monkeypatch.setattr(columns, "KEPT", 3)
    for formats in READERS:
        for key in ("deal", "contact", "company", "lead", "product", "activity", rich.machine.key):
            same(shop, key, format_key, monkeypatch, formats=formats, language=formats.language)


def test_every_kind_that_files_carry_was_there(shop, rich):
    """What the test above goes through has a value of every kind."""
    types = [shop.type(key) for key in ("deal", "contact", "company", "lead", "product", "activity", rich.machine.key)]
    filled = {f.kind for t in types for f in t.fields for row in t.model.objects.all() if not f.is_empty(f.get(row))}

    assert {kind.kind for kind in custom_fields.kinds()} | {"any_link"} <= filled | NOT_IN_FILES


@pytest.mark.parametrize("format_key", FORMATS)
@given(texts=st.lists(WORDS | st.sampled_from(TEXTS), min_size=1, max_size=6), data=st.data())
@hypothesis_settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_stands_in_a_field_stands_in_the_file(shop, format_key, texts, data):
    shop.rows("company").all()._raw_delete(shop.rows("company").db)
    numbers = st.none() | st.decimals(-(10**6), 10**9, places=2)
    for n, text in enumerate(texts):
        amount = data.draw(numbers)
        values = {
            "name": f"{n} {text}", "comments": text, "phones": [Typed("+12025550143", text)] * data.draw(st.integers(0, 1)),
            "revenue": None if amount is None else quantize(Money(amount, data.draw(st.sampled_from(["USD", "JPY", "IRR", "KWD"])))),
            "employees": data.draw(st.none() | st.integers(0, 10**6)), "address": {"city": text} if text.strip() else {},
        }  # fmt: skip
        writing.create(shop.type("company"), values, by=shop.olga, via="api")
    with pytest.MonkeyPatch.context() as patch:
        same(shop, "company", format_key, patch, query="cols=all&sort=-revenue")


@pytest.mark.parametrize("format_key", FORMATS)
def test_a_name_that_one_may_not_see_stands_in_no_file(shop, format_key, monkeypatch):
    """Hedi sees the deals of her people, but not the company of somebody else to which one belongs."""
    below = Grants(types={"*": {"see": "below", "export": "below"}})
    Role.objects.filter(key=Role.HEAD).update(grants=below.to_json())
    other = User.objects.create(name="Other", roles=["seller"], department=Department.objects.create(name="Other"))
    for name, owner in (("Seen", shop.hedi), ("Unseen", other)):
        company = writing.create(
            shop.type("company"), {"name": f"{name} company", "owner": owner.pk}, by=shop.olga, via="page"
        )
        for n in range(3):
            values = {"name": f"{name} {n}", "company": company.pk, "owner": shop.sara.pk}
            writing.create(shop.type("deal"), values, by=shop.olga, via="page")
    monkeypatch.setattr(rows, "AT_ONCE", 2)

    same(shop, "deal", format_key, monkeypatch, query="cols=name,company&sort=name", by=shop.hedi)
    said = in_file(exported(shop, "deal", format_key, "cols=name,company", by=shop.hedi), format_key)
    assert said.count("Seen company") == 3 and said.count("Unseen 1") == 1 and "Unseen company" not in said


def test_a_row_that_goes_while_the_file_is_written_is_left_out(shop, monkeypatch):
    shop.load("deal", "name\n" + "".join(f"Deal {n}\n" for n in range(9)))
    monkeypatch.setattr(rows, "AT_ONCE", 3)
    pieces = FORMATS["csv"].pieces(exported(shop, "deal", "csv", "cols=name&sort=name"))
    said = [next(pieces), next(pieces)]
    gone, moved = shop.rows("deal").get(name="Deal 4"), shop.rows("deal").get(name="Deal 8")
    writing.remove(shop.type("deal"), gone.pk, by=shop.olga, via="page")
    writing.change(shop.type("deal"), moved.pk, {"name": "A deal"}, by=shop.olga, via="page")
    names = b"".join([*said, *pieces]).decode().split()[1:]

    assert " ".join(names) == "Deal 0 Deal 1 Deal 2 Deal 3 Deal 5 Deal 6 Deal 7 A deal"


def test_one_query_for_each_page_and_type_of_names(shop, monkeypatch):
    shop.load("company", "name\n" + "".join(f"Company {n}\n" for n in range(40)))
    shop.load("deal", "name,company\n" + "".join(f"Deal {n},Company {n % 40}\n" for n in range(120)))
    monkeypatch.setattr(rows, "AT_ONCE", 30)
    export = exported(shop, "deal", "csv", "cols=name,company,products")
    with CaptureQueriesContext(connection) as queries:
        assert b"".join(FORMATS["csv"].pieces(export)).count(b"Company") == 121
    # The ids; then rows and links of four pages, and names of the first two, whose companies come again.
    assert len(queries) <= 1 + 4 * 3


def test_the_order_is_that_of_the_list_where_values_are_empty_or_alike(shop):
    shop.load("deal", "name,amount\n" + "".join(f"Deal {n},{n % 5 or ''}\n" for n in range(30)))
    for sort in ("amount", "-amount", "name", "-created_at", "company", "-stage"):
        reader = Reader(shop.olga)
        seen, after = [], ""
        while True:
            page = View.parse(reader.schema.type("deal"), f"sort={sort}&limit=7&after={after}", reader).page()
            seen += [row.pk for row in page.rows]
            after = page.next
            if not after:
                break
        assert list(exported(shop, "deal", "csv", f"sort={sort}").ids) == seen
