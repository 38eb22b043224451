"""Runs over many records: begun on rows that are frozen then, carried out batch by batch, stopped, continued.

Each batch is one transaction in which the rows, their history and what became of them are stored together; so a run that
was killed goes on where it stood and does nothing twice.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from daftar.access import audit, decide
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.access.standing import PARTS
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid, NotAllowed
from daftar.kernel.events import publish
from daftar.kernel.formats import using
from daftar.kernel.turns import let_others_save
from daftar.records.bulk import acts, beside, undo
from daftar.records.merging import unmerging
from daftar.records.models import BulkItem, BulkRun, BulkState, ChangeSet, Once
from daftar.records.models.bulk import AT_WORK
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

log = logging.getLogger("daftar.bulk")
BATCH = 500
HOLD_SECONDS = 0.35
"""So long a batch may keep others from saving; what takes longer is cut smaller."""
AT_ONCE = 200
"""So many rows are done in the request; more by the worker."""
MOST_PICKED = 500
SECONDS = 60
"""After so long a run stands in the queue again, behind what else waits."""
KEPT_DAYS = 90
"""How long it is kept which rows a run reached and why it refused some."""
State = BulkItem.State


@dataclass(frozen=True, slots=True)
class Picked:
    """What an act reaches: rows by their ids, or all rows of a view.

    Shapes: `rows` is a query of what the person may see, `address` the view's address and `words` its filters as shown.
    """

    rows: QuerySet[Any]
    address: str = ""
    words: str = ""

    @classmethod
    def by_ids(cls, type_: RecordType, ids: Sequence[int], by: User, *, address: str = "", words: str = "") -> Picked:
        return cls(visible(type_, by).filter(pk__in=list(ids)), address, words)


@dataclass(frozen=True, slots=True)
class BulkEnded:
    """A run that the worker carried out has ended, or stopped by itself; `kept` rows wait for the decision of who began it."""

    run_id: int
    by_id: int
    title: str
    is_broken_off: bool
    kept: int


# -- beginning -----------------------------------------------------------------------------------------


def begin(
    type_: RecordType, act: str, values: Mapping[str, Any], picked: Picked, *, by: User, once: str = ""
) -> BulkRun:
    """Freeze the rows and begin: little is done here, more by the worker. The same `once` again gives the first run.

    Shapes: `values` maps field keys to Python values (act "tags": `add` and `remove` to lists of words).
    Errors: NotAllowed; Invalid when nothing is picked.
    """
    reader = Reader(by)
    mine = reader.schema.type(type_.key)
    if act not in acts.acts_for(mine, by):
        raise NotAllowed()
    if once and (kept := Once.objects.filter(key=once, by=by, type="bulk").first()):
        return BulkRun.objects.get(pk=kept.record_id)
    stored = {key: mine.by_key[key].dump(v) if key in mine.by_key else v for key, v in values.items()}
    slots = {key: mine.by_key[key].slot for key in stored if key in mine.by_key and mine.by_key[key].custom}
    title = acts.words(act, stored, slots, mine, reader)
    with transaction.atomic():
        run = made(type_.key, act, title, by, values=stored, slots=slots, view=picked.address, view_words=picked.words)
        run.total = freeze(run, type_.key, picked.rows)
        if not run.total:
            raise Invalid(_("Pick some rows first."))
        run.save(update_fields=["total"])
        if once:
            Once.objects.create(key=once, by=by, type="bulk", record_id=run.pk)
        hand_on(run)
    return now_or_later(run)


def begin_undo(change_set: ChangeSet, *, by: User) -> BulkRun:
    """Begin to take a change set back. Errors: Conflict when it is too old, was taken back already, or is at work; NotAllowed."""
    undo.check(change_set, by)
    if unmerging.is_merge(change_set):
        unmerging.check(change_set, by)
    title = _("Taken back: %(what)s") % {"what": change_set.title}
    with transaction.atomic():
        ChangeSet.objects.select_for_update().get(pk=change_set.pk)  # two who press at once wait for each other
        if BulkRun.objects.filter(undoes=change_set).exists():
            raise Conflict(_("This was taken back already."))
        events = undo.events_of(change_set)
        type_key = events.values_list("type", flat=True).first() or ""
        run = made(type_key, "undo", title, by, undoes=change_set)
        beside.begun(run)
        keys = set(events.order_by().values_list("type", flat=True).distinct())
        for key in in_order(keys, wholes_first=BulkRun.objects.filter(change_set=change_set, act="undo").exists()):
            ids = events.filter(type=key).order_by().values("record_id").distinct()
            run.total += freeze(run, key, ids, "record_id")
        if unmerging.is_merge(change_set):
            unmerging.note_added(run)
        run.save(update_fields=["total", "moved_on"])
        hand_on(run)
    return now_or_later(run)


def in_order(keys: Iterable[str], *, wholes_first: bool) -> list[str]:
    """Parts go before their wholes and come back after them; people and departments go when what was theirs is gone."""
    return sorted(
        keys, key=lambda key: (key in decide.COMPANY_ONLY, key != "user", (key in PARTS) == wholes_first, key)
    )


def made(type_key: str, act: str, title: str, by: User, **more: Any) -> BulkRun:
    change_set = ChangeSet.objects.create(by=by, via=acts.VIA, title=title[:300])
    return BulkRun.objects.create(by=by, type=type_key, act=act, change_set=change_set, **more)


def freeze(run: BulkRun, type_key: str, rows: QuerySet[Any], column: str = "id") -> int:
    """Note every row of the query as an item of the run, by one statement; how many."""
    sql, params = rows.order_by().values(column).query.sql_with_params()
    quote = connection.ops.quote_name
    columns = ",".join(quote(name) for name in ("run_id", "type", "record_id", "state", "sentence", "anyway"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(BulkItem._meta.db_table)} ({columns}) "  # noqa: S608  # names of our columns; the query is the ORM's
            f"SELECT %s, %s, picked.{quote(column)}, %s, %s, %s FROM ({sql}) picked",
            [run.pk, type_key, State.WAITING.value, "", False, *params],
        )
        return int(cursor.rowcount)


def hand_on(run: BulkRun) -> None:
    if run.total > AT_ONCE:
        queue(run.pk)


def queue(run_id: int) -> None:
    from daftar.records.jobs import do_bulk

    do_bulk.enqueue(run_id)


def now_or_later(run: BulkRun) -> BulkRun:
    if run.total <= AT_ONCE:
        carry_out(run.pk)
    run.refresh_from_db()
    return run


# -- stopping, going on, deciding ----------------------------------------------------------------------


def stop(run_id: int) -> None:
    """End the run after the batch at which it is."""
    going = BulkRun.objects.filter(pk=run_id, state__in=[BulkState.WAITING, BulkState.WORKING])
    if not going.update(state=BulkState.STOPPING):
        raise Conflict(_("It has ended already."))


def go_on(run_id: int) -> BulkRun:
    """Continue a run that stopped."""
    with transaction.atomic():
        stopped = BulkRun.objects.filter(pk=run_id, state=BulkState.STOPPED)
        if not stopped.update(state=BulkState.WAITING, problem="", finished_at=None, at=clock.now()):
            raise Conflict(_("This is at work already."))
        run = BulkRun.objects.get(pk=run_id)
        hand_on(run)
    return now_or_later(run)


def decide_kept(run: BulkRun, do: str, item_ids: Sequence[int] | None, *, by: User) -> BulkRun:
    """What becomes of rows that were changed meanwhile: "back" takes them back anyway, "leave" leaves them.

    Shapes: `item_ids` None for all of them. Only who began the undoing decides: it is done with their rights.
    """
    if run.by_id != by.pk:
        raise NotAllowed(_("Who took it back decides this."))
    with transaction.atomic():
        kept = run.items.filter(state=State.MOVED_ON)
        chosen = kept if item_ids is None else kept.filter(pk__in=list(item_ids))
        fresh = BulkRun.objects.select_for_update().get(pk=run.pk)
        if fresh.is_at_work:
            raise Conflict(_("This is at work already."))
        if do == "leave":
            count = chosen.update(state=State.LEFT, sentence="")
            fresh.left_alone += count
        else:
            count = chosen.update(state=State.WAITING, anyway=True)
            beside.begun(fresh)
            fresh.state, fresh.problem, fresh.finished_at, fresh.at = BulkState.WAITING, "", None, clock.now()
        fresh.moved_on -= count
        fresh.save()
        if fresh.state == BulkState.WAITING:
            hand_on(fresh)
    return now_or_later(fresh) if fresh.state == BulkState.WAITING else fresh


def give_added(run: BulkRun, to: int, item_ids: Sequence[int] | None, *, by: User) -> None:
    """To which record belongs what was added since the merge that the run takes back.

    Shapes: `item_ids` None for all of it; `to` the record that stayed means that it is left there. Only who began the undoing decides.
    """
    if run.by_id != by.pk:
        raise NotAllowed(_("Who took it back decides this."))
    with transaction.atomic():
        fresh = BulkRun.objects.select_for_update().get(pk=run.pk)
        if fresh.is_at_work:
            raise Conflict(_("This is at work already."))
        items = fresh.items.filter(state=State.ADDED).order_by("id")
        unmerging.give(fresh, list(items if item_ids is None else items.filter(pk__in=list(item_ids))), to)


# -- carrying out --------------------------------------------------------------------------------------


def carry_out(run_id: int, *, seconds: float = SECONDS) -> None:
    """Do what is left of the run, batch by batch, as the person who began it; safe to call again after a crash."""
    run = BulkRun.objects.select_related("by").filter(pk=run_id).first()
    if run is None or not run.is_at_work:
        return
    formats, until, size = formats_for(run.by), time.monotonic() + seconds, BATCH // 2
    with using(formats), translation.override(formats.language):
        try:
            began = time.monotonic()
            while next_batch(run_id, size):
                took = time.monotonic() - began
                size = max(BATCH // 10, min(BATCH, int(size * HOLD_SECONDS / max(took, 0.01))))
                if time.monotonic() > until:
                    queue(run_id)
                    return
                let_others_save()
                began = time.monotonic()
        except DaftarError as problem:
            break_off(run_id, str(problem))
        except Exception:
            log.exception("bulk run stopped", extra={"run": run_id})
            break_off(run_id, _("Stopped in the middle. What was done stays so; press “Continue”."))
            raise


def break_off(run_id: int, problem: str) -> None:
    """End the run where it stands, with the reason; what was done stays."""
    with transaction.atomic():
        run = BulkRun.objects.select_for_update().get(pk=run_id)
        if run.is_at_work:
            run.problem = problem
            end(run, BulkState.STOPPED)


def next_batch(run_id: int, size: int = 0) -> bool:
    """Do the next rows of the run, with the record of it, in one transaction; False when the run has ended."""
    with transaction.atomic():
        runs = BulkRun.objects.select_related("by", "change_set", "undoes").select_for_update(of=("self",))
        run = runs.get(pk=run_id)
        if run.state not in AT_WORK:
            return False
        if run.state == BulkState.STOPPING:
            return end(run, BulkState.STOPPED)
        check_person(run)
        if not beside.next_before(run):
            items = list(run.items.filter(state=State.WAITING).order_by("id")[: size or BATCH])
            if items:
                note(run, outcome_of(run, items))
            elif not beside.next_after(run):
                beside.ended(run)
                return end(run, BulkState.DONE)
            if items and not run.items.filter(state=State.WAITING).exists() and not run.is_undo:
                return end(run, BulkState.DONE)
        run.state, run.at = BulkState.WORKING, clock.now()
        run.save()
    return True


def check_person(run: BulkRun) -> None:
    """Rights are those of now, not of when it was begun."""
    if not run.by.is_active:
        raise NotAllowed(_("Who began this may not do it any more."))
    if not run.is_undo and not decide.may(run.by, "bulk", run.type):
        raise NotAllowed(_("Who began this may not do it any more."))


Outcome = Mapping[int, tuple[str, str]]
"""Item id → its state and sentence."""


def outcome_of(run: BulkRun, items: Sequence[BulkItem]) -> Outcome:
    """Do the act on the records of the items; what became of each."""
    schema = current_schema()
    by_type: dict[str, list[BulkItem]] = defaultdict(list)
    for item in items:
        by_type[item.type].append(item)
    found: dict[int, tuple[str, str]] = {}
    for key, some in by_type.items():
        if key not in schema.types:
            found |= {
                item.pk: (State.REFUSED, _("This record is not there any more, or you may not see it."))
                for item in some
            }
        elif run.is_undo:
            anyway = {item.record_id for item in some if item.anyway}
            back = unmerging.take_back if unmerging.is_merge(run.undoes) else undo.take_back
            answers = back(run, schema.types[key], [item.record_id for item in some], anyway)
            found |= {item.pk: answers[item.record_id] for item in some}
        else:
            done = acts.do(run, schema.types[key], [item.record_id for item in some])
            found |= {item.pk: undo.as_said(done[item.record_id]) for item in some}
    return found


def note(run: BulkRun, outcome: Outcome) -> None:
    """Write down what became of the items, alike ones together, and count it."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for id_, said in outcome.items():
        alike[said].append(id_)
    for (state, sentence), ids in alike.items():
        BulkItem.objects.filter(pk__in=ids).update(state=state, sentence=sentence[:2000])
        if state == State.DONE:
            run.done += len(ids)
        elif state == State.LEFT:
            run.left_alone += len(ids)
        elif state == State.MOVED_ON:
            run.moved_on += len(ids)
        else:
            run.refused += len(ids)


