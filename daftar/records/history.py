"""What happened to a record, read from its events, in words for one reader; and how an old value comes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from daftar.access.models import Row, User
from daftar.kernel.errors import Missing
from daftar.records import writing
from daftar.records.fields.base import Field
from daftar.records.models import Event
from daftar.records.reader import Reader
from daftar.records.retyping.past import field_then
from daftar.records.retyping.turning import value_now
from daftar.records.types import RecordType
from daftar.ui.parts import Shown

DOORS = {
    "page": pgettext_lazy("changed by way of", "page"),
    "quick": pgettext_lazy("changed by way of", "quick form"),
    "board": pgettext_lazy("changed by way of", "board"),
    "import": pgettext_lazy("changed by way of", "import"),
    "api": pgettext_lazy("changed by way of", "API"),
    "rule": pgettext_lazy("changed by way of", "rule"),
    "bulk": pgettext_lazy("changed by way of", "change of many"),
    "merge": pgettext_lazy("changed by way of", "merge"),
    "demo": pgettext_lazy("changed by way of", "demo company"),
    "sale": pgettext_lazy("changed by way of", "issuing of papers"),
    "client": pgettext_lazy("changed by way of", "the client's page"),
    "lines": pgettext_lazy("changed by way of", "lines"),
    "stock": pgettext_lazy("changed by way of", "stock"),
}
REASONS = {
    "taken": pgettext_lazy("why it changed", "took it"),
    "leaver": pgettext_lazy("why it changed", "handed it over on a leaver's day"),
    "stage_changed": pgettext_lazy("why it changed", "changed its stage in the settings"),
    "stage_removed": pgettext_lazy("why it changed", "deleted its stage"),
    "undone": pgettext_lazy("why it changed", "took a change of many back"),
    "merged": pgettext_lazy("why it changed", "merged it with another one"),
    "unmerged": pgettext_lazy("why it changed", "took a merge back"),
    "department": pgettext_lazy("why it changed", "removed its department"),
    "retyped": pgettext_lazy("why it changed", "made the field another kind"),
    "paper_issued": pgettext_lazy("why it changed", "moved it on: a paper was issued"),
    "quote_accepted": pgettext_lazy("why it changed", "moved it on: the quote is accepted"),
    "invoice_paid": pgettext_lazy("why it changed", "moved it on: all is paid"),
}
"""What somebody did that changed the record besides, by `why` in the event's data."""


def reason_of(event: Event) -> str:
    """Why a record changed without being opened, in words; "" when somebody changed it itself."""
    return str(REASONS.get(event.data.get("why", ""), ""))


@dataclass(frozen=True, slots=True)
class Change:
    """One field's step from a value to another, as the reader sees it."""

    event_id: int
    at: datetime
    by: str
    via: str
    field: Field
    before: Shown
    after: Shown
    reason: str = ""

    @property
    def via_label(self) -> str:
        """Why it came, or by which door, in words."""
        return self.reason or str(DOORS.get(self.via, self.via))


def events_of(type_: RecordType, record_id: int, *, before_id: int | None = None, limit: int = 50) -> Sequence[Event]:
    """Events of a record, newest first; `before_id` for the next page."""
    return list(event_rows(type_, record_id, before_id)[:limit])


def event_rows(type_: RecordType, record_id: int, before_id: int | None = None) -> QuerySet[Event]:
    rows = Event.objects.filter(type=type_.key, record_id=record_id).order_by("-id")
    return rows.filter(id__lt=before_id) if before_id else rows


def changes_of(events: Iterable[Event], type_: RecordType, reader: Reader) -> dict[int, list[Change]]:
    """Event id → its changes in words; names of everything mentioned are fetched together."""
    kept = list(events)
    fields = type_.by_key
    known = [(e, field_then(fields[k], e.pk), pair) for e in kept for k, pair in e.changes.items() if k in fields]
    reader.names.want(("user", e.by_id) for e in kept if e.by_id)
    for _event, field, pair in known:
        for stored in pair:
            reader.names.want(field.wants(field.load(stored)))
    reader.names.fetch()
    made: dict[int, list[Change]] = {e.pk: [] for e in kept}
    for event, field, (old, new) in known:
        made[event.pk].append(
            Change(
                event.pk, event.at, name_of(event.by_id, reader), event.via, field,
                field.show(field.load(old), reader), field.show(field.load(new), reader),
                reason_of(event),
            )
        )  # fmt: skip
    return made


def name_of(user_id: int | None, reader: Reader) -> str:
    return (reader.names.get("user", user_id) if user_id else None) or str(_("Daftar"))


def field_history(type_: RecordType, record_id: int, key: str, reader: Reader, *, limit: int = 100) -> list[Change]:
    """The steps of one field, newest first. Looks at the last thousand events of the record."""
    if key not in type_.by_key:
        raise Missing()
    events = [e for e in event_rows(type_, record_id)[:1000] if key in e.changes][:limit]
    made = changes_of(events, type_, reader)
    return [c for e in events for c in made[e.pk] if c.field.key == key]


def restore_old_value(
    type_: RecordType, record_id: int, event_id: int, key: str, *, by: User, which: str = "before"
) -> Row:
    """Set the field to what it was before (or after) that event; the same rules as for typing it."""
    field = type_.field(key)
    event = Event.objects.filter(pk=event_id, type=type_.key, record_id=record_id).first()
    if field is None or event is None or key not in event.changes:
        raise Missing()
    stored: Any = event.changes[key][0 if which == "before" else 1]
    value = value_now(field, event_id, stored, Reader(by))
    return writing.change(type_, record_id, {key: value}, by=by, via="page", data={"restored_from": event_id})
