"""The way back of a merge: everything that followed goes back by itself; what came later is listed and asked about, never moved silently.

It goes field by field, unlike the undoing of a bulk act: a deal that was won since the merge still goes back to its contact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.kernel.errors import Conflict, DaftarError, Invalid, NotAllowed
from daftar.records import along
from daftar.records.bulk.undo import Back, Past, Said, as_said, is_stage_gone
from daftar.records.draft import Draft
from daftar.records.fields.base import Field
from daftar.records.fields.links import load_links
from daftar.records.merging import hanging, moving
from daftar.records.merging.choosing import LISTS, sign_of
from daftar.records.merging.merge import VIA, may_merge, stored
from daftar.records.models import BulkItem, BulkRun, ChangeSet, Event, StoredFile
from daftar.records.query import unique
from daftar.records.reader import Reader
from daftar.records.reading import of_type, visible
from daftar.records.retyping.turning import value_now
from daftar.records.schema import current_schema
from daftar.records.storing import store
from daftar.records.types import RecordType
from daftar.records.writing import announce

State = BulkItem.State
DATA = {"why": "unmerged"}
MOST_ADDED = 200
"""So much of what came after the merge is asked about; with more of it somebody has long worked with the merged record."""
FILE = "file"
NEWEST = 2**62
"""As the number of an event: what it says is in the form that fields have now."""


@dataclass(slots=True)
class Step:
    """What the merge did to one record. Shapes: `fields` maps field keys to JSON forms before and after it."""

    event: Event
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def is_merge(change_set: ChangeSet | None) -> bool:
    return change_set is not None and change_set.via == VIA


def check(change_set: ChangeSet, by: User) -> None:
    """Errors: NotAllowed when the person may not merge records of that type (any more); Conflict when what went over cannot come back."""
    key = Event.objects.filter(change_set=change_set, kind="merged").values_list("type", flat=True).first()
    type_ = current_schema().types.get(key or "")
    if type_ is None or not may_merge(type_, by):
        raise NotAllowed()
    for event in Event.objects.filter(change_set=change_set, kind="deleted", type=type_.key).order_by("id"):
        data = event.data
        if why_not := along.of(type_.key).why_not_back(event.record_id, int(data["into"]), data.get("counted", {})):
            raise Conflict(why_not)


def steps_of(change_set: ChangeSet, type_: RecordType, ids: Collection[int]) -> dict[int, Step]:
    events = Event.objects.filter(type=type_.key, record_id__in=list(ids), change_set=change_set).order_by("id")
    found: dict[int, Step] = {}
    for event in events:
        step = found.setdefault(event.record_id, Step(event))
        for key, (before, after) in event.changes.items():
            step.fields[key] = (step.fields.get(key, (before, after))[0], after)
    return found


def take_back(run: BulkRun, type_: RecordType, ids: Sequence[int], anyway: Collection[int]) -> dict[int, Said]:
    """Take back what the merge did to these records, in the caller's transaction; what became of each.

    Shapes: `anyway` are those of the ids whose fields go back although somebody changed them since.
    """
    if run.undoes is None:
        return {}
    steps = steps_of(run.undoes, type_, ids)
    rows = {row.pk: row for row in of_type(type_).filter(pk__in=list(ids)).order_by("pk").select_for_update()}
    load_links(list(rows.values()), [f for f in type_.fields if f.kind == "links"])
    work = Unmerging(run, type_, steps, frozenset(anyway))
    said: dict[int, Said] = {}
    for id_ in ids:
        try:
            said[id_] = work.one(rows.get(id_), steps.get(id_))
        except DaftarError as refused:
            said[id_] = State.REFUSED, as_said(refused)[1]
    return said | work.store()


class Unmerging:
    """One batch of one type on its way back."""

    def __init__(self, run: BulkRun, type_: RecordType, steps: Mapping[int, Step], anyway: frozenset[int]) -> None:
        self.run, self.type, self.steps, self.anyway = run, type_, steps, anyway
        self.reader = Reader(run.by, schema=type_.schema)
        self.back: list[Draft] = []
        self.changed: list[Draft] = []
        self.winner_back: tuple[Draft, Back] | None = None

    def one(self, row: Row | None, step: Step | None) -> Said:
        if row is None or step is None:
            return State.REFUSED, _("This record is not there any more, or you may not see it.")
        if step.event.kind == "deleted":
            return self.loser(row, step)
        is_winner = step.event.kind == "merged"
        if is_winner and row.deleted_at is not None:
            return State.REFUSED, _("It lies in the bin. Bring it back first.")
        draft = Draft(self.type, row, by=self.run.by, via="bulk")
        values, kept = self.values_of(draft, step)
        if is_winner:
            self.check_right(row)
            self.winner(draft, step, values)
        else:
            self.follower(draft, values)
        if kept:
            return State.MOVED_ON, ""
        return (State.DONE, "") if values else (State.LEFT, "")

    def check_right(self, row: Row) -> None:
        if not (
            decide.may(self.run.by, "see", self.type.key, row) and decide.may(self.run.by, "merge", self.type.key, row)
        ):
            raise NotAllowed(_("You may not change this record."))

    def loser(self, row: Row, step: Step) -> Said:
        """Out of the bin again, with what hung on it."""
        self.check_right(row)
        if row.deleted_at is None:
            return State.LEFT, ""
        draft = Draft(self.type, row, by=self.run.by, via="bulk")
        row.deleted_at = row.deleted_by = None
        self.back.append(draft)
        return State.DONE, ""

    def values_of(self, draft: Draft, step: Step) -> tuple[dict[str, Any], list[str]]:
        """(JSON form by key of what goes back, keys of what somebody changed since and that therefore stays)."""
        values: dict[str, Any] = {}
        kept: list[str] = []
        for key, (before, after) in step.fields.items():
            field_ = self.type.by_key.get(key)
            if field_ is None:
                continue
            try:
                before, after = (self.now_form(field_, step.event.pk, stored) for stored in (before, after))
            except Invalid:  # it has become another kind of field, into which this does not fit
                kept.append(key)
                continue
            now = field_.dump(draft.old(key))
            if now == before:
                continue
            if field_.kind in LISTS and now != after:
                values[key] = three_ways(field_, before, after, now)
            elif now == after or draft.row.pk in self.anyway:
                values[key] = before
            else:
                kept.append(key)
        return values, kept

    def now_form(self, field_: Field, event_id: int, stored: Any) -> Any:
        """The JSON form that a value of history has in the field as it is now. Errors: Invalid."""
        return field_.dump(value_now(field_, event_id, stored, self.reader))

    def winner(self, draft: Draft, step: Step, values: Mapping[str, Any]) -> None:
        """Through the same verdict as any undoing: rights to fields, and whether what stood there still exists."""
        if not values:
            return
        is_all = values.keys() == step.fields.keys()
        beside = step.event.data.get("beside", {}) if is_all else {}
        told = dict.fromkeys(values, NEWEST)
        past = Past("changed", step.event.version, step.event.at, dict(values), told, dict(beside))
        back = Back(self.type, {draft.row.pk: past}, self.anyway, self.run.by)
        if back.one(draft) is not None:
            self.winner_back = draft, back

    def follower(self, draft: Draft, values: Mapping[str, Any]) -> None:
        for key, before in values.items():
            field_ = self.type.by_key[key]
            value = field_.load(before)
            if is_stage_gone(field_, value):
                raise Invalid(
                    _("“%(field)s” cannot go back: what stood there does not exist any more.")
                    % {"field": field_.label},
                    field=key,
                )
            draft.set(key, value)
        if draft.changed:
            self.changed.append(draft)

    def store(self) -> dict[int, Said]:
        """Store all of it; what is said of records that cannot come back, for another has what may stand only once."""
        for draft in [*self.back, *self.changed]:
            draft.data.update(DATA, undoes=self.run.undoes_id)
        # The record that stayed lets go first of what the others had.
        if self.winner_back is not None:
            draft, back = self.winner_back
            back.put_stays_right([draft])
            stored([draft], self.run.change_set, {**DATA, "undoes": self.run.undoes_id})
        refused = unique.refusals(self.back, all_values=True)
        ready = [draft for n, draft in enumerate(self.back) if n not in refused]
        for draft in ready:
            data = self.steps[draft.row.pk].event.data
            hanging.put_back(self.type.key, draft.row.pk, int(data["into"]), data.get("took", {}))
        store(ready, self.run.change_set, kind="restored")
        stored(self.changed, self.run.change_set, {})
        for draft in ready:
            data = self.steps[draft.row.pk].event.data
            counted = data.get("counted", {})
            along.of(self.type.key).gave_back(draft.row.pk, int(data["into"]), counted, by=self.run.by)
            announce(draft, "restored")
        return {self.back[n].row.pk: as_said(problem) for n, problem in refused.items()}


def three_ways(field_: Field, before: Any, after: Any, now: Any) -> Any:
    """A list without what the merge added and with what it took away; what somebody added or took out since stays so."""
    old, new, here = ({sign_of(item): item for item in field_.load(stored) or ()} for stored in (before, after, now))
    kept = [item for sign, item in here.items() if sign in old or sign not in new]
    lost = [item for sign, item in old.items() if sign not in here and sign not in new]
    return field_.dump([*kept, *lost])


# -- what came after the merge -------------------------------------------------------------------------------


def note_added(run: BulkRun) -> None:
    """Write down, as rows of the undoing that wait for somebody's word, what was added to the merged record since."""
    event = merge_event(run)
    if event is None:
        return
    type_ = current_schema().type(event.type)
    added = [*added_records(event, type_), *((FILE, id_) for id_ in added_files(event))][:MOST_ADDED]
    items = [BulkItem(run=run, type=key, record_id=id_, state=State.ADDED) for key, id_ in added]
    BulkItem.objects.bulk_create(items, ignore_conflicts=True)
    run.total += len(items)
    run.moved_on += len(items)


