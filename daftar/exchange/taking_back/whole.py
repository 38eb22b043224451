"""The undo of a whole import: whether it can be taken back, what that would do, and its beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.exchange.models import ImportRun, Made
from daftar.exchange.taking_back.beside import words_for
from daftar.exchange.taking_back.things import ORDER
from daftar.kernel.errors import Conflict
from daftar.records.bulk import runs, undo
from daftar.records.models import BulkRun, ChangeSet, Event
from daftar.records.reader import Reader
from daftar.records.reading import of_type, visible
from daftar.records.types import RecordType

MOST_NAMED = 20
MOST_THINGS = 200


@dataclass(frozen=True, slots=True)
class Edited:
    """A record that somebody edited since; without `href` it may not be seen, and has no name then."""

    type: RecordType
    record_id: int
    name: str
    href: str


@dataclass(slots=True)
class Outlook:
    """What an undo would do now.

    Shapes: `created` records go into the bin and `changed` ones become what they were; `edited` of both were edited since and stay, `named` are
    the first of them. `made` is what else the import made, in words; what is in use of it stays.
    """

    created: int = 0
    changed: int = 0
    edited: int = 0
    named: list[Edited] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    @property
    def goes_back(self) -> int:
        return self.created + self.changed - self.edited


def why_not(run: ImportRun) -> str:
    """Why the import cannot be taken back now, as a sentence; "" when it can."""
    if run.is_at_work:
        return _("Pause the import first.")
    if run.change_set is None:
        return _("Nothing was loaded, so there is nothing to take back.")
    return undo.why_not(run.change_set)


def begin(run: ImportRun, by: User) -> BulkRun:
    """Begin to take the import back; one that stopped halfway does not go on after that. Errors: Conflict, NotAllowed."""
    problem = why_not(run)
    if problem or run.change_set is None:
        raise Conflict(problem)
    return runs.begin_undo(run.change_set, by=by)


def undone_by(run: ImportRun) -> BulkRun | None:
    """The run that took the import back."""
    return BulkRun.objects.filter(undoes=run.change_set).first() if run.change_set_id else None


def what_would_happen(run: ImportRun, reader: Reader) -> Outlook:
    """Count it; a fixed number of queries for each record type of the import."""
    told = Outlook()
    if run.change_set is None:
        return told
    events = undo.events_of(run.change_set).order_by()
    kinds = events.values("type").annotate(
        records=Count("record_id", distinct=True), made=Count("record_id", distinct=True, filter=Q(kind="created"))
    )
    for row in kinds.order_by("type"):
        told.created += row["made"]
        told.changed += row["records"] - row["made"]
        type_ = reader.schema.types.get(row["type"])
        if type_ is not None:
            edited = edited_since(run.change_set, type_)
            told.edited += edited.count()
            told.named += named(type_, edited, reader, MOST_NAMED - len(told.named))
    told.made = things_made(run.change_set)
    return told


def edited_since(change_set: ChangeSet, type_: RecordType) -> QuerySet[Any]:
    """Records of the set that somebody changed after it."""
    mine = Event.objects.filter(change_set=change_set, type=type_.key)
    left = (
        mine.filter(record_id=OuterRef("pk"))
        .order_by()
        .values("record_id")
        .annotate(last=Max("version"))
        .values("last")
    )
    return (
        of_type(type_).filter(pk__in=mine.values("record_id")).annotate(left=Subquery(left)).exclude(version=F("left"))
    )


def named(type_: RecordType, edited: QuerySet[Any], reader: Reader, most: int) -> Sequence[Edited]:
    ids = list(edited.order_by("pk").values_list("pk", flat=True)[:most]) if most > 0 else []
    seen = {row.pk: type_.title_of(row) for row in visible(type_, reader.user).filter(pk__in=ids)} if ids else {}
    return [Edited(type_, id_, seen.get(id_, ""), type_.address(id_) if id_ in seen else "") for id_ in ids]


def things_made(change_set: ChangeSet) -> list[str]:
    rows = Made.objects.filter(change_set=change_set, kind__in=ORDER).order_by("id")
    return [words_for(made) for made in rows[:MOST_THINGS]]
