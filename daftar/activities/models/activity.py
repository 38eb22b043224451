from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from daftar.access.models import Row
from daftar.access.models.row import Rows
from daftar.kernel import clock

HALF_DAY = dt.timedelta(hours=12)


class Activities(Rows["Activity"]):
    def planned(self) -> Activities:
        """Those still to be done."""
        return self.filter(deleted_at__isnull=True, done_at__isnull=True)

    def about(self, type_key: str, record_id: int) -> Activities:
        return self.filter(about_type=type_key, about_id=record_id)

    def two_sided(self) -> Activities:
        """Talks in which the other side was really there: calls that reached somebody, meetings that took place."""
        return self.filter(SPOKEN, deleted_at__isnull=True)


SPOKEN = Q(done_at__isnull=False, cancelled=False) & (
    Q(kind="call", result="reached") | Q(kind="meeting", result__in=("", "reached"))
)


class Activity(Row):
    """One thing that somebody did or will do with a record: call, meeting, task, note or comment.

    It is planned while `done_at` is empty. `at` places it in the timeline: when it was done, else when it is due.
    `moves` counts how often it was put off.
    Units: `duration` in seconds; `remind_minutes` before `due_at`. A planned day without a time (`all_day`) keeps
    the noon of that day on the planner's wall, so that it stays that day for readers in near zones.
    """

    kind = models.CharField(max_length=16)
    subject = models.CharField(max_length=300, default="", blank=True)
    about_type = models.CharField(max_length=64, default="", blank=True)
    about_id = models.BigIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    all_day = models.BooleanField(default=False)
    duration = models.IntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    cancelled = models.BooleanField(default=False)
    direction = models.CharField(max_length=8, default="", blank=True)
    result = models.CharField(max_length=32, default="", blank=True)
    place = models.CharField(max_length=300, default="", blank=True)
    phone = models.CharField(max_length=64, default="", blank=True)
    body = models.TextField(default="", blank=True)
    outsider = models.CharField(max_length=200, default="", blank=True)
    """Who said it, when it was nobody of us: a client on their page. The account beside it only lent its rights."""
    remind_minutes = models.IntegerField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    pinned = models.BooleanField(default=False)
    moves = models.PositiveSmallIntegerField(default=0)
    mentions: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    at = models.DateTimeField(default=clock.now)
    hidden_with_record = models.BooleanField(default=False)
    """Deleted because its record went into the bin, so it comes back with it."""

    objects: ClassVar[Any] = Activities.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        indexes = [
            models.Index(fields=["about_type", "about_id", "at", "id"], name="activity_about"),
            models.Index(
                fields=["owner", "due_at"], name="activity_due",
                condition=Q(done_at__isnull=True, deleted_at__isnull=True),
            ),
            models.Index(
                fields=["remind_at"], name="activity_remind",
                condition=Q(remind_at__isnull=False, reminded_at__isnull=True, done_at__isnull=True),
            ),
            models.Index(fields=["at", "id"], name="activity_at"),
            models.Index(fields=["owner", "at", "id"], name="activity_owner_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject or self.kind

    @property
    def is_planned(self) -> bool:
        return self.done_at is None

    @property
    def is_two_sided(self) -> bool:
        """Whether both sides really spoke; the same verdict as `SPOKEN`."""
        if self.done_at is None or self.cancelled or self.deleted_at is not None:
            return False
        return (self.kind == "call" and self.result == "reached") or (
            self.kind == "meeting" and self.result in ("", "reached")
        )

    @property
    def late_from(self) -> dt.datetime | None:
        """The moment from which it is late: the due time, or the end of its day."""
        if self.due_at is None:
            return None
        return self.due_at + HALF_DAY if self.all_day else self.due_at
