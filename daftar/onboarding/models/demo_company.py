from __future__ import annotations

from typing import Any

from django.db import models

from daftar.kernel import clock
from daftar.records.models import ChangeSet


class DemoCompany(models.Model):
    """The one row that says what the demo company made, so that exactly this can be taken away again.

    Shapes: `made` maps record types to ids; `others` names what is no record (custom fields, rates, options);
    `last_event` is the newest event of the loading: what happened to a record after it, people did.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField(default=clock.now)
    language = models.CharField(max_length=8)
    change_set = models.ForeignKey(ChangeSet, on_delete=models.PROTECT, related_name="+")
    last_event = models.BigIntegerField(default=0)
    made: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    others: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"demo company ({self.language})"
