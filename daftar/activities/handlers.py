"""What this room hears and fills in others: card parts, the menu, the bell, live channels."""

from __future__ import annotations

from typing import Any

from daftar.activities import steps  # noqa: F401  # hears what is stored
from daftar.kernel.errors import Missing
from daftar.kernel.events import listens
from daftar.kernel.ids import parse_id
from daftar.kernel.live.channels import listening
from daftar.kernel.live.publishing import publish
from daftar.records import reading
from daftar.records.schema import current_schema
from daftar.records.writing import RecordChanged


@listening("timeline")
def may_hear_timeline(user: Any, rest: str) -> bool:
    """Whoever may see the record hears that its timeline moved."""
    type_key, _colon, number = rest.partition(":")
    try:
        reading.get(current_schema().type(type_key), parse_id(number), user)
    except Missing:
        return False
    return True


@listens(RecordChanged)
def tell_timeline(event: RecordChanged) -> None:
    if event.type != "activity":
        publish(f"timeline:{event.type}:{event.record_id}", {"type": event.type, "id": event.record_id})
