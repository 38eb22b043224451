from __future__ import annotations

from django.db import models

from daftar.kernel import clock


class SearchState(models.Model):
    """How far the search texts of a table were written in the form of which version (`searching/renewing.py`)."""

    table = models.CharField(max_length=64, unique=True)
    version = models.PositiveIntegerField(default=0)
    written_to = models.BigIntegerField(default=0)


class SearchWord(models.Model):
    """A word of some search text, and itself backwards; corrects what is typed with one mistake (`searching/vocabulary.py`)."""

    word = models.CharField(max_length=40, primary_key=True)
    back = models.CharField(max_length=40, db_index=True)
    checked_at = models.DateTimeField(default=clock.now, db_index=True)
