from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class Retyping(models.Model):
    """A change of the kind of one custom field: every value is turned beside the old one, then the field takes the new ones at once.

    Shapes: `slot_from` and `slot_to` are the words under which records keep the values before and after; `agreed` is how many
    values may be emptied because they do not fit (None: not asked yet); `last` is the id of the last record that was turned.
    `undoes` is the change that is taken back. `is_tidy` once what follows from it is done, `is_cleaned` once the old values are gone.
    """

    class State(models.TextChoices):
        WORKING = "working", _("At work")
        READY = "ready", _("Waits for your yes")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Given up")

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    key = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WORKING)
    problem = models.TextField(default="", blank=True)
    kind_from = models.CharField(max_length=32)
    settings_from: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    slot_from = models.CharField(max_length=64)
    kind_to = models.CharField(max_length=32)
    settings_to: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    slot_to = models.CharField(max_length=64, default="", blank=True)
    agreed = models.PositiveIntegerField(null=True, blank=True)
    last = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    misfits = models.PositiveIntegerField(default=0)
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by")
    is_tidy = models.BooleanField(default=False)
    is_cleaned = models.BooleanField(default=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "key"], condition=Q(state__in=["working", "ready"]), name="one_retyping_per_field"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type}.{self.key}: {self.kind_from} → {self.kind_to}"

    @property
    def is_at_work(self) -> bool:
        return self.state == self.State.WORKING

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.WORKING, self.State.READY)

    @property
    def mark(self) -> str:
        """The word under which a record keeps the old value that its new one was made of."""
        return f"{self.slot_to}__from"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // max(self.total, 1))
