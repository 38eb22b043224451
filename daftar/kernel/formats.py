"""How one reader sees and types numbers, money, dates and times.

`Formats` is a value; `current()` is the one of the request. Showing is done by tables made once per `Formats`
(`printing.py`), reading back by `numbers.py`, `money.py` and `dates.py`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from daftar.kernel.languages import language
from daftar.kernel.printing import Printer, printer_for

if TYPE_CHECKING:
    from daftar.kernel.money import Money


@dataclass(frozen=True)
class Formats:
    """One reader's settings.

    Shapes: `language` "en" | "fa" | "ru", or "" when unknown (a file from somewhere: what is ambiguous is refused) ·
    `calendar` "gregorian" | "jalali" · `digits` "latin" | "persian" · `tz` an IANA zone ·
    `first_day` 0 Monday … 6 Sunday · `currency` the base currency · `money_style` "full" (with minor units) |
    "whole" | "short" · `rial_as` "rial" | "toman" · `country` ISO code for phones and for the order of day and month.
    """

    language: str = "en"
    calendar: str = "gregorian"
    digits: str = "latin"
    tz: str = "UTC"
    first_day: int = 0
    currency: str = "USD"
    money_style: str = "full"
    rial_as: str = "rial"
    hour_24: bool = True
    country: str = "US"

    @cached_property
    def printer(self) -> Printer:
        """The tables that show values; shared by all equal `Formats`."""
        return printer_for(self)

    @property
    def zone(self) -> ZoneInfo:
        """The reader's time zone."""
        return self.printer.zone

    @property
    def is_jalali(self) -> bool:
        return self.calendar == "jalali"

    @property
    def is_rtl(self) -> bool:
        return self.language == "fa"

    def local(self, moment: dt.datetime) -> dt.datetime:
        """An aware moment on the reader's wall clock."""
        return moment.astimezone(self.zone)

    def number(self, value: int | Decimal | float | None, places: int | None = None) -> str:
        """ "22,700.5"; `places` decimals (rounded half up), or as many as the value has. None is ""."""
        return self.printer.number(value, places)

    def percent(self, value: int | Decimal | float | None, places: int | None = None) -> str:
        """ "12.5%" of 12.5."""
        return self.printer.percent(value, places)

    def money(self, value: Money | None, style: str = "") -> str:
        """ "$22,700.00"; `style` as `Formats.money_style`, which it defaults to."""
        return self.printer.money(value, style)

    def date(self, day: dt.date | None) -> str:
        """ "3 Mar 2017", "03.03.2017", "۱۲ اسفند ۱۳۹۵"; an aware datetime is taken to the reader's zone first."""
        return self.printer.date(day)

    def date_numeric(self, day: dt.date | None) -> str:
        """ "2017-03-03", "03.03.2017", "۱۳۹۵/۱۲/۱۳": short, for inputs and narrow columns."""
        return self.printer.date_numeric(day)

    def date_time(self, moment: dt.datetime | None) -> str:
        """ "3 Mar 2017 14:30" in the reader's zone."""
        return self.printer.date_time(moment)

    def time(self, moment: dt.datetime | dt.time | None) -> str:
        """ "14:30", "2:30 pm" in the reader's zone."""
        return self.printer.time(moment)

    def when(self, moment: dt.date | None, now: dt.datetime | None = None) -> str:
        """As people say it: "today 14:30", "tomorrow 14:30", "Tue 14:30" for the coming six days, else the date."""
        return self.printer.when(moment, now)

    def ago(self, moment: dt.datetime | None, now: dt.datetime | None = None) -> str:
        """ "5 min ago", "in 3 h"; the date when more than 30 days away."""
        return self.printer.ago(moment, now)

    def duration(self, span: dt.timedelta | None) -> str:
        """ "1h 30m"."""
        return self.printer.duration(span)

    def month_name(self, month: int, year: int | None = None) -> str:
        """The name of month 1 … 12 in the reader's calendar, with the year when given ("اسفند ۱۳۹۵")."""
        return self.printer.month_name(month, year)

    def weekday_name(self, weekday: int, style: str = "full") -> str:
        """The name of weekday 0 (Monday) … 6; `style` "full" | "short" | "narrow"."""
        return self.printer.weekday_name(weekday, style)

    def in_digits(self, text: object) -> str:
        """`str(text)` with its 0-9 as the reader's digits."""
        return self.printer.in_digits(str(text))

    def joined(self, words: Iterable[object]) -> str:
        """The words in one line, with the reader's comma between them ("a, b", "الف، ب")."""
        return language(self.language).comma.join(str(word) for word in words)


_DEFAULTS = {
    "en": Formats(first_day=6),
    "ru": Formats(language="ru", currency="RUB", tz="Europe/Moscow", country="RU"),
    "fa": Formats(
        language="fa", calendar="jalali", digits="persian", tz="Asia/Tehran", first_day=5, currency="IRR",
        rial_as="toman", country="IR",
    ),
}  # fmt: skip


def default_for(language: str) -> Formats:
    """What a reader of this language most likely wants, until they say otherwise."""
    return _DEFAULTS.get(language.partition("-")[0].lower()) or replace(_DEFAULTS["en"], first_day=0)


_current: ContextVar[Formats] = ContextVar("formats")
_FALLBACK = Formats()


def current() -> Formats:
    """The reader's formats of this request or job."""
    return _current.get(_FALLBACK)


@contextmanager
def using(formats: Formats) -> Iterator[Formats]:
    """Read and show as this reader inside the block."""
    token = _current.set(formats)
    try:
        yield formats
    finally:
        _current.reset(token)


def number(value: int | Decimal | float | None, places: int | None = None) -> str:
    return current().number(value, places)


def percent(value: int | Decimal | float | None, places: int | None = None) -> str:
    return current().percent(value, places)


def money(value: Money | None, style: str = "") -> str:
    return current().money(value, style)


def date(day: dt.date | None) -> str:
    return current().date(day)


def date_numeric(day: dt.date | None) -> str:
    return current().date_numeric(day)


def date_time(moment: dt.datetime | None) -> str:
    return current().date_time(moment)


def time(moment: dt.datetime | dt.time | None) -> str:
    return current().time(moment)


def when(moment: dt.date | None) -> str:
    return current().when(moment)


def ago(moment: dt.datetime | None) -> str:
    return current().ago(moment)


def duration(span: dt.timedelta | None) -> str:
    return current().duration(span)


def month_name(month: int, year: int | None = None) -> str:
    return current().month_name(month, year)


def weekday_name(weekday: int, style: str = "full") -> str:
    return current().weekday_name(weekday, style)


def digits(text: object) -> str:
    """`text` in the current reader's digits."""
    return current().in_digits(text)


def joined(words: Iterable[object]) -> str:
    """The words in one line, with the current reader's comma between them."""
    return current().joined(words)
