"""What a line must be, whichever door it comes through; and that nobody sets the amount of a deal beside its lines."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _

from daftar.catalogue.models import Product, TaxClass
from daftar.catalogue.stock.items import quantity_error
from daftar.crm.models import Deal
from daftar.kernel.money import Money
from daftar.records.draft import Draft
from daftar.records.schema import Schema, current_schema
from daftar.records.types import Rules, rules
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.totals import Line, line_errors

ZERO, ONE = Decimal(0), Decimal(1)
COUNTED = frozenset(
    {"quantity", "factor", "product", "price", "discount_percent", "discount_amount", "tax_percent", "is_optional"}
)

WITH_THEIR_PAST = frozenset({"import", "demo"})
"""Doors by which lines come to deals that were closed long ago."""


def prepare(draft: Draft) -> None:
    """A line has the name and price of its product, where nobody wrote others, and the rate of its tax class."""
    if draft.via != "import":
        if "product" in draft.changed:
            take_product(draft)
        elif "price" in draft.changed:
            draft.set("is_price_typed", True)
    if "tax_class" in draft.changed:
        tax = TaxClass.objects.filter(pk=draft.value("tax_class")).first()
        draft.set("tax_name", tax.name if tax is not None else "")
        draft.set("tax_percent", tax.percent if tax is not None else ZERO)


def take_product(draft: Draft) -> None:
    """Name, code, unit, tax and cost of the product; its price comes with the list price (`list_prices.prepare`)."""
    product = Product.objects.select_related("unit").filter(pk=draft.value("product")).first()
    if product is None:
        return
    unit = (product.unit.symbol or product.unit.name) if product.unit is not None else ""
    cost = None if product.cost is None else Money(product.cost, product.cost_currency)
    said = {"name": product.name, "code": product.code, "unit": unit, "tax_class": product.tax_class_id, "cost": cost}
    for key, value in said.items():
        if key not in draft.changed:
            draft.set(key, value)


def terms_of_line(draft: Draft) -> SaleTerms | None:
    return SaleTerms.objects.filter(deal=draft.value("deal")).first()


def errors(draft: Draft) -> Mapping[str, str]:
    """Field key → sentence."""
    found = {} if draft.is_new and draft.via in WITH_THEIR_PAST else closed(draft)
    if draft.is_new or COUNTED & draft.changed.keys():
        found |= wrong_numbers(draft)
    if draft.via != "import" and "price" in draft.changed and "price" not in found:
        found |= other_currency(draft)
    return found


def closed(draft: Draft) -> dict[str, str]:
    id_, row = draft.value("deal"), cast(DealLine, draft.row)
    deal = row.deal if row.deal_id == id_ else Deal.objects.filter(pk=id_).first()
    why_not = why_closed(deal, draft.type.schema) if deal is not None else ""
    return {"deal": why_not} if why_not else {}


def why_closed(deal: Deal, schema: Schema | None = None) -> str:
    """Why the lines of the deal stay as they are, as a sentence; "" where they may change."""
    stage = (schema or current_schema()).stage(deal.stage_id)
    if stage is None or stage.kind == "open":
        return ""
    return _("This deal is closed. Open it again to change its lines.")


def wrong_numbers(draft: Draft) -> dict[str, str]:
    """Quantities, prices and discounts that no paper can say."""
    price, quantity, factor = draft.value("price"), draft.value("quantity"), draft.value("factor")
    line = Line(
        ONE if quantity is None else quantity, price.amount if price is not None else ZERO, draft.value("discount_percent") or ZERO,
        draft.value("discount_amount") or ZERO, draft.value("tax_percent") or ZERO,
    )  # fmt: skip
    found = line_errors(line)
    if factor is not None and factor <= 0:
        found["factor"] = _("A pack holds more than nothing.")
    if draft.via == "import" or "quantity" in found or not {"product", "quantity", "factor"} & draft.changed.keys():
        return found
    product = Product.objects.select_related("unit").filter(pk=draft.value("product")).first()
    if product is not None and (sentence := quantity_error(line.quantity * (factor or ONE), product)):
        found["quantity"] = sentence
    return found


def other_currency(draft: Draft) -> dict[str, str]:
    price, terms = draft.value("price"), terms_of_line(draft)
    if price is None or terms is None or price.currency == terms.currency:
        return {}
    return {"price": _("The lines of this deal are in %(currency)s.") % {"currency": terms.currency}}


def why_fixed(deal_id: int) -> str:
    """Why nobody sets the amount of the deal by hand, as a sentence; "" where it has no lines with a price."""
    priced = DealLine.objects.filter(deal=deal_id, deleted_at=None, price__isnull=False)
    return _("Worked out from the lines. Change the lines instead.") if priced.exists() else ""


@rules(on="deal")
class AmountOfLines(Rules):
    """The amount of a deal with lines is what they come to."""

    def check(self, draft: Draft) -> Mapping[str, str]:
        if draft.is_new or "amount" not in draft.changed:
            return {}
        why_not = why_fixed(draft.row.pk)
        return {"amount": why_not} if why_not else {}

    def held(self, row: Any) -> Mapping[str, str]:
        why_not = why_fixed(row.pk)
        return {"amount": why_not} if why_not else {}
