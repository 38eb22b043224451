from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class Pipeline(models.Model):
    """A way that records of one type go, stage by stage. `name` is empty while the shipped, translated name holds.

    Shapes: `field` is the key of the custom stage field to which it belongs; "" for the declared one of the type.
    """

    type = models.CharField(max_length=64)
    field = models.CharField(max_length=64, default="", blank=True)
    key = models.CharField(max_length=64, default="", blank=True)
    name = models.CharField(max_length=200, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["type"], name="pipeline_type")]


class Stage(models.Model):
    """One step of a pipeline with its contract: what a record must have, where it may go, how long it may stay.

    Units: `probability` in percent; `idle_days` and `days_allowed` in calendar days, empty for no limit.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("Open")
        WON = "won", _("Won")
        LOST = "lost", _("Lost")

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    key = models.CharField(max_length=64, default="", blank=True)
    name = models.CharField(max_length=200, default="", blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.OPEN)
    colour = models.CharField(max_length=16, default="grey")
    position = models.PositiveSmallIntegerField(default=0)
    probability = models.PositiveSmallIntegerField(default=0)
    idle_days = models.PositiveSmallIntegerField(null=True, blank=True)
    days_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    required: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    next_stages: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    script = models.TextField(default="", blank=True)
    archived = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "id"]


class StageSpan(models.Model):
    """A record's stay in a stage; the stay that has not ended has no `left_at`."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="spans")
    entered_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["type", "record_id", "id"], name="span_record"),
            models.Index(fields=["stage", "entered_at"], name="span_stage"),
        ]
