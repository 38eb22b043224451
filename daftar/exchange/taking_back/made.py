"""What an import makes beside records is noted in the transaction that makes it, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Sequence

from daftar.exchange.models import Made
from daftar.kernel.text import fold
from daftar.records.models import ChangeSet, CustomType, ExternalId, Pipeline

ID = "id"
"""Kind of a note that an id of the source led to another record before; `ref` is the row of `ExternalId`, `name` the number of that record."""


def note_made(change_set: ChangeSet | None, kind: str, type_key: str, ref: str) -> None:
    """Note a field, option, stage, pipeline, type or person. Shapes: `ref` is its key, of an option "field:key", else its id."""
    if change_set is not None:
        Made.objects.get_or_create(change_set=change_set, kind=kind, type=type_key, ref=ref[:200])


def note_moved_ids(change_set: ChangeSet | None, moved: Sequence[ExternalId]) -> None:
    """Note that ids of the source lead to other records from now on; called before they do."""
    if change_set is None or not moved:
        return
    before = dict(ExternalId.objects.filter(pk__in=[one.pk for one in moved]).values_list("pk", "record_id"))
    rows = [
        Made(change_set=change_set, kind=ID, type=one.type, ref=str(one.pk), name=str(before[one.pk]))
        for one in moved
        if before.get(one.pk, one.record_id) != one.record_id
    ]
    Made.objects.bulk_create(rows, ignore_conflicts=True)


def is_put_away(pipeline: Pipeline) -> bool:
    """Whether the undo of an import put the pipeline into the archive."""
    gone = Made.objects.filter(kind="pipeline", ref=str(pipeline.pk)).exclude(gone_at=None)
    return bool(pipeline.archived and gone.exists())


def type_put_away(plural: str) -> str:
    """The key of the record type of that name that the undo of an import put into the bin; "" for none."""
    gone = Made.objects.filter(kind="type").exclude(gone_at=None).values("ref")
    rows = CustomType.objects.filter(key__in=gone).exclude(deleted_at=None)
    return next((row.key for row in rows if fold(row.plural) == fold(plural)), "")
