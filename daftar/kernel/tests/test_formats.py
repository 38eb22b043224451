import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal

import pytest

from daftar.kernel import clock, formats
from daftar.kernel.formats import Formats, default_for, using
from daftar.kernel.money import Money
from daftar.kernel.tests.readers import EN, FA, RU

MOMENT = dt.datetime(2017, 3, 2, 22, 0, tzinfo=dt.UTC)  # in Tehran already the third


@pytest.mark.parametrize(
    ("reader", "number", "date", "numeric", "date_time", "percent"),
    [
        (EN, "-22,700.5", "2 Mar 2017", "2017-03-02", "2 Mar 2017 22:00", "12.5%"),
        (RU, "-22\u00a0700,5", "03.03.2017", "03.03.2017", "03.03.2017 01:00", "12,5\u00a0%"),
        (FA, "\u200e-۲۲٬۷۰۰٫۵", "۱۳ اسفند ۱۳۹۵", "۱۳۹۵/۱۲/۱۳", "۱۳ اسفند ۱۳۹۵ ۰۱:۳۰", "۱۲٫۵٪"),
        (
            replace(FA, digits="latin", calendar="gregorian"),
            "\u200e-22,700.5", "3 مارس 2017", "2017-03-03", "3 مارس 2017 01:30", "12.5%",
        ),
        (replace(EN, calendar="jalali"), "-22,700.5", "12 Esfand 1395", "1395/12/12", "12 Esfand 1395 22:00", "12.5%"),
    ],
)  # fmt: skip
def test_each_reader_sees_their_own_writing(reader, number, date, numeric, date_time, percent):
    assert reader.number(Decimal("-22700.50")) == number
    assert reader.date(MOMENT) == date
    assert reader.date_numeric(MOMENT) == numeric
    assert reader.date_time(MOMENT) == date_time
    assert reader.percent(Decimal("12.5")) == percent


def test_numbers_have_the_places_asked_for_rounded_half_up():
    assert EN.number(Decimal("2.345"), 2) == "2.35"
    assert EN.number(5, 2) == "5.00"
    assert EN.number(0.1) == "0.1"
    assert EN.number(-0.001, 2) == "0.00"
    assert EN.number(Decimal("1E+3")) == "1,000"
    assert EN.number(100) == "100"


def test_words_in_a_line_have_the_readers_comma():
    assert [reader.joined(["a", "b"]) for reader in (EN, RU, FA)] == ["a, b", "a, b", "a، b"]
    with using(FA):
        assert formats.joined(["یک", 2]) == "یک، 2"


def test_nothing_is_shown_as_nothing():
    for show in (
        EN.number,
        EN.percent,
        EN.money,
        EN.date,
        EN.date_numeric,
        EN.date_time,
        EN.time,
        EN.when,
        EN.ago,
        EN.duration,
    ):
        assert show(None) == ""


@pytest.mark.parametrize(
    ("away", "en", "ru", "fa"),
    [
        ({}, "today 14:30", "сегодня 14:30", "امروز ۱۴:۳۰"),
        ({"days": 1}, "tomorrow 14:30", "завтра 14:30", "فردا ۱۴:۳۰"),
        ({"days": -1}, "yesterday 14:30", "вчера 14:30", "دیروز ۱۴:۳۰"),
        ({"days": 4}, "Tue 14:30", "вт 14:30", "سه\u200cشنبه ۱۴:۳۰"),
        ({"days": 7}, "10 Mar 14:30", "10 мар 14:30", "۲۰ اسفند ۱۴:۳۰"),
        ({"days": -4}, "27 Feb 14:30", "27 фев 14:30", "۹ اسفند ۱۴:۳۰"),
        ({"days": -400}, "28 Jan 2016 14:30", "28.01.2016 14:30", "۸ بهمن ۱۳۹۴ ۱۴:۳۰"),
    ],
)
def test_moments_are_said_as_people_say_them(away, en, ru, fa):
    moment = dt.datetime(2017, 3, 3, 14, 30, tzinfo=dt.UTC)
    with clock.frozen(moment):
        for reader, said in ((EN, en), (RU, ru), (FA, fa)):
            assert replace(reader, tz="UTC").when(moment + dt.timedelta(**away)) == said


