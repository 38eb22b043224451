"""Notices: who is told about a mention, a task or a reminder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from daftar.access import decide
from daftar.access.models import User
from daftar.activities.models import Activity, Notice
from daftar.kernel import clock
from daftar.kernel.live.publishing import publish
from daftar.kernel.text import fold
from daftar.records import reading
from daftar.records.draft import Draft
from daftar.records.schema import Schema

SILENT = frozenset({"import", "demo"})
"""Doors through which many old activities come at once; nobody is called for them."""
AT = re.compile(r"(?:^|(?<=[^\w.]))@(?=\w)")
MOST = 20


def tell(drafts: Sequence[Draft]) -> None:
    """Make the notices of stored activities: for whom it was planned, and who is mentioned for the first time.

    What a leaver hands over comes by the hundred; nobody is called for each of it.
    """
    for draft in drafts:
        if draft.via in SILENT or draft.data.get("why") == "leaver":
            continue
        activity: Any = draft.row
        if "owner" in draft.changed and activity.is_planned and activity.owner_id not in (None, draft.by.pk):
            add([activity.owner_id], activity, Notice.Kind.ASSIGNED, draft.by)
        if activity.kind == "comment" and "body" in draft.changed:
            tell_mentioned(activity, draft)


def tell_mentioned(activity: Activity, draft: Draft) -> None:
    people = [p for p in mentioned(activity.body) if p.pk != draft.by.pk and may_know(p, activity, draft.type.schema)]
    fresh = [p.pk for p in people if p.pk not in activity.mentions]
    if fresh:
        activity.mentions = [*activity.mentions, *fresh]
        Activity.objects.filter(pk=activity.pk).update(mentions=activity.mentions)
        add(fresh, activity, Notice.Kind.MENTION, draft.by)


def mentioned(text: str) -> list[User]:
    """The active people whose name stands behind an @, the longest that fits; a first name if only one has it."""
    starts = [m.end() for m in AT.finditer(text)][:MOST]
    if not starts:
        return []
    people = [(fold(p.name), p) for p in User.objects.filter(is_active=True, deleted_at__isnull=True).order_by("pk")]
    firsts: dict[str, list[User]] = {}
    for name, person in people:
        firsts.setdefault(name.partition(" ")[0], []).append(person)
    known = {first: same[0] for first, same in firsts.items() if first and len(same) == 1}
    known |= {name: person for name, person in reversed(people) if name}
    found = (named(fold(text[start : start + 200]), known) for start in starts)
    return list(dict.fromkeys(p for p in found if p is not None))


def named(words: str, known: dict[str, User]) -> User | None:
    """The person whose whole name the words begin with."""
    fits = (n for n in known if words.startswith(n) and not words[len(n) : len(n) + 1].isalnum())
    best = max(fits, key=len, default="")
    return known[best] if best else None


def may_know(person: User, activity: Activity, schema: Schema) -> bool:
    """Whether the person may see what the activity is about; a mention must not tell of what is hidden."""
    type_ = schema.types.get(activity.about_type)
    if type_ is None:
        return decide.may(person, "see", "activity", activity)
    rows: Any = reading.visible(type_, person)
    return bool(rows.filter(pk=activity.about_id).exists())


def add(people: Iterable[int | None], activity: Activity, kind: str, by: User | None) -> None:
    rows = [Notice(to_id=id_, activity=activity, kind=kind, by=by, at=clock.now()) for id_ in people if id_]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    for row in rows:
        publish(f"user:{row.to_id}", {"notice": kind})


def unseen(user: User) -> Any:
    """Notices that the person has not looked at; those of activities in the bin are left out."""
    return Notice.objects.filter(Q(activity__deleted_at__isnull=True), to=user, seen_at__isnull=True).order_by("-id")
