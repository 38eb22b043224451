"""What activities tell: whom they are planned for, and who is mentioned in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from daftar.access import decide
from daftar.access.models import User
from daftar.activities.models import Activity
from daftar.activities.notifying.facts import IN_BULK, run_of
from daftar.activities.notifying.writing import News
from daftar.activities.notifying.writing import tell as tell_people
from daftar.kernel.text import fold
from daftar.records import reading
from daftar.records.draft import Draft
from daftar.records.schema import Schema
from daftar.records.sharing import observers_of

AT = re.compile(r"(?:^|(?<=[^\w.]))@(?=\w)")
MOST = 20


def tell(drafts: Sequence[Draft]) -> None:
    """Make the notices of stored activities: for whom it was planned, and who is mentioned for the first time."""
    planned: dict[int, list[Draft]] = defaultdict(list)
    news: list[News] = []
    for draft in drafts:
        activity: Any = draft.row
        if "owner" in draft.changed and activity.is_planned and activity.owner_id not in (None, draft.by.pk):
            planned[activity.owner_id].append(draft)
        if activity.kind == "comment" and "body" in draft.changed and draft.via not in IN_BULK:
            named = mentions(activity, draft)
            news += [*named, *heard_by_observers(activity, draft, but={one.to for one in named})]
    for user_id, mine in planned.items():
        news += planned_for(user_id, mine)
    tell_people(news)


def planned_for(user_id: int, drafts: Sequence[Draft]) -> list[News]:
    """One for each activity; a single one for what came together (an import, what a leaver hands over)."""
    first = drafts[0]
    if first.via in IN_BULK or first.change_set is not None:
        return [News(user_id, "assigned", first.by.pk, "activity", None, count=len(drafts), key=run_of(first))]
    return [news_of(user_id, "assigned", draft.row, draft.by) for draft in drafts]


def news_of(user_id: int, kind: str, activity: Any, by: User | None) -> News:
    """What is told of an activity: about its record, or about itself when it has none."""
    type_key, id_ = (activity.about_type, activity.about_id) if activity.about_id else ("activity", activity.pk)
    return News(user_id, kind, by.pk if by else None, type_key, id_, activity_id=activity.pk)


def mentions(activity: Activity, draft: Draft) -> list[News]:
    people = [p for p in mentioned(activity.body) if p.pk != draft.by.pk and may_know(p, activity, draft.type.schema)]
    fresh = [p.pk for p in people if p.pk not in activity.mentions]
    if fresh:
        activity.mentions = [*activity.mentions, *fresh]
        Activity.objects.filter(pk=activity.pk).update(mentions=activity.mentions)
    return [news_of(id_, "mention", activity, draft.by) for id_ in fresh]


def heard_by_observers(activity: Activity, draft: Draft, but: set[int]) -> list[News]:
    """A new comment, for those who observe the record and are not told of it as mentioned."""
    if not draft.is_new or not activity.about_id:
        return []
    ids = set(observers_of(activity.about_type, activity.about_id)) - but - {draft.by.pk}
    people = [p for p in User.objects.filter(pk__in=ids).order_by("pk") if may_know(p, activity, draft.type.schema)]
    return [news_of(person.pk, "comment", activity, draft.by) for person in people]


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
