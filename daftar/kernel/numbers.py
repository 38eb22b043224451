"""Numbers as people type them, read exactly or refused: never guessed.

The rule: a form that can mean only one number is read ("22.700,00", "22 700,00", "۲۲٬۷۰۰"); one comma or point with
three digits behind it means what it means in the reader's language; where that does not settle it, it is refused.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import ascii_digits, without_marks

if TYPE_CHECKING:
    from daftar.kernel.formats import Formats

LARGEST_WHOLE = 2**63 - 1
_LONGEST = 60
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]+")
_MINUS = str.maketrans(dict.fromkeys("−–‒﹣－", "-") | {"،": ",", "٫": "d"})
_SHAPE = re.compile(r"([+-]?)([0-9 .,٬]*)(?:d([0-9]*))?", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([ .,٬])[0-9]{3})(?:\1[0-9]{3})*", re.ASCII)
_FACTOR = re.compile(r"(.{0,60}[0-9۰-۹٠-٩])[ \u00a0\u202f]?([^\W\d_]{1,8}\.?)", re.DOTALL)
_POWERS = {
    word: power
    for power, words in {
        3: "k thousand тыс тысяч тысяча тысячи هزار",
        6: "m mm mn mln million millions млн миллион миллиона миллионов میلیون",
        9: "b bn bln billion billions млрд миллиард миллиарда миллиардов میلیارد",
    }.items()
    for word in words.split()
}
_METRES = ("m", "b", "m.", "b.")
"""Small letters that mean something else as often: metres, bytes."""
# What one comma and one point are to a reader of a language: (group, decimal); "" is not settled.
_HABITS = {"en": (",", "."), "fa": (",", "."), "ru": ("", ","), "de": (".", ",")}


def parse_decimal(text: str, formats: Formats, *, max_digits: int = 18, places: int = 4) -> Decimal:
    """The exact number that a person typed or a file holds.

    Shapes: digits of any of our scripts; groups by comma, point, space, apostrophe or "٬"; a factor behind it ("342.09K", "1,2 млн");
    no exponent, NaN, infinity.
    Errors: Invalid when it is no number, ambiguous for this reader, or has more than `max_digits` digits or
    `places` decimals (it is never rounded; zeros at the end do not count).
    """
    bare, power = take_factor(text)
    sign, whole, decimals = _split(bare, formats, text)
    if power:
        whole, decimals = whole + decimals[:power].ljust(power, "0"), decimals[power:]
    whole, decimals = whole.lstrip("0"), decimals.rstrip("0")
    if len(decimals) > places:
        raise Invalid(
            format_lazy(_("At most {places} digits after the decimal point, please."), places=formats.in_digits(places))
            if places
            else _("This must be a whole number, without decimals.")
        )
    if len(whole) > max_digits - places:
        raise Invalid(
            format_lazy(
                _("This number is too large: at most {limit} digits before the decimal point."),
                limit=formats.in_digits(max_digits - places),
            )
        )
    number = Decimal(f"{whole or '0'}.{decimals}" if decimals else whole or "0")
    return -number if sign == "-" and number else number


def take_factor(text: str) -> tuple[str, int]:
    """(the text without its factor, how many digits that moves the decimal sign): "342.09K" → ("342.09", 3)."""
    shape = _FACTOR.fullmatch(text)
    if shape is None or shape[2] in _METRES:
        return text, 0
    power = _POWERS.get(shape[2].lower().replace("ي", "ی").rstrip("."))
    return (shape[1], power) if power else (text, 0)


def parse_whole(text: str, formats: Formats) -> int:
    """A whole number between -(2^63-1) and 2^63-1. Errors: Invalid as `parse_decimal`."""
    number = int(parse_decimal(text, formats, max_digits=_LONGEST, places=0))
    if abs(number) > LARGEST_WHOLE:
        raise Invalid(_("This number is too large: at most 9,223,372,036,854,775,807."))
    return number


def parse_percent(text: str, formats: Formats) -> Decimal:
    """Units: per cent; "12.5 %" and "12.5" are both Decimal("12.5"). Errors: Invalid as `parse_decimal`."""
    if len(text) > _LONGEST:
        raise _too_long()
    bare = without_marks(text).strip()
    for sign in "%٪":
        bare = bare.removesuffix(sign).removeprefix(sign)
    return parse_decimal(bare, formats, max_digits=18, places=4)


def _split(number: str, formats: Formats, text: str) -> tuple[str, str, str]:
    """(sign, digits before, digits after the decimal mark); `text` is what is shown when that fails."""
    if len(text) > _LONGEST:
        raise _too_long()
    bare = _SPACES.sub(" ", without_marks(ascii_digits(number)).translate(_MINUS).strip())
    shape = _SHAPE.fullmatch(bare.replace("- ", "-", 1) if bare.startswith("- ") else bare)
    if shape is None or not any(c.isdigit() for c in bare):
        raise _not_a_number(text)
    sign, body, behind = shape.groups()
    body = body.strip()
    if behind is not None:  # "٫" is a decimal mark to everybody
        if not behind:
            raise _not_a_number(text)
        return sign, _ungroup(body, text) if body else "", behind
    return sign, *_split_body(body, text, formats)


def _split_body(body: str, text: str, formats: Formats) -> tuple[str, str]:
    if body.isdigit():
        return body, ""
    mark_at = max(body.rfind(","), body.rfind("."))
    if mark_at < 0:
        return _ungroup(body, text), ""
    mark, before, behind = body[mark_at], body[:mark_at], body[mark_at + 1 :]
    if not behind.isdigit():
        if behind.strip(" ٬0123456789"):
            raise _not_a_number(text)
        return _ungroup(body, text), ""
    if mark in before:  # it comes twice: it can only part thousands
        return _ungroup(body, text), ""
    if not before.isdigit() and before:  # another sign parts the thousands
        return _ungroup(before, text), behind
    return _settle(before, mark, behind, text, formats)


def _settle(before: str, mark: str, behind: str, text: str, formats: Formats) -> tuple[str, str]:
    """One comma or point and only digits around it."""
    group, decimal = habits(formats)
    if mark == decimal:
        return before, behind
    could_be_group = len(behind) == 3 and 0 < len(before) <= 3 and not before.startswith("0")
    if could_be_group:
        if mark == group:
            return before + behind, ""
        raise Invalid(
            format_lazy(
                _("“{text}” can mean two numbers. Write {one} or {other}."),
                text=text.strip(), one=before + behind, other=f"{before}{decimal or '.'}{behind}0",
            )
        )  # fmt: skip
    if mark == group and (len(behind) > 2 or not before):
        raise _not_a_number(text)  # a comma at a wrong place is a slip, not a decimal mark
    return before, behind


def habits(formats: Formats) -> tuple[str, str]:
    """(group, decimal): what one comma and one point are to this reader; "" is not settled. Pages read what is typed by it."""
    return _HABITS.get(formats.language.partition("-")[0], ("", ""))


def _ungroup(body: str, text: str) -> str:
    if body.isdigit():
        return body
    if not _GROUPED.fullmatch(body):
        raise _not_a_number(text)
    return re.sub(r"[^0-9]", "", body)


def _too_long() -> Invalid:
    return Invalid(_("This is too long for a number."))


def _not_a_number(text: str) -> Invalid:
    shown = text.strip()
    if not shown:
        return Invalid(_("Write a number."))
    return Invalid(format_lazy(_("“{text}” is not a number that can be read. Write it like 1234.5."), text=shown[:40]))
