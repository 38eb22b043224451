"""Money is an exact decimal amount with its currency. Amounts of different currencies never meet unconverted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.currencies import CURRENCIES, Currency
from daftar.kernel.errors import Invalid
from daftar.kernel.numbers import parse_decimal, take_factor
from daftar.kernel.text import without_marks

if TYPE_CHECKING:
    from daftar.kernel.formats import Formats

__all__ = ["CURRENCIES", "Currency", "Money", "parse_currency", "parse_money", "quantize", "words_of"]

_ROUND = Context(prec=80, rounding=ROUND_HALF_UP)
_NUMBER_AROUND = re.compile(r"([^0-9۰-۹٠-٩]*)([0-9۰-۹٠-٩](?:.*[0-9۰-۹٠-٩])?)([^0-9۰-۹٠-٩]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Money:
    """Units: `amount` in whole units of `currency` (ISO 4217), never minor ones; IRR in rials, never toman."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __mul__(self, factor: int | Decimal) -> Money:
        return Money(self.amount * factor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
        return other


def quantize(money: Money) -> Money:
    """The amount rounded half up to the currency's smallest coin (rials, cents). Errors: as `parse_currency`."""
    currency = CURRENCIES[parse_currency(money.currency)]
    return Money(_ROUND.quantize(money.amount, Decimal(1).scaleb(-currency.minor_units)), currency.code)


def parse_currency(text: str) -> str:
    """An ISO 4217 code in capitals. Errors: Invalid for one that is not in use."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        raise Invalid(
            format_lazy(
                _("“{text}” is not a currency we know. Use a code such as USD, EUR or IRR."), text=text.strip()[:20]
            )
        )
    return code


def parse_money(text: str, formats: Formats, default_currency: str, *, places: int | None = None) -> Money:
    """An amount with its currency, as typed: "$22,700.00", "22 700,00 ₽", "€5", "$342.09K", "۲۲٬۷۰۰ تومان", or a bare number.

    Shapes: `places` are the digits that may stand behind the decimal sign, as many as the currency has by default.
    Units: a bare number is in `default_currency`; when that is IRR and the reader sees toman, it is in toman.
    Errors: Invalid for an unknown or ambiguous sign, more decimals than the currency has, and as `parse_decimal`.
    """
    if len(text) > 80:
        raise Invalid(_("This is too long for an amount of money."))
    bare = without_marks(text).strip()
    around = _NUMBER_AROUND.fullmatch(bare)
    if around is None:
        raise Invalid(_("Write an amount, such as 1200 or 1200.50."))
    before, number, after = around.groups()
    number, after = with_factor(number, after)
    minus, before = _take_minus(before)
    if before[-1:] == "." or before[-1:] == ",":
        number, before = before[-1] + number, before[:-1]
    code, per_unit = _currency_of(before.strip(), after.strip(), formats, default_currency)
    if places is None:
        places = CURRENCIES[code].minor_units + (per_unit == 10)
    try:
        amount = parse_decimal(number, formats, places=max(places, 4))
    except Invalid as error:
        raise Invalid(error.sentence) from None
    if amount != _ROUND.quantize(amount, Decimal(1).scaleb(-places)):
        raise Invalid(
            format_lazy(
                _("{currency} has at most {places} digits after the decimal point."),
                currency=code,
                places=formats.in_digits(places),
            )
            if places
            else format_lazy(_("{currency} has no digits after the decimal point."), currency=code)
        )
    return Money((-amount if minus and amount else amount) * per_unit, code)


def with_factor(number: str, after: str) -> tuple[str, str]:
    """The number with the factor that stands between it and the currency ("1.2M USD", "1,2 млн руб")."""
    word, _space, rest = after.strip().partition(" ")
    return (f"{number} {word}", rest) if word and take_factor(f"0 {word}")[1] else (number, after)


def _take_minus(before: str) -> tuple[bool, str]:
    signs = [c for c in before if c in "-−–‒"]
    if len(signs) > 1:
        raise Invalid(_("Write an amount, such as 1200 or 1200.50."))
    return bool(signs), re.sub("[-−–‒+]", "", before)


def _currency_of(before: str, after: str, formats: Formats, default_currency: str) -> tuple[str, int]:
    """(ISO code, how many of it the written unit holds: ten rials to a toman)."""
    if before and after:
        if _meaning(before) != _meaning(after):
            raise Invalid(_("This amount names two currencies. Keep one."))
        after = ""
    sign = before or after
    if not sign:
        code = parse_currency(default_currency)
        return code, 10 if code == "IRR" and formats.rial_as == "toman" else 1
    code = _meaning(sign)
    if code == "$":
        return _dollar(formats, default_currency), 1
    if code == "TOMAN":
        return "IRR", 10
    if code not in CURRENCIES:
        raise Invalid(
            format_lazy(_("“{text}” is not a currency we know. Use a code such as USD, EUR or IRR."), text=sign[:20])
        )
    return code, 1


def _dollar(formats: Formats, default_currency: str) -> str:
    """Which dollar a bare "$" is: the reader's own, or the default's; refused when these are two."""
    meant = {c for c in (formats.currency, default_currency) if c in CURRENCIES and CURRENCIES[c].is_dollar}
    if len(meant) > 1:
        codes = formats.joined(sorted(meant))
        raise Invalid(format_lazy(_("“$” can mean {codes} here. Write the code instead."), codes=codes))
    return meant.pop() if meant else "USD"


_WORDS = {
    "$": "$", "dollar": "$", "dollars": "$", "доллар": "$", "доллара": "$", "долларов": "$", "долл": "$", "دلار": "$",
    "us$": "USD", "usd$": "USD", "€": "EUR", "euro": "EUR", "euros": "EUR", "евро": "EUR", "یورو": "EUR",
    "£": "GBP", "pound": "GBP", "pounds": "GBP", "پوند": "GBP", "фунт": "GBP", "фунтов": "GBP",
    "¥": "JPY", "₽": "RUB", "руб": "RUB", "р": "RUB", "рубль": "RUB", "рубля": "RUB", "рублей": "RUB", "روبل": "RUB",
    "﷼": "IRR", "rial": "IRR", "rials": "IRR", "ریال": "IRR", "риал": "IRR", "риалов": "IRR", "риала": "IRR",
    "toman": "TOMAN", "tomans": "TOMAN", "تومان": "TOMAN", "تومن": "TOMAN", "туман": "TOMAN", "туманов": "TOMAN",
    "irt": "TOMAN", "درهم": "AED",
}  # fmt: skip


def words_of(currency: str, formats: Formats) -> dict[str, tuple[str, int]]:
    """How this currency may be written beside an amount, for pages that read as `parse_money` does: word → (what it means, power).

    Units: the power of ten by which its unit differs from the one that is typed bare: rials among tomans are -1.
    """
    bare = 10 if currency == "IRR" and formats.rial_as == "toman" else 1
    found = {}
    for word, code in _signs().items():
        if code == "TOMAN" and currency == "IRR":
            found[word] = code, 0 if bare == 10 else 1
        elif code == currency or (code == "$" and _means_dollar(currency, formats)):
            found[word] = code, -1 if bare == 10 else 0
    return found


def _means_dollar(currency: str, formats: Formats) -> bool:
    try:
        return _dollar(formats, currency) == currency
    except Invalid:
        return False


@cache
def _signs() -> dict[str, str]:
    signs = {code.lower(): code for code in CURRENCIES}
    for code, currency in CURRENCIES.items():
        for language in ("en", "fa", "ru"):
            signs.setdefault(currency.symbol(language).lower(), code)
    return signs | _WORDS


def _meaning(sign: str) -> str:
    word = sign.lower().replace("ي", "ی").replace("ك", "ک").rstrip(".").strip()
    return _signs().get(word, word)
