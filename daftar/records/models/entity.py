from __future__ import annotations

from django.db import models

from daftar.access.models import Row
from daftar.records.models.columns import Followed
from daftar.records.models.pipeline import Stage
from daftar.records.query.sort_index import SortIndex


class Entity(Row, Followed):
    """A record of a type that has no table of its own: its name, stage and place in columns, all other fields in `custom`.

    Every index begins with the type or holds one type only, so that a type is found as if the table were its own.
    """

    type = models.CharField(max_length=64)
    title = models.CharField(max_length=400, default="", blank=True)
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    stage_since = models.DateTimeField(null=True, blank=True)
    department = models.ForeignKey(
        "access.Department", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["type", "created_at", "id"], name="entity_type_created"),
            models.Index(fields=["type", "title", "id"], name="entity_type_title"),
            models.Index(fields=["type", "owner", "created_at", "id"], name="entity_type_owner"),
            models.Index(
                fields=["type", "department", "created_at", "id"],
                name="entity_type_nobodys",
                condition=models.Q(owner__isnull=True),
            ),
            models.Index(fields=["type", "stage", "created_at", "id"], name="entity_type_stage"),
            SortIndex(fields=["type", "next_at", "id"], name="entity_type_next"),
            models.Index(
                fields=["type", "stage", "owner", "deleted_at", "department"],
                name="entity_type_board",
                condition=models.Q(deleted_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title
