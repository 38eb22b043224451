from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock
from daftar.records.models.event import ChangeSet


class LeavingState(models.TextChoices):
    RUNNING = "running", _("Being handed over")
    DONE = "done", _("Handed over")
    FAILED = "failed", _("Stopped")


class Leaving(models.Model):
    """What a person who leaves hands over: to whom, and how far it got.

    Shapes: `plan` maps a group (record type, "shares", "departments", "views") to ids of colleagues; `place` maps it to the
    last id that is done, `given` to {colleague id: number}. `total` counts what was there at the start.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=16, choices=LeavingState.choices, default=LeavingState.RUNNING)
    plan: models.JSONField[dict[str, list[int]], dict[str, list[int]]] = models.JSONField(default=dict)
    place: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    given: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(default="", blank=True)
    change_set = models.ForeignKey(ChangeSet, null=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(state="running"), name="one_hand_over_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def is_at_work(self) -> bool:
        return self.state == LeavingState.RUNNING

    @property
    def done(self) -> int:
        return sum(number for by_colleague in self.given.values() for number in by_colleague.values())

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // max(self.total, 1))
