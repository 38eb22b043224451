"""Taking a change set back: what its events changed becomes what it was, on every record that nobody touched since.

It knows only change sets and their events, so what a bulk act did, and equally an import, a merge or a rule, can be taken back.
An undoing has a change set of its own: taking that back does the first act again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid
from daftar.records import along
from daftar.records.bulk import beside, people
from daftar.records.draft import Draft
from daftar.records.merging import merged
from daftar.records.models import BulkRun, ChangeSet, Event, StageSpan
from daftar.records.models.bulk import BulkItem
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.retyping.turning import value_now
from daftar.records.types import RecordType
from daftar.records.writing_many import Answer, each, remove_many, sentence_of

DAYS = merged.DAYS
State = BulkItem.State
Said = tuple[str, str]


@dataclass(slots=True)
class Past:
    """What a change set did to one record.

    Shapes: `before` are JSON forms by field key, `told` the events that say them, `beside` columns that changed with them;
    `version` is the one it left behind, `times` how often it changed a field.
    """

    kind: str = ""
    version: int = 0
    at: datetime | None = None
    before: dict[str, Any] = field(default_factory=dict)
    told: dict[str, int] = field(default_factory=dict)
    beside: dict[str, Any] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)


def events_of(change_set: ChangeSet) -> QuerySet[Event]:
    return Event.objects.filter(change_set=change_set).order_by("id")


def is_over(change_set: ChangeSet) -> bool:
    """Whether it is too long ago to be taken back."""
    return change_set.at < clock.now() - timedelta(days=DAYS)


def why_not(change_set: ChangeSet) -> str:
    """Why the set cannot be taken back now, as a sentence; "" when it can."""
    run = BulkRun.objects.filter(change_set=change_set).first()
    if run is not None and run.is_at_work:
        return _("This is still at work. Stop it first.")
    if run is not None and run.undoes is not None and run.undoes.via == "merge":
        return _("This took a merge back. To merge the records again, choose them anew.")
    if BulkRun.objects.filter(undoes=change_set).exists():
        return _("This was taken back already.")
    if is_over(change_set):
        return _("This was done more than %(days)s days ago and cannot be taken back any more.") % {"days": DAYS}
    if problem := beside.why_not(change_set):
        return problem
    if not events_of(change_set).exists() and not beside.has_more(change_set):
        return _("Nothing was changed, so there is nothing to take back.")
    return ""


def check(change_set: ChangeSet, by: User) -> None:
    """Errors: Conflict with the reason; the rights are asked of each record."""
    if problem := why_not(change_set):
        raise Conflict(problem)


def take_back(run: BulkRun, type_: RecordType, ids: Sequence[int], anyway: Collection[int]) -> dict[int, Said]:
    """Take back what the run's set did to these records, in the caller's transaction; what became of each.

    Shapes: `anyway` are those of the ids that go back although somebody changed them since, and then only in the fields of the set.
    """
    if run.undoes is None:
        return {}
    pasts = pasts_of(run.undoes, type_, ids)
    said, groups = sorted_out(type_, ids, pasts, anyway)
    back = Back(type_, {id_: pasts[id_] for id_ in [*groups["deleted"], *groups["changed"]]}, frozenset(anyway), run.by)
    more: dict[str, Any] = {
        "by": run.by, "via": "bulk", "change_set": run.change_set, "data": {"why": "undone", "undoes": run.undoes.pk}
    }  # fmt: skip
    ready = back.put_stays_right
    answers: dict[int, Answer] = {}
    rules = along.of(type_.key)
    if groups["made"]:
        stays = people.make_inactive(groups["made"], run.by, run.change_set) if type_.model is User else {}
        stays |= rules.why_stays(born_of(run.undoes, type_, groups["made"]))
        said |= {id_: (State.REFUSED.value, why) for id_, why in stays.items()}
        for some in apart(type_, [id_ for id_ in groups["made"] if id_ not in stays]):
            answers |= remove_many(type_, some, **more)
        rules.unmade(born_of(run.undoes, type_, those_done(groups["made"], answers)), by=run.by)
    if groups["deleted"]:
        answers |= each(
            type_, groups["deleted"], back.one, action="delete", kind="restored", in_bin=True, ready=ready, **more
        )
        rules.made_again(born_of(run.undoes, type_, those_done(groups["deleted"], answers)), by=run.by)
    if type_.model is User:
        people.make_active(
            [id_ for id_ in groups["deleted"] if isinstance(answers.get(id_), User)], run.by, run.change_set
        )
    if groups["changed"]:
        answers |= each(type_, groups["changed"], back.one, action="change", ready=ready, **more)
    return said | {id_: as_said(answer) for id_, answer in answers.items()}


def those_done(ids: Sequence[int], answers: Mapping[int, Answer]) -> list[int]:
    return [id_ for id_ in ids if id_ in answers and as_said(answers[id_])[0] == State.DONE]


def born_of(change_set: ChangeSet, type_: RecordType, ids: Sequence[int]) -> list[int]:
    """Those of the records that the act made with which it all began; none of a type that no room has rules for."""
    if not ids or along.of(type_.key) is along.NOTHING:
        return []
    first, _is_again = beside.first_set(change_set)
    events = Event.objects.filter(type=type_.key, record_id__in=list(ids), kind="created", change_set=first)
    return sorted(events.values_list("record_id", flat=True))


def apart(type_: RecordType, ids: Sequence[int]) -> list[Sequence[int]]:
    """The ids as they can go together: what stands in a tree (departments) one by one, the youngest first."""
    return [[id_] for id_ in sorted(ids, reverse=True)] if type_.key in decide.COMPANY_ONLY else [ids]


def sorted_out(
    type_: RecordType, ids: Sequence[int], pasts: Mapping[int, Past], anyway: Collection[int]
) -> tuple[dict[int, Said], dict[str, list[int]]]:
    """(what is said of those that stay as they are, the others by what was done to them: made, deleted, changed). Locks the rows."""
    rows = of_type(type_).filter(pk__in=list(ids)).order_by("pk").select_for_update()
    here = {pk: (version, gone is not None) for pk, version, gone in rows.values_list("pk", "version", "deleted_at")}
    said: dict[int, Said] = {}
    groups: dict[str, list[int]] = defaultdict(list)
    for id_ in ids:
        version, is_in_bin = here.get(id_, (0, False))
        past = pasts.get(id_)
        if past is None or not version:
            said[id_] = State.REFUSED, _("This record is not there any more, or you may not see it.")
        elif version != past.version and id_ not in anyway:
            said[id_] = State.MOVED_ON, ""
        elif past.kind == "changed" and is_in_bin:
            said[id_] = State.REFUSED, _("It lies in the bin. Bring it back first.")
        elif (past.kind == "deleted" and not is_in_bin) or (past.kind in ("created", "restored") and is_in_bin):
            said[id_] = State.LEFT, ""
        else:
            groups["made" if past.kind in ("created", "restored") else past.kind].append(id_)
    return said, groups


def as_said(answer: Answer) -> Said:
    if isinstance(answer, DaftarError):
        return State.REFUSED, sentence_of(answer)
    return (State.LEFT, "") if answer is None else (State.DONE, "")


def pasts_of(change_set: ChangeSet, type_: RecordType, ids: Collection[int]) -> dict[int, Past]:
    """Record id → what the set did to it; several of its events together are one step."""
    found: dict[int, Past] = {}
    # Adding nothing keeps databases from walking all events of the set, for each batch anew, instead of those of the records.
    of_set = Event.objects.annotate(of_set=F("change_set_id") + 0).filter(of_set=change_set.pk, type=type_.key)
    rows = of_set.filter(record_id__in=list(ids)).order_by("id")
    for event_id, id_, version, at, kind, changes, data in rows.values_list(
        "id", "record_id", "version", "at", "kind", "changes", "data"
    ):
        past = found.setdefault(id_, Past())
        past.version, past.at = version, at
        for key, pair in changes.items():
            past.before.setdefault(key, pair[0])
            past.told.setdefault(key, event_id)
            past.times[key] = past.times.get(key, 0) + 1
        for column, value in data.get("beside", {}).items():
            past.beside.setdefault(column, value)
        if kind in ("created", "deleted", "restored"):
            past.kind = together(past.kind, kind)
        else:
            past.kind = past.kind or "changed"
    return found


def together(first: str, then: str) -> str:
    """What two steps of one set are together: what was made stays made, there and back is nothing."""
    if first == "created":
        return first
    return "changed" if {first, then} == {"deleted", "restored"} else then


class Back:
    """Puts records of one batch back to what they were. An old state was allowed once, so the stage contract does not stop it."""

    def __init__(self, type_: RecordType, pasts: Mapping[int, Past], anyway: frozenset[int], by: User) -> None:
        self.type, self.pasts, self.anyway = type_, pasts, anyway
        self.closed = decide.standing(by).limited_fields.get(type_.key, {})
        self.reader = Reader(by, schema=type_.schema)
        self.unfit: dict[int, Invalid] = {}
        """Why records cannot go back whose field has become another kind since."""
        self.values = {id_: self.loaded(id_, past) for id_, past in pasts.items()}
        self.there = targets_there(type_, self.values.values())

    def loaded(self, id_: int, past: Past) -> dict[str, Any]:
        fields, found = self.type.by_key, {}
        for key, stored in past.before.items():
            if key in fields:
                try:
                    found[key] = value_now(fields[key], past.told[key], stored, self.reader)
                except Invalid as refused:
                    said = _("“%(field)s” has become another kind of field since, and what stood there does not fit.")
                    self.unfit[id_] = Invalid(said % {"field": fields[key].label}, field=refused.field or key)
        return found

    def one(self, draft: Draft) -> Draft | None:
        if draft.row.pk in self.unfit:
            raise self.unfit[draft.row.pk]
        past, values = self.pasts[draft.row.pk], self.values[draft.row.pk]
        for key, value in values.items():
            field_ = self.type.by_key[key]
            if self.closed.get(key, "write") != "write":
                raise Invalid(_("“%(field)s” cannot be changed by hand.") % {"field": field_.label}, field=key)
            if any(pair not in self.there for pair in field_.wants(value)) or is_stage_gone(field_, value):
                raise Invalid(
                    _("“%(field)s” cannot go back: what stood there does not exist any more.")
                    % {"field": field_.label},
                    field=key,
                )
        was_in_bin = draft.row.deleted_at is not None
        draft.row.deleted_at = draft.row.deleted_by = None
        draft.derive(values)
        columns = {column.attname: column for column in draft.row._meta.concrete_fields}
        draft.beside = {name: columns[name].to_python(v) for name, v in past.beside.items() if name in columns}
        stage = self.type.stage_field
        if stage is not None and stage.key not in draft.changed:
            draft.beside.pop("stage_since", None)  # somebody brought it back: it stands there since then
        return draft if draft.changed or was_in_bin else None

    def put_stays_right(self, drafts: Sequence[Draft]) -> None:
        """A move that is taken back never was: its stay goes, and the one before it goes on.

        Where the stays say otherwise (taken back anyway, or done again), the record moves as by any other door.
        """
        moved = [draft for draft in drafts if draft.is_moved]
        stays = stays_of(self.type, [draft.row.pk for draft in moved])
        gone, reopened = [], []
        for draft in moved:
            for stage in self.type.stage_fields:
                if stage.key not in draft.changed:
                    continue
                mine = stays.get((draft.row.pk, stage.key if stage.custom else ""), [])
                last = mine[-1] if mine else None
                past = self.pasts[draft.row.pk]
                count = past.times.get(stage.key, 1)
                is_of_set = last is not None and last.left_at is None and last.stage_id == draft.old(stage.key)
                if is_of_set and are_of_set(mine, count, draft.changed[stage.key], past.at):
                    gone += [stay.pk for stay in mine[-count:]]
                    reopened += [stay.pk for stay in mine[-count - 1 : -count]]
                    draft.stays_kept.add(stage.key)
                elif not stage.custom:
                    self.move(draft, last)
        StageSpan.objects.filter(pk__in=gone).delete()
        StageSpan.objects.filter(pk__in=reopened).update(left_at=None)

    def move(self, draft: Draft, last: StageSpan | None) -> None:
        """Into the stage of before, since when it stood there where that can be, else since now."""
        since, draft.moved_at = draft.beside.get("stage_since"), draft.at
        if isinstance(since, datetime) and last and last.entered_at <= since and draft.row.pk not in self.anyway:
            draft.moved_at = since
        if "stage_since" in draft.row.__dict__:
            draft.beside["stage_since"] = draft.moved_at


def are_of_set(stays: Sequence[StageSpan], count: int, target: int | None, at: datetime | None) -> bool:
    """Whether the last stays, that many, are those of the set, and the one before them is in the stage to which it goes back.

    A file may say that a record stood there earlier than in the stay before: that one ends when it began then.
    """
    if len(stays) <= count:
        return len(stays) == count and (target is None or (count == 1 and stays[0].entered_at == at))
    first, before = stays[-count], stays[-count - 1]
    return before.stage_id == target and before.left_at == max(first.entered_at, before.entered_at)


def stays_of(type_: RecordType, ids: Sequence[int]) -> dict[tuple[int, str], list[StageSpan]]:
    """(record, stage field; "" the declared one) → its stays, oldest first."""
    found: dict[tuple[int, str], list[StageSpan]] = defaultdict(list)
    rows = StageSpan.objects.filter(type=type_.key, record_id__in=list(ids)).order_by("id")
    for stay in rows.select_related("stage__pipeline") if ids else ():
        found[stay.record_id, stay.stage.pipeline.field].append(stay)
    return found


def targets_there(type_: RecordType, values: Collection[Mapping[str, Any]]) -> set[tuple[str, int]]:
    """Of all records that the values link to those that still exist, in the bin or not; one query a type."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for one in values:
        for key, value in one.items():
            for target, id_ in type_.by_key[key].wants(value):
                wanted[target].add(id_)
    types, found = type_.schema.types, set()
    for target, ids in wanted.items():
        known = of_type(types[target]).filter(pk__in=ids).values_list("pk", flat=True) if target in types else ids
        found |= {(target, id_) for id_ in known}
    return found


def is_stage_gone(field_: Any, value: Any) -> bool:
    return field_.kind == "stage" and value is not None and field_.type.schema.stage(value) is None
