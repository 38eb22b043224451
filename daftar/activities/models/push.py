from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import models
from django.db.models import Q

from daftar.kernel import clock


class PushKey(models.Model):
    """The one row with the installation's own pair of keys, by which push services know it; `private` is sealed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    public = models.CharField(max_length=100)
    private = models.TextField()
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.public


class PushBrowser(models.Model):
    """A browser in which one person wants to be told, as long as they are signed in there.

    Shapes: `mark` is a hash of the `endpoint`. It goes with its `session`. One that its person removed stays as an empty row
    (`removed_at`), so that the browser, which still knows of it, does not bring it back by itself.
    """

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_browsers")
    session = models.ForeignKey(UserSession, null=True, on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=64, unique=True)
    endpoint = models.TextField(default="", blank=True)
    p256dh = models.CharField(max_length=100, default="", blank=True)
    auth = models.CharField(max_length=40, default="", blank=True)
    agent = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField(default=clock.now)
    used_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, default="", blank=True)

    def __str__(self) -> str:
        return f"#{self.pk} of #{self.user_id}"


class OutgoingPush(models.Model):
    """Notices of one kind on their way to one browser; the row goes when the push service has them.

    Shapes: `ids` are the notices. What is said of them is written when it is sent, of what the person may see then. `until` ends
    a claim: one that is not done by then is tried again. `is_short`: the service wanted less than was sent.
    """

    id = models.BigAutoField(primary_key=True)
    browser = models.ForeignKey(PushBrowser, on_delete=models.CASCADE, related_name="waiting")
    kind = models.CharField(max_length=32)
    ids: models.JSONField[list[Any], list[int]] = models.JSONField(default=list)
    attempts = models.PositiveIntegerField(default=0)
    first_try = models.DateTimeField(null=True)
    next_try = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    is_short = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["next_try"], name="push_due"),
            models.Index(fields=["until"], name="push_claimed", condition=Q(until__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ids}"