def test_a_day_without_time_is_said_too():
    with clock.frozen("2017-03-03T12:00"):
        assert EN.when(dt.date(2017, 3, 4)) == "tomorrow"
        assert EN.when(dt.date(2017, 3, 3)) == "today"


@pytest.mark.parametrize(
    ("seconds", "en", "ru", "fa"),
    [
        (5, "just now", "только что", "همین حالا"),
        (300, "5 min ago", "5\u00a0мин назад", "۵ دقیقه پیش"),
        (-7200, "in 2 h", "через 2\u00a0ч", "۲ ساعت دیگر"),
        (3 * 86400, "3 d ago", "3\u00a0дн. назад", "۳ روز پیش"),
        (60 * 86400, "2 Jan 2017", "02.01.2017", "۱۳ دی ۱۳۹۵"),
    ],
)
def test_how_long_ago(seconds, en, ru, fa):
    now = dt.datetime(2017, 3, 3, 12, tzinfo=dt.UTC)
    for reader, said in ((EN, en), (RU, ru), (FA, fa)):
        assert reader.ago(now - dt.timedelta(seconds=seconds), now) == said


def test_clocks_of_twelve_and_twenty_four_hours():
    assert EN.time(MOMENT) == "22:00"
    assert replace(EN, hour_24=False).time(MOMENT) == "10:00\u00a0pm"
    assert replace(FA, hour_24=False).time(MOMENT) == "۱:۳۰\u00a0ق.ظ."
    assert EN.time(dt.time(9, 5)) == "09:05"


def test_names_of_months_and_weekdays():
    assert FA.month_name(12, 1395) == "اسفند ۱۳۹۵"
    assert RU.month_name(3, 2017) == "март 2017"
    assert RU.weekday_name(0) == "понедельник"
    assert EN.weekday_name(6, "narrow") == "Su"


def test_the_functions_show_to_the_current_reader():
    with using(FA):
        assert formats.current() is FA
        assert formats.number(1200) == "۱٬۲۰۰"
        assert formats.digits("نسخه 12") == "نسخه ۱۲"
        assert formats.money(Money(Decimal(10), "IRR")) == "۱\u00a0تومان"
        with using(EN):
            assert formats.date_time(MOMENT) == "2 Mar 2017 22:00"
    assert formats.current() == Formats()


def test_each_language_has_its_usual_settings():
    assert (FA.calendar, FA.digits, FA.first_day, FA.rial_as) == ("jalali", "persian", 5, "toman")
    assert default_for("ru-RU").currency == "RUB"
    assert default_for("de").language == "en"


def test_a_wrong_zone_does_not_hide_dates():
    assert replace(EN, tz="Mars/Olympus").date_time(MOMENT) == "2 Mar 2017 22:00"


def test_dates_outside_of_the_calendar_are_shown_in_the_gregorian_one():
    assert FA.date(dt.date(1, 1, 1)) == "۱ ژانویه ۰۰۰۱"


def test_a_page_of_thousands_of_values_takes_milliseconds():
    money, day = Money(Decimal("22700.00"), "USD"), dt.date(2017, 3, 3)
    for reader in (EN, RU, FA):
        reader.money(money)
        best = min(_seconds_for_thousand(reader, money, day) for _ in range(5))
        assert best < 0.05  # usually 0.004; the rest is for a busy machine


def _seconds_for_thousand(reader, money, day):
    start = time.perf_counter()
    for _ in range(1000):
        reader.money(money)
        reader.date(day)
        reader.date_time(MOMENT)
    return time.perf_counter() - start
