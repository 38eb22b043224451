"""Phone numbers: stored in E.164, shown with spaces, read from any usual writing."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import phonenumbers
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.phone_shortcut import quick_e164, quick_parts
from daftar.kernel.text import ascii_digits, without_marks

MAX_LENGTH = 32
"""Of a stored number with its extension."""
_EXTENSION = re.compile(r"(?:[,; ]*(?:;ext=|ext\.?|extension|x|доб\.?|داخلی|#)[ :.]*)(\d{1,7})$", re.IGNORECASE)
_SHAPE = re.compile(r"\(?\+?[\d\s().\-/‐-―−\u00a0]+")
_USUAL = re.compile(r"\(?\+?[\d ().-]*\d[\d ().-]*", re.ASCII)
"""A number without letters, extension and odd signs."""
_LONGEST = 60


def parse_phone(text: str, country: str) -> str:
    """The number in E.164 ("+989123456789"), with ";ext=12" behind it when an extension was written.

    Shapes: `country` is the ISO code for numbers written without "+"; "" when unknown. Digits of any of our scripts.
    Errors: Invalid for letters, for a number without "+" when the country is unknown, for an impossible length.
    """
    if len(text) > _LONGEST:
        raise Invalid(_("This is too long for a phone number."))
    if _USUAL.fullmatch(text):
        bare = text.strip()
        return _to_e164(bare, country.upper(), bare)
    bare = without_marks(ascii_digits(text)).strip()
    return _read(bare.removeprefix("tel:"), country.upper())


@lru_cache(maxsize=20_000)
def _read(bare: str, country: str) -> str:
    extension = _EXTENSION.search(bare)
    number = bare[: extension.start()] if extension else bare
    if not number:
        raise Invalid(_("Write a phone number."))
    if any(c.isalpha() for c in number):
        raise Invalid(format_lazy(_("“{text}” holds letters. Write the phone number in digits only."), text=bare[:40]))
    if not _SHAPE.fullmatch(number):
        raise Invalid(format_lazy(_("“{text}” is not a phone number."), text=bare[:40]))
    return _to_e164(number, country, bare) + (f";ext={extension[1]}" if extension else "")


def _to_e164(number: str, country: str, shown: str) -> str:
    number = number.lstrip("( ")
    digits = re.sub(r"\D", "", number)
    if digits.startswith("00") and not number.startswith("+"):  # what most of the world dials before a country code
        number = "+" + digits[2:]
    return quick_e164(number, country) or _full_e164(number, country, shown)


def _full_e164(number: str, country: str, shown: str) -> str:
    try:
        parsed = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException as error:
        raise _unreadable(error, country, shown) from None
    verdict = phonenumbers.is_possible_number_with_reason(parsed)
    if verdict == phonenumbers.ValidationResult.TOO_LONG:
        raise _too_long(shown)
    if verdict != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Invalid(
            format_lazy(
                _("“{text}” has too few digits for a phone number. Write it with its area code."), text=shown[:40]
            )
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _unreadable(error: phonenumbers.NumberParseException, country: str, shown: str) -> Invalid:
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
        if not country and not shown.startswith("+"):
            return Invalid(format_lazy(_("Write “{text}” with “+” and its country code."), text=shown[:40]))
        return Invalid(format_lazy(_("“{text}” begins with a country code that does not exist."), text=shown[:40]))
    if error.error_type == phonenumbers.NumberParseException.TOO_LONG:
        return _too_long(shown)
    return Invalid(format_lazy(_("“{text}” is not a phone number."), text=shown[:40]))


def _too_long(shown: str) -> Invalid:
    return Invalid(
        format_lazy(
            _("“{text}” has too many digits for a phone number: at most 15. Write one number, several parted by “;”."),
            text=shown[:40],
        )
    )


@lru_cache(maxsize=20_000)
def show_phone(e164: str) -> str:
    """A stored number for people: "+98 912 345 6789", "+1 415-555-0100 ext. 12". Show it in `<bdi>`."""
    number, _mark, extension = e164.partition(";ext=")
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return e164
    shown = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return f"{shown} ext. {extension}" if extension else shown


def at_home(e164: str) -> str:
    """A stored number without its extension as it is dialled in its own country: "09123456789", "84951234567"."""
    code, national = quick_parts(e164) or _full_parts(e164)
    return _trunk(code) + national if code else ""


def _full_parts(e164: str) -> tuple[str, str]:
    try:
        parsed = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return "", ""
    return str(parsed.country_code or 0), phonenumbers.national_significant_number(parsed)


@cache
def _trunk(code: str) -> str:
    """What one dials before a number inside of the country."""
    region = phonenumbers.region_code_for_country_code(int(code))
    return str(phonenumbers.ndd_prefix_for_region(region, True) or "")
