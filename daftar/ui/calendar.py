"""One month as a grid, in the reader's calendar; a month is a number, so that both calendars turn pages alike."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

from daftar.kernel import jalali
from daftar.kernel.errors import BadAddress
from daftar.kernel.formats import Formats

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Day:
    """One square: `value` is what goes into the box, `number` what stands in the square."""

    value: str
    number: str
    words: str
    iso: str
    is_today: bool
    is_other_month: bool
    is_day_off: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    weekdays: list[tuple[str, str]]
    weeks: list[list[Day]]
    previous: tuple[int, int]
    next: tuple[int, int]


def month_of(day: dt.date, formats: Formats) -> tuple[int, int]:
    """The year and month of a day in the reader's calendar."""
    return jalali.jalali(day)[:2] if formats.is_jalali else (day.year, day.month)


def month(year: int, number: int, formats: Formats, today: dt.date, chosen: dt.date | None = None) -> Month:
    """The grid of a month of the reader's calendar, whole weeks from the reader's first day.

    Errors: BadAddress for a month outside 1900 … 2199.
    """
    first, days = _span(year, number, formats)
    if not FIRST <= first <= LAST:
        raise BadAddress()
    start = week_start(first, formats)
    count = -(-((first - start).days + days) // 7)
    squares = [start + dt.timedelta(days=place) for place in range(count * 7)]
    drawn = [_square(day, first, days, formats, today, chosen) for day in squares]
    return Month(
        title=formats.month_name(number, year),
        weekdays=weekdays(formats, "narrow"),
        weeks=[drawn[place : place + 7] for place in range(0, len(drawn), 7)],
        previous=(year - (number == 1), (number - 2) % 12 + 1),
        next=(year + (number == 12), number % 12 + 1),
    )


def weekdays(formats: Formats, style: str = "short") -> list[tuple[str, str]]:
    """The heads of the week's columns from the reader's first day on: short and full name."""
    order = [(formats.first_day + place) % 7 for place in range(7)]
    return [(formats.weekday_name(day, style), formats.weekday_name(day)) for day in order]


def days(first: dt.date, count: int, formats: Formats, today: dt.date) -> list[Day]:
    """Days in a row, as squares."""
    return [_square(first + dt.timedelta(days=n), first, count, formats, today, None) for n in range(count)]


def week_start(day: dt.date, formats: Formats) -> dt.date:
    """The first day of the reader's week around a day."""
    return day - dt.timedelta(days=(day.weekday() - formats.first_day) % 7)


def _span(year: int, number: int, formats: Formats) -> tuple[dt.date, int]:
    try:
        if formats.is_jalali:
            return jalali.from_jalali(year, number, 1), jalali.month_days(year, number)
        return dt.date(year, number, 1), monthrange(year, number)[1]
    except (ValueError, OverflowError) as problem:
        raise BadAddress() from problem


def _square(day: dt.date, first: dt.date, days: int, formats: Formats, today: dt.date, chosen: dt.date | None) -> Day:
    number = jalali.jalali(day)[2] if formats.is_jalali else day.day
    return Day(
        value=formats.date_numeric(day),
        number=formats.in_digits(number),
        words=f"{formats.weekday_name(day.weekday())} {formats.date(day)}",
        iso=day.isoformat(),
        is_today=day == today,
        is_other_month=not 0 <= (day - first).days < days,
        is_day_off=day.weekday() == 4 if formats.is_jalali else day.weekday() >= 5,
        is_chosen=day == chosen,
    )
