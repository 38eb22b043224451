"""How old a figure of the stock is that comes from outside (1C, a file)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from daftar.catalogue.models import Product
from daftar.kernel.formats import Formats


def age_words(product: Product | None, formats: Formats) -> str:
    """Who told the stock of the product, and when; "" where we count it ourselves."""
    if product is None or not product.stock_source or product.stock_told_at is None:
        return ""
    return _("%(source)s, %(when)s") % {"source": product.stock_source, "when": formats.when(product.stock_told_at)}
