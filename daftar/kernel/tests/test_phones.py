import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel.errors import Invalid
from daftar.kernel.phones import MAX_LENGTH, parse_phone, show_phone


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
    try:
        assert parse_phone(text, country).startswith("+")
    except Invalid as refusal:
        assert str(refusal)
