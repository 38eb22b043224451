"""What kind of values a column holds, told by the values alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from daftar.exchange.knowing.table import Column
from daftar.exchange.knowing.writing import Dates, Numbers, dates_in, numbers_in
from daftar.kernel.text import ascii_digits, fold
from daftar.records.fields.yes_no import FOLDED_NO, FOLDED_YES

NEARLY_ALL = 0.95
MOST_OPTIONS, LONGEST_OPTION, OFTEN = 60, 60, 4
"""A choice has few short texts, and each of them often."""
LONGEST_TEXT = 300
EMAIL = re.compile(r"(?:[^@\s;,<>]+@[^@\s;,<>]+\.[^@\s;,<>]+)(?:\s*[;,]\s*[^@\s;,<>]+@[^@\s;,<>]+\.[^@\s;,<>]+)*")
WEB = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-zA-Zа-яёА-ЯЁ]{2,}(?::\d+)?(?:[/?#]\S*)?")
PHONE = re.compile(r"(?:tel:)?[+(]*\d[\d\s().\-/–‐]{4,}\d(?:\s*(?:x|ext\.?|доб\.?|داخلی|#)\s*\d{1,7})?", re.IGNORECASE)
PHONE_WORDS = ("phone", "mobile", "cell", "tel", "fax", "телефон", "факс", "сотов", "мобильн", "تلفن", "موبایل", "همراه", "فکس",
"نمابر")  # fmt: skip


@dataclass
class Look:
    """A column with what its values are; `kind` is that of a field that would hold them, "" when there are none."""

    column: Column
    kind: str
    dates: Dates
    numbers: Numbers

    @property
    def heading(self) -> str:
        return self.column.heading


def look(column: Column, people: Collection[str] = frozenset()) -> Look:
    """Judge a column; `people` are folded names of those who are known."""
    some = column.some
    dates, numbers = dates_in(some), numbers_in(some)
    return Look(column, kind_of(column, some, dates, numbers, people), dates, numbers)


def kind_of(column: Column, some: Sequence[str], dates: Dates, numbers: Numbers, people: Collection[str]) -> str:
    if not some:
        return ""
    if share(some, is_yes_no) == 1 and not share(some, str.isdigit):
        return "yes_no"
    if share(some, is_email) >= NEARLY_ALL:
        return "emails"
    if dates.known >= NEARLY_ALL * len(some):
        return "date_time" if dates.timed else "date"
    if is_phones(column.heading, some):
        return "phones"
    if numbers.known >= NEARLY_ALL * len(some):
        return number_kind(numbers)
    if share(some, is_web) >= NEARLY_ALL:
        return "webs"
    if people and share(some, lambda value: fold(value) in people) >= NEARLY_ALL:
        return "person"
    return text_kind(column, some)


def number_kind(numbers: Numbers) -> str:
    if numbers.percents >= NEARLY_ALL * numbers.known:
        return "percent"
    if numbers.signs:
        return "money" if numbers.most_places <= 2 else "decimal"
    if numbers.is_whole:
        return "text" if numbers.zeros or numbers.largest > 18 else "whole"
    return "decimal" if numbers.most_places <= 4 else "text"


def text_kind(column: Column, some: Sequence[str]) -> str:
    if any(len(value) > LONGEST_TEXT or "\n" in value for value in some) or average(some) > 100:
        return "long_text"
    often = OFTEN if column.filled >= 20 else 2
    few = column.whole and column.distinct <= MOST_OPTIONS and column.filled >= often * column.distinct
    return "choice" if few and max(map(len, some)) <= LONGEST_OPTION else "text"


def share(values: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, values)) / len(values) if values else 0.0


def average(values: Sequence[str]) -> float:
    return sum(map(len, values)) / len(values)


def is_email(value: str) -> bool:
    return EMAIL.fullmatch(value) is not None


def is_web(value: str) -> bool:
    return "@" not in value and WEB.fullmatch(value) is not None


def is_yes_no(value: str) -> bool:
    word = fold(value[:40])
    return word in FOLDED_YES or word in FOLDED_NO


def is_phone(value: str) -> bool:
    bare = ascii_digits(value)
    return PHONE.fullmatch(bare) is not None and 7 <= len(re.sub(r"\D", "", bare)) <= 20


def is_phones(heading: str, some: Sequence[str]) -> bool:
    """Whether these are phone numbers; bare digits are only under a heading that says so."""
    if share(some, is_phone) < 0.9:
        return False
    if any(word in fold(heading) for word in PHONE_WORDS):
        return True
    return share(some, lambda value: value[:1] in "+(" or bool(re.search(r"\d[\s)-]+\d{2,4}[\s-]\d", value))) >= 0.9
