"""The only place that adds up lines, discounts and taxes. Exact, without a database; `static/sales/totals.js` follows the same rules.

Rules, in this order:
1. A line comes to quantity × price, less its discount in percent, less its discount in money.
2. The discount of the whole (percent of the sum, then money) is shared among the lines in proportion to what they come to.
3. Rounded for each line ("line"): what a line comes to is rounded to the coin after its own discount, the shares so that they add up to the
   discount, and its tax once more. Rounded for the whole ("document"): nothing is rounded before the end; sums and the tax of each rate are
   rounded once, and the coins that are over or missing then go to the lines that lost or won most by it.
4. With prices that include tax the tax is contained in what a line comes to; without, it is added.
5. Always net + taxes = gross, for each line and for the whole, and the lines add up to the whole.
Rounding is half up, away from zero, to the smallest coin of the currency. Optional lines are worked out and not added.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Literal

from django.utils.translation import gettext as _

from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.errors import Invalid

ZERO = Decimal(0)
HUNDRED = Fraction(100)
MOST_LINES = 500
MOST = Decimal(10) ** 12
"""Neither a quantity nor what a line comes to reaches this."""
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Line:
    """Units: `price` of one, with tax or without as the terms say; percents as 12.5; `discount_amount` of the whole line in the currency."""

    quantity: Decimal
    price: Decimal
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    tax_percent: Decimal = ZERO
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """By which rules lines are added up. Units: `discount_amount` in the currency, with tax or without like the prices."""

    currency: str
    tax_included: bool = False
    rounding: Literal["line", "document"] | str = "line"
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class LineTotal:
    """What a line comes to: `full` before any discount, `discount` what is taken off it in all."""

    net: Decimal
    tax: Decimal
    gross: Decimal
    full: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """Shapes: `lines` in the order given; `taxes` by rate, the smallest first; all other sums of the lines that count."""

    lines: Sequence[LineTotal]
    full: Decimal
    discount: Decimal
    net: Decimal
    taxes: Mapping[Decimal, Decimal]
    gross: Decimal


def total(lines: Sequence[Line], terms: Terms) -> Totals:
    """Add lines up.

    Errors: Invalid with `errors` at "line.<place>.<field>" (counted from 0), "discount_percent" or "discount_amount" of the whole.
    """
    check(lines, terms)
    places = CURRENCIES[terms.currency].minor_units
    by_line = terms.rounding == "line"
    after = [after_own_discount(line) for line in lines]
    if by_line:
        after = [to_coins(sum_, places) for sum_ in after]
    counted = [n for n, line in enumerate(lines) if not line.is_optional]
    shares = shared_discount([after[n] for n in counted], terms, places, by_line=by_line)
    for n, share in zip(counted, shares, strict=True):
        after[n] -= share
    pairs = taxed_lines(lines, after, terms, places) if by_line else taxed_whole(lines, after, counted, terms, places)
    made = [line_total(line, pair, terms, places) for line, pair in zip(lines, pairs, strict=True)]
    return summed(lines, made, counted)


# -- discounts -------------------------------------------------------------------------------------------


def after_own_discount(line: Line) -> Fraction:
    full = Fraction(line.quantity) * Fraction(line.price)
    return full - full * Fraction(line.discount_percent) / HUNDRED - Fraction(line.discount_amount)


def shared_discount(sums: Sequence[Fraction], terms: Terms, places: int, *, by_line: bool) -> list[Fraction]:
    """What the discount of the whole takes off each line; rounded so that the shares add up to it, where lines are rounded."""
    whole = sum(sums, Fraction(0))
    off = min(whole * Fraction(terms.discount_percent) / HUNDRED + Fraction(terms.discount_amount), whole)
    if not off or not whole:
        return [Fraction(0)] * len(sums)
    if not by_line:
        return [off * one / whole for one in sums]
    return spread(to_coins(off, places), [off * one / whole for one in sums], places)


def spread(whole: Fraction, exact: Sequence[Fraction], places: int) -> list[Fraction]:
    """The exact shares in coins so that they add up to `whole`: each rounded down, then a coin each to those that lost most.

    Shapes: `whole` is in coins; of equal losses the first line gets the coin.
    """
    coin = Fraction(1, 10**places)
    floors = [(one / coin).__floor__() * coin for one in exact]
    missing = int((whole - sum(floors, Fraction(0))) / coin)
    losers = sorted(range(len(exact)), key=lambda n: (floors[n] - exact[n], n))
    for n in losers[:missing]:
        floors[n] += coin
    return floors


# -- taxes -----------------------------------------------------------------------------------------------


Pair = tuple[Fraction, Fraction]
"""(net, gross) of a line, in coins."""


def taxed_lines(lines: Sequence[Line], sums: Sequence[Fraction], terms: Terms, places: int) -> list[Pair]:
    """Each line's tax rounded by itself."""
    found: list[Pair] = []
    for line, sum_ in zip(lines, sums, strict=True):
        tax = to_coins(tax_in(sum_, line.tax_percent, included=terms.tax_included), places)
        found.append((sum_ - tax, sum_) if terms.tax_included else (sum_, sum_ + tax))
    return found


