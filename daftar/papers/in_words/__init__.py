"""Amounts in words, as papers say them."""

from __future__ import annotations

from daftar.kernel.money import CURRENCIES, Money, quantize
from daftar.papers.in_words import en, fa, ru

LANGUAGES = {"en": en, "fa": fa, "ru": ru}
MOST = 10**15


def in_words(money: Money, language: str, *, toman: bool = False) -> str:
    """The amount in words: "one hundred dollars and 5 cents", «یک میلیون ریال», «сто рублей 05 копеек».

    Shapes: `toman` for rials that are said in toman, where they are whole toman. "" for an amount too large to be said.
    """
    exact = quantize(money)
    whole, coins = divmod(abs(exact.amount), 1)
    if whole >= MOST:
        return ""
    places = CURRENCIES[exact.currency].minor_units
    minor = int((coins * 10**places).to_integral_value())
    is_toman = toman and exact.currency == "IRR" and whole % 10 == 0
    units = int(whole // 10) if is_toman else int(whole)
    said: str = LANGUAGES[language].amount(units, minor, places, "TOMAN" if is_toman else exact.currency)
    return f"{LANGUAGES[language].MINUS} {said}" if exact.amount < 0 else said


def number_in_words(number: int, language: str) -> str:
    """A whole number in words, 0 up to 10^15."""
    said: str = LANGUAGES[language].number(number)
    return said
