from __future__ import annotations

from django.db import models

from daftar.kernel.prepared import Prepared


class Installation(models.Model):
    """The one row of what holds for the whole company: base currency, language, calendar, zone, country."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=200, default="", blank=True)
    language = models.CharField(max_length=8, default="en")
    calendar = models.CharField(max_length=16, default="gregorian")
    time_zone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=2, default="US")
    currency = models.CharField(max_length=3, default="USD")
    rial_as = models.CharField(max_length=8, default="rial")
    uses_leads = models.BooleanField(default=True)
    code = models.CharField(max_length=8, default="", blank=True)
    """By which files tell the records of this installation from those of others; given by its first export (exchange/own_ids.py)."""

    @classmethod
    def load(cls) -> Installation:
        """The company's settings; the shipped ones before the owner has chosen."""
        return THE_ONE.first() or cls()


def the_one() -> models.QuerySet[Installation]:
    return Installation.objects.filter(pk=1)


THE_ONE: Prepared[Installation] = Prepared(the_one)
