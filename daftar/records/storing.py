"""Writes checked drafts: rows, links, contact points, stage history and events, together in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, Model, QuerySet, Value
from django.db.models.functions import Greatest

from daftar.access.models import Row
from daftar.records import formulas, shape
from daftar.records.draft import Draft
from daftar.records.fields.base import Field
from daftar.records.fields.links import Linked, Links
from daftar.records.following import tell_stored
from daftar.records.models import ChangeSet, ContactPoint, Event, RecordLink, StageSpan
from daftar.records.query.inserting import can_fill, fields_of, insert_many, reserve
from daftar.records.types import RecordType


def store(
    drafts: Sequence[Draft], change_set: ChangeSet | None = None, kind: str = "", *, is_held: bool = False
) -> None:
    """Save the drafts, all of one type; a few statements, whatever their number.

    Shapes: `is_held` says that this transaction stored records of the type before, by which its shape is held already.
    """
    if not drafts:
        return
    if not is_held:
        shape.hold(drafts[0].type)
    for draft in drafts:
        draft.change_set = change_set
        draft.put()
    formulas.fill(drafts[0].type, [draft.row for draft in drafts])
    new = [d for d in drafts if d.is_new]
    if new:
        add_rows([d.row for d in new])
    store_rows([d for d in drafts if not d.is_new])
    store_links(drafts)
    store_points(drafts)
    store_spans(drafts)
    store_events(drafts, change_set, kind)
    formulas.renew_dependents(drafts)
    tell_stored(drafts, kind)


def store_rows(drafts: Sequence[Draft]) -> None:
    """Update the rows: one alone as a whole; of many what is alike in all by one statement, the rest row by row in one go."""
    if len(drafts) < 2 or "save" in drafts[0].type.model.__dict__:
        for draft in drafts:
            draft.row.save(force_update=True)
        return
    model = drafts[0].type.model
    touched = frozenset[str]().union(*(draft.touched() for draft in drafts))
    columns = [f for f in model._meta.concrete_fields if f.attname in touched and not f.primary_key]
    values = {f: [getattr(d.row, f.attname) for d in drafts] for f in columns}
    alike: dict[str, Any] = {f.attname: of[0] for f, of in values.items() if all(value == of[0] for value in of)}
    if all(d.row.version == d.loaded["version"] + 1 for d in drafts):  # or every row would be written twice
        alike["version"] = F("version") + 1
    if alike:
        model._default_manager.filter(pk__in=[d.row.pk for d in drafts]).update(**alike)
    if differing := [f for f in columns if f.attname not in alike]:
        quote = connection.ops.quote_name
        sets = ",".join(f"{quote(str(f.column))} = %s" for f in differing)
        sql = f"UPDATE {quote(model._meta.db_table)} SET {sets} WHERE {quote(str(model._meta.pk.column))} = %s"  # noqa: S608  # names of our columns
        with connection.cursor() as cursor:
            cursor.executemany(sql, [
                [*(f.get_db_prep_save(values[f][n], connection) for f in differing), draft.row.pk]
                for n, draft in enumerate(drafts)
            ])  # fmt: skip


def reserve_ids(type_: RecordType, count: int) -> None:
    """Take the ids of so many new records of a type, and of what hangs on them, where rows go in behind."""
    if not can_fill(type_.model):
        return
    counts: dict[type[Model], int] = {type_.model: count, Event: count}
    if type_.plan.pointing:
        counts[ContactPoint] = 2 * count
    if type_.stage_fields:
        counts[StageSpan] = count * len(type_.stage_fields)
    reserve(counts)


def add_rows(rows: Sequence[Row]) -> None:
    """Store new rows of one model; they have their ids after that."""
    model = type(rows[0])
    if not can_fill(model):
        model._default_manager.bulk_create(rows)
        return
    columns = list(fields_of(model))
    values, key, alias = itemgetter(*columns), model._meta.pk.attname, connection.alias
    for row, id_ in zip(rows, insert_many(model, columns, [values(row.__dict__) for row in rows]), strict=True):
        row.__dict__[key] = id_
        row._state.adding, row._state.db = False, alias


EVENT = ("at", "record_id", "version", "kind", "by_id", "via", "changes", "data")


def store_events(drafts: Sequence[Draft], change_set: ChangeSet | None, kind: str) -> None:
    rows = [
        (
            draft.at,
            draft.row.pk,
            draft.row.version,
            kind or ("created" if draft.is_new else "moved" if draft.is_moved else "changed"),
            draft.by.pk,
            draft.via,
            draft.changes(),
            draft.data | ({"beside": beside} if change_set and (beside := draft.columns_beside()) else {}),
        )
        for draft in drafts
    ]
    alike = {"type": drafts[0].type.key, "change_set_id": change_set.pk if change_set else None}
    insert_many(Event, EVENT, rows, alike=alike)


def store_links(drafts: Sequence[Draft]) -> None:
    rows: list[tuple[Any, ...]] = []
    old: dict[str, list[int]] = defaultdict(list)
    with_links = {f.key: f for f in drafts[0].type.fields if isinstance(f, Links)}
    for draft in drafts if with_links else ():
        for key in [key for key in draft.changed if key in with_links]:
            field = with_links[key]
            if not draft.is_new:
                old[key].append(draft.row.pk)
            links: Sequence[Linked] = draft.changed[key] or ()
            rows += [(draft.row.pk, key, field.to, link.id, link.role, n) for n, link in enumerate(links)]
    for key, ids in old.items():
        RecordLink.objects.filter(type=drafts[0].type.key, record_id__in=ids, field=key).delete()
    columns = ("record_id", "field", "to_type", "to_id", "role", "position")
    insert_many(RecordLink, columns, rows, alike={"type": drafts[0].type.key})


def store_points(drafts: Sequence[Draft]) -> None:
    """Renew the index of phones and mail addresses of the drafts that changed any."""
    rows: list[tuple[Any, ...]] = []
    old: list[int] = []
    with_points = drafts[0].type.plan.pointing
    for draft in drafts if with_points else ():
        if not any(f.key in draft.changed for f in with_points):
            continue
        if not draft.is_new:
            old.append(draft.row.pk)
        record_id = draft.row.pk
        for field in with_points:
            for kind, value in dict.fromkeys(field.points(draft.value(field.key))):
                rows.append((record_id, field.key, kind, value[:320]))
    if old:
        ContactPoint.objects.filter(type=drafts[0].type.key, record_id__in=old).delete()
    insert_many(ContactPoint, ("record_id", "field", "kind", "value"), rows, alike={"type": drafts[0].type.key})


def store_spans(drafts: Sequence[Draft]) -> None:
    """Close the stay in the stage that was left and open the new one, for each stage field by itself.

    A stay never ends before it began, whatever day a file gives to a move.
    """
    opened: list[tuple[Any, ...]] = []
    closed: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    stages = {stage.key: stage for stage in drafts[0].type.stage_fields}
    for draft in drafts:
        for stage in stages.values():
            if stage.key not in draft.changed or stage.key in draft.stays_kept:
                continue
            moved_at = draft.at if stage.custom else draft.moved_at
            if not draft.is_new:
                closed[stage.key, moved_at].append(draft.row.pk)
            target = draft.changed[stage.key]
            if target is not None:
                opened.append((draft.row.pk, target, moved_at, draft.by.pk))
    for (key, moved_at), ids in closed.items():
        end = Greatest(F("entered_at"), Value(moved_at, output_field=DateTimeField()))
        open_stays(drafts[0].type.key, ids, stages[key]).update(left_at=end)
    columns = ("record_id", "stage_id", "entered_at", "by_id")
    insert_many(StageSpan, columns, opened, alike={"type": drafts[0].type.key})


def open_stays(type_key: str, record_ids: Sequence[int], stage: Field) -> QuerySet[StageSpan]:
    """The stays of the records in the pipelines of one stage field that have not ended."""
    own = stage.key if stage.custom else ""
    stays = StageSpan.objects.filter(type=type_key, record_id__in=record_ids, left_at=None)
    return stays.filter(stage__pipeline__field=own)
