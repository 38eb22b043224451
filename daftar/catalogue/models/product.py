from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.records.models.columns import amount_column, currency_column


class Product(Row):
    """Something that is sold: a good, a service, a work."""

    name = models.CharField(max_length=300)
    code = models.CharField(max_length=100, default="", blank=True)
    section = models.CharField(max_length=100, default="", blank=True)
    price = amount_column()
    price_currency = currency_column()
    price_base = amount_column()
    is_active = models.BooleanField(default=True)
    description = models.TextField(default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at", "id"], name="product_created"),
            models.Index(fields=["name", "id"], name="product_name"),
            models.Index(fields=["code"], name="product_code"),
            models.Index(fields=["section", "id"], name="product_section"),
        ]

    def __str__(self) -> str:
        return self.name
