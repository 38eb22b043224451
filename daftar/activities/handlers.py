"""What this room hears and fills in others: card parts, the menu, the bell, live channels."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from daftar.activities import due_list, steps
from daftar.activities.notifying import bell, browsers, facts  # noqa: F401  # facts hears whom to tell
from daftar.activities.views import timeline
from daftar.kernel.errors import Missing
from daftar.kernel.events import listens
from daftar.kernel.formats import current
from daftar.kernel.ids import parse_id
from daftar.kernel.live.channels import listening
from daftar.kernel.live.publishing import publish
from daftar.records import card_parts, reading
from daftar.records.schema import current_schema
from daftar.records.writing import RecordChanged, RecordsChanged
from daftar.ui import menu, slots


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
        publish(
            f"timeline:{event.type}:{event.record_id}", {"type": event.type, "id": event.record_id, "by": event.by_id}
        )


@listens(RecordsChanged)
def tell_timelines(event: RecordsChanged) -> None:
    """Of a batch the first few; other open cards show it when they are opened again."""
    if event.type != "activity":
        for id_ in event.record_ids[: steps.LIVE_AT_ONCE]:
            publish(f"timeline:{event.type}:{id_}", {"type": event.type, "id": id_, "by": event.by_id})


def register() -> None:
    """Fill the places of other rooms: the timeline of cards, the menu entry, the bell."""
    card_parts.add("timeline", timeline.part)
    menu.add(
        "due", _("Due"), url="/due/", icon="calendar-check", order=1, letter="t", count=due_count, shown=is_signed_in
    )
    menu.add("my_notices", _("How you are told"), url="/me/notices/", icon="bell", order=15, place="user")
    slots.add("bar", bell.bell)
    slots.add("body", script_of_bell)


def is_signed_in(request: Any) -> bool:
    return bool(getattr(getattr(request, "user", None), "is_active", False))


def due_count(request: Any) -> int:
    """How much is late or due today, for the menu."""
    return due_list.count_due(request.user, current()) if is_signed_in(request) else 0


def script_of_bell(request: Any) -> str:
    if not is_signed_in(request):
        return ""
    return render_to_string("activities/_bell_script.html", {"push_attributes": browsers.attributes(request)}, request)
