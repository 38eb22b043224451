from __future__ import annotations

from django.db import models

from daftar.kernel import clock


class AuditEntry(models.Model):
    """One line of the audit log: who did what, when, through which door. Never changed and never deleted, triggers see to it.

    Shapes: `number` counts from 1 without gaps; `hash` is over all other columns, `previous` the hash of the line before.
    People and records are named by id alone; what tells more (names, addresses, values) is in `AuditDetail` and can be erased.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    what = models.CharField(max_length=32)
    result = models.CharField(max_length=8, default="done")
    by_id = models.BigIntegerField(null=True)
    acting_id = models.BigIntegerField(null=True)
    key_id = models.BigIntegerField(null=True)
    door = models.CharField(max_length=16)
    about_type = models.CharField(max_length=64, default="", blank=True)
    about_id = models.BigIntegerField(null=True)
    count = models.PositiveIntegerField(default=1)
    details_hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["by_id", "number"], name="audit_by"),
            models.Index(fields=["what", "number"], name="audit_what"),
            models.Index(fields=["about_type", "about_id", "number"], name="audit_about"),
            models.Index(fields=["result", "number"], name="audit_result"),
            models.Index(fields=["at"], name="audit_at"),
        ]


class AuditDetail(models.Model):
    """The words of one entry as canonical JSON: names, address, device, values. Erased by emptying `salt` and `body`, nothing else.

    Shapes: the entry's `details_hash` is over salt and body, so that an emptied body cannot be guessed from its hash.
    """

    entry = models.OneToOneField(AuditEntry, primary_key=True, on_delete=models.DO_NOTHING, related_name="detail")
    salt = models.CharField(max_length=32, blank=True)
    body = models.TextField(blank=True)


class AuditHead(models.Model):
    """The one row that writers lock: number and hash of the last entry."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="", blank=True)


class AuditCheck(models.Model):
    """The one row of what the last check of the chain found; `problem` is empty when it was whole."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(default=clock.now)
    entries = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=24, default="", blank=True)
