from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.catalogue.models.columns import link_column, stock_column, word_column
from daftar.records.models.columns import amount_column, currency_column, list_column
from daftar.records.query.sort_index import SortIndex


class Product(Row):
    """Something that is sold: a good, a service, a bundle of several.

    The six stock columns are sums over all warehouses; only `daftar/catalogue/stock/` writes them.
    """

    name = models.CharField(max_length=300)
    code = models.CharField(max_length=100, default="", blank=True)
    barcode = word_column(100)
    kind = models.CharField(max_length=100, default="good", blank=True)
    section = models.CharField(max_length=100, default="", blank=True)
    unit = link_column("catalogue.Unit")
    price = amount_column()
    price_currency = currency_column()
    price_base = amount_column()
    price_includes_tax = models.BooleanField(default=False)
    tax_class = link_column("catalogue.TaxClass")
    cost = amount_column()
    cost_currency = currency_column()
    cost_base = amount_column()
    is_active = models.BooleanField(default=True)
    description = models.TextField(default="", blank=True)
    variant_of = link_column("self")
    variant = word_column()
    pictures = list_column()
    tracks_stock = models.BooleanField(default=True)
    reorder_level = models.DecimalField(max_digits=18, decimal_places=3, null=True, blank=True)
    stock_on_hand = stock_column()
    stock_reserved = stock_column()
    stock_available = stock_column()
    stock_on_order = stock_column()
    stock_wanted = stock_column()
    stock_missing = stock_column()
    stock_source = word_column(100)
    stock_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="product_created"),
            models.Index(fields=["name", "id"], name="product_name"),
            models.Index(fields=["code"], name="product_code"),
            models.Index(fields=["barcode"], name="product_barcode"),
            models.Index(fields=["section", "id"], name="product_section"),
            SortIndex(fields=["variant_of", "created_at", "id"], name="product_variants"),
            models.Index(fields=["stock_missing", "id"], name="product_missing"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductPack(Row):
    """Another unit in which a product is bought or sold: a box of 12."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=100)
    factor = models.DecimalField(max_digits=18, decimal_places=3)
    barcode = word_column(100)

    class Meta:
        indexes = [
            models.Index(fields=["product", "id"], name="pack_product"),
            models.Index(fields=["barcode"], name="pack_barcode"),
        ]

    def __str__(self) -> str:
        return self.name


class BundlePart(Row):
    """What a bundle is made of."""

    bundle = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+", db_index=False)
    quantity = models.DecimalField(max_digits=18, decimal_places=3)

    class Meta:
        indexes = [
            models.Index(fields=["bundle", "id"], name="bundle_parts"),
            models.Index(fields=["product", "id"], name="bundle_uses"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"
