"""Ids of the source system after an undoing of an undoing: a record that comes back has its id again unless another one took it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from daftar.exchange.models import Made
from daftar.exchange.taking_back.made import ID
from daftar.records.models import BulkRun, ChangeSet, Event, ExternalId
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

BATCH = 500
MOST_TOLD = 200


def ids_back(run: BulkRun, first: ChangeSet) -> None:
    """Give the records of the set their ids back, in the caller's transaction; where two records live for one id, it is written down."""
    told = 0
    for type_, some in moved_since(first):
        rows = {one.pk: one for one in ExternalId.objects.filter(pk__in=[int(made.ref) for made in some])}
        old = {int(made.name) for made in some}
        mine = Event.objects.filter(change_set=first, type=type_.key, kind="created", record_id__in=old)
        live = alive(type_, set(mine.values_list("record_id", flat=True)))
        holders = alive(type_, {row.record_id for row in rows.values()})
        back = []
        for made in some:
            row, record_id = rows.get(int(made.ref)), int(made.name)
            if row is None or record_id not in live or row.record_id == record_id:
                continue
            if row.record_id not in holders:
                row.record_id = record_id
                back.append(row)
            elif (told := told + 1) <= MOST_TOLD:
                Made.objects.create(
                    change_set=run.change_set, kind=ID, type=type_.key, ref=made.ref, name=made.name,
                    stays=twice(live[record_id], record_id, holders[row.record_id], row),
                )  # fmt: skip
        ExternalId.objects.bulk_update(back, ["record_id"])


def moved_since(first: ChangeSet) -> Iterator[tuple[RecordType, list[Made]]]:
    """Ids that later imports gave to other records, by type, some at a time."""
    types = current_schema().types
    moved = Made.objects.filter(kind=ID, change_set__gt=first.pk, stays="")
    for key in moved.order_by().values_list("type", flat=True).distinct():
        last = 0
        while key in types and (some := list(moved.filter(type=key, pk__gt=last).order_by("pk")[:BATCH])):
            yield types[key], some
            last = some[-1].pk


def alive(type_: RecordType, ids: set[int]) -> dict[int, str]:
    """Title by id of those that do not lie in the bin."""
    return {row.pk: type_.title_of(row) for row in of_type(type_).filter(pk__in=ids, deleted_at=None)}


def twice(title: str, record_id: int, other: str, row: ExternalId) -> str:
    return _(
        "“%(title)s” (№ %(id)s) came back, but its id %(key)s leads to “%(other)s” (№ %(other_id)s), which was loaded since. "
        "If they are the same, merge them."
    ) % {
        "title": title[:80],
        "id": record_id,
        "key": row.key[:80],
        "other": other[:80],
        "other_id": row.record_id,
    }
