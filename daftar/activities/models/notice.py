from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from daftar.activities.models.activity import Activity
from daftar.kernel import clock


class Notice(models.Model):
    """One thing that one person is told.

    Shapes: `kind` is a key of `notifying.kinds.KINDS`. `type` and `record_id` are the record it is about ("" when about none),
    `activity` the activity, when it is about one. With a `count` above 1 it stands for that many facts of one run (an import),
    which `key` names; the same person gets one notice of a kind for each key. `data` are the words of what is no record.
    Without `in_page` it only waits to be sent; `mail_at` and `push_at` are when it may go by mail and to the person's browsers,
    empty when it need not or has gone.
    """

    id = models.BigAutoField(primary_key=True)
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)
    type = models.CharField(max_length=64, default="", blank=True)
    record_id = models.BigIntegerField(null=True, blank=True)
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=clock.now)
    count = models.PositiveIntegerField(default=1)
    key = models.CharField(max_length=120, default="", blank=True)
    data: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    in_page = models.BooleanField(default=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    mail_at = models.DateTimeField(null=True, blank=True)
    push_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["to", "seen_at", "-id"], name="notice_unseen"),
            models.Index(fields=["to", "-id"], name="notice_of", condition=Q(in_page=True)),
            models.Index(fields=["mail_at"], name="notice_mail", condition=Q(mail_at__isnull=False)),
            models.Index(fields=["push_at"], name="notice_push", condition=Q(push_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["to", "activity", "kind", "at"], name="one_notice_each"),
            models.UniqueConstraint(fields=["to", "kind", "key"], name="one_notice_a_run", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.type} {self.record_id or ''}".strip()


class NoticeWishes(models.Model):
    """How one person wants to be told.

    Shapes: `channels` maps kinds to {"page": bool, "mail": bool, "push": bool}, what is missing is as shipped; between `quiet_from` and
    `quiet_until` (on the wall of the person's zone; past midnight when the end is earlier), on days that are not among `days`
    (0 is Monday; none named: all days) and before the day `paused_until`, mails and pushes wait and the page is silent.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_wishes")
    channels: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    days: models.JSONField[list[int], list[int]] = models.JSONField(default=list, blank=True)
    paused_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"#{self.user_id}"
