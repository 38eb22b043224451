import datetime as dt
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel import clock
from daftar.kernel.dates import parse_date, parse_date_time, parse_duration, parse_time
from daftar.kernel.errors import Invalid
from daftar.kernel.tests.readers import ALL, BRITISH, EN, FA, RU, UNKNOWN, name

EVERYBODY = pytest.mark.parametrize("reader", [EN, RU, FA, UNKNOWN], ids=["en", "ru", "fa", "unknown"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2017-03-03", "2017-03-03"),
        ("2017/3/3", "2017-03-03"),
        ("20170303", "2017-03-03"),
        ("2017-03-03T10:00", "2017-03-03"),
        ("15 Apr, 2021 00:03:00", "2021-04-15"),
        ("Apr 15, 2021", "2021-04-15"),
        ("April 15th, 2021", "2021-04-15"),
        ("10/20/2016", "2016-10-20"),
        ("20/10/2016", "2016-10-20"),
        ("20.10.2016", "2016-10-20"),
        ("03.04.2017", "2017-04-03"),
        ("04/04/2017", "2017-04-04"),
        ("3 марта 2017 г.", "2017-03-03"),
        ("3 мар. 2017", "2017-03-03"),
        ("пт 3 марта 2017", "2017-03-03"),
        ("Fri, 3 Mar 2017", "2017-03-03"),
        ("3-Mar-2017", "2017-03-03"),
        ("۱۳۹۵/۱۲/۱۳", "2017-03-03"),
        ("1395-12-13", "2017-03-03"),
        ("13/12/1395", "2017-03-03"),
        ("۱۳ اسفند ۱۳۹۵", "2017-03-03"),
        ("۱۳ اسفند ماه ۱۳۹۵", "2017-03-03"),
        ("جمعه ۱۳ اسفند ۱۳۹۵", "2017-03-03"),
        ("سه‌شنبه ۱۷ اسفند ۱۳۹۵", "2017-03-07"),
        ("13 Esfand 1395", "2017-03-03"),
        ("۳ مارس ۲۰۱۷", "2017-03-03"),
        ("1399/12/30", "2021-03-20"),
        ("2016-02-29", "2016-02-29"),
        ("1900-01-01", "1900-01-01"),
        ("2200-12-31", "2200-12-31"),
    ],
)
@EVERYBODY
def test_a_form_that_means_one_day_is_read_by_everybody(text, day, reader):
    assert parse_date(text, reader).isoformat() == day


def test_day_or_month_first_is_settled_by_the_reader_and_refused_when_nobody_knows():
    assert parse_date("03/04/2017", EN) == dt.date(2017, 3, 4)
    assert parse_date("03/04/2017", BRITISH) == dt.date(2017, 4, 3)
    assert parse_date("03/04/2017", RU) == dt.date(2017, 4, 3)
    for nobody in (UNKNOWN, replace(EN, country="")):
        with pytest.raises(Invalid, match="two dates"):
            parse_date("03/04/2017", nobody)


def test_a_file_says_its_own_order_and_is_held_to_it():
    assert parse_date("03/04/2017", UNKNOWN, order="dmy") == dt.date(2017, 4, 3)
    assert parse_date("03/04/2017", RU, order="mdy") == dt.date(2017, 3, 4)
    assert parse_date("2017/03/04", RU, order="ymd") == dt.date(2017, 3, 4)
    for text, order in (("25/12/2017", "mdy"), ("12/25/2017", "dmy"), ("12/25/2017", "ymd"), ("2017-12-25", "dmy")):
        with pytest.raises(Invalid, match="not written like the other dates"):
            parse_date(text, UNKNOWN, order=order)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2017-02-29", "2017 is not a leap year, February has 28 days"),
        ("2017-04-31", "April 2017 has 30 days"),
        ("31.04.2017", "April 2017 has 30 days"),
        ("2016-02-30", "February 2016 has 29 days"),
        ("1900-02-29", "not a leap year"),
        ("1396/12/30", "1396 is not a leap year, Esfand has 29 days"),
        ("1396/07/31", "Mehr 1396 has 30 days"),
        ("2017-13-01", "There is no month 13"),
        ("2017-00-10", "There is no month 0"),
        ("2017-01-00", "January 2017 has 31 days"),
        ("32.13.2017", "There is no month 13"),
        ("1899-12-31", "between 1900 and 2200"),
        ("2201-01-01", "between 1900 and 2200"),
        ("1200/01/01", "between 1900 and 2200"),
        ("9999-12-31", "between 1900 and 2200"),
        ("1278/01/01", "between 1900 and 2200"),
        ("03.04.17", "four digits"),
        ("95/12/13", "four digits"),
        ("3 Mar", "year too"),
        ("3 Esfand 2017", "two different calendars"),
        ("3 Mar 1395", "two different calendars"),
        ("Mon 3 Mar 2017", "is a Friday"),
        ("2017-03-03 25:00", "time does not exist"),
        ("2017-03-03 10:60", "time does not exist"),
        ("2017-03-03 13:00 pm", "time does not exist"),
        ("2017-03-03 10:00 +15:00", "time zone does not exist"),
        ("", "Write a date"),
        ("soon", "not a date"),
        ("2017", "not a date"),
        ("March 2017", "not a date"),
        ("2017-03-03-03", "not a date"),
        ("2017-03.03", "not a date"),
        ("1 2 3", "four digits"),
        ("\0", "not a date"),
        ("\ud800", "not a date"),
        ("1" * 5000, "too long"),
    ],
)
def test_a_day_that_cannot_be_is_refused_with_the_reason(text, why):
    with pytest.raises(Invalid, match=why):
        parse_date(text, BRITISH)


