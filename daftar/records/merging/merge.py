"""The act: several records become one, with everything that belongs to them, in one transaction and one change set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import audit, decide
from daftar.access.models import Row, User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.events import publish
from daftar.records import along
from daftar.records.draft import Draft
from daftar.records.fields.links import load_links
from daftar.records.merging import choosing, hanging, moving
from daftar.records.merging.choosing import Choice
from daftar.records.merging.merged import gone
from daftar.records.models import BulkRun, BulkState, ChangeSet, Once
from daftar.records.query import unique
from daftar.records.rates import rates_kept
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.storing import store
from daftar.records.types import RecordType
from daftar.records.writing import RecordsChanged, announce, doubles_told

VIA = "merge"
MOST = 5


@dataclass(frozen=True, slots=True)
class Merge:
    """What is to be merged how.

    Shapes: `into` is the record that stays and one of `ids`; `picks` maps field keys to the record whose value is taken, or to
    `choosing.ALL`; `versions` are those that the person saw, by record.
    """

    ids: Sequence[int]
    into: int
    picks: Mapping[str, Choice]
    versions: Mapping[int, int]

    @property
    def losers(self) -> list[int]:
        return [id_ for id_ in self.ids if id_ != self.into]


def may_merge(type_: RecordType, user: User) -> bool:
    """Whether the person merges records of the type at all; people and departments have pages of their own."""
    is_able = type_.timeline and type_.key not in decide.COMPANY_ONLY
    return is_able and decide.may(user, "merge", type_.key) and decide.may(user, "change", type_.key)


def merge(type_: RecordType, asked: Merge, *, by: User, once: str = "") -> BulkRun:
    """Make one record of two to five; the others go into the bin. The same `once` again gives the first merge.

    Errors: Missing; NotAllowed without the right to merge and to change each of them; Conflict when one of them was changed or
    merged meanwhile; Invalid when they cannot be one, with sentences by field. Nothing is saved when one is raised.
    """
    reader = Reader(by)
    mine = reader.schema.type(type_.key)
    if not may_merge(mine, by):
        raise NotAllowed()
    if once and (kept := Once.objects.filter(key=once, by=by, type=VIA).first()):
        return BulkRun.objects.get(pk=kept.record_id)
    check_ids(asked)
    with doubles_told(), transaction.atomic(), rates_kept():
        rows = locked(type_, asked, by)
        if why_not := along.of(type_.key).why_not_merged(list(rows.values()), rows[asked.into]):
            raise Conflict(why_not)
        return merged(mine, rows, asked, by, once)


def check_ids(asked: Merge) -> None:
    different = set(asked.ids)
    if len(different) < 2:
        raise Invalid(_("A record cannot be merged with itself. Pick two different ones."))
    if len(different) < len(asked.ids) or len(different) > MOST:
        raise Invalid(_("Pick two to %(most)s different records.") % {"most": MOST})
    if asked.into not in different:
        raise Invalid(_("Choose which of these records stays."), field="into")


def locked(type_: RecordType, asked: Merge, by: User) -> dict[int, Row]:
    """The records under locks, taken in the order of their ids, so that merges that meet wait for each other."""
    found = of_type(type_).filter(pk__in=list(asked.ids), deleted_at=None).order_by("pk").select_for_update()
    rows = {row.pk: row for row in found if decide.may(by, "see", type_.key, row)}
    for id_ in asked.ids:
        if id_ not in rows:
            raise gone(type_, id_, by)
    check_rights(type_, rows, asked.into, by)
    for id_ in asked.ids:
        version = asked.versions.get(id_)
        if version is not None and version != rows[id_].version:
            raise Conflict(
                _("“%(what)s” was changed while you were choosing. Nothing was merged; look at the values again.")
                % {"what": type_.title_of(rows[id_])}
            )
    return {id_: rows[id_] for id_ in asked.ids}


def check_rights(type_: RecordType, rows: Mapping[int, Row], into: int, by: User) -> None:
    for id_, row in rows.items():
        if not (decide.may(by, "merge", type_.key, row) and decide.may(by, "change", type_.key, row)):
            raise NotAllowed(_("You may not merge “%(what)s”.") % {"what": type_.title_of(row)})
        if id_ != into and (why_not := type_.whole.may_be_removed(row)):
            raise Conflict(why_not)


def merged(type_: RecordType, rows: Mapping[int, Row], asked: Merge, by: User, once: str) -> BulkRun:
    """Do it in the caller's transaction; `type_` as the person sees it."""
    load_links(list(rows.values()), [f for f in type_.whole.fields if f.kind == "links"])
    winner = Draft(type_, rows[asked.into], by=by, via=VIA)
    winner.fill(chosen_values(type_, rows, asked))
    leave_self(winner, rows)
    # What may stand only once, the winner takes from those that leave: they let go of it before it is asked for.
    of_type(type_).filter(pk__in=asked.losers).update(deleted_at=winner.at)
    winner.check()
    unique.check(winner)
    title = _("Merged into “%(what)s”") % {"what": winner.value(type_.title_field.key) or type_.title_of(winner.row)}
    change_set = ChangeSet.objects.create(by=by, via=VIA, title=title[:300])
    # First the winner: what follows from its activities (next steps) is written to its row when they come.
    winner.data.update(why="merged", merged=asked.losers)
    store([winner], change_set, kind="merged")
    moved = 0
    for drafts in moving.drafts_of(type_, asked.losers, asked.into, by=by, via=VIA):
        stored(drafts, change_set, {"why": "merged"})
        moved += len(drafts)
    binned = put_into_bin(type_, asked, change_set, by)
    announce(winner, "moved" if winner.is_moved else "changed")
    for draft in binned:
        announce(draft, "deleted")
    return noted(type_, asked, change_set, moved, by, once)


