"""The door for writing. Page, quick form, board, import, API and rules all come through here and meet the same verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import Row, User
from daftar.kernel.collecting import uncollected
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.events import publish
from daftar.records import parts
from daftar.records.draft import Draft
from daftar.records.merging.merged import gone, only_whole
from daftar.records.models import ChangeSet, Event, Once
from daftar.records.query import unique
from daftar.records.query.behind import behind
from daftar.records.rates import rates_kept
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.storing import reserve_ids, store
from daftar.records.types import RecordType

BATCH = 500


@dataclass(frozen=True, slots=True)
class RecordChanged:
    """A record was made, changed, moved, deleted or brought back; delivered after commit.

    Shapes: `kind` is created, changed, moved, deleted or restored; `fields` are the keys that changed.
    """

    type: str
    record_id: int
    kind: str
    fields: tuple[str, ...]
    by_id: int | None
    via: str


@dataclass(frozen=True, slots=True)
class RecordsAdded:
    """Many records of one type were added at once (an import)."""

    type: str
    count: int
    by_id: int | None
    via: str


@dataclass(frozen=True, slots=True)
class RecordsChanged:
    """Many records of one type went through one act at once (a batch of a bulk act or of its undoing).

    Shapes: `kind` is changed, deleted or restored; at most a batch of ids.
    """

    type: str
    record_ids: tuple[int, ...]
    kind: str
    by_id: int | None
    via: str


def create(
    type_: RecordType,
    values: Mapping[str, Any],
    *,
    by: User,
    via: str,
    once: str = "",
    at: datetime | None = None,
    change_set: ChangeSet | None = None,
    data: Mapping[str, Any] | None = None,
    derived: Mapping[str, Any] | None = None,
) -> Row:
    """Make a record and return it.

    Shapes: `values` maps field keys to Python values; `derived` are fields that nobody sets by hand and the calling room
    sets itself (what a lead became); `once` is the key of the form, a second call with it returns the first record.
    Errors: NotAllowed, Invalid (all errors by field), StageRefused. Nothing is saved when one is raised.
    """
    type_ = type_.whole
    if not decide.may(by, "add", type_.key):
        raise NotAllowed()
    if once and (first := made_before(type_, once, by)):
        return first
    draft = Draft.new(type_, by=by, via=via, at=at)
    draft.fill(values)
    draft.fill_defaults(values)
    draft.derive(derived or {})
    draft.data.update(data or {})
    try:
        with transaction.atomic():
            draft.check()
            draft.check_targets()
            parts.check(draft)
            unique.check(draft)
            store([draft], change_set)
            if once:
                Once.objects.create(key=once, by=by, type=type_.key, record_id=draft.row.pk)
            announce(draft, "created")
    except IntegrityError as problem:
        if unique.is_double(problem):
            raise unique.raced([draft]) from problem
        first = made_before(type_, once, by) if once else None
        if first is None:
            raise
        return first
    return draft.row


def made_before(type_: RecordType, once: str, by: User) -> Row | None:
    kept = Once.objects.filter(key=once, by=by, type=type_.key).first()
    return of_type(type_).filter(pk=kept.record_id).first() if kept else None


def change(
    type_: RecordType,
    record_id: int,
    values: Mapping[str, Any],
    *,
    by: User,
    via: str,
    version: int | None = None,
    at: datetime | None = None,
    change_set: ChangeSet | None = None,
    data: Mapping[str, Any] | None = None,
    derived: Mapping[str, Any] | None = None,
    moved_at: datetime | None = None,
) -> Row:
    """Change a record and return it; no change writes nothing.

    Shapes: `derived` are fields that nobody sets by hand and the calling room sets itself; `moved_at` is since when the record
    stands in the stage that it enters, now by default.
    `version` is the one that the person had before them: when somebody else changed the same field since, nothing is
    saved and both values come back in `Conflict`; changes of other fields go together.
    Errors: Missing, NotAllowed, Conflict, Invalid, StageRefused.
    """
    type_ = type_.whole
    with doubles_told() as drafts, transaction.atomic():
        row = locked(type_, record_id, by, "change")
        draft = Draft(type_, row, by=by, via=via, at=at, moved_at=moved_at)
        draft.fill(values)
        if version is not None and version != row.version:
            refuse_stale(draft, version)
        draft.derive(derived or {})
        if not draft.changed:
            return row
        draft.check()
        draft.check_targets()
        parts.check(draft)
        unique.check(draft)
        drafts.append(draft)
        draft.data.update(data or {})
        store([draft], change_set)
        announce(draft, "moved" if draft.is_moved else "changed")
    return row


@contextmanager
def doubles_told() -> Iterator[list[Draft]]:
    """What the database refuses because a value may stand only once is said at the field; the block names the drafts."""
    drafts: list[Draft] = []
    try:
        yield drafts
    except IntegrityError as problem:
        if not unique.is_double(problem):
            raise
        raise unique.raced(drafts) from problem


def locked(type_: RecordType, record_id: int, by: User, action: decide.Action, *, in_bin: bool = False) -> Row:
    """The row under a lock, for check-then-write inside a transaction; who stores what names the row does not wait for it."""
    rows = of_type(type_).filter(pk=record_id, deleted_at__isnull=not in_bin)
    row = decide.within(rows, by, type_.key).select_for_update(no_key=True).first()
    if row is None:
        raise Missing() if in_bin else gone(type_, record_id, by)
    if not decide.may(by, action, type_.key, row):
        raise NotAllowed()
    return row


def refuse_stale(draft: Draft, version: int) -> None:
    """Raise `Conflict` when a field of the draft was changed by somebody after `version`."""
    if not 0 < version <= draft.row.version:
        raise Invalid(_("This form is broken. Open the record again."), field="version")
    since = Event.objects.filter(type=draft.type.key, record_id=draft.row.pk, version__gt=version)
    touched = {key for changes in since.values_list("changes", flat=True) for key in changes}
    both = [key for key in draft.changed if key in touched]
    if both:
        reader, fields = draft.reader, draft.type.by_key
        raise Conflict(
            fields={
                key: (fields[key].export(draft.changed[key], reader), fields[key].export(draft.old(key), reader))
                for key in both
            }
        )


Ready = Draft | Invalid
"""A new record that was made ready, or why it cannot be stored."""


def create_many(
    type_: RecordType,
    list_of_values: Sequence[Mapping[str, Any]],
    *,
    by: User,
    via: str,
    at: Sequence[datetime | None] | None = None,
    moved_at: Sequence[datetime | None] | None = None,
    changed_at: Sequence[datetime | None] | None = None,
    change_set: ChangeSet | None = None,
    ready: Sequence[Ready | None] | None = None,
    derived: Sequence[Mapping[str, Any]] | None = None,
) -> list[Row | Invalid]:
    """Make many records in one transaction, a few statements for each 500; a row that breaks a rule gives its `Invalid` and the others go on.

    Shapes: the answer stands in the order of the input; `at` is when each was made, `changed_at` when it was last changed and
    `moved_at` since when it stands in its stage, now where they say nothing; `derived` are fields that nobody sets by hand; `ready` are those
    that `Making.drafted` made of the same. Links are trusted: the caller matched them among what `by` may see. Errors: NotAllowed for the whole.
    """
    making = Making(type_, by, via)
    type_, answers = making.type, list[Row | Invalid]()
    starts, is_held = range(0, len(list_of_values), BATCH), False
    with ExitStack() as stack:
        stack.enter_context(uncollected())
        for start in starts:
            some, drafts = making.answered(
                [
                    (ready and ready[n])
                    or making.drafted(
                        list_of_values[n],
                        at=at[n] if at else None,
                        moved_at=moved_at[n] if moved_at else None,
                        changed_at=changed_at[n] if changed_at else None,
                        derived=derived[n] if derived else {},
                    )
                    for n in range(start, min(start + BATCH, len(list_of_values)))
                ]
            )
            answers += some
            if not start:
                for one in (doubles_told(), transaction.atomic(), rates_kept(), behind(len(starts))):
                    stack.enter_context(one)
                reserve_ids(type_, len(list_of_values))
            store(drafts, change_set, is_held=is_held)
            is_held = is_held or bool(drafts)
            publish(RecordsAdded(type_.key, len(drafts), by.pk, via))
    return answers


def check_many(making: Making, some: Sequence[Ready]) -> list[Row | Invalid]:
    """What `create_many` would answer; nothing is stored: the rows have their values and no number.

    Of values that may stand only once it sees those in the database and among `some`.
    """
    answers, drafts = making.answered(some)
    for draft in drafts:
        draft.put_values()
    return answers


class Making:
    """Makes new records of a type ready, for one person. Errors: NotAllowed."""

    def __init__(self, type_: RecordType, by: User, via: str) -> None:
        self.type, self.by, self.via = type_.whole, by, via
        if not decide.may(by, "add", type_.key):
            raise NotAllowed()
        self.reader = Reader(by, schema=self.type.schema)

    def drafted(
        self, values: Mapping[str, Any], *, at: datetime | None, moved_at: datetime | None, changed_at: datetime | None,
        derived: Mapping[str, Any],
    ) -> Ready:  # fmt: skip
        """A record that can be stored as it is, or why it cannot; what others in the database have may still stand in its way."""
        draft = Draft.new(
            self.type, by=self.by, via=self.via, at=at, moved_at=moved_at, changed_at=changed_at, reader=self.reader
        )
        return filled(draft, values, derived) or draft

    def answered(self, some: Sequence[Ready]) -> tuple[list[Row | Invalid], list[Draft]]:
        """(row or refusal of each, drafts of the rows), when they were compared with what is there."""
        drafts = [one for one in some if isinstance(one, Draft)]
        answers: list[Row | Invalid] = [one.row if isinstance(one, Draft) else one for one in some]
        if doubled := {**unique.refusals(drafts), **parts.refusals(drafts)}:
            refused_rows = {id(drafts[n].row): double for n, double in doubled.items()}
            answers = [refused_rows.get(id(answer), answer) for answer in answers]
            drafts = [draft for n, draft in enumerate(drafts) if n not in doubled]
        return answers, drafts


def filled(draft: Draft, values: Mapping[str, Any], derived: Mapping[str, Any]) -> Invalid | None:
    """Give a new draft its values; why they cannot be stored."""
    try:
        draft.fill(values)
        draft.fill_defaults(values)
        draft.derive(derived)
        draft.check()
    except Invalid as refused:
        return refused
    return None


def assign_many(
    type_: RecordType,
    values: Mapping[int, Mapping[str, Any]],
    *,
    by: User,
    via: str,
    still: Q | None = None,
    change_set: ChangeSet | None = None,
    data: Mapping[str, Any] | None = None,
) -> int:
    """Set derived values (who owns a record, where it lies) on many records in the caller's transaction; how many changed.

    For acts of those who run the company: the right of `by` to each single record is not asked, and rules about other
    fields do not stand in the way. Shapes: `values` maps record ids, at most `BATCH`, to field values; `still` is a
    condition that a row must meet now, else it is left alone.
    """
    type_ = type_.whole
    if not decide.may_settings(by):
        raise NotAllowed()
    rows = of_type(type_).filter(still or Q(), pk__in=list(values), deleted_at=None).order_by("pk").select_for_update()
    drafts: list[Draft] = []
    for row in rows:
        draft = Draft(type_, row, by=by, via=via)
        draft.derive(values[row.pk])
        if draft.changed:
            draft.data.update(data or {})
            drafts.append(draft)
    store(drafts, change_set)
    for draft in drafts:
        announce(draft, "changed")
    return len(drafts)


def derive(
    type_: RecordType,
    row: Row,
    values: Mapping[str, Any],
    *,
    by: User,
    via: str,
    change_set: ChangeSet | None = None,
    data: Mapping[str, Any] | None = None,
) -> Row:
    """Set fields that nobody sets by hand on a row that the caller has locked, in its transaction; no change writes nothing.

    For what follows from another fact (an invoice is paid, a client accepts): the caller has judged, so the right of `by` to
    the record is not asked, and rules about other fields do not stand in the way.
    """
    draft = Draft(type_.whole, row, by=by, via=via)
    draft.derive(values)
    if draft.changed:
        draft.data.update(data or {})
        store([draft], change_set)
        announce(draft, "changed")
    return row


def make_many(
    type_: RecordType, rows: Sequence[Mapping[str, Any]], *, by: User, via: str, change_set: ChangeSet | None = None
) -> list[Any]:
    """Make records out of fields that nobody sets by hand, in the caller's transaction: what follows from another fact.

    For rooms that keep books (moves of stock, lines of a paper): the caller has judged, so the right of `by` to add is not asked.
    """
    type_ = type_.whole
    reader, drafts = Reader(by, schema=type_.schema), list[Draft]()
    for values in rows:
        draft = Draft.new(type_, by=by, via=via, reader=reader)
        draft.fill_defaults(values)
        draft.derive(values)
        drafts.append(draft)
    store(drafts, change_set)
    publish(RecordsAdded(type_.key, len(drafts), by.pk, via))
    return [draft.row for draft in drafts]


def remove(type_: RecordType, record_id: int, *, by: User, via: str, version: int | None = None) -> Row:
    """Put a record into the bin; its links, files and timeline stay with it."""
    with transaction.atomic():
        row = locked(type_, record_id, by, "delete")
        if why_not := type_.whole.may_be_removed(row):
            raise Conflict(why_not)
        draft = Draft(type_.whole, row, by=by, via=via)
        row.deleted_at, row.deleted_by = draft.at, by
        store([draft], None, kind="deleted")
        announce(draft, "deleted")
        audit.record("record_deleted", by=by, about=(type_.key, record_id), door=door_of(via))
    return row


def bring_back(type_: RecordType, record_id: int, *, by: User, via: str) -> Row:
    """Take a record out of the bin with everything that belongs to it."""
    with doubles_told(), transaction.atomic():
        row = locked(type_, record_id, by, "delete", in_bin=True)
        if why_not := only_whole(type_, record_id) or type_.whole.may_be_restored(row):
            raise Conflict(why_not)
        draft = Draft(type_.whole, row, by=by, via=via)
        for refused in unique.refusals([draft], all_values=True).values():
            raise refused
        row.deleted_at = row.deleted_by = None
        store([draft], None, kind="restored")
        announce(draft, "restored")
        audit.record("record_restored", by=by, about=(type_.key, record_id), door=door_of(via))
    return row


def door_of(via: str) -> str:
    """The door of the audit log: what comes by no page and no API says so itself."""
    return via if via in ("import", "rule", "api") else ""


def announce(draft: Draft, kind: str) -> None:
    publish(RecordChanged(draft.type.key, draft.row.pk, kind, tuple(draft.changed), draft.by.pk, draft.via))
