"""Named ranges of days ("this month") in the reader's calendar, their moments, and the month of a picker."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from daftar.kernel.errors import BadAddress, Sentence
from daftar.kernel.jalali import from_jalali, jalali

if TYPE_CHECKING:
    from daftar.kernel.formats import Formats

RANGES: dict[str, Sentence] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "tomorrow": _("Tomorrow"),
    "this_week": _("This week"),
    "last_week": _("Last week"),
    "next_week": _("Next week"),
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "next_month": _("Next month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "next_quarter": _("Next quarter"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
    "next_year": _("Next year"),
    "last_7_days": _("Last 7 days"),
    "next_7_days": _("Next 7 days"),
    "last_30_days": _("Last 30 days"),
    "next_30_days": _("Next 30 days"),
}
"""Name of a range → its label. Besides these there are `last_N_days` and `next_N_days` with N up to `MOST_DAYS`."""
MOST_DAYS = 3660

Range = tuple[dt.date, dt.date]


def named_range(name: str, formats: Formats, today: dt.date) -> Range:
    """(first day, last day), both included, of a range in the reader's calendar and week.

    Units: "last_7_days" are the 7 days that end today, "next_7_days" the 7 that begin today; quarters and months are
    those of the reader's calendar. Errors: BadAddress for a name that is no range (`is_range`).
    """
    if name in _NEAR:
        day = today + dt.timedelta(days=_NEAR[name])
        return day, day
    if days := days_of(name):
        away = dt.timedelta(days=abs(days) - 1)
        return (today - away, today) if days < 0 else (today, today + away)
    which, _underscore, unit = name.partition("_")
    step = {"last": -1, "this": 0, "next": 1}.get(which)
    if step is None or name not in RANGES:
        raise BadAddress(_("There is no such range of days."), name=name[:40])
    return _UNITS[unit](today, step, formats)


def days_of(name: str) -> int:
    """How many days `last_N_days` (less than 0) or `next_N_days` means; 0 for any other name."""
    found = _DAYS.fullmatch(name)
    if found is None or int(found[2]) > MOST_DAYS:
        return 0
    return -int(found[2]) if found[1] == "last" else int(found[2])


def is_range(name: str) -> bool:
    return name in RANGES or days_of(name) != 0


def range_words(name: str, formats: Formats) -> str:
    """The range as a reader names it: "This month", "Last 14 days"."""
    days = days_of(name)
    if not days:
        return str(RANGES[name])
    said = (
        ngettext("Last %(count)s day", "Last %(count)s days", -days)
        if days < 0
        else ngettext("Next %(count)s day", "Next %(count)s days", days)
    )
    return said % {"count": formats.number(abs(days))}


def day_bounds(first: dt.date, last: dt.date, formats: Formats) -> tuple[dt.datetime, dt.datetime]:
    """The moments (from, until) in UTC of the days `first` … `last` on the reader's wall; `until` is not included.

    Shapes: filter a date-and-time with `>= from` and `< until`. Where clocks skip midnight, a day begins with its first
    moment that exists.
    """
    return _midnight(first, formats), _midnight(last + dt.timedelta(days=1), formats)


def _midnight(day: dt.date, formats: Formats) -> dt.datetime:
    # For a skipped midnight Python counts with the offset of before, which is the very moment of the jump.
    return dt.datetime.combine(day, dt.time(), formats.zone).astimezone(dt.UTC)


def _week(today: dt.date, step: int, formats: Formats) -> Range:
    first = today - dt.timedelta(days=(today.weekday() - formats.first_day) % 7) + dt.timedelta(weeks=step)
    return first, first + dt.timedelta(days=6)


def _months(today: dt.date, step: int, formats: Formats, size: int) -> Range:
    """The block of `size` months around today, moved by `step` blocks."""
    year, month, _day = jalali(today) if formats.is_jalali else (today.year, today.month, today.day)
    start = year * 12 + (month - 1) // size * size + step * size
    return _month_start(start, formats), _month_start(start + size, formats) - dt.timedelta(days=1)


def _month_start(months: int, formats: Formats) -> dt.date:
    year, month = divmod(months, 12)
    return from_jalali(year, month + 1, 1) if formats.is_jalali else dt.date(year, month + 1, 1)


_NEAR = {"today": 0, "yesterday": -1, "tomorrow": 1}
_DAYS = re.compile(r"(last|next)_([1-9][0-9]{0,3})_days")
_UNITS: dict[str, Callable[[dt.date, int, Formats], Range]] = {
    "week": _week,
    "month": lambda today, step, formats: _months(today, step, formats, 1),
    "quarter": lambda today, step, formats: _months(today, step, formats, 3),
    "year": lambda today, step, formats: _months(today, step, formats, 12),
}


@dataclass(frozen=True, slots=True)
class GridDay:
    """One cell of a month: its date, its number in the reader's calendar, and whether it is of that month."""

    date: dt.date
    number: int
    in_month: bool


def month_grid(year: int, month: int, formats: Formats) -> list[list[GridDay]]:
    """The weeks of a month of the reader's calendar, each of seven days from the reader's first day of the week.

    Shapes: `year`, `month` are in the reader's calendar (1395, 12 when Jalali).
    Errors: BadAddress when there is no such month.
    """
    if not (1 <= month <= 12 and (1278 < year < 1579 if formats.is_jalali else 1900 <= year <= 2200)):
        raise BadAddress(_("There is no such month."))
    first = _month_start(year * 12 + month - 1, formats)
    last = _month_start(year * 12 + month, formats) - dt.timedelta(days=1)
    start, _end = _week(first, 0, formats)
    weeks = ((last - start).days // 7) + 1
    return [[_cell(start + dt.timedelta(days=w * 7 + d), first, last, formats) for d in range(7)] for w in range(weeks)]


def _cell(day: dt.date, first: dt.date, last: dt.date, formats: Formats) -> GridDay:
    return GridDay(day, jalali(day)[2] if formats.is_jalali else day.day, first <= day <= last)
