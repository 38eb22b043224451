from __future__ import annotations

from django.db import models


class ExchangeRate(models.Model):
    """What one unit of a currency was worth in the base currency from this day on."""

    currency = models.CharField(max_length=3)
    day = models.DateField()
    rate = models.DecimalField(max_digits=20, decimal_places=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["currency", "day"], name="one_rate_per_day")]
        ordering = ["currency", "-day"]
