"""A change of the kind of a custom field, from the first record to the swap.

Each record gets the new value beside the old one, batch by batch, while everybody goes on working with the old kind. What was
written meanwhile is found by the copy of the old value that stands beside (`mark`) and turned again. Then, in one transaction in
which nobody writes, the field takes the new kind and the new values: all at once or not at all. The old values stay for
`DAYS` days, so that the change can be taken back.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks_db.models import DBTaskResult

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.access.preferences import formats_for
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid, NotAllowed
from daftar.kernel.formats import using
from daftar.kernel.turns import let_others_save
from daftar.records import custom_fields, shape
from daftar.records.audited import audited_field
from daftar.records.field_uses import spell_out
from daftar.records.fields import KINDS
from daftar.records.fields.base import Field
from daftar.records.fields.choice import Choice
from daftar.records.models import ContactPoint, CustomField, Event, Retyping
from daftar.records.query import indexes
from daftar.records.query.json import JsonValue
from daftar.records.reader import Reader
from daftar.records.reading import of_type
from daftar.records.retyping.kinds import targets
from daftar.records.retyping.past import as_was
from daftar.records.retyping.turning import Turn, keep_options, know_options
from daftar.records.schema import build_custom, current_schema, schema_changed
from daftar.records.types import RecordType

log = logging.getLogger("daftar.retyping")
DAYS = 30
"""So long the old values are kept, and the change can be taken back."""
WAITING_DAYS = 7
"""So long a change that was prepared waits for a yes."""
BATCH = 500
HOLD_SECONDS = 0.35
AT_ONCE = 1_000
"""So many values are turned in the request; more by the worker."""
SECONDS = 60
TRIES = 40
POINTED = ("phones", "emails")
State = Retyping.State


# -- beginning -----------------------------------------------------------------------------------------


def begin(
    type_: RecordType, key: str, kind: str, settings: Mapping[str, Any], *, by: User, agreed: int | None = None
) -> Retyping:
    """Begin to turn a field into another kind. When more than `agreed` values do not fit, it waits for a yes before it swaps.

    Shapes: `settings` are the new kind's own words, as in `custom_fields.add_field`.
    Errors: NotAllowed, Missing; Invalid at `kind` or `to`, or as a whole when something stands in the way.
    """
    custom_fields.allowed(by)
    type_ = type_.whole
    with transaction.atomic():
        row = custom_fields.locked(type_, key)
        if kind not in targets(row.kind):
            raise Invalid(_("This field cannot become a field of that kind."), field="kind")
        if why := in_the_way(type_, row):
            raise Invalid(why)
        kept = custom_fields.checked_settings(type_, kind, settings)
        run = made(row, kind, kept, by, agreed=agreed)
        if run.total > AT_ONCE:
            queue(run.pk)
    return now_or_later(run)


def begin_undo(done: Retyping, *, by: User) -> Retyping:
    """Begin to take a change back: what nobody wrote since gets the old value again, the rest is turned back.

    Errors: NotAllowed; Conflict with the reason why it cannot be taken back.
    """
    custom_fields.allowed(by)
    with transaction.atomic():
        if why := why_not_back(done):
            raise Conflict(why)
        type_ = current_schema().type(done.type)
        row = custom_fields.locked(type_, done.key)
        if why := in_the_way(type_, row):
            raise Conflict(why)
        run = made(row, done.kind_from, done.settings_from, by, undoes=done)
        if run.total > AT_ONCE:
            queue(run.pk)
    return now_or_later(run)


def why_not_back(run: Retyping) -> str:
    """Why the change cannot be taken back, as a sentence; "" when it can."""
    if run.state != State.DONE:
        return _("Only what was done can be taken back.")
    if Retyping.objects.filter(undoes=run, state__in=[State.WORKING, State.READY, State.DONE]).exists():
        return _("This was taken back already.")
    if run.is_cleaned or (run.finished_at and run.finished_at < clock.now() - timedelta(days=DAYS)):
        return _("This was done more than %(days)s days ago and cannot be taken back any more.") % {"days": DAYS}
    row = CustomField.objects.filter(type=run.type, key=run.key, deleted_at=None).first()
    if row is None:
        return _("The field lies in the bin. Bring it back first.")
    if row.kept_in != run.slot_to:
        return _("The field has become yet another kind since. Take that back first.")
    return ""


def in_the_way(type_: RecordType, row: CustomField) -> str:
    """Why the field cannot change its kind now, as a sentence; "" when it can."""
    if row.deleted_at is not None:
        return _("The field lies in the bin. Bring it back first.")
    if row.unique:
        return _("No value may stand twice in this field. Switch that off first.")
    if Retyping.objects.filter(type=type_.key, key=row.key, state__in=[State.WORKING, State.READY]).exists():
        return _("This field is becoming another kind already.")
    return ""


def made(row: CustomField, kind: str, settings: Mapping[str, Any], by: User, **more: Any) -> Retyping:
    if more.get("undoes") is not None:
        Retyping.objects.filter(undoes=more["undoes"]).update(undoes=None)  # one that was given up
    run = Retyping.objects.create(
        type=row.type, key=row.key, by=by, kind_from=row.kind, settings_from=row.settings, slot_from=row.kept_in,
        kind_to=kind, settings_to=dict(settings), **more,
    )  # fmt: skip
    run.slot_to = f"{row.key}__{run.pk}"
    run.total = to_turn(run).count()
    run.save(update_fields=["slot_to", "total"])
    return run


def queue(run_id: int) -> None:
    from daftar.records.jobs import retype

    retype.enqueue(run_id)


def now_or_later(run: Retyping) -> Retyping:
    if run.total <= AT_ONCE:
        carry_out(run.pk)
    run.refresh_from_db()
    return run


# -- deciding ------------------------------------------------------------------------------------------


def agree(run: Retyping, *, by: User) -> Retyping:
    """Yes to what the page says of a change that was prepared. Errors: Conflict when it does not wait for that."""
    custom_fields.allowed(by)
    with transaction.atomic():
        waiting = Retyping.objects.filter(pk=run.pk, state=State.READY)
        if not waiting.update(state=State.WORKING, agreed=run.misfits, problem=""):
            raise Conflict(_("It does not wait for a yes any more."))
        if run.total > AT_ONCE:
            queue(run.pk)
    return now_or_later(run)


def drop(run: Retyping, *, by: User) -> None:
    """Give a change up before it was done: nothing was changed. Errors: Conflict when it has ended."""
    custom_fields.allowed(by)
    going = Retyping.objects.filter(pk=run.pk, state__in=[State.WORKING, State.READY])
    if not going.update(state=State.DROPPED, finished_at=clock.now()):
        raise Conflict(_("It has ended already."))


# -- carrying out --------------------------------------------------------------------------------------


def carry_out(run_id: int, *, seconds: float = SECONDS) -> None:
    """Do what is left of the change; safe to call again after a crash."""
    run = Retyping.objects.select_related("by").filter(pk=run_id).first()
    if run is None:
        return
    formats, until = formats_for(run.by), time.monotonic() + seconds
    with using(formats), translation.override(formats.language):
        try:
            if run.is_at_work:
                work = Work(run)
                if not work.prepare(until):
                    queue(run_id)
                    return
                work.finish()
            tidy(run_id)
        except DaftarError as problem:
            Retyping.objects.filter(pk=run_id, state=State.WORKING).update(state=State.READY, problem=str(problem))
        except Exception:
            log.exception("change of a field's kind stopped", extra={"run": run_id})
            raise


class Work:
    """One run at work, with the fields before and after."""

    def __init__(self, run: Retyping) -> None:
        self.run = run
        schema = current_schema()
        self.type = schema.type(run.type)
        self.old, self.new = fields_of(run)
        if isinstance(self.new, Choice):
            know_options(self.new)
        self.turn = Turn(self.old, self.new, Reader(run.by, schema=schema))
        self.before = first_turn(run, schema) if run.undoes else None
        self.said = 0

    def prepare(self, until: float) -> bool:
        """Turn every record that is left, a batch in each transaction; False when the time is over before the end."""
        size = BATCH // 2
        while True:
            began = time.monotonic()
            if not self.next_batch(size):
                break
            took = time.monotonic() - began
            size = max(BATCH // 10, min(BATCH, int(size * HOLD_SECONDS / max(took, 0.01))))
            if time.monotonic() > until:
                return False
            let_others_save()
        indexes.make_soon(self.type, self.new)
        return True

    def next_batch(self, size: int) -> bool:
        with transaction.atomic():
            run = Retyping.objects.select_for_update().get(pk=self.run.pk)
            if not run.is_at_work:
                raise Conflict(_("It has ended already."))
            rows = list(to_turn(run).filter(pk__gt=run.last).order_by("pk").select_for_update(of=("self",))[:size])
            if not rows:
                return False
            self.turn_rows(rows)
            run.last = rows[-1].pk
            run.done += len(rows)
            run.save(update_fields=["last", "done"])
            self.run.last = run.last
        return True

    def turn_rows(self, rows: Sequence[Row]) -> None:
        """Put the new value and the mark beside the old value of these rows, which are locked."""
        run = self.run
        self.turn.ready(row.custom.get(run.slot_from) for row in rows)
        for row in rows:
            stored = row.custom.get(run.slot_from)
            try:
                value = self.turned(row, stored)
            except Invalid:
                value = None
            custom = dict(row.custom)
            put(custom, run.slot_to, value)
            put(custom, run.mark, stored)
            row.custom = custom
        self.type.model._default_manager.bulk_update(rows, ["custom"], batch_size=BATCH)
        self.keep_options()

    def turned(self, row: Row, stored: Any) -> Any:
        """The new value; where a change is taken back and nobody wrote since, the one that stood there before."""
        if self.before is not None and self.run.undoes is not None:
            was = row.custom.get(self.run.undoes.mark)
            try:
                then = self.before.value(was)
            except Invalid:
                then = None
            if was is not None and is_same(self.old, then, stored):
                return was
        return self.turn.value(stored)

    def keep_options(self) -> None:
        """Keep the options that values brought along."""
        keep_options(self.turn, self.said)
        self.said = len(self.turn.made)

    # -- the swap ----------------------------------------------------------------------------------

    def finish(self) -> None:
        """Turn what was written meanwhile, then swap; or wait for a yes when more is lost than was agreed to."""
        for _attempt in range(TRIES):
            while self.again(BATCH, alone=False) == BATCH:
                let_others_save()
            try:
                if self.try_to_swap():
                    return
            except OperationalError:  # each waited for the other: PostgreSQL lets one go
                log.info("a swap stood in the way of somebody", exc_info=True)
            time.sleep(0.05)
        raise Conflict(_("Too much is being written at the moment. Press “Do it” again in a while."))

    def again(self, most: int, *, alone: bool) -> int:
        """Turn records anew whose old value was written after they were turned; how many, -1 when some are held by others.

        Shapes: `alone` while nobody else may write: then it waits for no row, because its holder may wait for us.
        """
        with transaction.atomic():
            late = written_since(self.run)
            ids = list(late.order_by("pk").values_list("pk", flat=True)[:most])
            if not ids:
                return 0
            rows: QuerySet[Row] = of_type(self.type).filter(pk__in=ids).order_by("pk")
            skip = alone and connection.features.has_select_for_update_skip_locked
            found = list(rows.select_for_update(of=("self",), skip_locked=skip))
            if len(found) < len(ids):
                return -1
            self.turn_rows(found)
        return len(ids)

    def try_to_swap(self) -> bool:
        """True when the run has ended its work: swapped, or waiting for a yes."""
        with transaction.atomic():
            shape.change()
            run = Retyping.objects.select_related("by").select_for_update(of=("self",)).get(pk=self.run.pk)
            if not run.is_at_work:
                raise Conflict(_("It has ended already."))
            again = self.again(BATCH, alone=True)
            if again < 0 or again == BATCH:
                transaction.set_rollback(True)
                return False
            lost = misfits_of(run)
            run.misfits = lost.count()
            if run.misfits and (run.agreed is None or run.misfits > run.agreed):
                run.state = State.READY
                run.save(update_fields=["misfits", "state"])
                return True
            if not decide.may_settings(run.by):
                raise NotAllowed(_("Who began this may not do it any more."))
            tell_history(run, lost)
            become(self.type, run.key, by=run.by, run=run)
            run.state, run.finished_at = State.DONE, clock.now()
            run.save(update_fields=["misfits", "state", "finished_at"])
        self.run.state = State.DONE
        return True


def put(custom: dict[str, Any], word: str, value: Any) -> None:
    if value is None:
        custom.pop(word, None)
    else:
        custom[word] = value


def is_same(field: Field, one: Any, other: Any) -> bool:
    """Whether two stored values mean the same; an amount in the base currency moves with its rate."""
    if one is None or other is None:
        return one is other
    return bool(field.load(one) == field.load(other))


def fields_of(run: Retyping) -> tuple[Field, Field]:
    """The field as it is before and after the run."""
    type_ = current_schema().type(run.type)
    now = build_custom(CustomField.objects.get(type=run.type, key=run.key)).bind(type_, custom=True)
    old = as_was(now, run.kind_from, run.settings_from, run.slot_from)
    return old, as_was(now, run.kind_to, run.settings_to, run.slot_to)


def first_turn(run: Retyping, schema: Any) -> Turn | None:
    """How the change that is taken back turned values."""
    first = run.undoes
    return Turn(*fields_of(first), Reader(first.by, schema=schema)) if first is not None else None


def rows_of(run: Retyping) -> Any:
    """The records of the type with the texts of their values: was, became, and the copy."""
    rows = of_type(current_schema().type(run.type))
    words = {"was": JsonValue(run.slot_from), "became": JsonValue(run.slot_to), "copy": JsonValue(run.mark)}
    return rows.annotate(**words)


def to_turn(run: Retyping) -> QuerySet[Row]:
    """The records that have a value, in the bin too; where a change is taken back also those that had one before it."""
    holds = Q(was__isnull=False)
    rows = rows_of(run)
    if run.undoes is not None:
        rows = rows.annotate(before=JsonValue(run.undoes.mark))
        holds |= Q(before__isnull=False)
    found: QuerySet[Row] = rows.filter(holds)
    return found


def written_since(run: Retyping) -> QuerySet[Row]:
    """The records whose old value is not the one that was turned."""
    differs = Q(was__isnull=False, copy__isnull=True) | Q(was__isnull=True, copy__isnull=False)
    both = Q(was__isnull=False, copy__isnull=False)
    found: QuerySet[Row] = rows_of(run).filter(differs | (both & ~Q(was=F("copy"))))
    return found


def misfits_of(run: Retyping) -> QuerySet[Row]:
    """The records whose value does not fit, once they are turned."""
    found: QuerySet[Row] = rows_of(run).filter(copy__isnull=False, became__isnull=True)
    return found


def tell_history(run: Retyping, lost: QuerySet[Row]) -> None:
    """What did not fit is empty from now on; each record's history says what stood there."""
    now = clock.now()
    data = {"why": "retyped", "retyping": run.pk}
    events = []
    for row in lost.only("pk", "version", "custom").iterator(chunk_size=BATCH):
        changes = {run.key: [row.custom.get(run.slot_from), None]}
        events.append(
            Event(at=now, type=run.type, record_id=row.pk, version=row.version, kind="changed", by=run.by, via="page",
                  changes=changes, data=data)
        )  # fmt: skip
    Event.objects.bulk_create(events, batch_size=BATCH)


