from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import link_column, part_column
from daftar.records.models.columns import amount_column, currency_column
from daftar.sales.models.columns import Priced


class DealLine(Row, Priced):
    """What a client is offered: the one set of lines of a sale.

    Shapes: `price_list` is the list that the price came from; `is_price_typed` says that a person wrote it; `list_price` is what price
    lists said when the line was written, in its unit and as its price with or without tax: discounts are counted from it.
    """

    deal = part_column("crm.Deal")
    tax_class = link_column("catalogue.TaxClass")
    price_list = link_column("catalogue.PriceList")
    is_price_typed = models.BooleanField(default=False)
    list_price = amount_column()
    list_price_currency = currency_column()
    list_price_base = amount_column()

    class Meta:
        indexes = [
            models.Index(fields=["deal", "position", "id"], name="deal_line_deal"),
            models.Index(fields=["product", "deal"], name="deal_line_product"),
        ]


class SaleTerms(models.Model):
    """By which rules the lines of a deal add up. A deal without lines has none."""

    deal = models.OneToOneField("crm.Deal", primary_key=True, on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(max_length=3)
    tax_included = models.BooleanField(default=False)
    rounding = models.CharField(max_length=16, default="line")
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    price_list = link_column("catalogue.PriceList")

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.currency}"
