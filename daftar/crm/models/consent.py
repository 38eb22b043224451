from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class Consent(models.Model):
    """That a person agreed to be written or called for a purpose, or took that back. Never changed: the newest row of a purpose and channel holds.

    Shapes: `type` and `record_id` name a lead or contact; `text_version` says to which wording they agreed ("2026-05"), `source`
    where and how ("form on the fair", "by phone").
    """

    class Purpose(models.TextChoices):
        NEWS = "news", _("News and offers")
        SURVEY = "survey", _("Surveys")
        EVENTS = "events", _("Invitations to events")
        SERVICE = "service", _("Service and reminders")

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone call")
        SMS = "sms", _("Text message")
        MESSENGER = "messenger", _("Messenger")
        POST = "post", _("Letter")

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    given = models.BooleanField(default=True)
    text_version = models.CharField(max_length=100, default="", blank=True)
    source = models.CharField(max_length=300, default="", blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["type", "record_id", "id"], name="consent_record")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.channel}"
