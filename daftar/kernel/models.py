"""Operational tables only; no business stands here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock


class ScheduledJob(models.Model):
    """When a repeated job runs next. A worker claims it by moving `next_at`, so two workers never both run it."""

    name = models.CharField(max_length=100, primary_key=True)
    next_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.TextField(default="", blank=True)

    def __str__(self) -> str:
        return self.name


class WorkerLife(models.Model):
    """When a worker was last seen; tasks of one that is gone are given to another."""

    name = models.CharField(max_length=64, primary_key=True)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.name


class OutgoingMail(models.Model):
    """One mail to one person, written with the change that caused it and sent by the worker.

    Shapes: `key` is unique, so that a repeated cause makes no second mail. `text` and `html` are emptied once the mail is sent,
    for they may hold a link that opens something. `attached` names what makes the file that goes along, and of what.
    `until` ends a claim: a mail that is "sending" longer than that is tried again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("tried in vain, will be tried again")
        PARKED = "parked", _("given up")

    key = models.CharField(max_length=120, unique=True)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(default="", blank=True)
    attached = models.CharField(max_length=80, default="", blank=True)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    posted_at = models.DateTimeField(default=clock.now)
    first_try = models.DateTimeField(null=True)
    next_try = models.DateTimeField(default=clock.now)
    until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_try"], name="outgoing_mail_due")]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"


class KeptFor(models.Model):
    """For how many days one kind of things is kept (`kernel.keeping`), where somebody chose another number; 0 is for ever."""

    key = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key}: {self.days}"
