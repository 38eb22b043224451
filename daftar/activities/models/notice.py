from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.activities.models.activity import Activity
from daftar.kernel import clock


class Notice(models.Model):
    """Something that one person should look at: a mention, a task given to them, a reminder."""

    class Kind(models.TextChoices):
        MENTION = "mention"
        ASSIGNED = "assigned"
        REMINDER = "reminder"

    id = models.BigAutoField(primary_key=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="notices")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["to", "seen_at", "-id"], name="notice_unseen")]
        constraints = [models.UniqueConstraint(fields=["to", "activity", "kind", "at"], name="one_notice_each")]

    def __str__(self) -> str:
        return f"{self.kind} {self.activity_id}"
