"""Currencies in use (ISO 4217): minor units, symbols and names, from CLDR through babel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_currency_precision

# Only what CLDR does not give or gives too long; rials are written as a word everywhere.
_SYMBOLS = {
    "en": {"IRR": "rial", "RUB": "₽"},
    "ru": {"IRR": "риал", "RUB": "₽"},
    "fa": {"IRR": "ریال", "RUB": "₽"},
}
TOMAN = {"en": "toman", "ru": "туман", "fa": "تومان"}


@dataclass(frozen=True)
class Currency:
    """Shapes: `code` is ISO 4217; `minor_units` is the number of decimals of its smallest coin in use."""

    code: str
    minor_units: int

    def name(self, language: str = "en") -> str:
        """Its name in a language, e.g. "US Dollar", "ریال ایران"."""
        names = _locale(language).currencies
        return str(names.get(self.code, self.code))

    def symbol(self, language: str = "en") -> str:
        """Its sign in a language ("$", "CA$", "₽"), or its code when it has none of its own."""
        return _symbol(self.code, language)

    @cached_property
    def is_dollar(self) -> bool:
        """Whether people write it with a bare "$"."""
        return self.symbol("en").endswith("$") or self.code in {"USD", "SGD"}


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@lru_cache(maxsize=2048)
def _symbol(code: str, language: str) -> str:
    own = _SYMBOLS.get(language, _SYMBOLS["en"]).get(code)
    if own:
        return own
    symbol = str(_locale(language).currency_symbols.get(code, code)).replace("\u200e", "").strip()
    # A sign made of letters ("F CFA", "Kč" …) is read back only as a code.
    return symbol if re.search(r"[\u20a0-\u20cf$£¥]", symbol) and " " not in symbol.replace("\u00a0", " ") else code


def _in_use() -> Mapping[str, Currency]:
    codes = {
        code
        for uses in get_global("territory_currencies").values()
        for code, _start, end, tender in uses
        if tender and end is None
    }
    return MappingProxyType({code: Currency(code, get_currency_precision(code)) for code in sorted(codes)})


CURRENCIES: Mapping[str, Currency] = _in_use()
"""ISO code → currency, of every currency that is legal tender somewhere now. Toman is not one: it is ten rials,
a way to show and to type IRR (`Formats.rial_as`)."""