@audited_field
def become(type_: RecordType, key: str, *, by: User, run: Retyping) -> CustomField:
    """Let the field take the new kind with its values, in the transaction in which nobody writes."""
    row = custom_fields.locked(type_, key)
    if row.kept_in != run.slot_from or row.deleted_at is not None:
        raise Conflict(_("The field was changed meanwhile. Begin anew."))
    old, new = fields_of(run)
    last = Event.objects.aggregate(last=Max("id"))["last"] or 0
    spell_out(type_, key)
    row.past = [*row.past, {"kind": row.kind, "settings": row.settings, "slot": row.kept_in, "to": last}]
    row.default = turned_default(row.default, Turn(old, new, Reader(by, schema=current_schema())))
    row.kind, row.settings, row.slot = run.kind_to, run.settings_to, run.slot_to
    row.save(update_fields=["past", "default", "kind", "settings", "slot"])
    schema_changed()
    return row


def turned_default(stored: Any, turn: Turn) -> Any:
    if stored is None or not KINDS[turn.new.kind].can_be_custom:
        return None
    try:
        value = turn.value(stored)
    except Invalid:
        return None
    return value if not turn.made else None


# -- afterwards ----------------------------------------------------------------------------------------


def tidy(run_id: int) -> None:
    """What follows from a swap and may follow a little later: formulas, ways to find people, the old index. Safe to repeat."""
    run = Retyping.objects.filter(pk=run_id, state=State.DONE, is_tidy=False).first()
    if run is None:
        return
    from daftar.records.jobs import work_out_formulas

    type_ = current_schema().type(run.type)
    old, new = fields_of(run)
    indexes.drop(type_, old)
    indexes.make_soon(type_, new)  # a big one was left for after the swap
    if old.kind in POINTED:
        ContactPoint.objects.filter(type=run.type, field=run.key).delete()
    if new.kind in POINTED:
        make_points(type_, new)
    if current_schema().has_formulas:
        for other in current_schema().types.values():
            if any(field.kind == "formula" for field in other.fields):
                work_out_formulas.enqueue(other.key, 0)
    Retyping.objects.filter(pk=run_id).update(is_tidy=True)


