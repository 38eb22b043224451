"""What people wrote since a record was last loaded: their words win over the file, where the map says so."""

from __future__ import annotations

from collections.abc import Collection

from daftar.records.models import Event
from daftar.records.types import RecordType


def changed_by_hand(type_: RecordType, record_ids: Collection[int]) -> dict[int, set[str]]:
    """Record id → the fields whose last change did not come from a file; one query."""
    last: dict[int, dict[str, str]] = {}
    if record_ids:
        events = Event.objects.filter(type=type_.key, record_id__in=record_ids).order_by("id")
        for record_id, via, changes in events.values_list("record_id", "via", "changes").iterator(chunk_size=500):
            last.setdefault(record_id, {}).update(dict.fromkeys(changes, via))
    return {id_: {key for key, via in fields.items() if via != "import"} for id_, fields in last.items()}
