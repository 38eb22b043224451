"""When something is due, as people say it: a date, a weekday, with or without a time; and the quick choices."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _

from daftar.kernel import clock
from daftar.kernel.dates import parse_date, parse_date_time, parse_time
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.languages import LANGUAGES
from daftar.kernel.text import ascii_digits, fold

NOON = dt.time(12)
TIME = re.compile(r"(\d{1,2}:\d{2}.*|\d{1,2} ?(?:am|pm|a\.m\.|p\.m\.))$", re.I)


@dataclass(frozen=True, slots=True)
class Due:
    """A planned moment; with `all_day` it is the noon of the day, on the wall of whoever planned it."""

    at: dt.datetime
    all_day: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A quick choice: what it says and what it sends."""

    label: str
    value: str


def parse_due(text: str, formats: Formats) -> Due:
    """The moment that the words mean: "tomorrow 10:00", "Tuesday 10:00", "سه‌شنبه ۱۰:۰۰", "1405/09/03".

    A weekday is the next one after today. Errors: Invalid for the field `due_at`.
    """
    try:
        words, time = apart(text)
        weekday = weekdays().get(fold(words))
        if weekday is not None:
            day = next_weekday(weekday, clock.today(formats.zone))
            return on(day, parse_time(time), formats) if time else all_day(day, formats)
        if time:
            return Due(parse_date_time(text if words else f"{formats.date_numeric(today(formats))} {time}", formats))
        return all_day(parse_date(text, formats), formats)
    except Invalid as refused:
        raise refused.at("due_at") from None


def apart(text: str) -> tuple[str, str]:
    """The words of the day and the words of the time."""
    plain = ascii_digits(text.strip())[:80]
    found = TIME.search(plain)
    return (plain[: found.start()].strip(), found.group()) if found else (plain, "")


def on(day: dt.date, time: dt.time, formats: Formats) -> Due:
    return Due(dt.datetime.combine(day, time, formats.zone).astimezone(dt.UTC))


def all_day(day: dt.date, formats: Formats) -> Due:
    return Due(on(day, NOON, formats).at, True)


def today(formats: Formats) -> dt.date:
    return clock.today(formats.zone)


def next_weekday(weekday: int, after: dt.date) -> dt.date:
    return after + dt.timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)


@cache
def weekdays() -> dict[str, int]:
    """Folded names of the days of the week in all our languages → 0 (Monday) … 6."""
    tables = (t for words in LANGUAGES.values() for t in (words.weekdays, words.weekdays_short))
    return {fold(name): place for table in tables for place, name in enumerate(table)}


def chips(formats: Formats) -> list[Chip]:
    """Today 17:00, tomorrow 10:00, ten o'clock of the next working day and of the day a week from now."""
    now = formats.local(clock.now())
    first = now.date()
    made = [] if now.time() >= dt.time(16, 45) else [chip(first, dt.time(17), formats)]
    days = [first + dt.timedelta(days=n) for n in range(1, 6)]
    working = [d for d in days if not is_day_off(d, formats)]
    chosen = list(dict.fromkeys([days[0], *working]))[: 3 - len(made)]
    made += [chip(day, dt.time(10), formats) for day in chosen]
    week = chip(first + dt.timedelta(days=7), dt.time(10), formats)
    return [*made, Chip(_("in a week"), week.value)]


def chip(day: dt.date, time: dt.time, formats: Formats) -> Chip:
    moment = on(day, time, formats).at
    return Chip(formats.when(moment), f"{day.isoformat()} {time:%H:%M}")


def is_day_off(day: dt.date, formats: Formats) -> bool:
    return day.weekday() == 4 if formats.is_jalali else day.weekday() >= 5


def typed(due: Due, formats: Formats) -> str:
    """The moment as it stands in an input."""
    local = formats.local(due.at)
    day = formats.date_numeric(local.date())
    return day if due.all_day else f"{day} {formats.in_digits(f'{local:%H:%M}')}"


def said(at: dt.datetime, is_all_day: bool, formats: Formats) -> str:
    """As people say it: "tomorrow 10:00", or "tomorrow" for a day without a time."""
    return formats.when(formats.local(at).date()) if is_all_day else formats.when(at)
