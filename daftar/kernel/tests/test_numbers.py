from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel.errors import Invalid
from daftar.kernel.numbers import parse_decimal, parse_percent, parse_whole
from daftar.kernel.tests.readers import ALL, EN, FA, RU, UNKNOWN, name


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("22,700.00", "22700"),
        ("22 700,00", "22700"),
        ("22\u00a0700,5", "22700.5"),
        ("22\u202f700", "22700"),
        ("22.700,00", "22700"),
        ("22'700.00", "22700"),
        ("۲۲٬۷۰۰", "22700"),
        ("۲۲٬۷۰۰٫۵", "22700.5"),
        ("٢٢٬٧٠٠", "22700"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("0.123", "0.123"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("\u200e-5", "-5"),
        ("+5", "5"),
        ("007", "7"),
        ("-0", "0"),
        ("1.50000000", "1.5"),
    ],
)
@pytest.mark.parametrize("reader", [EN, RU, FA, UNKNOWN], ids=["en", "ru", "fa", "unknown"])
def test_a_form_that_means_one_number_is_read_by_everybody(text, number, reader):
    assert parse_decimal(text, reader) == Decimal(number)


def test_one_comma_means_what_it_means_to_the_reader():
    assert parse_decimal("1,234", EN) == 1234
    assert parse_decimal("1,234", FA) == 1234
    assert parse_decimal("1,234", RU) == Decimal("1.234")
    assert parse_decimal("1.234", EN) == Decimal("1.234")
    assert parse_decimal("0,123", RU) == parse_decimal("0,123", UNKNOWN) == Decimal("0.123")


@pytest.mark.parametrize(
    ("text", "reader"), [("1,234", UNKNOWN), ("1.234", UNKNOWN), ("1.234", RU), ("۱۲,۳۴۵", UNKNOWN)]
)
def test_what_can_mean_two_numbers_is_refused(text, reader):
    with pytest.raises(Invalid, match="two numbers"):
        parse_decimal(text, reader)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "1e5", "1E5", "NaN", "nan", "inf", "-Infinity", "0x10", "1_000", "12,34.5.6", "1,23,4",
        "1,234.567,8",
        "1 23", "22 70", "--5", "5-", "1..2", "1,,2", ".", ",", "-", "5.", "½", "²", "٫", "5٫", "1\0", "\ud800",
        "1" * 61,
    ],
)  # fmt: skip
@pytest.mark.parametrize("reader", [EN, RU, FA, UNKNOWN], ids=["en", "ru", "fa", "unknown"])
def test_what_is_no_number_is_refused_with_a_sentence(text, reader):
    with pytest.raises(Invalid) as refusal:
        parse_decimal(text, reader)
    assert str(refusal.value).endswith(".")


def test_a_comma_at_a_wrong_place_is_a_slip():
    with pytest.raises(Invalid):
        parse_decimal("1234,567", EN)
    with pytest.raises(Invalid):
        parse_decimal("0,123", EN)
    assert parse_decimal("1234,567", RU) == Decimal("1234.567")


def test_nothing_is_rounded_silently():
    with pytest.raises(Invalid, match="At most 4 digits"):
        parse_decimal("1.23456", EN)
    with pytest.raises(Invalid, match="too large"):
        parse_decimal("1" * 15, EN)
    assert parse_decimal("1" * 14 + ".1234", EN) == Decimal("1" * 14 + ".1234")


def test_whole_numbers_fit_64_bits():
    assert parse_whole("9 223 372 036 854 775 807", RU) == 2**63 - 1
    assert parse_whole("-9223372036854775807", EN) == -(2**63 - 1)
    assert parse_whole("5.00", EN) == 5
    for text in ("9223372036854775808", "1" * 20, "1" * 60):
        with pytest.raises(Invalid, match="too large"):
            parse_whole(text, EN)
    with pytest.raises(Invalid, match="whole number"):
        parse_whole("1.5", EN)


@pytest.mark.parametrize("text", ["12.5%", "12,5 %", "۱۲٫۵٪", "٪12.5", "12.5"])
def test_percents_are_read_with_and_without_the_sign(text):
    assert parse_percent(text, EN) == Decimal("12.5")


def test_nothing_is_cut_off_a_long_text():
    for parse in (parse_decimal, parse_whole, parse_percent):
        with pytest.raises(Invalid, match="too long"):
            parse("5" + " " * 60 + "7", EN)


NUMBERS = st.decimals(min_value=-(10**13), max_value=10**13, places=4)


@pytest.mark.parametrize("reader", ALL[::2], ids=name)
@given(number=NUMBERS, places=st.sampled_from([None, 4]))
def test_what_is_shown_is_read_back(reader, number, places):
    assert parse_decimal(reader.number(number, places), reader) == number
    assert parse_percent(reader.percent(number), reader) == number


@given(st.text(alphabet="0123456789۰۱۲.,٬٫ -'", max_size=14), st.sampled_from([EN, RU, FA, UNKNOWN]))
def test_whatever_is_read_has_the_digits_that_were_written(text, reader):
    try:
        number = parse_decimal(text, reader)
    except Invalid:
        return
    written = "".join(str(int(c)) for c in text if c.isdigit()).strip("0")
    assert "".join(c for c in f"{number:f}" if c.isdigit()).strip("0") == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("342.09K", "342090"), ("1,117.10k", "1117100"), ("1.2M", "1200000"), ("2 bn", "2000000000"), ("5 тыс.", "5000"), ("1.25 млн", "1250000"),
        ("۲ میلیون", "2000000"), ("3 هزار", "3000"), ("-1.5k", "-1500"), ("0.00012345 m", "123.45"), ("1.23456K", "1234.56"),
    ],
)  # fmt: skip
def test_a_factor_behind_a_number_is_read(text, expected):
    assert parse_decimal(text, EN) == Decimal(expected)


@pytest.mark.parametrize("text", ["K", "5 KK", "5 kg", "1.5k5", "k5", "5 тыс млн"])
def test_a_word_that_is_no_factor_is_refused(text):
    with pytest.raises(Invalid):
        parse_decimal(text, EN)
