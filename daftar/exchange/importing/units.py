"""What stands at numbers: the unit of time that a heading names ("Call duration (in seconds)"), the sign of a currency."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.money import parse_money
from daftar.kernel.numbers import parse_decimal
from daftar.kernel.text import fold

SECONDS = {
    1: "s sec secs second seconds сек секунда секунды секунд секундах ثانیه",
    60: "m min mins minute minutes мин минута минуты минут минутах دقیقه",
    3600: "h hr hrs hour hours ч час часа часов часах ساعت",
    86400: "d day days день дня дней днях روز",
}
_UNITS = {fold(word): size for size, words in SECONDS.items() for word in words.split()}


def seconds_of(heading: str) -> Fraction:
    """How many seconds one of the column's numbers has; minutes when the heading names no unit."""
    named = [_UNITS[word] for word in re.findall(r"\w+", fold(heading)) if word in _UNITS]
    return Fraction(named[-1] if named else 60)


BARE = ("decimal", "whole")
"""Kinds that hold a number without a currency."""
PRICE = re.compile(r"[^\d\s.,+\-−()٬٫'’%٪]")


def has_sign(text: str) -> bool:
    """Whether something stands at the number that is no part of it, such as the sign of a currency."""
    return PRICE.search(text) is not None


def priced(text: str, formats: Formats) -> Decimal:
    """A number, perhaps with the sign of a currency at it ("$1,009.784"). Errors: Invalid as `parse_decimal`."""
    try:
        return parse_decimal(text, formats)
    except Invalid as refused:
        try:
            return parse_money(text, formats, formats.currency, places=4).amount
        except Invalid:
            raise refused from None


def plainly(number: Decimal) -> str:
    """The number written so that it can be read in one way only."""
    plain = f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
    return f"{plain}0" if len(plain.partition(".")[2]) == 3 else plain