def make_points(type_: RecordType, field: Field) -> None:
    """The index of phones and mail addresses for the values of a field that has just become one."""
    last = 0
    while True:
        with transaction.atomic():
            rows = list(of_type(type_).exclude(field.empty_q()).filter(pk__gt=last).order_by("pk")[:BATCH])
            if not rows:
                return
            ContactPoint.objects.filter(type=type_.key, field=field.key, record_id__in=[r.pk for r in rows]).delete()
            ContactPoint.objects.bulk_create(
                ContactPoint(type=type_.key, record_id=row.pk, field=field.key, kind=kind, value=value[:320])
                for row in rows
                for kind, value in dict.fromkeys(field.points(field.get(row)))
            )
        last = rows[-1].pk
        let_others_save()


# -- by the clock --------------------------------------------------------------------------------------


def go_on_with_interrupted() -> None:
    """Runs whose request or worker died go on."""
    from daftar.records.jobs import retype

    waiting = DBTaskResult.objects.filter(task_path=retype.module_path, status__in=("READY", "RUNNING"))
    long_ago = clock.now() - timedelta(minutes=2)
    left = Q(state=State.WORKING) | Q(state=State.DONE, is_tidy=False)
    if not waiting.exists():
        for run_id in Retyping.objects.filter(left, at__lt=long_ago).values_list("pk", flat=True):
            queue(run_id)


