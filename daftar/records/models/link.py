from __future__ import annotations

from django.db import models


class RecordLink(models.Model):
    """One of several links of a record to others (field kind `links`), with a role."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=64)
    to_type = models.CharField(max_length=64)
    to_id = models.BigIntegerField()
    role = models.CharField(max_length=100, default="", blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "record_id", "field", "to_id"], name="one_link_each")]
        indexes = [models.Index(fields=["to_type", "to_id", "type"], name="link_back")]


class ContactPoint(models.Model):
    """Where a phone number or mail address is used: the derived index by which people are found and matched."""

    id = models.BigAutoField(primary_key=True)
    type = models.CharField(max_length=64)
    record_id = models.BigIntegerField()
    field = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=320)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "value"], name="point_value"),
            models.Index(fields=["type", "record_id"], name="point_record"),
        ]


class ExternalId(models.Model):
    """The name of a record in the system that it came from, so that the same file again changes nothing."""

    id = models.BigAutoField(primary_key=True)
    system = models.CharField(max_length=64)
    type = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    record_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "type", "key"], name="one_record_per_source_key")]
        indexes = [models.Index(fields=["type", "record_id"], name="external_record")]
