import datetime as dt

import pytest
from django.utils import translation
from django.utils.functional import Promise

from daftar.kernel import clock, errors
from daftar.kernel.ids import new_key, new_token, parse_id


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("9223372036854775807", 2**63 - 1), (12, 12)])
def test_ids_are_whole_and_positive(text, number):
    assert parse_id(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "-1",
        "01",
        "1.0",
        "1e3",
        "abc",
        "۱۲",
        "9223372036854775808",
        "1" * 20,
        " 1",
        "1\n",
        None,
        True,
        0,
        "1" * 10**5,
    ],
)
def test_nothing_lives_under_another_id(text):
    with pytest.raises(errors.Missing):
        parse_id(text)


def test_tokens_are_long_and_never_the_same():
    assert len({new_token() for _ in range(100)} | {new_key() for _ in range(100)}) == 200
    assert len(new_token()) >= 22
    assert len(new_token(256)) >= 43
    assert len(new_token(8)) >= 22


def test_the_clock_stops_for_tests_and_nests():
    with clock.frozen("2017-03-03T22:00"):
        assert clock.now() == dt.datetime(2017, 3, 3, 22, tzinfo=dt.UTC)
        assert clock.today("Asia/Tehran") == dt.date(2017, 3, 4)
        with clock.frozen(dt.datetime(2018, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=3)))):
            assert clock.now() == dt.datetime(2017, 12, 31, 21, tzinfo=dt.UTC)
        assert clock.today("UTC") == dt.date(2017, 3, 3)
    assert clock.now() > dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def test_each_error_has_its_status_and_a_sentence():
    table = {
        errors.Invalid: 422, errors.BadAddress: 400, errors.NotAllowed: 403, errors.Missing: 404, errors.Conflict: 409,
        errors.TooMany: 429, errors.StorageFull: 507, errors.Busy: 503, errors.OutsideFailure: 502,
    }  # fmt: skip
    for kind, status in table.items():
        assert kind().status == status
        assert str(kind()).endswith(".")
        assert isinstance(kind().sentence, Promise)
    assert len({kind.code for kind in table}) == len(table)


def test_invalid_speaks_of_one_field_or_of_several():
    one = errors.Invalid("Too big.", field="amount", limit=5)
    assert (one.errors, one.field, one.details) == ({"amount": "Too big."}, "amount", {"limit": 5})
    many = errors.Invalid(errors={"name": "Write it.", "amount": "Too big."})
    assert (many.errors["amount"], many.field) == ("Too big.", "name")
    assert errors.Invalid("No.").at("name").errors == {"name": "No."}
    assert isinstance(errors.BadAddress("No.").at("x"), errors.BadAddress)


def test_a_conflict_carries_both_values():
    assert errors.Conflict(fields={"name": ("mine", "theirs")}).fields == {"name": ("mine", "theirs")}


def test_sentences_are_translated_when_shown():
    with translation.override("ru"):
        error = errors.Missing()
    assert isinstance(error.sentence, Promise)
    assert errors.Busy(retry_after=30).retry_after == 30


def test_the_day_of_a_zone_turns_at_its_midnight():
    with clock.frozen("2026-03-01T20:29:59"):
        assert clock.today("Asia/Tehran") == dt.date(2026, 3, 1)
    with clock.frozen("2026-03-01T20:30:00"):
        assert clock.today("Asia/Tehran") == dt.date(2026, 3, 2) and clock.today("UTC") == dt.date(2026, 3, 1)
    with clock.frozen("2026-03-01T10:00:00"):
        assert clock.today("Asia/Tehran") == dt.date(2026, 3, 1)
