"""What a cell of a workbook reads like: numbers, days and times as exact text whatever the language of the program that wrote it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal, InvalidOperation

EXACT = re.compile(r"-?(?:0|[1-9]\d{0,11})(?:\.\d{1,3})?", re.ASCII)
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
SECONDS = 86_400
LAST_DAY = 2_958_465
"""31 December 9999 in the system of 1900."""
NOT_A_DAY = 60
"""29 February 1900, which Excel knows and the calendar does not."""
MAC_DAYS = 1462
"""Days between the two systems of days."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
DAY_PART, CLOCK_PART = frozenset("dy"), frozenset("hs")
BUILT_IN = {
    **dict.fromkeys((9, 10), "percent"),
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58), "day"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "clock"),
    22: "moment",
    46: "span",
}
"""Number formats that every program knows by their number."""
_days: dict[int, str] = {}


class NoValue(Exception):
    """The cell holds nothing that can be told: "number" or "day"."""


def kind_of_format(code: str) -> str:
    """What a number format shows: "day", "moment", "clock", "span" (hours beyond a day), "percent" or ""."""
    code = code[:1000].partition(";")[0].lower()
    bare = re.sub(r'"[^"]*"|\\.|_.|\*.', "", code)
    if re.search(r"\[(?:h+|m+|s+)\]", bare):
        return "span"
    bare = re.sub(r"\[[^\]]*\]", "", bare).replace("am/pm", "h").replace("a/p", "h")
    if bare.strip() == "general":
        return ""
    letters = frozenset(bare)
    has_day, has_clock = bool(letters & DAY_PART), bool(letters & CLOCK_PART)
    if has_day:
        return "moment" if has_clock else "day"
    if has_clock:
        return "clock"
    if "m" in letters:
        return "day"
    return "percent" if "%" in letters else ""


def number(text: str) -> str:
    """The number as it is shown: fifteen digits that count, no exponent, no empty decimals. Errors: NoValue."""
    if EXACT.fullmatch(text):
        return without_end(text)
    if not NUMBER.fullmatch(text) or len(text) > 400:
        raise NoValue("number")
    try:
        value = Decimal(f"{float(text):.15g}")
    except (ValueError, InvalidOperation, OverflowError):
        raise NoValue("number") from None
    if not value.is_finite():
        raise NoValue("number")
    return without_end(f"{value:f}")


def without_end(plain: str) -> str:
    """Without decimals that say nothing."""
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain == "-0" else plain


def percent(text: str) -> str:
    """A share as people see it: 0.125 is "12.5%"."""
    return number(str(Decimal(number(text)) * 100)) + "%"


def moment(text: str, kind: str, *, from_1904: bool) -> str:
    """A number of days as a day, a moment, a time of the day or a span. Errors: NoValue."""
    number(text)
    value = float(text)
    if kind == "span" or (kind == "clock" and value >= 1):
        return span(value)
    day, part = int(value // 1), value % 1
    seconds = round(part * SECONDS)
    if seconds == SECONDS:
        day, seconds = day + 1, 0
    if kind == "clock":
        return clock(seconds)
    said = day_text(day + MAC_DAYS if from_1904 else day)
    return said if kind == "day" and not seconds else f"{said} {clock(seconds)}"


def day_text(serial: int) -> str:
    """The day of a number in the system of 1900."""
    found = _days.get(serial)
    if found is None:
        if not 1 <= serial <= LAST_DAY or serial == NOT_A_DAY:
            raise NoValue("day")
        found = (dt.date(1899, 12, 30 if serial > NOT_A_DAY else 31) + dt.timedelta(days=serial)).isoformat()
        if len(_days) > 100_000:
            _days.clear()
        _days[serial] = found
    return found


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def span(days: float) -> str:
    seconds = round(abs(days) * SECONDS)
    return ("-" if days < 0 else "") + clock(seconds)


def iso(text: str) -> str:
    """A day or moment that is written as such: without parts of a second and without the T. Errors: NoValue."""
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise NoValue("day") from None
    return found.date().isoformat() if len(text.strip()) == 10 else found.replace(tzinfo=None).isoformat(" ", "seconds")


def unescaped(text: str) -> str:
    """Letters that XML cannot hold stand as _x000D_; line ends are one kind."""
    if "_x" in text:
        text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
