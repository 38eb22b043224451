"""Notices are written here, in the transaction of the fact: a fixed number of statements, however many people are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When

from daftar.access.models import Installation, User
from daftar.activities.models import Notice, NoticeWishes
from daftar.activities.notifying import browsers
from daftar.activities.notifying.kinds import KINDS, SOON
from daftar.activities.notifying.quiet import quiet_until
from daftar.kernel import clock, outbox
from daftar.kernel.live.publishing import publish


@dataclass(frozen=True, slots=True)
class News:
    """What one person is to be told. Shapes: as in `Notice`; with a `key`, `count` is added to the notice of that run."""

    to: int
    kind: str
    by: int | None = None
    type: str = ""
    record_id: int | None = None
    activity_id: int | None = None
    count: int = 1
    key: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


def tell(news: Sequence[News]) -> None:
    """Write the notices, each for who wants them; nobody is told of what they did themselves.

    Shapes: at most one of `news` for each person, kind and key.
    """
    news = [one for one in news if one.to != one.by]
    if not news:
        return
    people = receivers({one.to for one in news})
    rows = [row for one in news if one.to in people and (row := written(one, people[one.to]))]
    fresh = added_to_runs(rows) if any(row.key for row in rows) else rows
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    call({row.to_id for row in rows if row.in_page}, people)


def receivers(ids: set[int]) -> dict[int, User]:
    """Of these people those who work here and can read what they are told, with their wishes and `has_browser`; one query."""
    rows = User.objects.filter(pk__in=ids, is_active=True, deleted_at=None, email__isnull=False)
    return {user.pk: user for user in rows.select_related("notice_wishes").annotate(has_browser=browsers.has_some())}


def wishes_of(user: User) -> NoticeWishes | None:
    return getattr(user, "notice_wishes", None)


def written(one: News, person: Any) -> Notice | None:
    """The row to be stored; None when the person wants to hear of it by no channel. `person` is one of `receivers`."""
    wishes = wishes_of(person)
    kind, channels, now = KINDS[one.kind], wishes.channels if wishes else {}, clock.now()
    in_page = kind.wanted(channels, "page")
    by_mail = outbox.is_set_up() and kind.wanted(channels, "mail")
    by_push = person.has_browser and kind.wanted(channels, "push")
    if not in_page and not by_mail and not by_push:
        return None
    return Notice(
        to_id=one.to, kind=one.kind, type=one.type, record_id=one.record_id, activity_id=one.activity_id, by_id=one.by,
        at=now, count=one.count, key=one.key, data=dict(one.data), in_page=in_page, mail_at=now + kind.wait if by_mail else None,
        push_at=now + min(kind.wait, SOON) if by_push else None,
    )  # fmt: skip


def added_to_runs(rows: Sequence[Notice]) -> list[Notice]:
    """Count onto the notices of runs that are there; the rows that are new. A read one is unread again; it is mailed and pushed once."""
    same = Q(to__in={row.to_id for row in rows}, key__in={row.key for row in rows if row.key})
    kept = {(n.to_id, n.kind, n.key): n.pk for n in Notice.objects.filter(same).only("to_id", "kind", "key")}
    added = {pk: row.count for row in rows if row.key and (pk := kept.get((row.to_id, row.kind, row.key)))}
    if added:
        more = Case(*(When(pk=pk, then=Value(count)) for pk, count in added.items()), output_field=IntegerField())
        Notice.objects.filter(pk__in=added).update(
            count=F("count") + more, record_id=None, seen_at=None, at=clock.now()
        )
    return [row for row in rows if not row.key or (row.to_id, row.kind, row.key) not in kept]


def call(ids: set[int], people: Mapping[int, User]) -> None:
    """Let the open pages of these people know, but of those who want silence now."""
    now, zone = clock.now(), Installation.load().time_zone if ids else ""
    for id_ in ids:
        if quiet_until(people[id_], wishes_of(people[id_]), now, zone) is None:
            publish(f"user:{id_}", {"notice": True})
