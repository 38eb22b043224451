"""Prices as the lines of one deal have them: of the line's unit, in the currency of its terms, with tax or without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from daftar.catalogue.models import Product
from daftar.catalogue.prices import Ask, Price, prices_for
from daftar.kernel import clock
from daftar.kernel.formats import current
from daftar.sales.models import SaleTerms


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line. Units: `factor` base units in one of its unit; `quantity` of all lines with the product, in base units."""

    product_id: int
    factor: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Offer:
    """What one unit of a line costs today (None where there is no price), and the list that says so (None: the product itself)."""

    amount: Decimal | None
    list_id: int | None = None


def offers(wanted: Sequence[Wanted], terms: SaleTerms, *, client_group: str = "") -> list[Offer]:
    """Today's price for each line, in their order. Four queries, however many lines."""
    if not wanted:
        return []
    asks = [Ask(one.product_id, one.quantity) for one in wanted]
    found = prices_for(
        asks,
        currency=terms.currency,
        day=clock.today(current().zone),
        price_list=terms.price_list_id,
        client_group=client_group,
    )
    products = Product.objects.select_related("tax_class").in_bulk({one.product_id for one in wanted})
    return [
        Offer(of_unit(price, one.factor, terms, products.get(one.product_id)), price.list_id)
        for one, price in zip(wanted, found, strict=True)
    ]


def of_unit(price: Price, factor: Decimal, terms: SaleTerms, product: Product | None) -> Decimal | None:
    """A found price as that of a unit with so many base units; None where there is no price, or no product."""
    if price.amount is None or product is None:
        return None
    amount, rate = price.amount * factor, product.tax_class.percent if product.tax_class is not None else Decimal(0)
    if price.includes_tax == terms.tax_included or not rate:
        return amount
    with_tax = (100 + rate) / 100
    return (amount / with_tax if price.includes_tax else amount * with_tax).quantize(Decimal("0.0001"))
