"""The tables and steps that show values to one reader; made once per `Formats`, then only look-ups.

Source: design.md §6 (thousands of values per page: no babel, no locale look-up per value).
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from daftar.kernel import clock
from daftar.kernel.currencies import CURRENCIES, TOMAN
from daftar.kernel.jalali import FIRST_YEAR, LAST_YEAR, jalali
from daftar.kernel.languages import language

if TYPE_CHECKING:
    from daftar.kernel.formats import Formats
    from daftar.kernel.money import Money

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ROUND = Context(prec=80, rounding=ROUND_HALF_UP)
_UNITS = [Decimal(1).scaleb(-places) for places in range(13)]
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_WIDE = 7 * 86400
NBSP, LRM, RLM = "\u00a0", "\u200e", "\u200f"


@lru_cache(maxsize=256)
def printer_for(formats: Formats) -> Printer:
    """The one printer of all equal `Formats`."""
    return Printer(formats)


class Printer:
    """Shows values to one reader; `Formats` has the same methods with their descriptions."""

    def __init__(self, formats: Formats) -> None:
        words = language(formats.language)
        self.words = words
        self.formats = formats
        self.zone = _zone(formats.tz)
        self.persian = formats.digits == "persian"
        # Persian separators belong to Persian digits; with Latin digits Persians write 22,700.5
        group, decimal = (",", ".") if words.decimal == "٫" and not self.persian else (words.group, words.decimal)
        self._signs = str.maketrans({",": group, ".": decimal, "-": words.minus} | self._digit_map())
        self._decimal = decimal
        self._plain = (group, decimal, words.minus) == (",", ".", "-") and not self.persian
        self._percent_sign = "%" if words.percent == "٪" and not self.persian else words.percent
        self._two = [self.in_digits(f"{n:02}") for n in range(100)]
        self._one = [self.in_digits(n) for n in range(100)]
        self._years = {year: self.in_digits(year) for year in [*range(1900, 2201), *range(FIRST_YEAR, LAST_YEAR + 1)]}
        self._jalali = formats.calendar == "jalali"
        self._months = words.jalali_months if self._jalali else words.months_in_date
        self._clock = self._make_clock()
        self._money: dict[tuple[str, str], tuple[str, str, Decimal, int]] = {}

    def _digit_map(self) -> dict[str, str]:
        return dict(zip("0123456789", "۰۱۲۳۴۵۶۷۸۹", strict=True)) if self.persian else {}

    def in_digits(self, text: object) -> str:
        plain = str(text)
        return plain.translate(_PERSIAN) if self.persian else plain

    # Numbers and money

    def number(self, value: int | Decimal | float | None, places: int | None = None) -> str:
        if value is None:
            return ""
        if isinstance(value, float):
            value = Decimal(repr(value))
        if places is not None:
            value = _ROUND.quantize(Decimal(value), _UNITS[places])
        text = f"{value:,}" if isinstance(value, int) else f"{value:,f}"
        if places is None and "." in text:
            text = text.rstrip("0").rstrip(".")
        return self._sign(text)

    def _sign(self, text: str) -> str:
        if text[0] == "-" and not text.strip("-0.,"):
            text = text[1:]  # no "-0.00"
        return text if self._plain else text.translate(self._signs)

    def percent(self, value: int | Decimal | float | None, places: int | None = None) -> str:
        return "" if value is None else self.number(value, places) + self._percent_sign

    def money(self, value: Money | None, style: str = "") -> str:
        if value is None:
            return ""
        style = style or self.formats.money_style
        before, after, unit, factor = self._money.get((value.currency, style)) or self._make_money(
            value.currency, style
        )
        amount = value.amount if factor == 1 else value.amount / factor
        if style == "short" and abs(amount) >= 10_000:
            text = self._short(amount)
        else:
            text = self._sign(f"{_ROUND.quantize(amount, unit):,f}")
            if factor != 1:
                text = self._without_zero_end(text)
        if before and text[0] == "-":
            return f"-{before}{text[1:]}{after}"
        if text[0] == LRM and after[-1:].isalpha():
            # The minus stays before its digits and the unit after them, as they are read from the right.
            return f"{RLM}{text}{after}"
        return f"{before}{text}{after}"

    def _make_money(self, code: str, style: str) -> tuple[str, str, Decimal, int]:
        """(text before, text after, rounding unit, rials per shown unit) of a currency, kept."""
        known = CURRENCIES.get(code)
        toman = code == "IRR" and self.formats.rial_as == "toman"
        places = (known.minor_units if known else 2) + toman if style == "full" else 0
        symbol = TOMAN.get(self.formats.language, TOMAN["en"]) if toman else self.symbol(code)
        if not self.words.symbol_first or (symbol.isalpha() and symbol.islower()):
            made = ("", NBSP + symbol, _UNITS[places], 10 if toman else 1)
        else:
            made = (symbol + (NBSP if symbol[-1:].isalpha() else ""), "", _UNITS[places], 10 if toman else 1)
        if len(self._money) < 1000:
            self._money[code, style] = made
        return made

    def symbol(self, code: str) -> str:
        """A currency's sign such that no other currency shows the same to this reader."""
        known, base = CURRENCIES.get(code), CURRENCIES.get(self.formats.currency)
        if known is None:
            return code
        if base is not None and base.is_dollar and known.is_dollar:
            return "$" if code == base.code else ("US$" if code == "USD" else known.symbol("en"))
        return known.symbol(self.formats.language or "en")

    def _short(self, amount: Decimal) -> str:
        power = next((p for p in (9, 6) if abs(amount) >= 10**p), 3)
        scaled = amount.scaleb(-power)
        return self.number(scaled, 1 if abs(scaled) < 100 else 0) + self.words.thousands[power // 3 - 1]

    def _without_zero_end(self, text: str) -> str:
        return text.rstrip(self._two[0][0]).rstrip(self._decimal) if self._decimal in text else text

    # Dates and times

    def _day(self, day: dt.date) -> dt.date:
        """Of an aware datetime the date on the reader's wall; of a date the date."""
        if isinstance(day, dt.datetime):
            return (day.astimezone(self.zone) if day.tzinfo else day).date()
        return day

    def _parts(self, day: dt.date) -> tuple[int, int, int]:
        return jalali(day) if self._jalali and 1900 <= day.year <= 2200 else (day.year, day.month, day.day)

    def _year(self, year: int) -> str:
        return self._years.get(year) or self.in_digits(f"{year:04}")

    def date(self, day: dt.date | None) -> str:
        if day is None:
            return ""
        year, month, number = self._parts(self._day(day))
        if self.words.numeric_date:
            return f"{self._two[number]}.{self._two[month]}.{self._year(year)}"
        # Outside of the years we accept even Jalali readers get the Gregorian date.
        months = self._months if 1278 <= year <= 2200 else self.words.months_in_date
        return f"{self._one[number]} {months[month - 1]} {self._year(year)}"

    def date_numeric(self, day: dt.date | None) -> str:
        if day is None:
            return ""
        year, month, number = self._parts(self._day(day))
        if self.words.numeric_date:
            return f"{self._two[number]}.{self._two[month]}.{self._year(year)}"
        mark = "/" if self._jalali else "-"
        return f"{self._year(year)}{mark}{self._two[month]}{mark}{self._two[number]}"

    def _make_clock(self) -> list[list[str]]:
        if self.formats.hour_24:
            return [[self.in_digits(f"{h:02}:{m:02}") for m in range(60)] for h in range(24)]
        halves = self.words.halves
        return [
            [self.in_digits(f"{h % 12 or 12}:{m:02}") + f"{NBSP}{halves[h >= 12]}" for m in range(60)]
            for h in range(24)
        ]

    def date_time(self, moment: dt.datetime | None) -> str:
        if moment is None:
            return ""
        local = moment.astimezone(self.zone) if moment.tzinfo else moment
        return f"{self.date(local.date())} {self._clock[local.hour][local.minute]}"

    def time(self, moment: dt.datetime | dt.time | None) -> str:
        if moment is None:
            return ""
        if isinstance(moment, dt.datetime) and moment.tzinfo:
            moment = moment.astimezone(self.zone)
        return self._clock[moment.hour][moment.minute]

    def when(self, moment: dt.date | None, now: dt.datetime | None = None) -> str:
        if moment is None:
            return ""
        today = (now or clock.now()).astimezone(self.zone).date()
        local = moment.astimezone(self.zone) if isinstance(moment, dt.datetime) and moment.tzinfo else moment
        day = self._day(local)
        said = self._said(day, today)
        return f"{said} {self._clock[local.hour][local.minute]}" if isinstance(local, dt.datetime) else said

    def _said(self, day: dt.date, today: dt.date) -> str:
        away = (day - today).days
        if -1 <= away <= 1:
            return self.words.near_days[away]
        if 2 <= away <= 6:  # a weekday of the past would read like one to come
            return self.words.weekdays_short[day.weekday()]
        year, month, number = self._parts(day)
        if year != self._parts(today)[0]:
            return self.date(day)
        names = self.words.jalali_months if self._jalali else self.words.months_short
        return f"{self._one[number]} {names[month - 1]}"

    def ago(self, moment: dt.datetime | None, now: dt.datetime | None = None) -> str:
        if moment is None:
            return ""
        seconds = ((now or clock.now()) - moment).total_seconds()
        away = abs(seconds)
        if away < 60:
            return self.words.just_now
        if away >= 31 * 86400:
            return self.date(moment)
        size, unit = (60, "m") if away < 3600 else (3600, "h") if away < 86400 else (86400, "d")
        said = self.words.ago_units[unit].format(self._one[int(away // size)])
        return (self.words.ago if seconds > 0 else self.words.ahead).format(said)

    def duration(self, span: dt.timedelta | None) -> str:
        if span is None:
            return ""
        seconds = round(span.total_seconds())
        minus, rest = ("-" if seconds < 0 else ""), abs(seconds)
        parts = []
        for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
            count, rest = divmod(rest, size)
            if count:
                parts.append(self.words.duration_units[unit].format(self.in_digits(count)))
        return minus + (self.words.duration_gap.join(parts) or self.words.duration_units["m"].format(self.in_digits(0)))

    # Names

    def month_name(self, month: int, year: int | None = None) -> str:
        name = (self.words.jalali_months if self._jalali else self.words.months)[month - 1]
        return name if year is None else f"{name} {self._year(year)}"

    def weekday_name(self, weekday: int, style: str = "full") -> str:
        names = {"full": self.words.weekdays, "short": self.words.weekdays_short, "narrow": self.words.weekdays_narrow}
        return names[style][weekday]


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")  # a wrong setting must not hide every date
