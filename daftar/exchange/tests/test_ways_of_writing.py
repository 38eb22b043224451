"""Numbers, dates, amounts and phones as files write them: read in one way, or refused with both readings and what to do."""

import datetime as dt
from decimal import Decimal

import pytest

from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.mixed import questions, way_of
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.running import Importer
from daftar.exchange.importing.units import seconds_of
from daftar.exchange.knowing.writing import numbers_in
from daftar.exchange.reading.opening import open_source
from daftar.records import custom_fields
from daftar.records.models import Event

MIXED = "name;amount\nA;1.234,56\nB;1,234.56\nC;1.234\nD;1,234\nE;12\nF;0,5\n"
COLUMNS = {"name": "name", "amount": "amount"}


def amounts(shop):
    return [str(d.amount.normalize()) for d in shop.rows("deal")]


def test_a_column_with_two_ways_of_writing_is_asked_about_not_guessed(shop):
    source = open_source(shop.file(MIXED))
    (question,) = questions(shop.type("deal"), ImportMap.from_json({"columns": COLUMNS}), source)
    report = shop.load("deal", MIXED, columns=COLUMNS)

    assert (question.heading, question.word, question.one, question.other) == (
        "amount",
        "numbers",
        (2, "1.234,56"),
        (3, "1,234.56"),
    )
    assert "“1.234,56” (line 2) beside “1,234.56” (line 3)" in question.sentence
    assert [(e.line, e.value) for e in report.errors] == [(4, "1.234"), (5, "1,234")]
    assert "can mean 1234 or 1.234" in report.errors[0].sentence
    assert amounts(shop) == ["1234.56", "1234.56", "12", "0.5"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"numbers": {"amount": "."}}, ["1234.56", "1234.56", "1.234", "1234", "12", "0.5"]),
        ({"numbers": {"amount": ","}}, ["1234.56", "1234.56", "1234", "1.234", "12", "0.5"]),
        ({"decimal": ".", "numbers": {"amount": ","}}, ["1234.56", "1234.56", "1234", "1.234", "12", "0.5"]),
    ],
)
def test_what_the_map_says_of_a_column_settles_it(shop, words, expected):
    key = custom_fields.add_field(shop.type("deal"), "decimal", "Weight", by=shop.olga).key
    report = shop.load("deal", MIXED, columns={"name": "name", "amount": key}, **words)

    assert report.errors == []
    assert [str(shop.type("deal")[key].get(d).normalize()) for d in shop.rows("deal")] == expected
    assert (
        questions(
            shop.type("deal"), ImportMap.from_json({"columns": {"amount": key}, **words}), open_source(shop.file(MIXED))
        )
        == []
    )


def test_dates_of_two_orders_in_one_column_are_asked_about(shop):
    text = "name,day\nA,13/1/2017\nB,1/13/2017\nC,3/4/2017\nD,2017-05-06\nE,5/5/2017\n"
    columns = {"name": "name", "day": "expected_close"}
    source = open_source(shop.file(text))
    (question,) = questions(shop.type("deal"), ImportMap.from_json({"columns": columns}), source)
    report = shop.load("deal", text, columns=columns)

    assert (question.word, question.one[0], question.other[0]) == ("dates", 2, 3)
    assert [(e.line, e.value) for e in report.errors] == [(4, "3/4/2017")]
    assert "2017-04-03 or 2017-03-04" in report.errors[0].sentence
    assert [d.expected_close.isoformat() for d in shop.rows("deal")] == [
        "2017-01-13",
        "2017-01-13",
        "2017-05-06",
        "2017-05-05",
    ]
    said = shop.load("deal", "name,day\nA,3/4/2017\nB,3.4.2017\n", columns=columns, dates={"day": "dmy"})
    assert said.created == 2


