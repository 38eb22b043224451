from contextlib import suppress

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daftar.kernel.errors import Invalid
from daftar.kernel.phone_shortcut import quick_e164
from daftar.kernel.phones import MAX_LENGTH, _full_e164, parse_phone, show_phone


@pytest.mark.parametrize(
    ("text", "country", "stored"),
    [
        ("0912 345 6789", "IR", "+989123456789"),
        ("۰۹۱۲۳۴۵۶۷۸۹", "IR", "+989123456789"),
        ("\u202a+98 912 345 6789\u202c", "", "+989123456789"),
        ("00989123456789", "US", "+989123456789"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("(415) 555-0100", "US", "+14155550100"),
        ("+1 415.555.0100 ext. 12", "IR", "+14155550100;ext=12"),
        ("+1 415 555 0100 доб. 12", "IR", "+14155550100;ext=12"),
        ("+14155550100;ext=12", "", "+14155550100;ext=12"),
        ("(+98) 912 345 6789", "US", "+989123456789"),
        ("tel:+14155550100", "", "+14155550100"),
        ("+44 (0)20 7946 0018", "RU", "+442079460018"),
    ],
)
def test_numbers_are_stored_in_one_form(text, country, stored):
    assert parse_phone(text, country) == stored


@pytest.mark.parametrize(
    ("text", "country", "why"),
    [
        ("1-800-FLOWERS", "US", "holds letters"),
        ("call me", "US", "holds letters"),
        ("415 555 0100", "", "country code"),
        ("123", "US", "too few"),
        ("+1415555010012345", "", "too many"),
        ("+999 123 456 789", "", "country code that does not exist"),
        ("", "US", "Write a phone number"),
        ("---", "US", "not a phone number"),
        ("@#$%", "US", "not a phone number"),
        ("+1 415\0", "US", "not a phone number"),
        ("1" * 1000, "US", "too long"),
    ],
)
def test_what_cannot_be_called_is_refused_with_the_reason(text, country, why):
    with pytest.raises(Invalid, match=why):
        parse_phone(text, country)


def test_numbers_are_shown_with_spaces():
    assert show_phone("+989123456789") == "+98 912 345 6789"
    assert show_phone("+14155550100;ext=12") == "+1 415-555-0100 ext. 12"
    assert show_phone("nonsense") == "nonsense"


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_a_shown_number_is_read_back(region):
    example = phonenumbers.example_number(region)
    stored = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert parse_phone(show_phone(stored), "US") == stored
    assert parse_phone(stored + " ext 1234567", "") == stored + ";ext=1234567"
    assert len(stored + ";ext=1234567") <= MAX_LENGTH


@given(st.text(max_size=70), st.sampled_from(["", "US", "IR", "RU", "XX"]))
def test_any_text_is_a_number_or_a_sentence(text, country):
    with suppress(Invalid):
        assert parse_phone(text, country).startswith("+")


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def _same_as_the_full_parser(number, country):
    quick = quick_e164(number, country)
    assert not quick or quick == _full_e164(number, country, number)
    return bool(quick)


@given(st.from_regex(r"\+?[0-9]{3,16}", fullmatch=True), st.sampled_from(["", *REGIONS]))
@settings(max_examples=600)
def test_the_quick_way_says_what_the_full_parser_says(number, country):
    _same_as_the_full_parser(number, country)


def test_the_quick_way_agrees_on_examples_of_every_country_and_takes_most_of_them():
    taken = total = 0
    for region in REGIONS:
        for kind in (
            phonenumbers.PhoneNumberType.MOBILE,
            phonenumbers.PhoneNumberType.FIXED_LINE,
            phonenumbers.PhoneNumberType.TOLL_FREE,
        ):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            for shape in (
                phonenumbers.PhoneNumberFormat.NATIONAL,
                phonenumbers.PhoneNumberFormat.E164,
                phonenumbers.PhoneNumberFormat.INTERNATIONAL,
            ):
                taken += _same_as_the_full_parser(phonenumbers.format_number(example, shape), region)
                total += 1
    assert taken / total > 0.7