def test_near_days_are_words_in_three_languages():
    with clock.frozen("2017-03-03T22:00"):  # already the next day in Tehran
        assert parse_date("tomorrow", EN) == parse_date("Завтра", EN) == dt.date(2017, 3, 4)
        assert parse_date("امروز", FA) == dt.date(2017, 3, 4)
        assert parse_date("вчера", replace(RU, tz="UTC")) == dt.date(2017, 3, 2)
        assert parse_date_time("tomorrow 14:30", EN) == dt.datetime(2017, 3, 4, 14, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2017-03-03 14:30", "2017-03-03T11:00"),
        ("2017-03-03T14:30:00Z", "2017-03-03T14:30"),
        ("2017-03-03T14:30:00.123456+00:00", "2017-03-03T14:30"),
        ("2017-03-03 14:30 +0200", "2017-03-03T12:30"),
        ("3 Mar 2017 2:30 pm", "2017-03-03T11:00"),
        ("3 Mar 2017 12:00 am", "2017-03-02T20:30"),
        ("3 Mar 2017 2 pm", "2017-03-03T10:30"),
        ("۱۳ اسفند ۱۳۹۵ ساعت ۱۴:۳۰", "2017-03-03T11:00"),
        ("۱۳۹۵/۱۲/۱۳ ۲:۳۰ ب.ظ.", "2017-03-03T11:00"),
        ("۱۳ اسفند ۱۳۹۵، ۱۴:۳۰", "2017-03-03T11:00"),
        ("2017-03-03", "2017-03-02T20:30"),
    ],
)
def test_moments_are_read_on_the_readers_wall_and_kept_in_utc(text, moment):
    assert parse_date_time(text, FA) == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


def test_a_date_with_an_offset_is_the_day_on_the_readers_wall():
    assert parse_date("2017-03-03T23:00:00Z", FA) == dt.date(2017, 3, 4)


def test_a_skipped_time_is_refused_and_one_that_comes_twice_is_the_first():
    berlin = replace(EN, tz="Europe/Berlin")
    with pytest.raises(Invalid, match="clocks go forward"):
        parse_date_time("2017-03-26 02:30", berlin)
    assert parse_date_time("2017-03-26 03:00", berlin) == dt.datetime(2017, 3, 26, 1, tzinfo=dt.UTC)
    assert parse_date_time("2017-10-29 02:30", berlin) == dt.datetime(2017, 10, 29, 0, 30, tzinfo=dt.UTC)


def test_a_day_whose_midnight_is_skipped_begins_with_its_first_moment():
    assert parse_date_time("2017-03-22", FA) == dt.datetime(2017, 3, 21, 20, 30, tzinfo=dt.UTC)
    assert FA.date_time(parse_date_time("2017-03-22", FA)) == "۲ فروردین ۱۳۹۶ ۰۱:۰۰"


def test_a_moment_outside_of_the_years_is_refused_also_by_its_offset():
    with pytest.raises(Invalid):
        parse_date_time("2200-12-31T23:00-05:00", EN)


@pytest.mark.parametrize("reader", ALL, ids=name)
@given(day=st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)))
def test_a_shown_day_is_read_back(reader, day):
    assert parse_date(reader.date(day), reader) == day
    assert parse_date(reader.date_numeric(day), reader) == day


@pytest.mark.parametrize("reader", ALL, ids=name)
@given(moment=st.datetimes(dt.datetime(1950, 1, 2), dt.datetime(2200, 12, 30), timezones=st.just(dt.UTC)))  # noqa: DTZ001
def test_a_shown_moment_is_read_back_to_the_minute(reader, moment):
    moment = moment.replace(second=0, microsecond=0)
    read = parse_date_time(reader.date_time(moment), reader)
    again = reader.local(moment).replace(fold=0).astimezone(dt.UTC)  # of an hour that comes twice, the first
    assert read in (moment, again)


@given(st.text(max_size=90), st.sampled_from([EN, RU, FA, UNKNOWN]))
def test_any_text_is_a_date_or_a_sentence(text, reader):
    for parse in (parse_date, parse_date_time):
        with suppress(Invalid):
            parse(text, reader)


@given(st.text(alphabet="0123456789۰۱۲ :/-.,apmTZ+марMارس", max_size=24), st.sampled_from([EN, RU, FA, UNKNOWN]))
def test_nearly_dates_are_a_date_or_a_sentence(text, reader):
    test_any_text_is_a_date_or_a_sentence.hypothesis.inner_test(text, reader)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1:30", 90), ("90", 90), ("۹۰", 90), ("1h 30m", 90), ("1h30m", 90), ("1.5h", 90), ("1,5 ч", 90),
        ("1 ч 30 мин", 90),
        ("۱ ساعت و ۳۰ دقیقه", 90), ("2d", 2880), ("0", 0), ("0:01:30", 1.5), ("-5m", -5), ("1 hour and 5 minutes", 65),
    ],
)  # fmt: skip
def test_spans_are_read_as_people_write_them(text, minutes):
    assert parse_duration(text) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "abc", "1:75", "1h x", "h", "1 5 h", "1e5", "9" * 9, "1h 30", "5 parsecs", "\0"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(Invalid):
        parse_duration(text)


@pytest.mark.parametrize("reader", ALL[::2], ids=name)
@given(seconds=st.integers(-(10**9), 10**9))
def test_a_shown_span_is_read_back(reader, seconds):
    span = dt.timedelta(seconds=seconds)
    assert parse_duration(reader.duration(span)) == span


def test_times_of_day():
    assert parse_time("۱۴:۳۰") == parse_time("2:30 PM") == dt.time(14, 30)
    for text in ("24:00", "14", "today 14:30", ""):
        with pytest.raises(Invalid):
            parse_time(text)
