"""The door for reading: rows of a type, and of those what a person may see."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.kernel.errors import Missing
from daftar.records.models import Entity
from daftar.records.types import RecordType
from daftar.records.whole_rows import whole_rows


def of_type(type_: RecordType) -> QuerySet[Row]:
    """All rows of the type, whoever owns them, deleted ones too; not for showing."""
    rows: QuerySet[Row] = type_.model.objects.all()
    return rows.filter(Q(type=type_.key)) if type_.model is Entity else rows


def visible(
    type_: RecordType,
    by: User,
    action: decide.Action = "see",
    *,
    walked: bool | None = None,
    stages: decide.Stages = None,
) -> QuerySet[Row]:
    """The live rows that the person may see (or do `action` to). `walked` and `stages`: see `Standing.within`."""
    rows = of_type(type_).filter(deleted_at__isnull=True)
    return decide.within(rows, by, type_.key, action, walked=walked, stages=stages)


def get(type_: RecordType, record_id: int, by: User, *, in_bin: bool = False) -> Row:
    """One record that the person may see; `Missing` when it does not exist, is somebody else's or lies in the bin."""
    row: Row | None
    if decide.standing(by).sees_whole(type_.key) and type_.model is not Entity:
        row = next(iter(whole_rows(type_.model, [record_id])), None)
        row = row if row is not None and (row.deleted_at is not None) == in_bin else None
    else:
        row = decide.within(of_type(type_).filter(pk=record_id, deleted_at__isnull=not in_bin), by, type_.key).first()
    if row is None:
        raise Missing()
    return row
