"""What is due for one person: planned activities by day, and open records with nothing planned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.activities.models import Activity
from daftar.kernel import clock
from daftar.kernel.dates import day_bounds, named_range
from daftar.kernel.formats import Formats
from daftar.kernel.prepared import Prepared
from daftar.records import following
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.types import RecordType

MOST, FORGOTTEN = 200, 20
GROUPS = {
    "late": _("Late"),
    "today": _("Today"),
    "tomorrow": _("Tomorrow"),
    "week": _("This week"),
    "later": _("Later"),
    "day": "",
}


@dataclass(slots=True)
class Group:
    """Planned activities that are due in the same stretch of days."""

    key: str
    name: str
    rows: list[Activity] = field(default_factory=list)


@dataclass(slots=True)
class Unplanned:
    """Open records of one type with nothing planned; `more` says that there are others."""

    type: RecordType
    rows: list[Row]
    more: bool


def planned_of(owner: User, by: User) -> QuerySet[Activity]:
    """Planned activities of one person that the reader may see, earliest first."""
    rows: Any = decide.within(Activity.objects.planned(), by, "activity")
    return rows.filter(owner=owner, due_at__isnull=False).order_by("due_at", "id")  # type: ignore[no-any-return]


def due_list(owner: User, reader: Reader, day: dt.date | None = None) -> list[Group]:
    """Groups with something in them: late, today, tomorrow, this week, later; or one, of the named day."""
    formats = reader.formats
    rows = planned_of(owner, reader.user)
    if day is not None:
        first, until = day_bounds(day, day, formats)
        name = f"{formats.weekday_name(day.weekday())}, {formats.date(day)}"
        return [Group("day", name, list(rows.filter(due_at__gte=first, due_at__lt=until)[:MOST]))]
    groups = {key: Group(key, str(name)) for key, name in GROUPS.items()}
    today = clock.today(formats.zone)
    for activity in rows[:MOST]:
        groups[group_of(activity, formats, today)].rows.append(activity)
    return [g for g in groups.values() if g.rows]


def group_of(activity: Activity, formats: Formats, today: dt.date) -> str:
    """Where an activity stands for a reader whose wall calendar shows `today`."""
    due_at = activity.due_at or activity.at
    day = formats.local(due_at).date()
    if day < today or (not activity.all_day and due_at < clock.now()):
        return "late"
    if day == today:
        return "today"
    if day == today + dt.timedelta(days=1):
        return "tomorrow"
    return "week" if day <= named_range("this_week", formats, today)[1] else "later"


def count_due(user: User, formats: Formats) -> int:
    """How many of one's own activities are late or due today; one query."""
    today = clock.today(formats.zone)
    if decide.scope(user, "see", "activity") == "none":
        return 0
    return DUE_UNTIL.count(user.pk, day_bounds(today, today, formats)[1])


def due_until(owner_id: int, until: dt.datetime) -> QuerySet[Activity, int]:
    rows: Any = Activity.objects.planned().filter(owner_id=owner_id, due_at__isnull=False, due_at__lt=until)
    return rows.order_by().values_list("pk", flat=True)  # type: ignore[no-any-return]  # managers of rows are untyped


DUE_UNTIL: Prepared[int] = Prepared(due_until, int, dt.datetime)
"""One's own activities, which every right to see any of them reaches."""


def unplanned(owner: User, reader: Reader) -> list[Unplanned]:
    """Open records of the person with nothing planned and not parked, oldest contact first; one query per type."""
    today = clock.today(reader.formats.zone)
    found = []
    for type_ in reader.schema.types.values():
        if not following.is_followed(type_) or not decide.may(reader.user, "see", type_.key):
            continue
        rows: Any = visible(type_, reader.user)
        rows = rows.filter(owner=owner, next_at__isnull=True).exclude(
            parked_until__isnull=False, parked_until__gte=today
        )
        stage = type_.stage_field
        closed = [s.id for p in type_.pipelines for s in p.stages if s.kind != "open"]
        if stage is not None and closed:
            rows = rows.exclude(stage.where("in", closed))
        first: Sequence[Row] = list(rows.order_by("last_contact_at", "-created_at", "-id")[: FORGOTTEN + 1])
        if first:
            found.append(Unplanned(type_, list(first[:FORGOTTEN]), len(first) > FORGOTTEN))
    return found
