from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models


class SchemaVersion(models.Model):
    """One row that moves whenever fields, options or pipelines change, so that every process renews its schema."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=1)


class CustomField(models.Model):
    """A field that the company added to a record type; builds the same field object as a declared one.

    Shapes: `settings` are the kind's own words (choices' keys, target type of a link, currency); `slot` is the word under which
    records keep the value, "" for the key itself; `show_if` and
    `require_if` are conditions as they stand in addresses; `past` says what the field was before its kind was changed, oldest first:
    {"kind", "settings", "slot", "to": the last event that is written in it}. With `deleted_at` it lies in the bin.
    """

    type = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    label = models.CharField(max_length=200)
    help = models.CharField(max_length=500, default="", blank=True)
    required = models.BooleanField(default=False)
    default: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    place = models.CharField(max_length=200, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    settings: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    hidden = models.BooleanField(default=False)
    unique = models.BooleanField(default=False)
    show_if = models.TextField(default="", blank=True)
    require_if = models.TextField(default="", blank=True)
    slot = models.CharField(max_length=64, default="", blank=True)
    past: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["type", "key"], name="one_custom_field_per_key")]

    def __str__(self) -> str:
        return self.label

    @property
    def kept_in(self) -> str:
        """The word under which records keep the value."""
        return self.slot or self.key


class FieldCount(models.Model):
    """How much the custom fields of a record type are used, as it was counted.

    Shapes: `counts` maps keys to {"filled": records with a value, "last": when it was last written, "" for longer ago than `since`};
    `rows` are all live records.
    """

    type = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()
    since = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    counts: models.JSONField[dict[str, dict[str, Any]], dict[str, dict[str, Any]]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.type


class ChoiceOption(models.Model):
    """An option of a choice field that was added or changed here; shipped options need no row."""

    type = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    key = models.CharField(max_length=100)
    label = models.CharField(max_length=200, default="", blank=True)
    colour = models.CharField(max_length=16, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["type", "field", "key"], name="one_option_per_key")]


class ListSetting(models.Model):
    """What a person chose for a record type's list: the columns, in order, and the view that it opens with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=64)
    columns: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    view = models.ForeignKey("records.SavedView", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "type"], name="one_list_setting")]
