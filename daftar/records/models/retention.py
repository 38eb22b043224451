from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class RetentionRule(models.Model):
    """What becomes of records of a type that nobody needed for a long time. Off until somebody has seen what it would do.

    Shapes: `key` names a shipped rule, "" is one of the company's own; `type` "*" with `since` "bin" is the bin of every type;
    `without` are keys of conditions (`records.retention.conditions`). `confirmed` is the fingerprint of the condition for which
    it was switched on, `by` who did that. `next_at` is the night from which it may run; `began_at` and `done` belong to a run
    that is not finished. `counted` is the last dry run that was made in the background.
    """

    class Since(models.TextChoices):
        ACTIVITY = "activity", _("nothing happened, and nothing is planned")
        CHANGE = "change", _("the record was not changed")
        BIN = "bin", _("it lies in the bin")

    class Unit(models.TextChoices):
        MONTH = "month", _("months")
        DAY = "day", _("days")

    class Act(models.TextChoices):
        ERASE = "erase", _("erase the person")
        NAMELESS = "nameless", _("take out the name and everything personal")
        BIN = "bin", _("move to the bin")
        DELETE = "delete", _("delete for good")

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=40, default="", blank=True)
    type = models.CharField(max_length=64)
    since = models.CharField(max_length=16, choices=Since.choices)
    number = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8, choices=Unit.choices, default=Unit.MONTH)
    stage_kind = models.CharField(max_length=16, default="", blank=True)
    without: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    act = models.CharField(max_length=16, choices=Act.choices)
    is_on = models.BooleanField(default=False)
    confirmed = models.CharField(max_length=64, default="", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)
    last_done = models.PositiveIntegerField(default=0)
    last_held = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, default="", blank=True)
    counted: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="retention_rule_shipped_once")
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.act}"


class RecordHold(models.Model):
    """Somebody says that a record must not be erased before a day, and why. Its person is not erased either."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    until = models.DateField()
    why = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "record_id"], name="one_hold_of_a_record")]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}"


class Nameless(models.Model):
    """A record out of which a rule took everything that named its person; it stays for the counts and is not done again."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "record_id"], name="nameless_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}"
