from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import part_column, quantity_column, word_column
from daftar.records.models.columns import amount_column, currency_column


class Unit(Row):
    """In what a product is counted. `decimals` is how many digits a quantity may have: none for pieces."""

    name = models.CharField(max_length=100)
    symbol = word_column(20)
    decimals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="unit_name")]

    def __str__(self) -> str:
        return self.name


class TaxClass(Row):
    """A rate of value-added tax by its name."""

    name = models.CharField(max_length=100)
    percent = models.DecimalField(max_digits=7, decimal_places=4, default=0)
    is_default = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="tax_class_name")]

    def __str__(self) -> str:
        return self.name


class PriceList(Row):
    """Prices in one currency, for everybody or one group of clients, always or for a time."""

    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    client_group = word_column(100)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    includes_tax = models.BooleanField(default=False)
    change_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="price_list_name")]

    def __str__(self) -> str:
        return self.name


class PriceItem(Row):
    """The price of one product in a list, from some quantity on."""

    price_list = part_column(PriceList)
    product = part_column("catalogue.Product")
    min_quantity = quantity_column(default=0)
    price = amount_column()
    price_currency = currency_column()
    price_base = amount_column()

    class Meta:
        indexes = [
            models.Index(fields=["price_list", "id"], name="price_item_list"),
            models.Index(fields=["product", "price_list", "min_quantity"], name="price_item_product"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.price} {self.price_currency}"
