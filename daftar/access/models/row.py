"""The columns that every record has, whatever its type: who owns it, who may therefore see it, which version it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.base import ModelState
from django.db.models.signals import post_init, pre_init

from daftar.kernel import clock

R = TypeVar("R", bound="Row")


class Rows(models.QuerySet[R]):
    """Reads by trade names; whoever shows rows to somebody goes through `records.reading.visible` instead."""

    def live(self) -> Rows[R]:
        return self.filter(deleted_at__isnull=True)

    def in_bin(self) -> Rows[R]:
        return self.filter(deleted_at__isnull=False)


class Row(models.Model):
    """A kept record. Written only by `records.writing`, which moves `version` and keeps the history.

    Indexes that begin with the owner are those of each type's lists; by who changed or deleted it nobody looks for a record.
    """

    id = models.BigAutoField(primary_key=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    custom: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict, blank=True)
    search = models.TextField(default="", blank=True)

    objects: ClassVar[Any] = Rows.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        """As Django makes it, without the detour over `__init__`, which costs a list of fifty rows two milliseconds."""
        if len(values) != len(cls._meta.concrete_fields) or pre_init.has_listeners(cls) or post_init.has_listeners(cls):
            return super().from_db(db, field_names, values, **more)
        made = cls.__new__(cls)
        made.__dict__.update(zip(field_names, values, strict=True))
        made.__dict__["_state"] = state = ModelState()
        state.adding, state.db = False, db
        return made