def give_up_old() -> None:
    """What was prepared and never agreed to."""
    old = clock.now() - timedelta(days=WAITING_DAYS)
    Retyping.objects.filter(state=State.READY, at__lt=old).update(state=State.DROPPED, finished_at=clock.now())


def forget_old() -> int:
    """Take the values out that are not needed any more, some at a time; how many records were freed of them."""
    over = clock.now() - timedelta(days=DAYS)
    runs = Retyping.objects.filter(is_cleaned=False).filter(
        Q(state=State.DROPPED) | Q(state=State.DONE, finished_at__lt=over)
    )
    count = 0
    for run in runs.order_by("id"):
        row = CustomField.objects.filter(type=run.type, key=run.key).first()
        if run.type not in current_schema().types or row is None:
            Retyping.objects.filter(pk=run.pk).update(is_cleaned=True)
            continue
        gone = run.slot_from if run.state == State.DONE else run.slot_to
        words = {run.mark, *({gone} if gone != row.kept_in else ())}
        count += take_out(current_schema().type(run.type), words)
        if run.state == State.DROPPED:
            indexes.drop(current_schema().type(run.type), fields_of(run)[1])
        Retyping.objects.filter(pk=run.pk).update(is_cleaned=True)
    return count


def take_out(type_: RecordType, words: set[str]) -> int:
    """Take these words out of the JSON of all records of the type; how many had one."""
    count, last = 0, 0
    asked = {f"word_{n}": JsonValue(word) for n, word in enumerate(sorted(words))}
    holds = Q()
    for name in asked:
        holds |= Q(**{f"{name}__isnull": False})
    while asked:
        with transaction.atomic():
            rows = of_type(type_).annotate(**asked).filter(holds, pk__gt=last).order_by("pk")
            some = list(rows.select_for_update(of=("self",))[:BATCH])
            for row in some:
                row.custom = {word: value for word, value in row.custom.items() if word not in words}
            type_.model._default_manager.bulk_update(some, ["custom"], batch_size=BATCH)
        if not some:
            break
        count, last = count + len(some), some[-1].pk
        let_others_save()
    return count
