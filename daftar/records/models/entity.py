from __future__ import annotations

from django.db import models

from daftar.access.models import Row


class Entity(Row):
    """A record of a type that has no table of its own; its fields live in `custom`."""

    type = models.CharField(max_length=64)
    title = models.CharField(max_length=400, default="", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["type", "created_at", "id"], name="entity_type_created"),
            models.Index(fields=["type", "title", "id"], name="entity_type_title"),
        ]

    def __str__(self) -> str:
        return self.title
