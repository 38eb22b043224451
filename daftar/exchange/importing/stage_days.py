"""Since when loaded records stand in their stage, where the file says it: a sale that was won in March stands in "won" since March."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from daftar.access.models import Row
from daftar.records.models import StageSpan
from daftar.records.types import RecordType

SINCE = "stage_since"
"""The column of types that keep the day beside the stage."""


def set_stage_days(type_: RecordType, rows: Mapping[int, Row], moved: Mapping[int, datetime]) -> None:
    """Date the open stay of records that were just made; two statements for a batch. Call in the transaction that made them."""
    if not moved:
        return
    spans = list(StageSpan.objects.filter(type=type_.key, record_id__in=moved, left_at=None))
    for span in spans:
        span.entered_at = moved[span.record_id]
    StageSpan.objects.bulk_update(spans, ["entered_at"], batch_size=200)
    if any(column.name == SINCE for column in type_.model._meta.concrete_fields):
        dated: list[Any] = [rows[id_] for id_ in moved]
        for row in dated:
            row.stage_since = moved[row.pk]
        type_.model.objects.bulk_update(dated, [SINCE], batch_size=200)
