from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.kernel import clock


class Share(models.Model):
    """One record opened to a person or a department beyond what their roles reach.

    Shapes: exactly one of `user` and `department`; `level` "see" or "change"; an observer sees the record and is told of
    what happens to it.
    """

    class Level(models.TextChoices):
        SEE = "see"
        CHANGE = "change"

    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey("access.Department", null=True, on_delete=models.CASCADE, related_name="+")
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.SEE)
    observer = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["type", "record_id", "user"], name="share_once_for_a_person"),
            models.UniqueConstraint(fields=["type", "record_id", "department"], name="share_once_for_a_department"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True) ^ models.Q(department__isnull=True), name="share_with_one"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "type", "record_id"], name="share_user"),
            models.Index(fields=["department", "type", "record_id"], name="share_department"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.record_id}"
