"""What this import itself made, so that what it adds later keeps the times of the file."""

from __future__ import annotations

from collections.abc import Collection

from daftar.exchange.importing.work import Work
from daftar.records.models import Event


def of_this_import(work: Work, ids: Collection[int]) -> set[int]:
    """Those of the records that this import made; one query."""
    if work.change_set is None or not ids:
        return set()
    events = Event.objects.filter(change_set=work.change_set, type=work.type.key, kind="created", record_id__in=ids)
    return set(events.values_list("record_id", flat=True))
