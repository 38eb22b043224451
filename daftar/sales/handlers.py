"""What this room hears of: deals that move, go and come back change what is wanted of goods."""

from __future__ import annotations

from daftar.kernel.events import joins
from daftar.records.writing import RecordChanged, RecordsChanged
from daftar.sales.lines.wanting import renew_for

WATCHED = frozenset({"stage", "expected_close", "probability"})


@joins(RecordChanged)
def deal_changed(event: RecordChanged) -> None:
    if event.type == "deal" and (event.kind in ("deleted", "restored") or WATCHED & set(event.fields)):
        renew_for([event.record_id])


@joins(RecordsChanged)
def deals_changed(event: RecordsChanged) -> None:
    if event.type == "deal":
        renew_for(event.record_ids)
