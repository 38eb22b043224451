"""How much the custom fields of a type are used: in how many records, when last, in how many views; and hiding the rarely used ones."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.records import custom_fields
from daftar.records.as_if import as_if
from daftar.records.field_uses import Use, usage_of
from daftar.records.fields.base import Field
from daftar.records.models import Event, FieldCount
from daftar.records.reading import of_type
from daftar.records.types import RecordType

FRESH = timedelta(hours=24)
AT_ONCE = 50_000
"""Types of so many records are counted when the page is asked for, bigger ones by the worker."""
SECONDS = 3.0
RARE_PERCENT, RARE_DAYS = 5, 90
"""Rarely used: filled in so few records, and not written for so long."""
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Used:
    """One field as it is used. Shapes: `last` is None for longer ago than was looked; `uses` without keys of programs."""

    field: Field
    filled: int
    percent: float
    last: datetime | None
    uses: tuple[Use, ...]

    @property
    def is_rare(self) -> bool:
        is_old = self.last is None or self.last < clock.now() - timedelta(days=RARE_DAYS)
        return self.percent < RARE_PERCENT and is_old

    @property
    def views(self) -> int:
        return sum(1 for use in self.uses if use.what == _("View"))


def counted(type_: RecordType) -> FieldCount | None:
    """What was counted last; where that is old and quickly done, what is true now, without keeping it. None before the first count."""
    kept = FieldCount.objects.filter(type=type_.key).first()
    if kept is not None and kept.at > clock.now() - FRESH:
        return kept
    return count(type_) if is_quick(type_) else kept


def is_quick(type_: RecordType) -> bool:
    return of_type(type_).order_by().values("pk")[: AT_ONCE + 1].count() <= AT_ONCE


def count_now_or_later(type_: RecordType) -> None:
    """Count anew and keep it; the worker does it where there are very many records."""
    if is_quick(type_):
        count(type_).save()
        return
    from daftar.records.jobs import count_fields

    count_fields.enqueue(type_.key)


def count(type_: RecordType) -> FieldCount:
    """Count all custom fields of the type: one query for the values, and the newest events as far as the time reaches."""
    type_ = type_.whole
    fields = [field for field in type_.fields if field.custom]
    asked = {f"filled_{n}": Count("pk", filter=~field.empty_q()) for n, field in enumerate(fields)}
    found = of_type(type_).filter(deleted_at=None).order_by().aggregate(rows=Count("pk"), **asked)
    last, since = last_written(type_, {field.key for field in fields})
    counts = {
        field.key: {"filled": found[f"filled_{n}"], "last": last[field.key].isoformat() if field.key in last else ""}
        for n, field in enumerate(fields)
    }
    return FieldCount(type=type_.key, at=clock.now(), since=since, rows=found["rows"], counts=counts)


def last_written(type_: RecordType, keys: Collection[str]) -> tuple[dict[str, datetime], datetime | None]:
    """Key → when a person last wrote the field; and back to when was looked (None: to the beginning)."""
    found: dict[str, datetime] = {}
    until, last = time.monotonic() + SECONDS, None
    oldest: datetime | None = None
    while set(found) != set(keys):
        events = Event.objects.filter(type=type_.key).order_by("-id")
        if last is not None:
            events = events.filter(id__lt=last)
        some = list(events.values_list("id", "at", "changes")[:BATCH])
        if not some:
            return found, None
        for _id, at, changes in some:
            for key in changes:
                if key in keys:
                    found.setdefault(key, at)
        last, oldest = some[-1][0], some[-1][1]
        if time.monotonic() > until:
            return found, oldest
    return found, oldest


def used(type_: RecordType, kept: FieldCount) -> list[Used]:
    """The custom fields with their numbers, the least used first."""
    made = []
    for field in (f for f in type_.whole.fields if f.custom):
        numbers = kept.counts.get(field.key, {"filled": 0, "last": ""})
        after = as_if(type_, field.key, None)
        uses = tuple(u for u in usage_of(type_, field.key, after) if u.what != _("Key of a program"))
        last = datetime.fromisoformat(numbers["last"]) if numbers["last"] else None
        made.append(Used(field, numbers["filled"], 100 * numbers["filled"] / max(kept.rows, 1), last, uses))
    return sorted(made, key=lambda one: (one.percent, str(one.field.label)))


def hide_rare(type_: RecordType, keys: Sequence[str], *, by: User) -> int:
    """Hide these fields of the type in one go; how many. Errors: NotAllowed, Invalid when none is named."""
    custom_fields.allowed(by)
    chosen = [field.key for field in type_.whole.fields if field.custom and field.key in set(keys)]
    if not chosen:
        raise Invalid(_("Choose at least one field."))
    with transaction.atomic():
        for key in chosen:
            custom_fields.hide_field(type_, key, by=by)
    return len(chosen)
