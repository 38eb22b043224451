"""How the values of a column are written: dates in which order, numbers with which sign, money in which currency."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from daftar.exchange.importing.mixed import OPEN, decimal_sign
from daftar.kernel.currencies import CURRENCIES as ISO
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.kernel.text import ascii_digits

NEUTRAL = Formats(language="", country="")
"""A reader without habits: what two readers would read differently is refused."""
TIME = r"(?:[ T,]+\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
YEAR_LAST = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){TIME}")
YEAR_FIRST = re.compile(rf"(\d{{4}})([/.-])(\d{{1,2}})\2(\d{{1,2}}){TIME}")
SHORT_YEAR = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{2}}){TIME}")
CLOCK = re.compile(r"\d{1,2}:\d{2}")
NUMBER = re.compile(r"([^\d]*?)([-−–]?[.,]?\d(?:[\d\s.,٬٫'’]*\d)?)([^\d]*)")
CURRENCIES = {
    "$": "$|dollar|dollars|доллар|долл|دلار", "USD": "us$|usd", "EUR": "€|eur|euro|евро|یورو", "GBP": "£|gbp", "JPY": "¥|jpy",
    "RUB": "₽|rub|руб|р|рублей|روبل", "IRR": "﷼|irr|rial|rials|ریال", "TOMAN": "تومان|تومن|toman|tomans|irt", "TRY": "₺|try|tl",
    "AED": "aed|درهم", "CNY": "cny|元", "INR": "₹|inr", "UAH": "₴|uah|грн", "KZT": "₸|kzt|тг", "PLN": "zł|pln", "CHF": "chf",
    "CAD": "ca$|c$|cad", "AUD": "a$|au$|aud", "BRL": "r$|brl", "ILS": "₪|ils",
}  # fmt: skip
SIGNS = {sign: code for code, signs in CURRENCIES.items() for sign in signs.split("|")}
FACTORS = {"k": "1000", "тыс": "1000", "هزار": "1000", "m": "1000000", "mn": "1000000", "млн": "1000000", "میلیون": "1000000"}  # fmt: skip


@dataclass
class Dates:
    """How dates stand in a column; each is a number of different values."""

    dmy: int = 0
    mdy: int = 0
    ymd: int = 0
    either: int = 0
    """Of two orders, with signs that leave it open (03/04/2017)."""
    named: int = 0
    short: int = 0
    """With a year of two digits, which is not read."""
    jalali: int = 0
    timed: int = 0
    other: int = 0
    marks: Counter[str] = field(default_factory=Counter)

    @property
    def known(self) -> int:
        return self.dmy + self.mdy + self.ymd + self.either + self.named + self.short

    @property
    def order(self) -> str:
        """The one order that values prove: "dmy", "mdy", "ymd", or ""."""
        proven = {name for name in ("dmy", "mdy", "ymd") if getattr(self, name)}
        if self.either and "ymd" in proven:
            return ""
        return proven.pop() if len(proven) == 1 else ""

    @property
    def is_mixed(self) -> bool:
        """Whether day and month change places within the column, or two orders stand in it."""
        return bool((self.dmy and self.mdy) or (self.ymd and (self.dmy or self.mdy or self.either)))

    @property
    def is_open(self) -> bool:
        """Whether nothing in the column says which number is the day."""
        return bool(self.either) and not (self.dmy or self.mdy or self.ymd)


def dates_in(values: Iterable[str]) -> Dates:
    found = Dates()
    for raw in values:
        value = ascii_digits(raw)
        found.timed += bool(CLOCK.search(value)) and not re.search(r"\b0?0:00(?::00)?$", value)
        if shape := YEAR_FIRST.fullmatch(value):
            fine = int(shape[3]) <= 12 and int(shape[4]) <= 31
            found.ymd, found.other = found.ymd + fine, found.other + (not fine)
            found.jalali += int(shape[1]) < 1700 and fine
        elif shape := YEAR_LAST.fullmatch(value):
            year_last(shape, found)
        elif shape := SHORT_YEAR.fullmatch(value):
            found.short += 1
        elif len(value) <= 60 and re.search(r"\d", value) and re.search(r"[^\W\d_]{3}", value) and is_named(value):
            found.named += 1
            found.jalali += bool(re.search(r"\b1[234]\d\d\b", value))
        else:
            found.other += 1
    return found


def year_last(shape: re.Match[str], found: Dates) -> None:
    first, second, mark = int(shape[1]), int(shape[3]), shape[2]
    found.marks[mark] += 1
    found.jalali += int(shape[4]) < 1700
    if first > 31 or second > 31 or (first > 12 and second > 12):
        found.other += 1
    elif first > 12 or mark == "." or int(shape[4]) < 1700:
        found.dmy += 1
    elif second > 12:
        found.mdy += 1
    else:
        found.either += 1


def is_named(value: str) -> bool:
    try:
        parse_date(value, NEUTRAL)
    except Invalid:
        return False
    return True


def moment_of(value: str, order: str) -> dt.date | None:
    """The day that a cell names, or None."""
    try:
        return parse_date(value, NEUTRAL, order=order)
    except Invalid:
        return None


@dataclass
class Numbers:
    """How numbers stand in a column."""

    point: int = 0
    """Values in which a point is surely the decimal sign."""
    comma: int = 0
    open_point: int = 0
    """Values like "1.234", which two readers read differently."""
    open_comma: int = 0
    plain: int = 0
    other: int = 0
    places: int = 0
    """The most digits behind the decimal sign."""
    zeros: int = 0
    """Numbers that begin with a zero, as codes do."""
    largest: int = 0
    """The most digits of a number."""
    signs: Counter[str] = field(default_factory=Counter)
    factors: Counter[str] = field(default_factory=Counter)
    percents: int = 0

    @property
    def known(self) -> int:
        return self.point + self.comma + self.open_point + self.open_comma + self.plain

    @property
    def decimal(self) -> str:
        """The decimal sign that values prove, or ""."""
        return "" if bool(self.point) == bool(self.comma) else "." if self.point else ","

    @property
    def most_places(self) -> int:
        """The most digits behind the decimal sign, those counted that only the other values make sure."""
        three = (self.decimal == "." and self.open_point) or (self.decimal == "," and self.open_comma)
        return max(self.places, 3 if three else 0)

    @property
    def is_mixed(self) -> bool:
        """Whether "1.234,56" stands beside "1,234.56"."""
        return bool(self.point and self.comma)

    @property
    def is_open(self) -> bool:
        return bool(self.open_point or self.open_comma) and not (self.point or self.comma)

    @property
    def is_whole(self) -> bool:
        return self.known > 0 and not self.places and not self.open_point and not self.open_comma

    def currency(self, formats: Formats) -> str:
        """The one currency that signs name ("IRR" for tomans too, the reader's own dollar for "$"), or ""."""
        codes = {code_of(sign, formats) for sign in self.signs}
        return codes.pop() if len(codes) == 1 else ""

    @property
    def factor(self) -> str:
        """What all numbers are written in ("1000" for "$342.09K"), or ""."""
        whole = len(self.factors) == 1 and sum(self.factors.values()) == self.known
        return next(iter(self.factors)) if whole else ""


def numbers_in(values: Iterable[str]) -> Numbers:
    found = Numbers()
    for raw in values:
        shape = NUMBER.fullmatch(ascii_digits(raw).strip()) if len(raw) <= 60 else None
        if shape is None or not read_around(shape[1], shape[3], found):
            found.other += 1
            continue
        read_body(shape[2].lstrip("-−–"), found)
    return found


def read_around(before: str, after: str, found: Numbers) -> bool:
    """Take note of what stands around a number; False when that is no sign of money, percent or a thousand."""
    words = [
        fold_sign(word) for word in re.split(r"[\s\u00a0]+", f"{before.strip(' (+-−')} {after.strip(' )')}") if word
    ]
    for word in words:
        if word in SIGNS:
            found.signs[SIGNS[word]] += 1
        elif word in ("%", "٪"):
            found.percents += 1
        elif word in FACTORS:
            found.factors[FACTORS[word]] += 1
        else:
            return False
    return len(words) <= 2


def fold_sign(word: str) -> str:
    return word.lower().strip(".").replace("ي", "ی").replace("ك", "ک")


def read_body(body: str, found: Numbers) -> None:
    bare = re.sub(r"[\s\u00a0\u202f'’٬]", "", body)
    digits = re.sub(r"\D", "", bare)
    found.largest = max(found.largest, len(digits))
    if "٫" in bare:
        found.plain += 1
        found.places = max(found.places, len(bare.partition("٫")[2]))
        return
    if not ("." in bare or "," in bare):
        found.plain += 1
        found.zeros += bare.startswith("0") and len(bare) > 1
        return
    sign = decimal_sign(bare)
    if not sign:
        found.other += 1
    elif sign == OPEN:
        found.open_point, found.open_comma = found.open_point + ("." in bare), found.open_comma + ("," in bare)
    else:
        found.point, found.comma = found.point + (sign == "."), found.comma + (sign == ",")
        if bare.count(sign) == 1:
            found.places = max(found.places, len(bare.rpartition(sign)[2].rstrip("0")))


def currency_of_words(heading: str) -> str:
    """The currency that a heading names: "مبلغ (تومان)", "Amount, USD"; else ""."""
    return next((SIGNS[word] for word in fold_sign(heading).translate(NO_BRACKETS).split() if word in SIGNS and len(word) > 1), "")  # fmt: skip


def code_of(sign: str, formats: Formats) -> str:
    """ISO code of a sign: tomans are counted in rials, a bare "$" is the reader's own dollar."""
    if sign == "$":
        own = ISO.get(formats.currency)
        return own.code if own is not None and own.is_dollar else "USD"
    return "IRR" if sign == "TOMAN" else sign


NO_BRACKETS = str.maketrans("()[],;:/", "        ")
