"""Columns that several of this room's tables share."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models


def quantity_column(**options: Any) -> models.DecimalField[Any, Any]:
    """How many, in some unit: 15 digits before, 3 behind the point."""
    return models.DecimalField(max_digits=18, decimal_places=3, **options)


def stock_column() -> models.DecimalField[Any, Any]:
    """One of the five numbers, in the product's own unit."""
    return quantity_column(default=Decimal(0))


def word_column(max_length: int = 300) -> models.CharField[Any, Any]:
    return models.CharField(max_length=max_length, default="", blank=True)


def link_column(to: Any, **options: Any) -> models.ForeignKey[Any, Any]:
    """A link to one record that may be empty. Its index is the model's own."""
    return models.ForeignKey(
        to, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False, **options
    )


def part_column(to: Any) -> models.ForeignKey[Any, Any]:
    """The whole that a row is a part of."""
    return models.ForeignKey(to, on_delete=models.PROTECT, related_name="+", db_index=False)
