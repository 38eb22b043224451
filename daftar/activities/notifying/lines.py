"""Notices as lines of a page or mail: only of what one may see now, similar unread ones folded into one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet

from daftar.access import decide
from daftar.access.models import User
from daftar.activities.models import Notice
from daftar.activities.notifying.kinds import KINDS, Kind
from daftar.kernel.prepared import Prepared
from daftar.records import reading
from daftar.records.reader import Reader

WITHIN = timedelta(hours=1)
PER_PAGE, MOST_LOOKS, MOST_PARTS = 50, 5, 20
MOST_COUNTED = 100
Titles = dict[tuple[str, int], str]


@dataclass(frozen=True, slots=True)
class Part:
    """One notice of a line: `what` is the name of what it is about, `who` whose act it was."""

    id: int
    what: str
    about: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Line:
    """One or more notices of one kind as they are read.

    Shapes: `ids` are all of them, the newest first; `parts` at most 20; `href` is where opening leads.
    """

    kind: Kind
    sentence: str
    ids: tuple[int, ...]
    what: str
    about: str
    who: str
    when: str
    href: str
    is_unseen: bool
    parts: tuple[Part, ...] = ()


def of(user_id: int) -> QuerySet[Notice]:
    """What the person is told in the page, the newest first; not what is said about activities in the bin."""
    is_there = Q(activity__isnull=True) | Q(activity__deleted_at__isnull=True)
    return Notice.objects.filter(is_there, to_id=user_id, in_page=True).order_by("-id")


def unseen(user_id: int) -> QuerySet[Notice]:
    return of(user_id).filter(seen_at__isnull=True)


def counted(user_id: int) -> QuerySet[Notice]:
    return unseen(user_id).select_related("activity")[:MOST_COUNTED]


COUNTED: Prepared[Notice] = Prepared(counted, int)


def first_unseen(user_id: int) -> QuerySet[Notice, int]:
    return (
        Notice.objects.filter(to_id=user_id, in_page=True, seen_at__isnull=True)
        .order_by()
        .values_list("to_id", flat=True)[:1]
    )


ANY_UNSEEN: Prepared[int] = Prepared(first_unseen, int)


def count_unseen(user: User, reader: Reader | None = None) -> int:
    """How many unread notices there are, at most 100; one small query when there are none."""
    if not ANY_UNSEEN.rows(user.pk):
        return 0
    rows = COUNTED.rows(user.pk)
    reader = reader or Reader(user)
    titles = titles_of(rows, reader, of_people=False)
    return sum(may_be_shown(row, titles, reader) for row in rows)


def page(reader: Reader, *, only_unseen: bool = False, after: int = 0) -> tuple[list[Line], int]:
    """The lines behind the notice `after` (0: from the newest), and the last notice looked at, or 0 when there are no more.

    What one may not see is passed over: at most five looks of a hundred notices, so a page may be short and have a next one.
    """
    rows = unseen(reader.user.pk) if only_unseen else of(reader.user.pk)
    found: list[Notice] = []
    titles: Titles = {}
    for _look in range(MOST_LOOKS):
        batch = list((rows.filter(pk__lt=after) if after else rows).select_related("activity")[: PER_PAGE * 2])
        titles |= titles_of(batch, reader)
        for n, row in enumerate(batch):
            after = row.pk
            if may_be_shown(row, titles, reader):
                found.append(row)
            if len(found) == PER_PAGE and n + 1 < len(batch):
                return folded(found, titles, reader), after
        if len(batch) < PER_PAGE * 2:
            return folded(found, titles, reader), 0
        if len(found) >= PER_PAGE:
            break
    return folded(found, titles, reader), after


# -- what may be shown ----------------------------------------------------------------------------------


def titles_of(rows: Iterable[Notice], reader: Reader, *, of_people: bool = True) -> Titles:
    """The names of the records and people of these notices, of those that the reader may see now: one query for each type.

    Shapes: without `of_people` only of what the notices are about, which is enough to judge what may be shown.
    """
    wanted: dict[str, set[int]] = {}
    for row in rows:
        if row.record_id:
            wanted.setdefault(row.type, set()).add(row.record_id)
        if row.activity_id:
            wanted.setdefault("activity", set()).add(row.activity_id)
        if row.by_id and of_people:
            wanted.setdefault("user", set()).add(row.by_id)
    found: Titles = {}
    for key, ids in wanted.items():
        if type_ := reader.schema.types.get(key):
            live = reading.visible(type_, reader.user).filter(pk__in=ids)
            for id_, title in live.values_list("pk", type_.title_column):
                found[key, id_] = title or f"{type_.name} {id_}"
    return found


def may_be_shown(row: Notice, titles: Titles, reader: Reader) -> bool:
    """Whether the reader may see what the notice is about, now and not only when it was written."""
    if row.activity_id and ("activity", row.activity_id) in titles:
        return True
    if row.record_id:
        return (row.type, row.record_id) in titles
    return not row.type or decide.may(reader.user, "see", row.type)


# -- lines ------------------------------------------------------------------------------------------------


def folded(rows: Sequence[Notice], titles: Titles, reader: Reader) -> list[Line]:
    """A line for each notice; unread ones of one kind about one type within an hour of the newest of them are one line."""
    groups: list[list[Notice]] = []
    open_groups: dict[tuple[str, str, str], list[Notice]] = {}
    for row in rows:
        key = (row.kind, row.type, row.data.get("what", ""))
        group = open_groups.get(key)
        if group and row.seen_at is None and abs(group[0].at - row.at) <= WITHIN:
            group.append(row)
            continue
        groups.append([row])
        if row.seen_at is None:
            open_groups[key] = groups[-1]
    return [line_of(group, titles, reader) for group in groups]


def line_of(rows: Sequence[Notice], titles: Titles, reader: Reader) -> Line:
    first, kind = rows[0], KINDS[rows[0].kind]
    count = sum(row.count for row in rows)
    parts = tuple(part_of(row, titles, reader) for row in rows[:MOST_PARTS])
    people = {row.by_id for row in rows}
    type_ = reader.schema.types.get(first.type)
    if count == 1:
        sentence, what, href = (
            kind.sentence(first.data.get("what", "")),
            parts[0].what,
            address_of(first, titles, reader),
        )
    else:
        kinds_of_records = str(type_.plural if type_ else kind.label)
        sentence = str(kind.many) % {"count": reader.formats.number(count), "what": kinds_of_records}
        what, href = "", address_of_many(first, reader)
    return Line(
        kind, sentence, tuple(row.pk for row in rows), what, parts[0].about if count == 1 else "",
        parts[0].who if len(people) == 1 else "", parts[0].when, href, first.seen_at is None,
        parts if len(rows) > 1 else (),
    )  # fmt: skip


def part_of(row: Notice, titles: Titles, reader: Reader) -> Part:
    record = titles.get((row.type, row.record_id or 0), "")
    what, about = (row.activity.subject, record) if row.activity else (record or str(row.data.get("name", "")), "")
    if row.type == "activity":
        about = ""
    if row.count > 1:
        what = reader.formats.number(row.count)
    who = titles.get(("user", row.by_id or 0), "") if (row.type, row.record_id) != ("user", row.by_id) else ""
    return Part(row.pk, what, about, who, reader.formats.when(row.at))


def address_of(row: Notice, titles: Titles, reader: Reader) -> str:
    """Where the thing is: the page of the record that the notice names, the record (at the activity), the activity, or another page."""
    type_ = reader.schema.types.get(row.type)
    if type_ and row.record_id and (row.type, row.record_id) in titles:
        if page := row.data.get("page"):
            return str(page)
        place = f"#activity-{row.activity_id}" if row.activity_id and row.type != "activity" else ""
        return f"{type_.address(row.record_id)}{place}"
    if row.activity_id:
        return f"/activities/{row.activity_id}/"
    return str(row.data.get("href", "")) or address_of_many(row, reader)


def address_of_many(row: Notice, reader: Reader) -> str:
    """The list in which one finds them."""
    type_: Any = reader.schema.types.get(row.type)
    if place := KINDS[row.kind].place:
        return place
    if row.kind == "assigned" or type_ is None:
        return str(row.data.get("href", "")) or "/due/"
    return f"{type_.address()}?owner=me" if row.kind == "given" else str(type_.address())