def put_into_bin(type_: RecordType, asked: Merge, change_set: ChangeSet, by: User) -> list[Draft]:
    """The records that do not stay, with the way to the one that does and what hung on them."""
    rules = along.of(type_.key)
    counted = {id_: dict(rules.took(id_, asked.into, by=by)) for id_ in sorted(asked.losers)}
    rows = of_type(type_).filter(pk__in=asked.losers).order_by("pk")
    drafts = [Draft(type_, row, by=by, via=VIA) for row in rows]
    for draft in drafts:
        draft.row.deleted_at, draft.row.deleted_by = draft.at, by
        draft.data.update(why="merged", into=asked.into, took=hanging.move(type_.key, draft.row.pk, asked.into))
        if counted[draft.row.pk]:
            draft.data["counted"] = counted[draft.row.pk]
    store(drafts, change_set, kind="deleted")
    return drafts


def chosen_values(type_: RecordType, rows: Mapping[int, Row], asked: Merge) -> dict[str, Any]:
    """Field key → value of the merged record, of the fields in which they differ and that the person may set."""
    master = rows[asked.into]
    others = [row for id_, row in rows.items() if id_ != asked.into]
    values = {}
    for field in choosing.fields_to_choose(type_, [master, *others]):
        choice = asked.picks.get(field.key, choosing.first_choice(field, master, others))
        if choice != choosing.ALL and choice not in rows:
            raise Invalid(_("Choose one of the list."), field=field.key)
        values[field.key] = choosing.value_of(field, choice, rows, asked.into)
    return values


def leave_self(winner: Draft, rows: Mapping[int, Row]) -> None:
    """What led the record to one of the others would lead it to itself now."""
    for field in winner.type.fields:
        if getattr(field, "to", "") == winner.type.key and field.kind in ("link", "links"):
            winner.set(field.key, choosing.without(field, winner.value(field.key), rows.keys()))


def stored(drafts: Sequence[Draft], change_set: ChangeSet, data: Mapping[str, Any]) -> None:
    """Store drafts of one type that follow a merge or its undoing, and tell of them as of one act."""
    for draft in drafts:
        draft.data.update(data)
    store(drafts, change_set)
    if drafts:
        first = drafts[0]
        along.of(first.type.key).led_elsewhere(drafts)
        publish(RecordsChanged(first.type.key, tuple(d.row.pk for d in drafts), "changed", first.by.pk, VIA))


def noted(type_: RecordType, asked: Merge, change_set: ChangeSet, moved: int, by: User, once: str) -> BulkRun:
    """The merge among the changes of many, where it is taken back; with its entry in the audit log, last in the transaction."""
    now, count = clock.now(), len(asked.ids) + moved
    run = BulkRun.objects.create(
        by=by, type=type_.key, act="merge", values={"into": asked.into, "merged": asked.losers}, total=count, done=count,
        state=BulkState.DONE, change_set=change_set, finished_at=now, at=now,
    )  # fmt: skip
    if once:
        Once.objects.create(key=once, by=by, type=VIA, record_id=run.pk)
    details = {"type": type_.key, "rows": len(asked.ids), "moved": moved}
    audit.record("records_merged", by=by, about=(type_.key, asked.into), details=details)
    return run