def end(run: BulkRun, state: BulkState) -> bool:
    """Close the run, with its entry in the audit log last in the transaction."""
    run.state, run.at, run.finished_at = state, clock.now(), clock.now()
    run.save()
    is_stopped_by_hand = state == BulkState.STOPPED and not run.problem
    if run.total > AT_ONCE and not is_stopped_by_hand:
        publish(BulkEnded(run.pk, run.by_id, run.change_set.title, state == BulkState.STOPPED, run.moved_on))
    details = {
        "name": run.change_set.title,
        "type": run.type,
        "rows": run.done,
        "refused": run.refused,
        "view": run.view,
    }
    kind = "bulk_undone" if run.is_undo else "bulk_deleted" if run.act == "delete" else "bulk_changed"
    audit.record(kind, by=run.by, about=("bulk", run.pk), details=details)
    return False


# -- by the clock --------------------------------------------------------------------------------------


def go_on_with_interrupted() -> None:
    """Runs that a request carried out when the server died go on; those of the worker are put back by themselves."""
    from daftar.records.jobs import do_bulk

    long_ago = clock.now() - timedelta(minutes=2)
    waiting = DBTaskResult.objects.filter(task_path=do_bulk.module_path, status__in=("READY", "RUNNING"))
    left = BulkRun.objects.filter(state__in=AT_WORK, at__lt=long_ago)
    if not waiting.exists():
        for run_id in left.values_list("pk", flat=True):
            queue(run_id)


def forget_old() -> int:
    """Runs of long ago keep their numbers and forget their rows, some at a time; how many rows went."""
    old = BulkRun.objects.filter(at__lt=clock.now() - timedelta(days=KEPT_DAYS)).exclude(state__in=AT_WORK)
    ids = list(BulkItem.objects.filter(run__in=old).order_by("id").values_list("pk", flat=True)[:5_000])
    for start in range(0, len(ids), BATCH):
        BulkItem.objects.filter(pk__in=ids[start : start + BATCH]).delete()
        let_others_save()
    return len(ids)
