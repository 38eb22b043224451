import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel.dates import RANGES, day_bounds, jalali, month_grid, named_range
from daftar.kernel.errors import BadAddress
from daftar.kernel.tests.readers import EN, FA, RU

DAY = dt.date(2017, 3, 3)  # a Friday, 13 Esfand 1395


@pytest.mark.parametrize(
    ("name", "reader", "first", "last"),
    [
        ("today", EN, "2017-03-03", "2017-03-03"),
        ("yesterday", EN, "2017-03-02", "2017-03-02"),
        ("this_week", EN, "2017-02-26", "2017-03-04"),
        ("this_week", RU, "2017-02-27", "2017-03-05"),
        ("this_week", FA, "2017-02-25", "2017-03-03"),
        ("next_week", FA, "2017-03-04", "2017-03-10"),
        ("this_month", EN, "2017-03-01", "2017-03-31"),
        ("this_month", FA, "2017-02-19", "2017-03-20"),
        ("next_month", FA, "2017-03-21", "2017-04-20"),
        ("last_month", EN, "2017-02-01", "2017-02-28"),
        ("this_quarter", EN, "2017-01-01", "2017-03-31"),
        ("this_quarter", FA, "2016-12-21", "2017-03-20"),
        ("this_year", EN, "2017-01-01", "2017-12-31"),
        ("this_year", FA, "2016-03-20", "2017-03-20"),
        ("last_7_days", EN, "2017-02-25", "2017-03-03"),
        ("next_7_days", EN, "2017-03-03", "2017-03-09"),
        ("last_30_days", EN, "2017-02-02", "2017-03-03"),
    ],
)
def test_ranges_are_those_of_the_readers_calendar_and_week(name, reader, first, last):
    assert [day.isoformat() for day in named_range(name, reader, DAY)] == [first, last]


@given(
    st.sampled_from(sorted(RANGES)), st.dates(dt.date(1902, 1, 1), dt.date(2198, 12, 31)), st.sampled_from([EN, RU, FA])
)
def test_each_range_has_an_order_and_this_holds_today(name, today, reader):
    first, last = named_range(name, reader, today)
    assert first <= last
    assert not name.startswith("this_") or first <= today <= last


@pytest.mark.parametrize("name", ["", "this_", "this_day", "next_century", "last_7_years", "week", "THIS_WEEK"])
def test_an_unknown_range_is_a_bad_address(name):
    with pytest.raises(BadAddress):
        named_range(name, EN, DAY)


def test_the_moments_of_days_are_those_of_the_readers_zone():
    start, end = day_bounds(DAY, DAY, FA)
    assert (start, end) == (
        dt.datetime(2017, 3, 2, 20, 30, tzinfo=dt.UTC),
        dt.datetime(2017, 3, 3, 20, 30, tzinfo=dt.UTC),
    )


@given(
    st.dates(dt.date(1950, 1, 1), dt.date(2199, 12, 31)),
    st.sampled_from(["Asia/Tehran", "Europe/Berlin", "Asia/Beirut"]),
)
def test_days_touch_each_other_without_gaps(day, tz):
    reader = replace(EN, tz=tz)
    start, end = day_bounds(day, day, reader)
    assert end == day_bounds(day + dt.timedelta(days=1), day, reader)[0]
    assert reader.local(start).date() == day
    assert reader.local(end - dt.timedelta(seconds=1)).date() == day


@pytest.mark.parametrize(("reader", "year"), [(EN, 2017), (RU, 2017), (FA, 1395)])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_grid_holds_every_day_once_in_full_weeks(reader, year, month):
    weeks = month_grid(year, month, reader)
    days = [day for week in weeks for day in week]
    inside = [day for day in days if day.in_month]
    assert all(len(week) == 7 and week[0].date.weekday() == reader.first_day for week in weeks)
    assert [day.number for day in inside] == list(range(1, len(inside) + 1))
    assert [(b.date - a.date).days for a, b in zip(days, days[1:])] == [1] * (len(days) - 1)
    assert weeks[0][-1].in_month
    assert weeks[-1][0].in_month
    if reader.is_jalali:
        assert jalali(inside[0].date) == (year, month, 1)


@pytest.mark.parametrize(("year", "month"), [(2017, 0), (2017, 13), (1, 1), (9999, 1), (-5, 2)])
def test_a_month_that_does_not_exist_is_a_bad_address(year, month):
    with pytest.raises(BadAddress):
        month_grid(year, month, EN)
    with pytest.raises(BadAddress):
        month_grid(year, month, FA)
