import datetime as dt

import jdatetime
import pytest

from daftar.kernel.jalali import from_jalali, is_leap, jalali, month_days


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(1900, 1, 1), (1278, 10, 11)),
        (dt.date(1921, 3, 21), (1300, 1, 1)),
        (dt.date(1979, 2, 11), (1357, 11, 22)),
        (dt.date(2017, 3, 3), (1395, 12, 13)),
        (dt.date(2020, 3, 20), (1399, 1, 1)),
        (dt.date(2021, 3, 20), (1399, 12, 30)),
        (dt.date(2021, 3, 21), (1400, 1, 1)),
        (dt.date(2025, 3, 20), (1403, 12, 30)),
    ],
)
def test_days_that_everybody_knows(day, expected):
    assert jalali(day) == expected
    assert from_jalali(*expected) == day


def test_every_day_of_three_centuries_is_that_of_jdatetime_and_comes_back():
    day, last = dt.date(1900, 1, 1), dt.date(2200, 12, 31)
    while day <= last:
        year, month, number = jalali(day)
        assert from_jalali(year, month, number) == day
        if number in (1, 29, 30, 31):  # the edges of months; between them both only count
            other = jdatetime.date.fromgregorian(date=day)
            assert (year, month, number) == (other.year, other.month, other.day)
        day += dt.timedelta(days=1)


def test_leap_years_of_our_days_are_the_official_ones():
    assert [year for year in range(1390, 1410) if is_leap(year)] == [1391, 1395, 1399, 1403, 1408]
    assert (month_days(1399, 12), month_days(1400, 12), month_days(1400, 6), month_days(1400, 7)) == (30, 29, 31, 30)


@pytest.mark.parametrize(
    "parts", [(1400, 12, 30), (1400, 7, 31), (1400, 13, 1), (1400, 0, 1), (1200, 1, 1), (1400, 1, 0)]
)
def test_days_that_do_not_exist_are_refused(parts):
    with pytest.raises(ValueError, match="range|must be"):
        from_jalali(*parts)
