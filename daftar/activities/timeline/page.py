"""The timeline of a record: activities and events in one stream, newest first, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.activities.models import Activity
from daftar.activities.timeline import activity_lines, event_lines
from daftar.activities.timeline.lines import ACTIVITY, EVENT, Line, Place
from daftar.kernel.errors import BadAddress
from daftar.records.fields.files import names_of
from daftar.records.history import changes_of
from daftar.records.models import Event
from daftar.records.reader import Reader
from daftar.records.types import RecordType

LINES, READ = 40, 120
TOP = 100
"""Lines of a page, rows read for it from each source (runs fold), and planned or pinned ones shown on top."""

FILTERS = {
    "": _("All"),
    "calls": _("Calls"),
    "meetings": _("Meetings"),
    "tasks": _("Tasks"),
    "notes": _("Notes"),
    "changes": _("Changes"),
    "files": _("Files"),
}
KINDS = {"calls": ["call"], "meetings": ["meeting"], "tasks": ["task"], "notes": ["note", "comment"]}


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page: what is planned and pinned (on the first page), then what happened; `older` marks the next page."""

    planned: list[Line]
    pinned: list[Line]
    lines: list[Line]
    older: str = ""


def timeline(type_: RecordType, row: Row, reader: Reader, *, show: str = "", older: str = "") -> Timeline:
    """The page of the timeline behind the mark `older`, of the kinds that `show` names (a key of `FILTERS`).

    The caller has seen to it that the reader may see the record; its timeline is seen with it, whoever wrote it.
    Errors: BadAddress for a broken mark or an unknown filter.
    """
    if show not in FILTERS:
        raise BadAddress()
    after = Place.parse(older) if older else None
    mine = activities_about(type_, row, show)
    top = [] if after else list(mine.filter(Q(done_at__isnull=True) | Q(pinned=True)).order_by("due_at", "id")[:TOP])
    done = before(mine.filter(done_at__isnull=False, pinned=False), after, ACTIVITY)
    events = before(events_about(type_, row, show), after, EVENT)
    activities, happened = list(done[: READ + 1]), list(events[: READ + 1])
    want_people(reader, [*top, *activities])
    reader.names.want(pair for event in happened for pair in event_lines.named_in(event))
    want_files(reader, happened, type_)
    changes = changes_of(happened, type_, reader)
    kind_type = reader.schema.type("activity")

    stream: list[Activity | Event] = sorted([*activities, *happened], key=place_of, reverse=True)
    lines: list[Line] = []
    at = 0
    limit = horizon(activities, happened)
    while at < len(stream) and len(lines) < LINES and (limit is None or place_of(stream[at]) >= limit):
        first = stream[at]
        if isinstance(first, Activity):
            lines.append(activity_lines.line_of(first, kind_type, reader))
            at += 1
            continue
        run = run_from(stream, at, limit)
        lines.append(event_lines.line_of(run, changes, type_, reader))
        at += len(run)
    shown = [activity_lines.line_of(a, kind_type, reader) for a in top]
    return Timeline(
        planned=[line for line in shown if line.is_planned],
        pinned=[line for line in reversed(shown) if not line.is_planned],
        lines=lines,
        older=str(lines[-1].place) if lines and (at < len(stream) or limit is not None) else "",
    )


def activities_about(type_: RecordType, row: Row, show: str) -> QuerySet[Activity]:
    rows: Any = Activity.objects.filter(deleted_at__isnull=True).about(type_.key, row.pk).select_related("owner")
    if show in KINDS:
        rows = rows.filter(kind__in=KINDS[show])
    return rows.none() if show in ("changes", "files") else rows  # type: ignore[no-any-return]


def events_about(type_: RecordType, row: Row, show: str) -> QuerySet[Event]:
    rows = Event.objects.filter(type=type_.key, record_id=row.pk)
    if show == "files":
        return rows.filter(kind="file")
    if show == "changes":
        return rows.exclude(kind="file")
    return rows if not show else rows.none()


def before(rows: QuerySet[Any], place: Place | None, rank: int) -> QuerySet[Any]:
    """The rows behind a place of the stream, newest first."""
    if place is not None:
        earlier = Q(at__lt=place.at)
        if rank < place.rank:
            earlier |= Q(at=place.at)
        elif rank == place.rank:
            earlier |= Q(at=place.at, id__lt=place.id)
        rows = rows.filter(earlier)
    return rows.order_by("-at", "-id")


def place_of(item: Activity | Event) -> Place:
    return Place(item.at, ACTIVITY if isinstance(item, Activity) else EVENT, item.pk)


def horizon(activities: Sequence[Activity], events: Sequence[Event]) -> Place | None:
    """How far back both sources were read: beyond it one of them has more that is not here. None when all is here."""
    ends = [place_of(rows[READ]) for rows in (activities, events) if len(rows) > READ]
    return max(ends, default=None)


def run_from(stream: Sequence[Activity | Event], start: int, limit: Place | None) -> list[Event]:
    """The events from `start` that fold into one line."""
    run: list[Event] = []
    for item in stream[start:]:
        if not isinstance(item, Event) or (run and not event_lines.continues(run[-1], item)):
            break
        if limit is not None and place_of(item) < limit:
            break
        run.append(item)
    return run


def want_people(reader: Reader, activities: Iterable[Activity]) -> None:
    ids = {id_ for a in activities for id_ in (a.owner_id, a.created_by_id) if id_}
    reader.names.want(("user", id_) for id_ in ids)


def want_files(reader: Reader, events: Iterable[Event], type_: RecordType) -> None:
    """Names of the files that changes speak of, in one query."""
    keys = {f.key for f in type_.fields if f.kind == "files"}
    sides = [side for e in events for key in keys & e.changes.keys() for side in e.changes[key]]
    ids = {id_ for side in sides for id_ in side or ()}
    if ids:
        names_of(ids, reader)
