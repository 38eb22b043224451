"""Writes checked drafts: rows, links, contact points, stage history and events, together in the caller's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Greatest

from daftar.records import formulas, shape
from daftar.records.draft import Draft
from daftar.records.fields.base import Field
from daftar.records.fields.links import Links
from daftar.records.following import tell_stored
from daftar.records.models import ChangeSet, ContactPoint, Event, RecordLink, StageSpan


def store(drafts: Sequence[Draft], change_set: ChangeSet | None = None, kind: str = "") -> None:
    """Save the drafts, all of one type; a few statements, whatever their number."""
    if not drafts:
        return
    shape.hold(drafts[0].type)
    for draft in drafts:
        draft.change_set = change_set
        draft.put()
    formulas.fill(drafts[0].type, [draft.row for draft in drafts])
    new = [d for d in drafts if d.is_new]
    if new:
        new[0].type.model.objects.bulk_create([d.row for d in new])
    store_rows([d for d in drafts if not d.is_new])
    store_links(drafts)
    store_points(drafts)
    store_spans(drafts)
    Event.objects.bulk_create([event_of(d, change_set, kind) for d in drafts])
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


def event_of(draft: Draft, change_set: ChangeSet | None, kind: str) -> Event:
    return Event(
        at=draft.at,
        type=draft.type.key,
        record_id=draft.row.pk,
        version=draft.row.version,
        kind=kind or ("created" if draft.is_new else "moved" if draft.is_moved else "changed"),
        by=draft.by,
        via=draft.via,
        changes=draft.changes(),
        data=draft.data | ({"beside": beside} if change_set and (beside := draft.columns_beside()) else {}),
        change_set=change_set,
    )


def store_links(drafts: Sequence[Draft]) -> None:
    rows: list[RecordLink] = []
    old: dict[str, list[int]] = defaultdict(list)
    for draft in drafts:
        for key in draft.changed:
            field = draft.type.by_key[key]
            if not isinstance(field, Links):
                continue
            if not draft.is_new:
                old[key].append(draft.row.pk)
            rows += [
                RecordLink(
                    type=draft.type.key, record_id=draft.row.pk, field=key, to_type=field.to, to_id=link.id,
                    role=link.role, position=n,
                )
                for n, link in enumerate(draft.changed[key] or ())
            ]  # fmt: skip
    for key, ids in old.items():
        RecordLink.objects.filter(type=drafts[0].type.key, record_id__in=ids, field=key).delete()
    if rows:
        RecordLink.objects.bulk_create(rows)


def store_points(drafts: Sequence[Draft]) -> None:
    """Renew the index of phones and mail addresses of the drafts that changed any."""
    rows: list[ContactPoint] = []
    old: list[int] = []
    with_points = [f for f in drafts[0].type.fields if f.kind in ("phones", "emails")]
    for draft in drafts:
        if not any(f.key in draft.changed for f in with_points):
            continue
        if not draft.is_new:
            old.append(draft.row.pk)
        for field in with_points:
            for kind, value in dict.fromkeys(field.points(draft.value(field.key))):
                rows.append(
                    ContactPoint(
                        type=draft.type.key, record_id=draft.row.pk, field=field.key, kind=kind, value=value[:320]
                    )
                )
    if old:
        ContactPoint.objects.filter(type=drafts[0].type.key, record_id__in=old).delete()
    if rows:
        ContactPoint.objects.bulk_create(rows)


def store_spans(drafts: Sequence[Draft]) -> None:
    """Close the stay in the stage that was left and open the new one, for each stage field by itself.

    A stay never ends before it began, whatever day a file gives to a move.
    """
    opened: list[StageSpan] = []
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
                opened.append(
                    StageSpan(
                        type=draft.type.key, record_id=draft.row.pk, stage_id=target, entered_at=moved_at, by=draft.by
                    )
                )
    for (key, moved_at), ids in closed.items():
        end = Greatest(F("entered_at"), Value(moved_at, output_field=DateTimeField()))
        open_stays(drafts[0].type.key, ids, stages[key]).update(left_at=end)
    if opened:
        StageSpan.objects.bulk_create(opened)


def open_stays(type_key: str, record_ids: Sequence[int], stage: Field) -> QuerySet[StageSpan]:
    """The stays of the records in the pipelines of one stage field that have not ended."""
    own = stage.key if stage.custom else ""
    stays = StageSpan.objects.filter(type=type_key, record_id__in=record_ids, left_at=None)
    return stays.filter(stage__pipeline__field=own)
