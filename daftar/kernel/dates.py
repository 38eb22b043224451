"""Dates, times and spans as people type them; read exactly or refused with the reason.

Years tell the calendars apart: those before 1700 are Jalali, others Gregorian, whatever the reader's calendar is.
Local times: one that the clock skips (summer time begins) is refused; one that comes twice is the first of the two.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.jalali import FIRST_YEAR, LAST_YEAR, from_jalali, is_leap, jalali, month_days
from daftar.kernel.languages import EN, LANGUAGES
from daftar.kernel.ranges import RANGES, GridDay, day_bounds, is_range, month_grid, named_range, range_words
from daftar.kernel.text import ascii_digits, without_marks

if TYPE_CHECKING:
    from daftar.kernel.formats import Formats

__all__ = [
    "RANGES", "GridDay", "day_bounds", "from_jalali", "is_range", "jalali", "month_grid", "named_range",
    "parse_date", "parse_date_time", "parse_duration", "parse_time", "range_words",
]  # fmt: skip

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)
_LONGEST = 80
_LETTERS = str.maketrans(
    {"ي": "ی", "ك": "ک", "،": " ", ",": " ", "\u200c": " ", "\u00a0": " ", "\u202f": " ", "٫": ".", "−": "-", "–": "-"}
)
_TIME = re.compile(
    r"(?:^|[ t])(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?"
    r" ?(am|pm|a\.m\.|p\.m\.|ق ?\.?ظ\.?|ب ?\.?ظ\.?)?"
    r" ?(z|utc|gmt|[+-]\d{2}(?::?\d{2})?)?$"
)
_HOUR = re.compile(r"(?:^| )(\d{1,2}) ?(am|pm|a\.m\.|p\.m\.)$")
_NUMERIC = re.compile(r"(\d{1,4})( ?[-/. ] ?)(\d{1,2})( ?[-/. ] ?)(\d{1,4})\.?")
_ISO = re.compile(r"(19\d\d|2[01]\d\d)-([01]\d)-([0-3]\d)(?:[ T]([0-2]\d):([0-5]\d)(?::([0-5]\d))?)?", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_NUMBER = re.compile(r"(\d{1,4})(?:st|nd|rd|th|-?го|-?е|ام|م)?\.?")
_FILLERS = {"of", "the", "г", "года", "год", "ماه", "سال", "at", "в", "ساعت"}
# Where English readers write the month first.
_MONTH_FIRST = {"US", "PH", "FM", "MH", "PW", "GU", "AS", "PR", "VI", "MP", "UM"}


@dataclass(frozen=True)
class _Typed:
    """Day words apart from the time of day."""

    day: str
    time: dt.time | None
    offset: dt.tzinfo | None


class _Numbers(NamedTuple):
    year: int
    month: int
    day: int


def parse_date(text: str, formats: Formats, *, order: str = "") -> dt.date:
    """The date a person typed or a file holds; 1900-01-01 … 2200-12-31.

    Shapes: ISO, the reader's own form, month names of our languages in both calendars, today/tomorrow/yesterday; a time
    behind it is allowed (with an offset, it is the date on the reader's wall at that instant).
    `order` "dmy" | "mdy" | "ymd" settles 03/04/2017 for a file; without it the reader's language and country do.
    Errors: Invalid when it does not exist, lacks a year of four digits, or is ambiguous for this reader.
    """
    if (plain := _plain(text, order)) is not None:
        return plain[0]
    typed = _take_apart(text)
    day = _read_day(typed.day, text, formats, order)
    if typed.offset is None or typed.time is None:
        return day
    return _in_range(dt.datetime.combine(day, typed.time, typed.offset).astimezone(formats.zone).date())


def parse_date_time(text: str, formats: Formats, *, order: str = "") -> dt.datetime:
    """The moment, aware and in UTC; without an offset the text is on the reader's wall clock.

    Shapes: a date as `parse_date` with a time behind it ("14:30", "2:30 pm", "14:30:00+03:30"); a date alone is its
    first moment. A time that comes twice is the first one. Errors: Invalid as `parse_date`, or for a skipped time.
    """
    if (plain := _plain(text, order)) is not None:
        return _moment(*plain, formats)
    typed = _take_apart(text)
    day = _read_day(typed.day, text, formats, order)
    if typed.time is not None and typed.offset is not None:
        moment = dt.datetime.combine(day, typed.time, typed.offset).astimezone(dt.UTC)
        _in_range(moment.date())
        return moment
    return _moment(day, typed.time, formats)


def _plain(text: str, order: str) -> tuple[dt.date, dt.time | None] | None:
    """What is written as files of programs write it ("2026-11-26 14:30:00"); None when it takes a closer look, or is refused."""
    found = _ISO.fullmatch(text) if order in ("", "ymd") else None
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    try:
        return dt.date(int(year), int(month), int(day)), None if hour is None else dt.time(
            int(hour), int(minute), int(second or 0)
        )
    except ValueError:
        return None


def _moment(day: dt.date, time: dt.time | None, formats: Formats) -> dt.datetime:
    """The moment of a day, or of a time on it, on the reader's wall clock."""
    if time is None:
        return day_bounds(day, day, formats)[0]
    local = dt.datetime.combine(day, time, formats.zone)
    moment = local.astimezone(dt.UTC)
    if moment.astimezone(formats.zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid(
            format_lazy(
                _("{time} does not exist on {date} in {zone}: the clocks go forward then. Choose a later time."),
                time=formats.time(time), date=formats.date(day), zone=formats.tz,
            )
        )  # fmt: skip
    return moment


def parse_time(text: str) -> dt.time:
    """A time of day: "14:30", "2:30 pm", "2 pm". Errors: Invalid when it does not exist."""
    typed = _take_apart(text)
    if typed.time is None or typed.day:
        raise Invalid(_("Write the time as 14:30."))
    return typed.time


def parse_duration(text: str) -> dt.timedelta:
    """A span of time: "1:30" (hours and minutes), "1:30:15", "90" (minutes), "1h 30m", "۱ ساعت و ۳۰ دقیقه", "1,5 ч".

    Errors: Invalid when it cannot be read or is longer than 100 years.
    """
    bare = _normal(text.replace(",", "."))
    minus, bare = bare.startswith("-"), bare.removeprefix("-").strip()
    seconds = _clock_seconds(bare)
    if seconds is None:
        seconds = _unit_seconds(bare)
    if seconds is None:
        raise Invalid(_("Write how long as 1:30, 90 (minutes) or 1h 30m."))
    if seconds > 100 * 366 * 86400:
        raise Invalid(_("This is longer than a hundred years."))
    span = dt.timedelta(seconds=seconds)
    return -span if minus else span


def _normal(text: str) -> str:
    if len(text) > _LONGEST:
        raise Invalid(_("This is too long for a date or a time."))
    return " ".join(without_marks(ascii_digits(text)).lower().translate(_LETTERS).split())


# The day


def _take_apart(text: str) -> _Typed:
    bare = _normal(text)
    found = _TIME.search(bare)
    if found:
        hour, minute, second, half, offset = found.groups()
        return _Typed(
            bare[: found.start()].strip(), _time(int(hour), int(minute), int(second or 0), half), _offset(offset)
        )
    found = _HOUR.search(bare)
    if found:
        return _Typed(bare[: found.start()].strip(), _time(int(found[1]), 0, 0, found[2]), None)
    return _Typed(bare, None, None)


def _time(hour: int, minute: int, second: int, half: str | None) -> dt.time:
    if half:
        if not 1 <= hour <= 12:
            raise Invalid(_("This time does not exist: with am or pm hours go from 1 to 12."))
        hour = hour % 12 + (12 if half[0] in "pب" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise Invalid(_("This time does not exist: hours go from 0 to 23, minutes and seconds from 0 to 59."))
    return dt.time(hour, minute, second)


def _offset(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text in ("z", "utc", "gmt"):
        return dt.UTC
    beside = int(text[-2:]) if len(text) > 3 else 0
    minutes = int(text[1:3]) * 60 + beside
    if minutes > 14 * 60 or beside > 59:
        raise Invalid(_("This time zone does not exist: offsets go from -14:00 to +14:00."))
    return dt.timezone(dt.timedelta(minutes=minutes if text[0] == "+" else -minutes))


def _read_day(bare: str, text: str, formats: Formats, order: str) -> dt.date:
    near = _near_words().get(bare)
    if near is not None:
        return clock.today(formats.zone) + dt.timedelta(days=near)
    weekday, bare = _take_weekday(bare)
    numbers = _numeric(bare, text, formats, order) or _named(bare)
    if numbers is None:
        raise _unreadable(text)
    day = _existing(numbers, formats)
    if weekday is not None and day.weekday() != weekday:
        raise Invalid(
            format_lazy(_("{date} is a {weekday}. Correct the day or the date."),
                        date=formats.date(day), weekday=formats.weekday_name(day.weekday()))
        )  # fmt: skip
    return day


def _numeric(bare: str, text: str, formats: Formats, order: str) -> _Numbers | None:
    compact = _COMPACT.fullmatch(bare)
    if compact:
        return _Numbers(int(compact[1]), int(compact[2]), int(compact[3]))
    shape = _NUMERIC.fullmatch(bare)
    if shape is None or shape[2].strip() != shape[4].strip():
        return None
    first, middle, last = shape[1], shape[3], shape[5]
    if len(first) == 4 and len(last) <= 2:
        if order not in ("", "ymd"):
            raise _other_order(text, order)
        return _Numbers(int(first), int(middle), int(last))
    if len(last) != 4 or len(first) > 2:
        raise Invalid(_("Write the year with four digits."))
    if order == "ymd":
        raise _other_order(text, order)
    day, month = int(first), int(middle)
    if _month_first(int(first), int(middle), int(last), shape[2].strip(), text, formats, order):
        day, month = month, day
    return _Numbers(int(last), month, day)


def _month_first(first: int, middle: int, year: int, mark: str, text: str, formats: Formats, order: str) -> bool:
    if order:
        if (order == "mdy" and first > 12 >= middle) or (order == "dmy" and middle > 12 >= first):
            raise _other_order(text, order)
        return order == "mdy"
    if year < 1700 or mark == "." or first > 12 or first == middle:
        return False  # Jalali and dotted dates never begin with the month
    if middle > 12:
        return True
    if not formats.language or (formats.language.startswith("en") and not formats.country):
        raise Invalid(
            format_lazy(_("“{text}” can be two dates: day first or month first? Write it as {iso}."), text=text.strip(),
                        iso=f"{year:04}-{middle:02}-{first:02}")
        )  # fmt: skip
    return formats.language.startswith("en") and formats.country in _MONTH_FIRST


def _other_order(text: str, order: str) -> Invalid:
    forms = {"dmy": "31.12.2017", "mdy": "12/31/2017", "ymd": "2017-12-31"}
    return Invalid(
        format_lazy(
            _("“{text}” is not written like the other dates here ({form})."),
            text=text.strip(),
            form=forms.get(order, order),
        )
    )


def _named(bare: str) -> _Numbers | None:
    """A month by name with a day and a year in any order."""
    month, is_jalali, numbers = 0, False, []
    for word in bare.replace("-", " ").replace("/", " ").split():
        number = _DAY_NUMBER.fullmatch(word)
        if number:
            numbers.append(number[1])
        elif word.rstrip(".") in _FILLERS:
            continue
        elif not month and word.rstrip(".") in _months():
            month, is_jalali = _months()[word.rstrip(".")]
        else:
            return None
    if not month:
        return None
    years = [n for n in numbers if len(n) == 4]
    days = [n for n in numbers if len(n) <= 2]
    if (len(numbers) == 1 and days) or len(days) == 2:
        raise Invalid(_("Write the year too, with four digits."))
    if len(years) != 1 or len(days) != 1:
        return None
    year = int(years[0])
    if is_jalali != (year < 1700):
        raise Invalid(_("This month and this year belong to two different calendars."))
    return _Numbers(year, month, int(days[0]))


def _existing(numbers: _Numbers, formats: Formats) -> dt.date:
    year, month, day = numbers
    if (year < 1700 and not FIRST_YEAR <= year <= LAST_YEAR) or (year >= 1700 and not 1900 <= year <= 2200):
        raise _out_of_range()
    if not 1 <= month <= 12:
        raise Invalid(format_lazy(_("There is no month {month}."), month=formats.in_digits(month)))
    names = LANGUAGES.get(formats.language, EN)
    if year < 1700:
        days, name, long = month_days(year, month), names.jalali_months[month - 1], is_leap(year)
    else:
        days = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
        name, long = names.months[month - 1], year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if 1 <= day <= days:
        return _in_range(from_jalali(*numbers) if year < 1700 else dt.date(*numbers))
    if day == days + 1 and not long and (month == 12 if year < 1700 else month == 2):
        sentence = _("This date does not exist: {year} is not a leap year, {month} has {days} days.")
    else:
        sentence = _("This date does not exist: {month} {year} has {days} days.")
    raise Invalid(format_lazy(sentence, month=name, year=formats.in_digits(year), days=formats.in_digits(days)))


def _in_range(day: dt.date) -> dt.date:
    if not FIRST <= day <= LAST:
        raise _out_of_range()
    return day


def _out_of_range() -> Invalid:
    return Invalid(_("The year must be between 1900 and 2200 (1278 and 1579 in the Jalali calendar)."))


def _unreadable(text: str) -> Invalid:
    shown = text.strip()
    if not shown:
        return Invalid(_("Write a date."))
    return Invalid(
        format_lazy(
            _("“{text}” is not a date that can be read. Write it as 2017-12-31 or 1396/10/10."), text=shown[:40]
        )
    )


def _take_weekday(bare: str) -> tuple[int | None, str]:
    for name, weekday in _weekdays():
        if bare.startswith(name) and bare[len(name) : len(name) + 1] in (" ", "."):
            return weekday, bare[len(name) :].lstrip(" .")
    return None, bare


@cache
def _near_words() -> dict[str, int]:
    return {name: days for words in LANGUAGES.values() for days, name in words.near_days.items()}


@cache
def _weekdays() -> list[tuple[str, int]]:
    names = {
        name.lower().replace("\u200c", " "): place
        for words in LANGUAGES.values()
        for table in (words.weekdays, words.weekdays_short)
        for place, name in enumerate(table)
    }
    return sorted(names.items(), key=lambda item: -len(item[0]))


@cache
def _months() -> dict[str, tuple[int, bool]]:
    """Month word → (1 … 12, whether it is Jalali)."""
    words: dict[str, tuple[int, bool]] = {
        "sept": (9, False),
        "сент": (9, False),
        "нояб": (11, False),
        "февр": (2, False),
        "می": (5, False),
    }
    for table in LANGUAGES.values():
        for place in range(12):
            for name in (table.months[place], table.months_in_date[place], table.months_short[place]):
                words[name.lower()] = place + 1, False
        for place, name in enumerate(table.jalali_months):
            words[name.lower()] = place + 1, True
        words |= {name: (month, True) for name, month in table.aliases.items()}
    return words


# Spans

_CLOCK = re.compile(r"(\d{1,6}):(\d{2})(?::(\d{2}))?")
_PART = re.compile(r"(\d{1,9}(?:\.\d{1,4})?) ?([^\W\d]+)\.? ?(?:(?:و|and|и) )?")
_UNIT_WORDS = {
    60: "m min mins minute minutes м мин минута минуты минут دقیقه د",
    3600: "h hr hrs hour hours ч час часа часов ساعت س",
    86400: "d day days д дн день дня дней روز",
    604800: "w week weeks нед неделя недели недель هفته",
    1: "s sec secs second seconds с сек секунда секунды секунд ثانیه",
}
_SECONDS = {word: size for size, words in _UNIT_WORDS.items() for word in words.split()}


def _clock_seconds(bare: str) -> int | None:
    shape = _CLOCK.fullmatch(bare)
    if shape is None or int(shape[2]) > 59 or int(shape[3] or 0) > 59:
        return None
    return int(shape[1]) * 3600 + int(shape[2]) * 60 + int(shape[3] or 0)


def _unit_seconds(bare: str) -> int | None:
    if re.fullmatch(r"\d{1,9}", bare):
        return int(bare) * 60
    total, at = Decimal(0), 0
    for part in _PART.finditer(bare):
        size = _SECONDS.get(part[2])
        if part.start() != at or size is None:
            return None
        total += Decimal(part[1]) * size
        at = part.end()
    return round(total) if at == len(bare) and bare else None
