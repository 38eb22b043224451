"""Keeps what follows from activities, in the transaction that stored them: next steps, last contact, notices, news."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from daftar.activities import notices
from daftar.activities.kinds import PLANNABLE
from daftar.activities.models import Activity
from daftar.kernel.live.publishing import publish
from daftar.records import following
from daftar.records.draft import Draft
from daftar.records.fields.any_link import Target
from daftar.records.following import Step
from daftar.records.reading import of_type
from daftar.records.types import RecordType

LIVE_AT_ONCE = 20


@following.when_stored
def keep(drafts: Sequence[Draft], kind: str) -> None:
    """What else changes with these drafts, whatever their type and through whichever door they came."""
    type_ = drafts[0].type
    if type_.key != "activity":
        if kind in ("deleted", "restored"):
            hide_or_show(type_, drafts, kind)
        return
    touched = {target: False for draft in drafts for target in targets_of(draft)}
    for draft in drafts:
        if draft.row.is_two_sided or was_two_sided(draft, kind):  # type: ignore[attr-defined]  # its row is an activity
            touched.update(dict.fromkeys(targets_of(draft), True))
    by_type: dict[str, dict[int, bool]] = defaultdict(dict)
    for target, has_spoken in touched.items():
        by_type[target.type][target.id] = has_spoken
    for type_key, ids in by_type.items():
        if type_key in type_.schema.types:
            renew(type_.schema.types[type_key], ids)
    if not kind:
        notices.tell(drafts)
    for target in list(touched)[:LIVE_AT_ONCE]:
        publish(f"timeline:{target}", {"type": target.type, "id": target.id, "by": drafts[0].by.pk})


def targets_of(draft: Draft) -> set[Target]:
    """The records that the activity was and is about."""
    return {target for target in (draft.old("about"), draft.value("about")) if target}


def was_two_sided(draft: Draft, kind: str) -> bool:
    if draft.is_new or kind == "restored":
        return False
    before = Activity(**{key: draft.old(key) or "" for key in ("kind", "result")})
    before.done_at, before.cancelled = draft.old("done_at"), bool(draft.old("cancelled"))
    return before.is_two_sided


def renew(type_: RecordType, ids: Mapping[int, bool]) -> None:
    """Work out next step and last contact of these records anew and keep what differs.

    Shapes: `ids` says of each record whether a two-sided contact came or went. The rows are locked first, so that two
    people who plan at once do not overwrite each other's step.
    """
    if not following.is_followed(type_):
        return
    rows: list[Any] = list(of_type(type_).filter(pk__in=list(ids)).order_by("pk").select_for_update())
    steps = next_steps(type_.key, ids)
    spoken = last_contacts(type_.key, [id_ for id_, has_spoken in ids.items() if has_spoken])
    for row in rows:
        step = steps.get(row.pk, Step())
        if step != Step(row.next_at, row.next_text, row.next_moves):
            following.follow(type_, row.pk, step)
        if ids[row.pk] and spoken.get(row.pk) != row.last_contact_at:
            following.spoke(type_, row.pk, spoken.get(row.pk))


def next_steps(type_key: str, ids: Collection[int]) -> dict[int, Step]:
    """The earliest planned activity of each record, as its next step."""
    planned = Activity.objects.planned().filter(
        about_type=type_key, about_id__in=list(ids), kind__in=PLANNABLE, due_at__isnull=False
    )
    steps: dict[int, Step] = {}
    for activity in planned.order_by("due_at", "id"):
        steps.setdefault(activity.about_id or 0, Step(activity.late_from, activity.subject, activity.moves))
    return steps


def last_contacts(type_key: str, ids: Collection[int]) -> dict[int, datetime]:
    if not ids:
        return {}
    spoken = Activity.objects.two_sided().filter(about_type=type_key, about_id__in=list(ids))
    return dict(spoken.order_by().values_list("about_id").annotate(Max("done_at")))


def hide_or_show(type_: RecordType, drafts: Sequence[Draft], kind: str) -> None:
    """The activities of a record go into the bin and come back with it. No events: they follow their record."""
    mine = Activity.objects.filter(about_type=type_.key, about_id__in=[d.row.pk for d in drafts])
    if kind == "deleted":
        mine.live().update(deleted_at=drafts[0].at, deleted_by=drafts[0].by, hidden_with_record=True)
    else:
        mine.filter(hidden_with_record=True).update(deleted_at=None, deleted_by=None, hidden_with_record=False)
