"""The columns that every record has, whatever its type: who owns it, who may therefore see it, which version it is."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import models

from daftar.kernel import clock

R = TypeVar("R", bound="Row")


class Rows(models.QuerySet[R]):
    """Reads by trade names; whoever shows rows to somebody goes through `records.reading.visible` instead."""

    def live(self) -> Rows[R]:
        return self.filter(deleted_at__isnull=True)

    def in_bin(self) -> Rows[R]:
        return self.filter(deleted_at__isnull=False)


class Row(models.Model):
    """A kept record. Written only by `records.writing`, which moves `version` and keeps the history."""

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    custom: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    search = models.TextField(default="", blank=True)

    objects: ClassVar[Any] = Rows.as_manager()

    class Meta:
        abstract = True
