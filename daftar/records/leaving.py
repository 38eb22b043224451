"""The leaver's day: what a person owns goes to colleagues by rule, evenly and exactly, in batches that may be repeated.

The account is closed first, in the request; the hand-over itself is a job, so that ten thousand records keep no page waiting.
Each batch is one transaction that also says how far it got.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Department, Share, User
from daftar.access.preferences import formats_for
from daftar.access.structure import Structure
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid, NotAllowed
from daftar.kernel.formats import using
from daftar.records import accounts, writing
from daftar.records.models import ChangeSet, Event, Leaving, ListSetting, SavedView
from daftar.records.models.leaving import LeavingState
from daftar.records.reading import of_type
from daftar.records.schema import Schema, current_schema
from daftar.records.types import RecordType

log = logging.getLogger("daftar.leaving")
BATCH = 250
AT_ONCE = 200
"""So much is handed over in the request; more by the worker."""
MOST_COLLEAGUES = 50
SHARES, DEPARTMENTS, VIEWS, SAVED = "shares", "departments", "views", "saved_views"

Plan = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of things that a person leaves behind. `href` is the list of them, "" where there is none."""

    key: str
    name: str
    count: int
    href: str = ""


# -- what there is -------------------------------------------------------------------------------------


def groups_of(person: User) -> list[Group]:
    """Everything that the person leaves behind, by kind; kinds with nothing too."""
    schema = current_schema()
    made = [
        Group(t.key, name_of(t), rows_of(t, person).count(), f"{t.address()}?owner={person.pk}")
        for t in owned_types(schema)
    ]
    made.append(Group(SHARES, _("Records shared with them"), Share.objects.filter(user=person).count()))
    led = Department.objects.filter(head=person, deleted_at=None).count()
    made.append(Group(DEPARTMENTS, _("Departments they head"), led))
    made.append(Group(SAVED, _("Saved views"), SavedView.objects.filter(owner=person).count()))
    made.append(Group(VIEWS, _("Columns of lists"), ListSetting.objects.filter(user=person).count()))
    return made


def owned_types(schema: Schema) -> list[RecordType]:
    return [t for t in schema.types.values() if decide.own_rights(t.key) and "owner" in t.by_key]


def name_of(type_: RecordType) -> str:
    """ "Open deals" for types that end, "Contacts" for those that stay."""
    return _("Open: %(type)s") % {"type": type_.plural} if ends(type_) else type_.heading


def ends(type_: RecordType) -> bool:
    return type_.stage_field is not None or type(type_).unfinished is not RecordType.unfinished


def rows_of(type_: RecordType, person: User) -> QuerySet[Any]:
    return type_.unfinished(of_type(type_).filter(owner=person, deleted_at=None))


def head_of(person: User) -> User | None:
    """Who leads the person's department, or the nearest one above, if that is somebody else who is active."""
    structure = Structure.of_today()
    for id_ in structure.with_all_above(structure.department_of.get(person.pk)):
        head = structure.places[id_].head_id
        if head and head != person.pk:
            found: User | None = User.objects.filter(pk=head, is_active=True, deleted_at=None).first()
            if found is not None:
                return found
    return None


# -- who gets how much ---------------------------------------------------------------------------------


def preview(person: User, plan: Plan) -> dict[str, dict[int, int]]:
    """Group → colleague → how many they get, exactly; what stays is left out."""
    made: dict[str, dict[int, int]] = {}
    for group in groups_of(person):
        colleagues = plan.get(group.key, ())
        if group.key == VIEWS and colleagues:
            settings = list(ListSetting.objects.filter(user=person).order_by("pk"))
            takers = [taker for taker in view_takers(settings, colleagues, 0) if taker is not None]
            made[group.key] = {id_: takers.count(id_) for id_ in colleagues}
        elif colleagues and group.count:
            made[group.key] = dict(zip(colleagues, shares_of_total(group.count, len(colleagues)), strict=True))
    return made


