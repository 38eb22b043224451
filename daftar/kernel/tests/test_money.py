from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel.errors import Invalid
from daftar.kernel.money import CURRENCIES, Money, parse_currency, parse_money, quantize
from daftar.kernel.tests.readers import ALL, EN, FA, RU, UNKNOWN, name


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$22,700.00", "22700", "USD"),
        ("22 700,00 ₽", "22700", "RUB"),
        ("22\u00a0700,00\u00a0₽", "22700", "RUB"),
        ("22 700 руб.", "22700", "RUB"),
        ("€5", "5", "EUR"),
        ("5 €", "5", "EUR"),
        ("5 eur", "5", "EUR"),
        ("CA$5", "5", "CAD"),
        ("-$5.50", "-5.5", "USD"),
        ("$-5.50", "-5.5", "USD"),
        ("USD 5 USD", "5", "USD"),
        ("۲۲٬۷۰۰ تومان", "227000", "IRR"),
        ("22,700 Toman", "227000", "IRR"),
        ("۲۲٬۷۰۰ ريال", "22700", "IRR"),
        ("$.50", "0.5", "USD"),
    ],
)
@pytest.mark.parametrize("reader", [EN, FA], ids=["en", "fa"])
def test_money_is_read_as_people_write_it(text, amount, currency, reader):
    assert parse_money(text, reader, "USD") == Money(Decimal(amount), currency)


def test_a_bare_number_is_in_the_default_currency():
    assert parse_money("1 200,50", RU, "RUB") == Money(Decimal("1200.50"), "RUB")


def test_a_bare_number_is_toman_for_those_who_see_toman():
    assert parse_money("۲۲٬۷۰۰", FA, "IRR") == Money(Decimal(227000), "IRR")
    assert parse_money("22,700", replace(FA, rial_as="rial"), "IRR") == Money(Decimal(22700), "IRR")


def test_a_bare_dollar_is_the_readers_own_and_refused_when_it_can_be_two():
    canadian = replace(EN, currency="CAD")
    assert parse_money("$5", canadian, "CAD").currency == "CAD"
    assert parse_money("US$5", canadian, "CAD").currency == "USD"
    assert canadian.money(Money(Decimal(5), "USD")) == "US$5.00"
    with pytest.raises(Invalid, match="CAD, USD"):
        parse_money("$5", EN, "CAD")


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "$", "5 XXQ", "5 bananas", "$5 €", "1.234 USD EUR", "1,234.567", "5 $ $ x", "NaN", "1e5",
        "$1,2345", "--5",
        "\0", "5" * 90, "$1.005",
    ],
)  # fmt: skip
def test_what_is_no_money_is_refused_with_a_sentence(text):
    with pytest.raises(Invalid) as refusal:
        parse_money(text, EN, "USD")
    assert str(refusal.value).endswith(".")


def test_ambiguous_amounts_are_refused_when_the_language_is_unknown():
    with pytest.raises(Invalid, match="two numbers"):
        parse_money("$1,234", UNKNOWN, "USD")
    assert parse_money("$1,234.00", UNKNOWN, "USD").amount == 1234


def test_a_currency_has_its_own_decimals():
    with pytest.raises(Invalid, match="JPY has no digits"):
        parse_money("5.5", EN, "JPY")
    assert parse_money("5.125", EN, "KWD").amount == Decimal("5.125")
    assert quantize(Money(Decimal("0.125"), "USD")) == Money(Decimal("0.13"), "USD")
    assert quantize(Money(Decimal("2.5"), "JPY")).amount == 3


def test_unknown_currencies_are_refused():
    assert parse_currency(" usd ") == "USD"
    for code in ("XXQ", "", "TOMAN", "DEM"):
        with pytest.raises(Invalid):
            parse_currency(code)


@pytest.mark.parametrize(
    ("reader", "money", "shown"),
    [
        (EN, ("22700", "USD"), "$22,700.00"),
        (EN, ("-22700", "USD"), "-$22,700.00"),
        (EN, ("5", "SEK"), "SEK\u00a05.00"),
        (EN, ("5", "JPY"), "¥5"),
        (EN, ("2270", "IRR"), "2,270\u00a0rial"),
        (replace(EN, rial_as="toman"), ("2275", "IRR"), "227.5\u00a0toman"),
        (RU, ("22700", "RUB"), "22\u00a0700,00\u00a0₽"),
        (FA, ("227000", "IRR"), "۲۲٬۷۰۰\u00a0تومان"),
        (replace(FA, rial_as="rial"), ("227000", "IRR"), "۲۲۷٬۰۰۰\u00a0ریال"),
        (replace(FA, digits="latin"), ("227000", "IRR"), "22,700\u00a0تومان"),
        (replace(EN, money_style="whole"), ("22700.50", "USD"), "$22,701"),
        (replace(EN, money_style="short"), ("1234567", "USD"), "$1.2M"),
        (replace(EN, money_style="short"), ("999", "USD"), "$999"),
        (EN, ("-0.001", "USD"), "$0.00"),
        (EN, ("0.005", "USD"), "$0.01"),
    ],
)
def test_money_is_shown_as_its_reader_writes_it(reader, money, shown):
    assert reader.money(Money(Decimal(money[0]), money[1])) == shown


def test_no_two_currencies_look_the_same():
    for reader in (EN, RU, FA, replace(EN, currency="CAD"), replace(EN, currency="AUD")):
        shown = {reader.money(Money(Decimal(1), code)) for code in CURRENCIES}
        assert len(shown) == len(CURRENCIES)


@pytest.mark.parametrize("reader", ALL[::2], ids=name)
@given(minor=st.integers(-(10**13), 10**13), currency=st.sampled_from(sorted(CURRENCIES)), toman=st.booleans())
def test_shown_money_is_read_back(reader, minor, currency, toman):
    reader = replace(reader, rial_as="toman" if toman else "rial")
    money = Money(Decimal(minor).scaleb(-CURRENCIES[currency].minor_units), currency)
    assert parse_money(reader.money(money), reader, reader.currency) == money


def test_names_are_in_the_readers_language():
    assert CURRENCIES["RUB"].name("ru") == "российский рубль"
    assert CURRENCIES["IRR"].name("fa") == "ریال ایران"


def test_amounts_of_one_currency_add_up():
    assert Money(Decimal(1), "USD") + Money(Decimal(2), "USD") == Money(Decimal(3), "USD")
    with pytest.raises(ValueError, match="USD and EUR"):
        Money(Decimal(1), "USD") + Money(Decimal(2), "EUR")


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$342.09K", "342090", "USD"), ("1.2M USD", "1200000", "USD"), ("5 тыс. руб.", "5000", "RUB"), ("۲ میلیون تومان", "20000000", "IRR"),
        ("€3k", "3000", "EUR"),
    ],
)  # fmt: skip
def test_a_factor_stands_between_amount_and_currency(text, amount, currency):
    assert parse_money(text, EN, "EUR") == Money(Decimal(amount), currency)


def test_more_digits_than_coins_are_read_only_when_asked_for():
    with pytest.raises(Invalid, match="at most 2 digits"):
        parse_money("$1.234", EN, "USD")
    assert parse_money("$1.234", EN, "USD", places=4).amount == Decimal("1.234")
