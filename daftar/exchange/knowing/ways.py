"""How the values of a file are read, as words of its map: order of dates, decimal sign, currency, factor, country of phones."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import phonenumbers

from daftar.exchange.knowing.columns import Columns
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.writing import code_of, currency_of_words
from daftar.kernel.formats import Formats
from daftar.kernel.text import ascii_digits

COUNTRY_OF = {"USD": "US", "RUB": "RU", "IRR": "IR", "GBP": "GB", "TRY": "TR", "AED": "AE", "UAH": "UA", "KZT": "KZ", "INR": "IN",
"CNY": "CN", "CAD": "CA", "AUD": "AU", "CHF": "CH", "PLN": "PL", "BRL": "BR", "ILS": "IL"}  # fmt: skip
OTHERS = ("IR", "RU", "US", "DE", "GB", "TR", "AE", "FR")
ENOUGH = 0.8
PHONES = 200
MONEY = ("money", "decimal", "percent", "whole")
DAYS = ("date", "date_time")


@dataclass
class Ways:
    """Words of the map, and what is told about them."""

    map: dict[str, object] = field(default_factory=dict)
    currency: str = ""
    country: str = ""
    country_by: str = ""
    """Why that country: "numbers", "currency", "company", or "" when numbers carry their codes."""
    has_jalali: bool = False
    open_dates: list[str] = field(default_factory=list)


def read_ways(
    looks: Sequence[Look],
    made: Columns,
    formats: Formats,
    *,
    orders: Mapping[str, str],
    decimals: Mapping[str, str],
    currency: str = "",
) -> Ways:
    """How one file is read; `orders` and `decimals` are what the other files prove for signs that leave it open here."""
    ways = Ways()
    used = [look for look in looks if made.targets.get(look.heading)]
    set_dates(used, made, ways, orders)
    set_numbers(used, made, ways, decimals)
    set_money(used, made, ways, formats)
    set_country(used, made, ways, formats, currency)
    return ways


def is_used(look: Look, made: Columns, kinds: Iterable[str]) -> bool:
    """Whether the column is read as one of the kinds."""
    return any(
        (target.startswith(("@created", "@changed", "@moved")) and "date" in kinds) or kind_of(target, look) in kinds
        for target in made.targets[look.heading]
    )


def kind_of(target: str, look: Look) -> str:
    """The kind that a target reads: said by a new field, else told by the values."""
    return (
        target[1:].partition(":")[0]
        if target.startswith("+")
        else ""
        if target.startswith("@") or target.endswith("@id")
        else look.kind
    )


def set_dates(looks: Sequence[Look], made: Columns, ways: Ways, orders: Mapping[str, str]) -> None:
    """The order of most columns for the file, that of the others by their headings."""
    found: dict[str, str] = {}
    for look in looks:
        if not is_used(look, made, DAYS) or not look.dates.known:
            continue
        ways.has_jalali = ways.has_jalali or look.dates.jalali > 0
        if order := look.dates.order:
            found[look.heading] = order
        elif look.dates.is_open:
            mark = look.dates.marks.most_common(1)[0][0]
            ways.open_dates.append(look.heading)
            if orders.get(mark):
                found[look.heading] = orders[mark]
    if found:
        most = Counter(found.values()).most_common(1)[0][0]
        ways.map["date_order"] = most
        if differing := {heading: order for heading, order in found.items() if order != most}:
            ways.map["dates"] = differing


def set_numbers(looks: Sequence[Look], made: Columns, ways: Ways, decimals: Mapping[str, str]) -> None:
    found = {
        look.heading: look.numbers.decimal for look in looks if is_used(look, made, MONEY) and look.numbers.decimal
    }
    most = Counter(found.values()).most_common(1)[0][0] if found else decimals.get("", "")
    if not found and not any(is_used(look, made, MONEY) and look.numbers.is_open for look in looks):
        return
    if most:
        ways.map["decimal"] = most
    if differing := {heading: sign for heading, sign in found.items() if sign != most}:
        ways.map["numbers"] = differing


def set_money(looks: Sequence[Look], made: Columns, ways: Ways, formats: Formats) -> None:
    """The currency that signs or headings name, and factors: thousands, tomans under a heading."""
    times: dict[str, str] = {}
    codes: Counter[str] = Counter()
    for look in looks:
        if (
            not look.numbers.signs
            and (said := currency_of_words(look.heading))
            and look.kind in ("whole", "decimal", "money")
        ):
            codes[code_of(said, formats)] += look.numbers.known
            written, shown = said, "TOMAN" if formats.rial_as == "toman" else "IRR"
            if {written, shown} == {"TOMAN", "IRR"}:
                times[look.heading] = "10" if written == "TOMAN" else "0.1"
        if not (is_used(look, made, MONEY) and look.numbers.known >= ENOUGH * len(look.column.some)):
            continue
        for sign, count in look.numbers.signs.items():
            codes[code_of(sign, formats)] += count
    if codes:
        ways.currency = codes.most_common(1)[0][0]
        if not any(target.endswith(".currency") for target in made.taken()):
            ways.map["currency"] = ways.currency
    if times:
        ways.map["times"] = times


def set_country(looks: Sequence[Look], made: Columns, ways: Ways, formats: Formats, currency: str) -> None:
    """The country of phones without a code: the one in which most of them exist."""
    bare: list[str] = []
    for look in looks:
        if any(
            target.partition(".")[0] == "phones" or target.startswith("+phones:")
            for target in made.targets[look.heading]
        ):
            bare += [
                number for number in map(ascii_digits, look.column.some) if not re.match(r"[\s(]*(?:\+|00)", number)
            ]
    if bare:
        ways.country, ways.country_by = country_of(
            bare[:: max(1, len(bare) // PHONES)][:PHONES], ways.currency or currency, formats
        )
        if ways.country:
            ways.map["country"] = ways.country


def country_of(numbers: Sequence[str], currency: str, formats: Formats) -> tuple[str, str]:
    """(country, why): the company's own when its numbers fit, else that of the currency, else the one that fits best."""
    company = formats.country.upper()
    tried = dict.fromkeys(c for c in (COUNTRY_OF.get(currency, ""), company, *OTHERS) if c)
    shares = {country: valid_share(numbers, country) for country in tried}
    if not shares or max(shares.values()) < 0.5:
        return (company, "company") if company else ("", "")
    best = max(shares, key=lambda country: (round(shares[country], 1), -list(tried).index(country)))
    return best, "company" if best == company else "currency" if best == COUNTRY_OF.get(currency) else "numbers"


def valid_share(numbers: Sequence[str], country: str) -> float:
    return sum(is_valid(number, country) for number in numbers) / len(numbers)


def is_valid(number: str, country: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, country))
    except phonenumbers.NumberParseException:
        return False
