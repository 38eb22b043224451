"""What this room hears of: deals that move, go and come back change what is wanted of goods; holds end."""

from __future__ import annotations

from daftar.activities.notifying.writing import News, tell
from daftar.catalogue.events import HoldEnded
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


@joins(HoldEnded)
def tell_of_ended_hold(event: HoldEnded) -> None:
    if event.owner_id is not None:
        tell([News(event.owner_id, "hold_ended", None, "hold", event.hold_id)])
