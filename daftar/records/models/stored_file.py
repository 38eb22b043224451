from __future__ import annotations

from django.conf import settings
from django.db import models

from daftar.kernel import clock


class StoredFile(models.Model):
    """A file of a record. The bytes lie under a random name in the data folder; the given name is only data."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=64, default="", blank=True)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size_bytes = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=120, unique=True)
    preview = models.CharField(max_length=120, default="", blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["type", "record_id", "id"], name="file_record")]
