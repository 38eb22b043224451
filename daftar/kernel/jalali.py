"""The Iranian calendar in whole-number arithmetic.

Source: the 33-year rule (leap when year mod 33 is one of 1 5 9 13 17 22 26 30), which agrees with the official
calendar of the years we accept; tests compare it with `jdatetime` for every day of 1900-2200.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right

FIRST_YEAR, LAST_YEAR = 1278, 1579
_LEAP_PLACES = frozenset((1, 5, 9, 13, 17, 22, 26, 30))


def is_leap(year: int) -> bool:
    """Whether Esfand of this Jalali year has 30 days."""
    return year % 33 in _LEAP_PLACES


def month_days(year: int, month: int) -> int:
    """The number of days of a Jalali month (1 … 12)."""
    if month <= 6:
        return 31
    return 30 if month <= 11 or is_leap(year) else 29


def _new_years() -> list[int]:
    """Day numbers (`date.toordinal`) of 1 Farvardin for FIRST_YEAR … LAST_YEAR + 1."""
    days = [dt.date(1899, 3, 21).toordinal()]
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        days.append(days[-1] + 365 + is_leap(year))
    return days


_NEW_YEARS = _new_years()


def jalali(day: dt.date) -> tuple[int, int, int]:
    """(year, month, day) in the Jalali calendar of a Gregorian date of 1900 … 2200."""
    ordinal = day.toordinal()
    place = bisect_right(_NEW_YEARS, ordinal) - 1
    passed = ordinal - _NEW_YEARS[place]
    if not 0 <= place <= LAST_YEAR - FIRST_YEAR:
        raise ValueError("year is out of range")
    if passed < 186:
        month, rest = divmod(passed, 31)
        return FIRST_YEAR + place, month + 1, rest + 1
    month, rest = divmod(passed - 186, 30)
    return FIRST_YEAR + place, month + 7, rest + 1


def from_jalali(year: int, month: int, day: int) -> dt.date:
    """The Gregorian date of a Jalali one. Errors: ValueError when that day does not exist."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError("year is out of range")
    if not 1 <= month <= 12:
        raise ValueError("month must be in 1..12")
    if not 1 <= day <= month_days(year, month):
        raise ValueError("day is out of range for month")
    before = (month - 1) * 31 if month <= 7 else 186 + (month - 7) * 30
    return dt.date.fromordinal(_NEW_YEARS[year - FIRST_YEAR] + before + day - 1)
