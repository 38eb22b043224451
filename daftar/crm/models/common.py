"""Columns that several of the four share."""

from __future__ import annotations

from typing import Any

from django.db import models

from daftar.records.models import Stage
from daftar.records.models.columns import list_column


def word_column(max_length: int = 300) -> models.CharField[Any, Any]:
    return models.CharField(max_length=max_length, default="", blank=True)


def text_column() -> models.TextField[Any, Any]:
    return models.TextField(default="", blank=True)


def choice_column() -> models.CharField[Any, Any]:
    return models.CharField(max_length=100, default="", blank=True)


def link_column(to: Any) -> models.ForeignKey[Any, Any]:
    """A link to one record. Its index is the model's own, with the order of lists behind it."""
    return models.ForeignKey(to, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)


def board_index(name: str) -> models.Index:
    """Count and sum of each column of a board are read from this index alone: all that `BoardView.totals` and rights ask for."""
    columns = ["stage", "owner", "amount_base", "amount", "deleted_at", "department"]
    return models.Index(fields=columns, condition=models.Q(deleted_at__isnull=True), name=name)


def owned_index(name: str) -> models.Index:
    """The same for who sees the records of few owners: their counts, sums and boards without reading the records."""
    columns = ["owner", "department", "stage", "amount_base", "amount", "deleted_at"]
    return models.Index(fields=columns, condition=models.Q(deleted_at__isnull=True), name=name)


class Reachable(models.Model):
    """How a person or an organisation is reached."""

    phones = list_column()
    emails = list_column()
    messengers = list_column()
    webs = list_column()
    address = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True


class Sourced(models.Model):
    """Where an enquiry came from, as the advertising sees it."""

    source = choice_column()
    source_details = word_column(500)
    utm_source = word_column()
    utm_medium = word_column()
    utm_campaign = word_column()
    utm_term = word_column()
    utm_content = word_column()
    referrer = word_column(1000)

    class Meta:
        abstract = True


class Placed(models.Model):
    """The department in which the record lies while nobody owns it."""

    department = link_column("access.Department")

    class Meta:
        abstract = True


class Staged(models.Model):
    """The stage, and since when the record stands in it."""

    stage = link_column(Stage)
    stage_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
