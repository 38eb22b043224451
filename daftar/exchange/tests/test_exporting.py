"""What goes out comes in again: every record type, generated values, equal files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from daftar.exchange.exporting import csv_file
from daftar.exchange.exporting.example import example_file
from daftar.exchange.exporting.rows import begun
from daftar.exchange.importing.maps import fillable
from daftar.exchange.own_ids import installation_code
from daftar.kernel.errors import BadAddress, Invalid, NotAllowed
from daftar.kernel.formats import Formats
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.query.view import View
from daftar.records.reader import Reader

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn"]), min_size=1, max_size=40
)

LIMITS = dt.datetime(1971, 1, 1), dt.datetime(2100, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone


def exported(shop, key, query="cols=all", by=None, **formats):
    reader = Reader(by or shop.olga, formats=Formats(**formats))
    return b"".join(csv_file.pieces(begun(reader.schema.type(key), query, reader))).decode()


def value_for(field, data, shop):
    """A value of the field as a form could have brought it, or None."""
    reader = Reader(shop.olga)
    match field.kind:
        case "text" | "long_text":
            raw = data.draw(WORDS | st.sampled_from(["=1+1", "+7", "'=x", "a;b", 'say "hi"', "-5", "@me", "1,2"]))
        case "whole":
            raw = data.draw(st.integers(1000, 2200))
        case "decimal" | "percent":
            raw = data.draw(st.decimals(0, 100, places=2))
        case "money":
            raw = Money(data.draw(st.decimals(-(10**6), 10**9, places=2)), data.draw(st.sampled_from(["USD", "EUR"])))
        case "yes_no":
            raw = data.draw(st.booleans())
        case "choice":
            return data.draw(st.sampled_from([o.key for o in field.options()])) if field.options() else None
        case "date":
            return data.draw(st.dates(dt.date(1901, 1, 1), dt.date(2199, 1, 1)))
        case "date_time":
            return data.draw(st.datetimes(*LIMITS, timezones=st.just(dt.UTC))).replace(microsecond=0)
        case "phones":
            return [Typed("+12025550143", "work"), Typed("+989123456789", "")][: data.draw(st.integers(0, 2))]
        case "emails":
            return [Typed("a@example.com", ""), Typed("b@example.com", "work")][: data.draw(st.integers(0, 2))]
        case "address":
            raw = {"street": data.draw(WORDS), "city": "Rome", "country": "Italy"}
        case "tags":
            raw = ["vip", "east"]
        case "stage":
            return data.draw(st.sampled_from([s.id for p in field.type.pipelines for s in p.stages if not s.required]))
        case _:
            return None
    try:
        return field.parse(raw, reader)
    except Invalid:
        return None


@pytest.mark.parametrize(
    "key",
    [
        *("contact", "deal"),
        *(pytest.param(key, marks=pytest.mark.thorough) for key in ("company", "lead", "product", "office")),
    ],
)
@given(data=st.data())
@hypothesis_settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_file_that_went_out_comes_in_as_it_was(shop, key, data):
    type_ = shop.type(key)
    shop.rows(key).all()._raw_delete(shop.rows(key).db)
    made = 0
    for n in range(3):
        values = {f.key: v for f in fillable(type_) if not f.is_empty(v := value_for(f, data, shop))}
        values[type_.title_field.key] = values.get(type_.title_field.key) or f"Row {n}"
        answer = writing.create_many(type_, [values], by=shop.olga, via="page")[0]
        made += not isinstance(answer, Invalid)
    first = exported(shop, key, f"cols=all&sort={type_.title_field.key}")
    shop.rows(key).all()._raw_delete(shop.rows(key).db)

    report = shop.load(key, first)

    assert (report.errors, report.created) == ([], made)
    assert without_system(exported(shop, key, f"cols=all&sort={type_.title_field.key}")) == without_system(first)


def without_system(text):
    """Rows without what the second making changes: when it was changed."""
    rows = list(csv.DictReader(io.StringIO(text)))
    return sorted(
        [{k: v for k, v in row.items() if k not in ("Changed", "Last contact", "ID")} for row in rows], key=str
    )


def test_links_go_out_by_name_and_come_in_again(shop):
    shop.load("company", "name\n=Acme\nBolt\n")
    shop.load("product", "name\nGTX Pro\nMG\n")
    shop.load("deal", "name,company,products,owner\nOne,=Acme,GTX Pro; MG,Sara\n")
    first = exported(shop, "deal", "cols=name,company,products,owner")
    shop.rows("deal").delete()
    shop.load("deal", first)

    assert first.splitlines()[1] == "One,'=Acme,GTX Pro; MG,Sara"
    assert exported(shop, "deal", "cols=name,company,products,owner") == first


def test_the_rows_are_those_of_the_list_in_its_order(shop):
    shop.load("deal", "name,amount\n" + "".join(f"Deal {n},{n % 700}\n" for n in range(1201)))
    text = exported(shop, "deal", "amount.gte=600&sort=-amount&cols=amount")
    rows = list(csv.reader(io.StringIO(text)))
    reader = Reader(shop.olga)
    expected = [
        row.name for row in View.parse(reader.schema.type("deal"), "amount.gte=600&sort=-amount", reader).ordered()
    ]
    assert rows[0] == ["Name", "Amount"]
    assert [row[0] for row in rows[1:]] == expected
    assert exported(shop, "deal").count("\n") == 1202


def test_queries_grow_by_page_not_by_row(shop):
    shop.load("company", "name\n" + "".join(f"Company {n}\n" for n in range(40)))
    shop.load("deal", "name,company\n" + "".join(f"Deal {n},Company {n % 40}\n" for n in range(600)))
    installation_code()
    with CaptureQueriesContext(connection) as queries:
        exported(shop, "deal")

    assert len(queries) < 25


def test_other_habits_and_languages_read_the_same(shop):
    shop.load("deal", "name,amount,expected close\nOne,1234.50,2027-03-04\n")

    assert (
        exported(
            shop, "deal", "cols=amount,expected_close", language="fa", calendar="jalali", digits="persian"
        ).splitlines()[1:]
        == exported(shop, "deal", "cols=amount,expected_close").splitlines()[1:]
    )


def test_what_may_not_be_exported_is_not(shop):
    with pytest.raises(NotAllowed):
        exported(shop, "deal", by=shop.sara)
    with pytest.raises(BadAddress):
        exported(shop, "deal", "colour=red")


def test_formulas_do_not_leave_the_house(shop):
    writing.create(
        shop.type("company"),
        {"name": '=HYPERLINK("http://x")', "revenue": Money(Decimal("-5"), "USD")},
        by=shop.olga,
        via="page",
    )
    cells = next(csv.DictReader(io.StringIO(exported(shop, "company", "cols=revenue"))))

    assert cells["Name"] == '\'=HYPERLINK("http://x")'
    assert cells["Yearly revenue"].startswith("'-5")


@pytest.mark.parametrize("key", ["company", "contact", "deal", "lead", "product"])
def test_the_example_file_can_be_loaded(shop, key):
    report = shop.load(key, example_file(shop.type(key), Reader(shop.olga)))

    assert (report.created, report.errors) == (1, [])
