from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.errors import Invalid
from daftar.sales.totals import Line, Terms, total

D = Decimal


def one(quantity=1, price=100, tax=20, **more):
    return Line(
        D(str(quantity)),
        D(str(price)),
        tax_percent=D(str(tax)),
        **{k: D(str(v)) if k != "is_optional" else v for k, v in more.items()},
    )


def test_a_line_without_tax_in_its_price():
    made = total([one(12, 100), one(2, 50)], Terms("USD"))

    assert (made.net, made.taxes, made.gross) == (D("1300.00"), {D(20): D("260.00")}, D("1560.00"))


def test_tax_is_contained_in_the_price():
    made = total([one(1, 120)], Terms("USD", tax_included=True))

    assert (made.net, made.gross) == (D("100.00"), D("120.00"))


@pytest.mark.parametrize(("rounding", "tax"), [("line", "0.12"), ("document", "0.11")])
def test_rounded_for_each_line_or_once(rounding, tax):
    # three lines of 0.19 with 20 %: 0.038 each, 0.114 together
    made = total([one(1, "0.19")] * 3, Terms("USD", rounding=rounding))

    assert made.gross - made.net == D(tax)
    assert sum(line.gross for line in made.lines) == made.gross


def test_half_a_coin_goes_up():
    assert total([one("0.5", "0.01", tax=0)], Terms("USD")).net == D("0.01")
    assert total([one("0.5", 1, tax=0)], Terms("IRR")).net == 1
    assert total([one(1, "0.0005", tax=0)], Terms("KWD")).net == D("0.001")


def test_discounts_in_percent_money_and_of_the_whole():
    lines = [one(1, 100, tax=0, discount_percent=10), one(1, 100, tax=0, discount_amount=5)]

    made = total(lines, Terms("USD", discount_percent=D(10), discount_amount=D("1.5")))

    assert (made.full, made.net, made.discount) == (D(200), D("165.00"), D("35.00"))


def test_the_discount_of_the_whole_is_shared_to_the_coin():
    made = total([one(1, 1, tax=0)] * 3, Terms("USD", discount_amount=D("0.50")))

    assert [line.net for line in made.lines] == [D("0.83"), D("0.83"), D("0.84")]
    assert made.net == D("2.50")


def test_each_rate_has_its_own_tax():
    made = total([one(1, 100, tax=9), one(1, 100, tax=0), one(1, 50, tax=9)], Terms("USD"))

    assert made.taxes == {D(0): 0, D(9): D("13.50")}


def test_optional_lines_are_worked_out_and_not_added():
    made = total([one(1, 100), one(1, 10, is_optional=True)], Terms("USD"))

    assert (made.gross, made.lines[1].gross) == (D(120), D(12))


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (one(0), "quantity"),
        (one(-1), "quantity"),
        (one("1e12"), "quantity"),
        (Line(D("NaN"), D(1)), "quantity"),
        (one(1, -1), "price"),
        (one("99999999999", "99999999999"), "price"),
        (one(1, 1, discount_percent=101), "discount_percent"),
        (one(1, 1, discount_percent=-1), "discount_percent"),
        (one(1, 1, discount_amount="1.01"), "discount_amount"),
        (one(1, 1, tax=101), "tax_percent"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(line, field):
    with pytest.raises(Invalid) as refused:
        total([one(), line], Terms("USD"))

    assert list(refused.value.errors) == [f"line.1.{field}"]


def test_a_discount_of_the_whole_is_not_more_than_the_whole():
    with pytest.raises(Invalid) as refused:
        total([one(1, 10)], Terms("USD", discount_amount=D("10.01")))

    assert list(refused.value.errors) == ["discount_amount"]
    assert total([one(1, 10)], Terms("USD", discount_amount=D(10))).gross == 0


REGIMES = [
    Terms("USD"),
    Terms("EUR", tax_included=True),
    Terms("USD", rounding="document"),
    Terms("KWD", tax_included=True, rounding="document"),
    Terms("IRR", tax_included=False, rounding="line"),
]
amounts = st.decimals(min_value=0, max_value=100_000, places=4)
lines_ = st.lists(
    st.builds(
        Line,
        quantity=st.decimals(min_value=D("0.001"), max_value=1000, places=3),
        price=amounts,
        discount_percent=st.sampled_from([D(0), D(5), D("12.5"), D("33.3333"), D(100)]),
        tax_percent=st.sampled_from([D(0), D(9), D(10), D(20), D("7.7")]),
        is_optional=st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


def rounded(value, currency):
    """Half up to the coin, by decimals of many digits: another way than that of the room."""
    exact = D(value.numerator) / D(value.denominator)
    return exact.quantize(D(1).scaleb(-CURRENCIES[currency].minor_units), ROUND_HALF_UP)


def independent(lines, terms):
    """(gross, tax) of the whole in exact fractions, worked out from the definition."""
    F, currency = Fraction, terms.currency
    counted = [line for line in lines if not line.is_optional]
    sums = [F(li.quantity) * F(li.price) * (100 - F(li.discount_percent)) / 100 for li in counted]
    if terms.rounding == "line":
        sums = [F(rounded(s, currency)) for s in sums]
    whole = sum(sums, F(0))
    off = whole * F(terms.discount_percent) / 100
    if terms.rounding == "line":
        off = F(rounded(off, currency))
    return whole - off, whole


@pytest.mark.parametrize("terms", REGIMES, ids=lambda t: f"{t.currency} {t.rounding} {t.tax_included}")
@given(lines=lines_, percent=st.sampled_from([D(0), D(3), D("17.77"), D(100)]))
@settings(max_examples=200, deadline=None)
def test_totals_equal_an_independent_calculation(terms, lines, percent):
    terms = Terms(terms.currency, terms.tax_included, terms.rounding, percent)
    made = total(lines, terms)
    counted = [(line, own) for line, own in zip(lines, made.lines, strict=True) if not line.is_optional]
    coin = D(1).scaleb(-CURRENCIES[terms.currency].minor_units)

    exact, _whole = independent(lines, terms)
    price_sum = made.gross if terms.tax_included else made.net
    rates = {line.tax_percent for line, _own in counted}

    assert made.net + sum(made.taxes.values()) == made.gross
    assert sum((own.net for _line, own in counted), D(0)) == made.net
    assert sum((own.gross for _line, own in counted), D(0)) == made.gross
    assert set(made.taxes) == rates
    if terms.rounding == "line":
        assert price_sum == rounded(exact, terms.currency)
        for line, own in counted:
            base = Fraction(own.gross if terms.tax_included else own.net)
            rate = Fraction(line.tax_percent)
            tax = base * rate / (100 + rate) if terms.tax_included else base * rate / 100
            assert own.tax == rounded(tax, terms.currency)
    else:
        for rate in rates:
            group = [line for line, _own in counted if line.tax_percent == rate]
            sum_ = sum(
                (
                    Fraction(li.quantity) * Fraction(li.price) * (100 - Fraction(li.discount_percent)) / 100
                    for li in group
                ),
                Fraction(0),
            )
            sum_ *= (100 - Fraction(percent)) / 100
            part = Fraction(rate) / (100 + Fraction(rate)) if terms.tax_included else Fraction(rate) / 100
            assert made.taxes[rate] == rounded(sum_ * part, terms.currency)
        assert abs(Fraction(price_sum) - exact) <= Fraction(coin) * max(len(rates), 1)
    assert all(own.net >= 0 and own.tax >= 0 for _line, own in counted)
