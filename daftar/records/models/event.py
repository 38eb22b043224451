from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from daftar.kernel import clock


class ChangeSet(models.Model):
    """Changes that belong together (an import, a bulk act, a conversion), so that they can be shown and taken back as one."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=16)
    title = models.CharField(max_length=300, default="", blank=True)


class Event(models.Model):
    """One fact about one record: what changed, who did it, when and through which door. Never edited.

    `changes` maps a field key to [before, after] in the field's JSON form; `data` says what a special kind needs.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=24)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    via = models.CharField(max_length=16)
    changes: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    change_set = models.ForeignKey(ChangeSet, null=True, on_delete=models.PROTECT, related_name="events")

    class Meta:
        indexes = [models.Index(fields=["type", "record_id", "id"], name="event_record")]


class Once(models.Model):
    """The key of a form that was sent, so that sending it twice makes one record."""

    key = models.CharField(max_length=64, primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)
