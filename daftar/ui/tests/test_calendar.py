import datetime as dt

import pytest

from daftar.kernel.errors import BadAddress
from daftar.kernel.formats import Formats, default_for
from daftar.ui.calendar import month, month_of

DAY = dt.date(2026, 3, 21)  # 1 Farvardin 1405


def days_of(grid):
    return [day for week in grid.weeks for day in week if not day.is_other_month]


def test_a_month_has_whole_weeks_from_the_readers_first_day():
    grid = month(2026, 2, Formats(first_day=0), DAY)

    assert [len(week) for week in grid.weeks] == [7] * 5
    assert grid.weeks[0][0].iso == "2026-01-26"
    assert len(days_of(grid)) == 28
    assert (grid.previous, grid.next) == ((2026, 1), (2026, 3))


def test_a_jalali_month_begins_on_its_own_first_day_and_types_back_what_it_shows():
    grid = month(1405, 1, default_for("fa"), DAY, chosen=DAY)
    first = days_of(grid)[0]

    assert grid.title == "فروردین ۱۴۰۵"
    assert (first.iso, first.number, first.is_today, first.is_chosen) == ("2026-03-21", "۱", True, True)
    assert len(days_of(grid)) == 31
    assert grid.weekdays[0][1] == "شنبه"


def test_the_year_turns_with_its_last_month():
    assert month(1404, 12, default_for("fa"), DAY).next == (1405, 1)
    assert month(2026, 1, Formats(), DAY).previous == (2025, 12)


def test_a_day_knows_its_month_in_both_calendars():
    assert month_of(DAY, default_for("fa")) == (1405, 1)
    assert month_of(DAY, Formats()) == (2026, 3)


@pytest.mark.parametrize(("year", "number"), [(2026, 13), (2026, 0), (1, 1), (9999, 1), (1405, 1)])
def test_a_month_that_does_not_exist_is_a_bad_address(year, number):
    with pytest.raises(BadAddress):
        month(year, number, Formats(), DAY)
