from __future__ import annotations

from django.db import models


class SearchState(models.Model):
    """How far the search texts of a table were written in the form of which version (`searching/renewing.py`)."""

    table = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=0)
    written_to = models.BigIntegerField(default=0)
