"""Rows and sums by stage, as stored and as the file says them: so that both can be laid side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from daftar.access.models import Row
from daftar.exchange.importing.outcomes import StageSum
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.work import Work
from daftar.records.fields.base import Field
from daftar.records.reading import of_type


def add_rows(work: Work, rows: Sequence[tuple[Parsed, Mapping[str, Any], Row | int]]) -> None:
    """Count rows that went in: (row, its values as read, the record or its number); at most one query."""
    amounts = [field for field in work.type.totals if field.kind == "money" and work.map.fills(field.key)]
    stage = work.type.stage_field
    if not rows or not (amounts or stage):
        return
    ids = [record for *_row, record in rows if isinstance(record, int)]
    kept = {row.pk: row for row in of_type(work.type).filter(pk__in=ids)} if ids else {}
    for _row, values, record in rows:
        known = kept.get(record) if isinstance(record, int) else record
        if known is not None:
            stored = stage_of(work, stage, stage.get(known) if stage else None)
            read = stage_of(work, stage, values.get(stage.key)) if stage and values.get(stage.key) else stored
            add(work.report.by_stage.setdefault(stored, StageSum()), amounts, values, known)
            add(work.report.in_file.setdefault(read, StageSum()), amounts, values, None)


def stage_of(work: Work, field: Field | None, stage_id: Any) -> str:
    stage = work.type.schema.stage(stage_id) if field else None
    return stage.label if stage else ""


def add(total: StageSum, amounts: Sequence[Field], values: Mapping[str, Any], stored: Row | None) -> None:
    """Add one row: only amounts that the row says; of them what is stored, or what was read."""
    total.rows += 1
    for n, field in enumerate(amounts):
        read = values.get(field.key)
        value = read if stored is None or read is None else field.get(stored)
        if value is not None:
            total.add(field.key if n else "", value.amount, value.currency)