def merge_event(run: BulkRun) -> Event | None:
    """The event of the record that stayed."""
    return Event.objects.filter(change_set=run.undoes, kind="merged").first() if run.undoes else None


def added_records(event: Event, type_: RecordType) -> Iterable[tuple[str, int]]:
    """What somebody let lead to the merged record after the merge and that still does."""
    for other, fields in moving.fields_to(type_):
        rows = of_type(other).filter(deleted_at=None)
        ids = moving.linking(type_, other, fields, [event.record_id], rows)
        since = Event.objects.filter(type=other.key, record_id__in=ids[:5_000], pk__gt=event.pk).exclude(
            change_set=event.change_set_id
        )
        mine: dict[int, bool] = {}
        for id_, changes in since.order_by("pk").values_list("record_id", "changes"):
            if any(f.key in changes and points_to(f, changes[f.key], event) for f in fields):
                mine[id_] = True
        yield from ((other.key, id_) for id_ in mine)


def points_to(field_: Field, pair: Sequence[Any], event: Event) -> bool:
    """Whether this change let the field lead to the merged record."""
    before, after = (leads_to(field_, stored, event) for stored in pair)
    return after and not before


def leads_to(field_: Field, stored: Any, event: Event) -> bool:
    value = field_.load(stored)
    if field_.kind == "links":
        return any(link.id == event.record_id for link in value or ())
    if field_.kind == "any_link":
        return value is not None and (value.type, value.id) == (event.type, event.record_id)
    return bool(value == event.record_id)