def test_each_column_has_its_own_order_of_days(shop):
    columns = {"name": "name", "close": "expected_close", "open": "opened_on"}
    shop.load(
        "deal", "name,close,open\nA,3/4/2017,3/4/2017\n", columns=columns, dates={"open": "mdy"}, date_order="dmy"
    )

    deal = shop.rows("deal").get()
    assert (deal.expected_close.isoformat(), deal.opened_on.isoformat()) == ("2017-04-03", "2017-03-04")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$22,700.00", "22700", "USD"), ("$342.09K", "342090", "USD"), ("$1,117.10K", "1117100", "USD"), ("1,2 млн", "1200000", "EUR"),
        ("1.2M USD", "1200000", "USD"), ("5 тыс. руб.", "5000", "RUB"), ("۱۲٬۳۴۵ تومان", "123450", "IRR"), ("۲ میلیون تومان", "20000000", "IRR"),
        ("€5", "5", "EUR"), ("3 bn", "3000000000", "EUR"), ("7", "7", "EUR"), ("-$5k", "-5000", "USD"),
    ],
)  # fmt: skip
def test_a_sign_beside_the_amount_beats_the_currency_of_the_map(shop, text, amount, currency):
    report = shop.load(
        "deal", f'name;amount\nA;"{text}"\n', columns=COLUMNS, currency="EUR", decimal="," if "," in text[:3] else ""
    )

    assert report.errors == []
    deal = shop.rows("deal").get()
    assert (deal.amount, deal.amount_currency) == (Decimal(amount), currency)


def test_a_dollar_is_the_one_that_the_map_says(shop):
    shop.load("deal", "name,amount\nA,$5\n", columns=COLUMNS, currency="CAD")
    assert shop.rows("deal").get().amount_currency == "CAD"


def test_more_digits_than_coins_are_rounded_and_told(shop):
    report = shop.load("deal", 'name,amount\nA,"$7,961.172"\nB,$0.137\nC,$1.123456\n', columns=COLUMNS)

    assert amounts(shop) == ["7961.17", "0.14"]
    assert [(o.column, o.value, o.what, o.count) for o in report.odd_values()] == [
        ("amount", "$7,961.172", "rounded", 2)
    ]
    assert [e.line for e in report.errors] == [4]


@pytest.mark.parametrize("text", ["12 zorkmid", "K", "5 KK", "1 2 3 4 5 6 тысячелетий"])
def test_an_amount_that_is_not_understood_is_refused_with_a_sentence(shop, text):
    report = shop.load("deal", f"name,amount\nA,{text}\n", columns=COLUMNS)
    assert (report.refused, report.errors[0].column, report.errors[0].value) == (1, "amount", text)
    assert report.errors[0].sentence


@pytest.mark.parametrize(("text", "said"), [("1" * 40, "at most 15"), ("1" * 70, "too long"), ("call me", "letters")])
def test_a_phone_that_cannot_be_is_refused_with_what_to_do(shop, text, said):
    report = shop.load("contact", f"name,phones\nA,{text}\n", country="US")
    assert said in report.errors[0].sentence


def test_numbers_without_a_country_code_are_of_the_country_of_the_map(shop):
    shop.load("contact", "name,phones\nA,805-247-8982\n", country="US")
    assert [p.value for p in shop.type("contact")["phones"].get(shop.rows("contact").get())] == ["+18052478982"]


@pytest.mark.parametrize(
    ("heading", "seconds"),
    [
        ("Call Duration (in seconds)", 1),
        ("Длительность, сек", 1),
        ("مدت (ثانیه)", 1),
        ("Hours", 3600),
        ("Duration", 60),
        ("Минут", 60),
    ],
)
def test_a_heading_says_the_unit_of_its_numbers(heading, seconds):
    assert seconds_of(heading) == seconds


# -- history ------------------------------------------------------------------------------------------


