"""Columns that lines and papers share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models

from daftar.catalogue.models.columns import link_column, quantity_column, word_column
from daftar.records.models.columns import amount_column, currency_column


class Priced(models.Model):
    """A line: so many of something at a price, less a discount, with its tax.

    What it comes to (`net`, `gross`) is worked out by `daftar/sales/totals.py` together with all lines of its whole.
    Units: `quantity` in the unit that the line names, `factor` base units in one of it; `price` of one of it, with or without
    tax as the whole says; `cost` of one of it.
    """

    position = models.PositiveIntegerField(default=0)
    group = word_column(200)
    product = link_column("catalogue.Product")
    code = word_column(100)
    name = models.CharField(max_length=500)
    description = models.TextField(default="", blank=True)
    is_optional = models.BooleanField(default=False)
    unit = word_column(100)
    factor = models.DecimalField(max_digits=18, decimal_places=3, default=Decimal(1))
    quantity = quantity_column(default=Decimal(1))
    price = amount_column()
    price_currency = currency_column()
    price_base = amount_column()
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    tax_name = word_column(100)
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0))
    net = amount_column()
    net_currency = currency_column()
    net_base = amount_column()
    gross = amount_column()
    gross_currency = currency_column()
    gross_base = amount_column()
    cost = amount_column()
    cost_currency = currency_column()
    cost_base = amount_column()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Summed(models.Model):
    """What the lines of a paper come to, and by which rules."""

    net = amount_column()
    net_currency = currency_column()
    net_base = amount_column()
    total = amount_column()
    total_currency = currency_column()
    total_base = amount_column()
    tax_included = models.BooleanField(default=False)
    rounding = models.CharField(max_length=16, default="line")
    discount_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    discount_amount = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)

    class Meta:
        abstract = True


def rest_column() -> Any:
    return models.JSONField(default=dict, blank=True)
