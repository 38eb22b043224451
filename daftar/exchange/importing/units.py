"""The unit in which a column counts time, as its heading says: "Call duration (in seconds)"."""

from __future__ import annotations

import re
from fractions import Fraction

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
