"""Model columns that carry more than Django's own: amounts, lists of typed values, next step."""

from __future__ import annotations

from typing import Any

from django.db import models


def amount_column(**options: Any) -> models.DecimalField[Any, Any]:
    """A sum in a currency or in the base currency: 14 digits before, 4 behind the point; may be empty."""
    return models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True, **options)


def currency_column() -> models.CharField[Any, Any]:
    return models.CharField(max_length=3, default="", blank=True)


def list_column() -> models.JSONField[Any, Any]:
    """Typed phones, mails, tags and the like, in their JSON form."""
    return models.JSONField(default=list, blank=True)


class Followed(models.Model):
    """What keeps a lead or deal alive: its next step, when people last spoke both ways, until when it is parked.

    Written by the `activities` room through `records.writing.follow`; users see it through the field kinds `next_step` and `idle`.
    """

    next_at = models.DateTimeField(null=True, blank=True)
    next_text = models.CharField(max_length=300, default="", blank=True)
    next_moves = models.PositiveSmallIntegerField(default=0)
    parked_until = models.DateField(null=True, blank=True)
    last_contact_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