def added_files(event: Event) -> Iterable[int]:
    mine = StoredFile.objects.filter(type=event.type, record_id=event.record_id, deleted_at=None, field="")
    return mine.filter(at__gt=event.at).order_by("pk").values_list("pk", flat=True)


def parts_of(run: BulkRun) -> tuple[RecordType, list[int]] | None:
    """The type and the records of the merge that is taken back: the one that stayed first."""
    event = merge_event(run)
    if event is None:
        return None
    return current_schema().type(event.type), [event.record_id, *event.data.get("merged", ())]


def give(run: BulkRun, items: Sequence[BulkItem], to: int) -> int:
    """Let what was added since belong to one of the records; to the one that stayed means: leave it. How many went.

    In the caller's transaction, with the rights of who took the merge back. Errors: Conflict, Invalid.
    """
    parts = parts_of(run)
    if parts is None or to not in parts[1]:
        raise Invalid(_("Choose one of the list."), field="to")
    type_, (winner, *_losers) = parts
    if to == winner:
        return settle(run, items, State.LEFT)
    if not visible(type_, run.by).filter(pk=to).exists():
        raise Conflict(_("This record is not there any more, or you may not see it."))
    by_type: dict[str, list[int]] = defaultdict(list)
    for item in items:
        by_type[item.type].append(item.record_id)
    for key, ids in by_type.items():
        if key == FILE:
            StoredFile.objects.filter(pk__in=ids, type=type_.key, record_id=winner).update(record_id=to)
        else:
            give_records(run, type_, key, ids, winner, to)
    return settle(run, items, State.DONE)


def give_records(run: BulkRun, type_: RecordType, key: str, ids: Sequence[int], winner: int, to: int) -> None:
    other = type_.whole.schema.type(key)
    fields = {t.key: f for t, f in moving.fields_to(type_.whole)}.get(key, [])
    rows = list(visible(other, run.by).filter(pk__in=list(ids)).order_by("pk").select_for_update())
    load_links(rows, [f for f in other.fields if f.kind == "links"])
    made = (
        moving.redirected(Draft(other, row, by=run.by, via="bulk"), fields, type_.key, [winner], to) for row in rows
    )
    stored([draft for draft in made if draft.changed], run.change_set, DATA)


def settle(run: BulkRun, items: Sequence[BulkItem], state: State) -> int:
    count = BulkItem.objects.filter(pk__in=[item.pk for item in items], state=State.ADDED).update(state=state)
    run.moved_on -= count
    if state == State.DONE:
        run.done += count
    else:
        run.left_alone += count
    run.save(update_fields=["moved_on", "done", "left_alone"])
    return count
