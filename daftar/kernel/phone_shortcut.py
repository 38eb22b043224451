"""The quick way to E.164 for the plain numbers that make up most imports; anything unusual goes the full way.

Source: design.md §6 (the full parser costs 17 µs and more a number). It uses the parser's own metadata and answers ""
as soon as a rule of `phonenumbers.parse` could apply that is not a mere prefix; a test compares both ways.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers
from phonenumbers import PhoneMetadata

_Pattern = re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a country's or a calling code's numbers look like."""

    code: str
    lengths: frozenset[int]
    whole: _Pattern
    prefix: _Pattern | None
    outside: _Pattern | None
    is_simple: bool


def quick_e164(number: str, country: str) -> str:
    """E.164 of an ordinary number, or "" when only the full parser can tell.

    Shapes: `number` is ASCII digits with an optional "+" in front and spacing; `country` an ISO code or "".
    """
    if not number.isascii() or "/" in number:
        return ""
    digits = re.sub(r"\D", "", number)
    if number.startswith("+"):
        return _from_international(digits)
    plan = _plan_of_country(country)
    if plan is None or not plan.is_simple or digits.startswith(plan.code):
        return ""
    if plan.outside and plan.outside.match(digits):
        return ""
    return _e164(plan, _without_prefix(plan, digits))


def quick_parts(e164: str) -> tuple[str, str] | None:
    """(calling code, national number) of an ordinary number in E.164; None when only the full parser can tell."""
    if not (e164.isascii() and e164[1:].isdecimal()):
        return None
    for size in (2, 3, 4):
        plan = _plan_of_code(e164[1:size])
        if plan is not None:
            national = e164[size:]
            is_plain = not (plan.prefix and plan.prefix.match(national)) and _e164(plan, national) == e164
            return (plan.code, national) if is_plain else None
    return None


def _from_international(digits: str) -> str:
    for size in (1, 2, 3):
        plan = _plan_of_code(digits[:size])
        if plan is not None:
            national = digits[size:]
            is_plain = not (plan.prefix and plan.prefix.match(national))
            return _e164(plan, national) if is_plain else ""
    return ""


def _without_prefix(plan: _Plan, digits: str) -> str:
    """The national number, or "" when the parser could keep the prefix."""
    prefix = plan.prefix.match(digits) if plan.prefix else None
    if prefix is None or not prefix.end():
        return digits
    if prefix.re.groups or plan.whole.fullmatch(digits):
        return ""
    return digits[prefix.end() :]


def _e164(plan: _Plan, national: str) -> str:
    is_plain = len(national) in plan.lengths and not national.startswith("0")
    return f"+{plan.code}{national}" if is_plain else ""


@cache
def _plan_of_country(country: str) -> _Plan | None:
    metadata = PhoneMetadata.metadata_for_region(country, None) if country else None
    return _plan(metadata)


@cache
def _plan_of_code(code: str) -> _Plan | None:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code)) if code.isdigit() and code[0] != "0" else None
    if not regions:
        return None
    if regions[0] == "001":
        return _plan(PhoneMetadata.metadata_for_nongeo_region(int(code), None))
    return _plan_of_country(regions[0])


def _plan(metadata: PhoneMetadata | None) -> _Plan | None:
    if metadata is None or metadata.general_desc is None:
        return None
    prefix, outside = metadata.national_prefix_for_parsing, metadata.international_prefix
    # The parser measures by the main country of a calling code (a Canadian number by the American lengths).
    main = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[metadata.country_code or 0][0]
    measured = PhoneMetadata.metadata_for_region(main, None) or metadata
    lengths = set(metadata.general_desc.possible_length)
    if measured.general_desc is not None:
        lengths &= set(measured.general_desc.possible_length)
    return _Plan(
        code=str(metadata.country_code),
        lengths=frozenset(lengths),
        whole=re.compile(metadata.general_desc.national_number_pattern or ""),
        prefix=re.compile(prefix) if prefix else None,
        outside=re.compile(outside) if outside else None,
        is_simple=not metadata.national_prefix_transform_rule,
    )