def shares_of_total(total: int, heads: int) -> list[int]:
    """The total dealt out one by one: nobody gets more than one above another."""
    return [total // heads + (1 if n < total % heads else 0) for n in range(heads)]


def view_takers(settings: Sequence[ListSetting], colleagues: Sequence[int], start: int) -> list[int | None]:
    """Who gets each list's columns; None where that colleague chose columns of their own."""
    wanted = [colleagues[(start + n) % len(colleagues)] for n in range(len(settings))]
    own = set(ListSetting.objects.filter(user__in=set(wanted)).values_list("user_id", "type"))
    return [None if (id_, one.type) in own else id_ for id_, one in zip(wanted, settings, strict=True)]


def checked_plan(person: User, plan: Plan) -> dict[str, list[int]]:
    """The plan with every colleague once. Errors: Invalid at "to.<group>" for who is not active or is the person."""
    wanted = {id_ for ids in plan.values() for id_ in ids}
    able = set(active(wanted)) - {person.pk}
    made: dict[str, list[int]] = {}
    errors: dict[str, Any] = {}
    for key, ids in plan.items():
        made[key] = list(dict.fromkeys(ids))
        if not set(ids) <= able:
            errors[f"to.{key}"] = _("Choose colleagues who are active.")
        elif len(made[key]) > MOST_COLLEAGUES:
            errors[f"to.{key}"] = _("Choose fewer colleagues.")
    if errors:
        raise Invalid(errors=errors)
    return {key: ids for key, ids in made.items() if ids}


def active(ids: set[int]) -> list[int]:
    return list(User.objects.filter(pk__in=ids, is_active=True, deleted_at=None).values_list("pk", flat=True))


# -- doing it ------------------------------------------------------------------------------------------


def begin(person_id: int, plan: Plan, *, by: User) -> Leaving:
    """Close the account at once and hand over by the plan: here when it is little, else by the worker.

    Errors: NotAllowed, Missing, Invalid (also for the last owner), Conflict for oneself and while it is at work.
    """
    from daftar.records.jobs import hand_over

    with transaction.atomic():
        person = accounts.deactivate(person_id, by=by) if person_id != by.pk else None
        if person is None:
            raise Conflict(_("Somebody else must do this for you."))
        checked = checked_plan(person, plan)
        if Leaving.objects.filter(person=person, state=LeavingState.RUNNING).exists():
            raise Conflict(_("This is at work already."))
        total = sum(n for by_colleague in preview(person, checked).values() for n in by_colleague.values())
        title = _("%(name)s leaves") % {"name": person.name}
        change_set = ChangeSet.objects.create(by=by, via="page", title=title[:300])
        run = Leaving.objects.create(person=person, by=by, plan=checked, total=total, change_set=change_set)
        if total > AT_ONCE:
            hand_over.enqueue(run.pk)
    if total <= AT_ONCE:
        carry_out(run.pk)
        run.refresh_from_db()
    return run


def go_on(run_id: int, *, by: User) -> None:
    """Continue a hand-over that stopped. Errors: NotAllowed, Conflict when it did not stop."""
    from daftar.records.jobs import hand_over

    if not decide.may_settings(by):
        raise NotAllowed()
    with transaction.atomic():
        stopped = Leaving.objects.filter(pk=run_id, state=LeavingState.FAILED)
        if not stopped.update(state=LeavingState.RUNNING, problem="", by=by):
            raise Conflict(_("This is at work already."))
        hand_over.enqueue(run_id)


def latest_of(person: User) -> Leaving | None:
    return Leaving.objects.filter(person=person).order_by("-id").first()


def carry_out(run_id: int) -> None:
    """Hand everything over, batch by batch, as the person who said so; safe to call again after a crash."""
    run = Leaving.objects.select_related("by", "person").filter(pk=run_id).first()
    if run is None or not run.is_at_work:
        return
    formats = formats_for(run.by)
    with using(formats), translation.override(formats.language):
        try:
            for key, hand in hands(run).items():
                while next_batch(run.pk, key, hand):
                    pass
            finish(run)
        except DaftarError as problem:
            stop(run, str(problem))
        except Exception:
            log.exception("hand-over stopped", extra={"run": run.pk})
            stop(run, _("Stopped in the middle. What was handed over stays so; press “Continue”."))
            raise


def stop(run: Leaving, problem: str) -> None:
    Leaving.objects.filter(pk=run.pk).update(state=LeavingState.FAILED, problem=problem)


Hand = Callable[[Leaving, list[int], int], tuple[int, dict[int, int]]]
"""(run, colleagues, number handed over before) → the last id of the batch (0: no more) and how many each got."""


def hands(run: Leaving) -> dict[str, Hand]:
    """Each group with the function that hands over its next batch."""
    schema = current_schema()
    made: dict[str, Hand] = {t.key: records_hand(t) for t in owned_types(schema)}
    made |= {SHARES: hand_shares, DEPARTMENTS: hand_departments, VIEWS: hand_views, SAVED: hand_saved_views}
    return {key: hand for key, hand in made.items() if run.plan.get(key)}


def next_batch(run_id: int, key: str, hand: Hand) -> bool:
    """Hand over one batch of a group, with its count, in one transaction; False when none is left."""
    with transaction.atomic():
        run = Leaving.objects.select_for_update().select_related("by", "person").get(pk=run_id)
        if not run.by.is_active or not decide.may_settings(run.by):
            raise NotAllowed(_("Who began this may not do it any more. Somebody else can continue it."))
        colleagues = run.plan[key]
        if len(active(set(colleagues))) < len(colleagues):
            raise Conflict(_("A colleague of the plan is not active any more. Make a new plan for what is left."))
        given = {int(id_): n for id_, n in run.given.get(key, {}).items()}
        last, got = hand(run, colleagues, sum(given.values()))
        if not last:
            return False
        for id_, number in got.items():
            given[id_] = given.get(id_, 0) + number
        run.given = {**run.given, key: {str(id_): n for id_, n in given.items()}}
        run.place = {**run.place, key: last}
        run.save(update_fields=["given", "place"])
    return True


def dealt(ids: Sequence[int], colleagues: Sequence[int], start: int) -> dict[int, int]:
    """Id → colleague, dealt out in turn; `start` were dealt before."""
    return {id_: colleagues[(start + n) % len(colleagues)] for n, id_ in enumerate(ids)}


def counted(takers: Mapping[int, int]) -> dict[int, int]:
    made: dict[int, int] = {}
    for taker in takers.values():
        made[taker] = made.get(taker, 0) + 1
    return made


def records_hand(type_: RecordType) -> Hand:
    def hand(run: Leaving, colleagues: list[int], start: int) -> tuple[int, dict[int, int]]:
        behind = rows_of(type_, run.person).filter(pk__gt=run.place.get(type_.key, 0)).order_by("pk")
        ids = list(behind.values_list("pk", flat=True)[:BATCH])
        takers = dealt(ids, colleagues, start)
        assign(run, type_, "owner", takers, Q(owner=run.person))
        return (ids[-1] if ids else 0), counted(takers)

    return hand


def assign(run: Leaving, type_: RecordType, key: str, takers: Mapping[int, int | None], still: Q) -> None:
    """Put the takers into the field of these records, with history that says why."""
    values = {id_: {key: taker} for id_, taker in takers.items()}
    data = {"why": "leaver", "person": run.person_id}
    writing.assign_many(type_, values, by=run.by, via="page", still=still, change_set=run.change_set, data=data)


def hand_departments(run: Leaving, colleagues: list[int], start: int) -> tuple[int, dict[int, int]]:
    led = Department.objects.filter(head=run.person, deleted_at=None, pk__gt=run.place.get(DEPARTMENTS, 0))
    ids = list(led.order_by("pk").values_list("pk", flat=True)[:BATCH])
    takers = dealt(ids, colleagues, start)
    assign(run, current_schema().type("department"), "head", takers, Q(head=run.person))
    return (ids[-1] if ids else 0), counted(takers)


def hand_shares(run: Leaving, colleagues: list[int], start: int) -> tuple[int, dict[int, int]]:
    """What is shared with the person becomes shared with the taker; who has it already keeps the stronger of both."""
    behind = Share.objects.filter(user=run.person, pk__gt=run.place.get(SHARES, 0)).order_by("pk")
    rows = list(behind.select_for_update()[:BATCH])
    takers = dealt([row.pk for row in rows], colleagues, start)
    events = []
    for row in rows:
        taker = takers[row.pk]
        here = Share.objects.filter(type=row.type, record_id=row.record_id, user_id=taker).first()
        if here is None:
            row.user_id = taker
            row.save(update_fields=["user"])
        else:
            here.level = Share.Level.CHANGE if Share.Level.CHANGE in (here.level, row.level) else here.level
            here.observer = here.observer or row.observer
            here.save(update_fields=["level", "observer"])
            row.delete()
        events.append(
            Event(
                at=clock.now(),
                type=row.type,
                record_id=row.record_id,
                kind="shared",
                by=run.by,
                via="page",
                change_set=run.change_set,
                data={"user": taker, "level": row.level, "observer": row.observer, "why": "leaver"},
            )
        )
    Event.objects.bulk_create(events)
    return max(takers, default=0), counted(takers)


def hand_saved_views(run: Leaving, colleagues: list[int], start: int) -> tuple[int, dict[int, int]]:
    """The person's views, so that those who were shown one keep it; a name that the taker has already gets the person's behind it."""
    behind = SavedView.objects.filter(owner=run.person, pk__gt=run.place.get(SAVED, 0)).order_by("pk")
    rows = list(behind.select_for_update()[:BATCH])
    takers = dealt([row.pk for row in rows], colleagues, start)
    taken: dict[tuple[int, str], set[str]] = defaultdict(set)
    theirs = SavedView.objects.filter(owner__in=set(takers.values()), type__in={row.type for row in rows})
    for owner, type_key, name in theirs.values_list("owner_id", "type", "name"):
        taken[owner, type_key].add(name)
    for row in rows:
        row.owner_id = takers[row.pk]
        row.name = name_beside(row.name, run.person.name, taken[row.owner_id, row.type])
        taken[row.owner_id, row.type].add(row.name)
    SavedView.objects.bulk_update(rows, ["owner", "name"])
    return max(takers, default=0), counted(takers)


def name_beside(name: str, whose: str, taken: set[str]) -> str:
    """The name, or one like it that is not taken."""
    tried, number = name, 1
    while tried in taken:
        end = f" ({whose[:40]})" if number == 1 else f" ({whose[:40]} {number})"
        tried, number = name[: 100 - len(end)] + end, number + 1
    return tried


def hand_views(run: Leaving, colleagues: list[int], start: int) -> tuple[int, dict[int, int]]:
    """The columns of the person's lists, for colleagues who chose none of their own."""
    settings = list(ListSetting.objects.filter(user=run.person, pk__gt=run.place.get(VIEWS, 0)).order_by("pk"))
    got: dict[int, int] = {}
    for one, taker in zip(settings, view_takers(settings, colleagues, start), strict=True):
        if taker is not None:
            ListSetting.objects.filter(pk=one.pk).update(user_id=taker)
            got[taker] = got.get(taker, 0) + 1
    return (settings[-1].pk if settings else 0), got


def finish(run: Leaving) -> None:
    """Nobody counts on the person any more, as deputy or substitute, and nobody stands in for who is gone."""
    schema = current_schema()
    with transaction.atomic():
        deputy = Department.objects.filter(deputy=run.person, deleted_at=None).values_list("pk", flat=True)
        assign(run, schema.type("department"), "deputy", dict.fromkeys(deputy), Q(deputy=run.person))
        counted_on = User.objects.filter(substitute=run.person, deleted_at=None).values_list("pk", flat=True)
        assign(run, schema.type("user"), "substitute", dict.fromkeys(counted_on), Q(substitute=run.person))
        gone = {run.person_id: dict.fromkeys(("absent_from", "absent_until", "substitute"))}
        writing.assign_many(schema.type("user"), gone, by=run.by, via="page", change_set=run.change_set)
        Leaving.objects.filter(pk=run.pk).update(state=LeavingState.DONE, finished_at=clock.now())
