"""Prices as the lines of one deal have them."""

from __future__ import annotations

from decimal import Decimal

from daftar.catalogue.models import Product
from daftar.sales.models import SaleTerms


def as_terms(amount: Decimal, includes_tax: bool, terms: SaleTerms, product: Product) -> Decimal:
    """A price with tax or without, as the lines of this deal have it."""
    rate = product.tax_class.percent if product.tax_class is not None else Decimal(0)
    if includes_tax == terms.tax_included or not rate:
        return amount
    factor = (100 + rate) / 100
    return (amount / factor if includes_tax else amount * factor).quantize(Decimal("0.0001"))