def taxed_whole(
    lines: Sequence[Line], sums: Sequence[Fraction], counted: Sequence[int], terms: Terms, places: int
) -> list[Pair]:
    """The sum and the tax of each rate rounded once, and given to its lines so that they add up."""
    found: list[Pair] = [(Fraction(0), Fraction(0))] * len(lines)
    rates: dict[Decimal, list[int]] = {}
    for n in counted:
        rates.setdefault(lines[n].tax_percent, []).append(n)
    groups = [*rates.values(), *([n] for n, line in enumerate(lines) if line.is_optional)]
    for group in groups:
        exact = [sums[n] for n in group]
        rate = lines[group[0]].tax_percent
        whole = sum(exact, Fraction(0))
        tax = to_coins(tax_in(whole, rate, included=terms.tax_included), places)
        own = spread(to_coins(whole, places), exact, places)
        taxes = spread(tax, [tax_in(one, rate, included=terms.tax_included) for one in exact], places)
        for n, sum_, part in zip(group, own, taxes, strict=True):
            found[n] = (sum_ - part, sum_) if terms.tax_included else (sum_, sum_ + part)
    return found


def tax_in(sum_: Fraction, percent: Decimal, *, included: bool) -> Fraction:
    """The tax that is contained in a sum, or that comes on top of it."""
    rate = Fraction(percent)
    return sum_ * rate / (HUNDRED + rate) if included else sum_ * rate / HUNDRED


# -- coins and sums --------------------------------------------------------------------------------------


def to_coins(value: Fraction, places: int) -> Fraction:
    """Half up, away from zero."""
    scaled = abs(value) * 10**places
    coins = (scaled + Fraction(1, 2)).__floor__()
    return Fraction(coins if value >= 0 else -coins, 10**places)


def decimal(value: Fraction, places: int) -> Decimal:
    """A value that is in coins already, as a Decimal with so many digits behind the point."""
    return Decimal(int(value * 10**places)).scaleb(-places, _EXACT)


def line_total(line: Line, pair: Pair, terms: Terms, places: int) -> LineTotal:
    net, gross = (decimal(one, places) for one in pair)
    full = decimal(to_coins(Fraction(line.quantity) * Fraction(line.price), places), places)
    return LineTotal(net, gross - net, gross, full, full - (gross if terms.tax_included else net))


def summed(lines: Sequence[Line], made: Sequence[LineTotal], counted: Sequence[int]) -> Totals:
    taxes: dict[Decimal, Decimal] = {}
    for n in sorted(counted, key=lambda n: lines[n].tax_percent):
        rate = lines[n].tax_percent
        taxes[rate] = taxes.get(rate, ZERO) + made[n].tax
    sums = {key: sum((getattr(made[n], key) for n in counted), ZERO) for key in ("full", "discount", "net", "gross")}
    return Totals(made, taxes=taxes, **sums)


# -- what cannot be --------------------------------------------------------------------------------------


def check(lines: Sequence[Line], terms: Terms) -> None:
    """Refuse what no paper can say, with a sentence at each field."""
    errors: dict[str, str] = {}
    if len(lines) > MOST_LINES:
        errors[""] = _("A deal has at most %(most)s lines. Make a second deal of the rest.") % {"most": MOST_LINES}
    for n, line in enumerate(lines):
        errors |= {f"line.{n}.{key}": sentence for key, sentence in line_errors(line).items()}
    if not errors:
        errors |= whole_errors(lines, terms)
    if errors:
        raise Invalid(errors=errors)


def line_errors(line: Line) -> dict[str, str]:
    """Field → what is wrong with it."""
    found: dict[str, str] = {}
    if not line.quantity.is_finite() or line.quantity <= 0:
        found["quantity"] = _("Write how many, more than nothing. To leave the line out, remove it.")
    elif line.quantity >= MOST:
        found["quantity"] = _("This is too many to be meant. Check the number.")
    if not line.price.is_finite() or line.price < 0:
        found["price"] = _("A price cannot be less than nothing. Give a discount instead.")
    elif not found and line.quantity * line.price >= MOST * 100:
        found["price"] = _("This line comes to more than can be kept. Check quantity and price.")
    if not 0 <= line.discount_percent <= 100:
        found["discount_percent"] = _("A discount lies between 0 and 100 percent.")
    if line.discount_amount < 0:
        found["discount_amount"] = _("A discount cannot be less than nothing. Raise the price instead.")
    elif not found and after_own_discount(line) < 0:
        found["discount_amount"] = _("The discount is more than the line comes to.")
    if not 0 <= line.tax_percent <= 100:
        found["tax_percent"] = _("A tax rate lies between 0 and 100 percent.")
    return found


def whole_errors(lines: Sequence[Line], terms: Terms) -> dict[str, str]:
    if not 0 <= terms.discount_percent <= 100:
        return {"discount_percent": _("A discount lies between 0 and 100 percent.")}
    if terms.discount_amount < 0:
        return {"discount_amount": _("A discount cannot be less than nothing. Raise the price instead.")}
    whole = sum((after_own_discount(line) for line in lines if not line.is_optional), Fraction(0))
    off = whole * Fraction(terms.discount_percent) / HUNDRED + Fraction(terms.discount_amount)
    if off > whole:
        return {"discount_amount": _("The discount is more than all lines come to.")}
    return {}