def test_when_a_record_was_made_and_changed_there_is_kept(shop):
    columns = {"name": "name", "made": "@created", "changed": "@changed"}
    text = (
        "name,made,changed\nOne,2021-04-15 10:00,2021-08-01 12:00\nTwo,2021-04-15 10:00,2020-01-01\n"
        "Three,2021-04-15,\nFour,2021-04-15,2199-01-01\n"
    )
    shop.load("deal", text, columns=columns)

    one, two, three, four = shop.rows("deal")
    at = dt.datetime(2021, 4, 15, 10, tzinfo=dt.UTC)
    assert (one.created_at, one.changed_at) == (at, dt.datetime(2021, 8, 1, 12, tzinfo=dt.UTC))
    assert two.changed_at == two.created_at == at
    assert three.changed_at == three.created_at
    assert four.changed_at.year < 2199
    assert Event.objects.filter(type="deal", kind="created").first().at == at


def test_calls_meetings_and_tasks_come_with_their_times(shop):
    calls = "id,start,seconds,subject,type,by,changed\n1,2021-04-15 23:03:00,420,US CALL,Outbound,Sara,2021-10-08 00:09:00\n"
    columns = {
        "id": "@id", "start": ["due_at", "done_at"], "seconds": "duration", "subject": "subject", "type": "direction", "by": "owner",
        "changed": "@changed",
    }  # fmt: skip
    words = {
        "defaults": {"kind": "call"},
        "choices": {"direction": {"Outbound": "out", "Inbound": "in"}},
        "times": {"seconds": "1/60"},
    }
    report = shop.load("activity", calls, columns=columns, **words)

    assert report.errors == []
    call = shop.rows("activity").get()
    when = dt.datetime(2021, 4, 15, 23, 3, tzinfo=dt.UTC)
    length = shop.type("activity")["duration"].get(call)
    assert (call.kind, call.direction, length, call.owner) == ("call", "out", dt.timedelta(minutes=7), shop.sara)
    assert (call.due_at, call.done_at, call.at) == (when, when, when)


def test_a_task_is_done_where_its_status_says_so(shop):
    text = "subject,due,status,changed\nA,2021-08-20 00:06:00,Completed,2020-10-15 00:08:00\nB,2021-08-20 00:06:00,Deferred,2020-10-15 00:08:00\n"
    report = shop.load(
        "activity", text, columns={"subject": "subject", "due": "due_at"},
        defaults={"kind": "task", "done_at": "=changed"}, only={"done_at": ["status", ["completed", "Done"]]},
    )  # fmt: skip

    assert report.errors == []
    done, planned = shop.rows("activity")
    assert done.done_at == dt.datetime(2020, 10, 15, 0, 8, tzinfo=dt.UTC)
    assert planned.done_at is None


def test_a_default_out_of_a_column_that_cannot_be_read_is_told_at_that_column(shop):
    report = shop.load("deal", "name,day\nA,soon\nB,\n", columns={"name": "name"}, defaults={"expected_close": "=day"})
    assert [(e.line, e.column, e.value) for e in report.errors] == [(2, "day", "soon")]
    assert report.created == 1


def test_the_file_is_looked_through_once_whatever_stops_the_import(shop):
    report = shop.load("deal", MIXED, columns=COLUMNS)
    assert report.to_json()["mixed"] == ["amount"]

    plain, map_ = open_source(shop.file("name,amount\nA,1.234\n")), ImportMap.from_json({"columns": COLUMNS})
    again = Importer("deal", plain, map_, by=shop.olga, report=Report.from_json({"mixed": ["amount"]})).run()
    assert again.refused == 1


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1.234,56", ","), ("1,234.56", "."), ("0,5", ","), (".5", "."), ("0.123", "."), ("1.234.567", ","), ("12,34,567", "."), ("$342.09K", "."),
        ("1,2 млн", ","), ("1.234", ""), ("1,234", ""), ("12", ""), ("5,", ""), ("12.12.2020", ""), ("1.2.3", ""), ("1,2.3,4", ""),
    ],
)  # fmt: skip
def test_what_a_number_proves_of_its_decimal_sign_is_the_same_when_it_is_recognised_and_when_it_is_loaded(text, sign):
    assert numbers_in([text]).decimal == sign
    assert way_of(text, "numbers") == {"": 0, ",": 1, ".": 2}[sign]
