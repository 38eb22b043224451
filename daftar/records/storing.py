"""Writes checked drafts: rows, links, contact points, stage history and events, together in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Greatest

from daftar.records.draft import Draft
from daftar.records.fields.base import Field
from daftar.records.fields.links import Links
from daftar.records.following import tell_stored
from daftar.records.models import ChangeSet, ContactPoint, Event, RecordLink, StageSpan


def store(drafts: Sequence[Draft], change_set: ChangeSet | None = None, kind: str = "") -> None:
    """Save the drafts, all of one type; a fixed number of statements for new rows, whatever their number."""
    if not drafts:
        return
    for draft in drafts:
        draft.change_set = change_set
        draft.put()
    new = [d for d in drafts if d.is_new]
    if new:
        new[0].type.model.objects.bulk_create([d.row for d in new])
    for draft in drafts:
        if not draft.is_new:
            draft.row.save(force_update=True)
    store_links(drafts)
    store_points(drafts)
    store_spans(drafts)
    Event.objects.bulk_create([event_of(d, change_set, kind) for d in drafts])
    tell_stored(drafts, kind)


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
        data=draft.data,
        change_set=change_set,
    )


def store_links(drafts: Sequence[Draft]) -> None:
    rows: list[RecordLink] = []
    for draft in drafts:
        for key in draft.changed:
            field = draft.type.by_key[key]
            if not isinstance(field, Links):
                continue
            if not draft.is_new:
                RecordLink.objects.filter(type=draft.type.key, record_id=draft.row.pk, field=key).delete()
            rows += [
                RecordLink(
                    type=draft.type.key, record_id=draft.row.pk, field=key, to_type=field.to, to_id=link.id,
                    role=link.role, position=n,
                )
                for n, link in enumerate(draft.changed[key] or ())
            ]  # fmt: skip
    if rows:
        RecordLink.objects.bulk_create(rows)


def store_points(drafts: Sequence[Draft]) -> None:
    """Renew the index of phones and mail addresses of the drafts that changed any."""
    rows: list[ContactPoint] = []
    for draft in drafts:
        with_points = [f for f in draft.type.fields if f.kind in ("phones", "emails")]
        if not any(f.key in draft.changed for f in with_points):
            continue
        if not draft.is_new:
            ContactPoint.objects.filter(type=draft.type.key, record_id=draft.row.pk).delete()
        for field in with_points:
            for kind, value in dict.fromkeys(field.points(draft.value(field.key))):
                rows.append(
                    ContactPoint(
                        type=draft.type.key, record_id=draft.row.pk, field=field.key, kind=kind, value=value[:320]
                    )
                )
    if rows:
        ContactPoint.objects.bulk_create(rows)


def store_spans(drafts: Sequence[Draft]) -> None:
    """Close the stay in the stage that was left and open the new one, for each stage field by itself.

    A stay never ends before it began, whatever day a file gives to a move.
    """
    opened: list[StageSpan] = []
    for draft in drafts:
        for stage in draft.type.stage_fields:
            if stage.key not in draft.changed:
                continue
            moved_at = draft.at if stage.custom else draft.moved_at
            if not draft.is_new:
                end = Greatest(F("entered_at"), Value(moved_at, output_field=DateTimeField()))
                open_stays(draft.type.key, draft.row.pk, stage).update(left_at=end)
            target = draft.changed[stage.key]
            if target is not None:
                opened.append(
                    StageSpan(
                        type=draft.type.key, record_id=draft.row.pk, stage_id=target, entered_at=moved_at, by=draft.by
                    )
                )
    if opened:
        StageSpan.objects.bulk_create(opened)


def open_stays(type_key: str, record_id: int, stage: Field) -> QuerySet[StageSpan]:
    """The stay of the record in the pipelines of one stage field that has not ended."""
    own = stage.key if stage.custom else ""
    stays = StageSpan.objects.filter(type=type_key, record_id=record_id, left_at=None)
    return stays.filter(stage__pipeline__field=own)
