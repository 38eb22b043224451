"""What each verb does, and how next step and last contact of a deal follow."""

from __future__ import annotations

import datetime as dt

import pytest

from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.activities.actions.keeping import activity_type
from daftar.activities.models import Activity, Notice
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records import writing
from daftar.records.models import Event

DAY = dt.timedelta(days=1)


def call(at, **more):
    return Plan("call", at, "Ask about the price", **more)


def test_a_note_is_called_by_its_first_line_and_changes_no_next_step(shop, monday):
    deal = shop.deal()

    note = actions.add_note(shop.about(deal), "They want blue ones.\nNot red.", by=shop.sara)

    assert (note.subject, note.at, note.is_planned) == ("They want blue ones.", monday, False)
    assert shop.fresh(deal).next_at is None


def test_a_note_needs_words(shop):
    with pytest.raises(Invalid):
        actions.add_note(shop.about(shop.deal()), "  \n", by=shop.sara)


@pytest.mark.parametrize(("result", "counts"), [("reached", True), ("no_answer", False), ("busy", False)])
def test_only_a_call_that_reached_somebody_is_contact(shop, monday, result, counts):
    deal = shop.deal()

    actions.log_call(shop.about(deal), by=shop.sara, result=result, duration=dt.timedelta(minutes=5))

    assert shop.fresh(deal).last_contact_at == (monday if counts else None)


def test_an_older_call_written_down_later_does_not_hide_the_last_one(shop, monday):
    deal = shop.deal()
    actions.log_call(shop.about(deal), by=shop.sara)

    actions.log_call(shop.about(deal), by=shop.sara, at=monday - DAY)

    assert shop.fresh(deal).last_contact_at == monday


def test_a_call_cannot_have_taken_place_tomorrow(shop, monday):
    with pytest.raises(Invalid) as refused:
        actions.log_call(shop.about(shop.deal()), by=shop.sara, at=monday + DAY)

    assert "done_at" in refused.value.errors


def test_deleting_the_only_call_takes_back_the_contact(shop, monday):
    deal = shop.deal()
    made = actions.log_call(shop.about(deal), by=shop.sara)

    writing.remove(activity_type(), made.pk, by=shop.sara, via="page")
    assert shop.fresh(deal).last_contact_at is None

    writing.bring_back(activity_type(), made.pk, by=shop.sara, via="page")
    assert shop.fresh(deal).last_contact_at == monday


def test_the_earliest_planned_one_is_the_next_step(shop, monday):
    deal = shop.deal()
    version = deal.version

    actions.plan(shop.about(deal), Plan("task", monday + 3 * DAY, "Send the offer"), by=shop.sara)
    actions.plan(shop.about(deal), call(monday + DAY), by=shop.sara)

    kept = shop.fresh(deal)
    assert (kept.next_at, kept.next_text, kept.next_moves) == (monday + DAY, "Ask about the price", 0)
    assert kept.version == version


def test_a_whole_day_is_not_late_before_its_end(shop, monday):
    deal = shop.deal()
    noon = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

    task = actions.plan(shop.about(deal), Plan("task", noon, "Send it", all_day=True), by=shop.sara)

    assert task.late_from == noon + dt.timedelta(hours=12)
    assert shop.fresh(deal).next_at == task.late_from


def test_what_is_planned_needs_a_time(shop):
    with pytest.raises(Invalid) as refused:
        writing.create(activity_type(), {"kind": "task", "subject": "Some day"}, by=shop.sara, via="page")

    assert "due_at" in refused.value.errors


def test_closing_a_call_can_plan_the_next_in_one_go(shop, monday):
    deal = shop.deal()
    planned = actions.plan(shop.about(deal), call(monday + DAY), by=shop.sara)

    done = actions.complete(
        planned.pk, by=shop.sara, result="reached", text="They agree.",
        next_plan=Plan("meeting", monday + 2 * DAY, "Sign"),
    )  # fmt: skip

    kept = shop.fresh(deal)
    assert (done.done_at, done.result, done.body, done.at) == (monday, "reached", "They agree.", monday)
    assert (kept.next_at, kept.next_text, kept.last_contact_at) == (monday + 2 * DAY, "Sign", monday)


def test_nothing_is_closed_when_the_next_step_is_refused(shop, monday):
    deal = shop.deal()
    planned = actions.plan(shop.about(deal), call(monday + DAY), by=shop.sara)

    with pytest.raises(Invalid):
        actions.complete(planned.pk, by=shop.sara, next_plan=Plan("note", monday + DAY))

    assert Activity.objects.get(pk=planned.pk).is_planned
    assert shop.fresh(deal).last_contact_at is None


def test_what_is_done_cannot_be_done_again(shop, monday):
    planned = actions.plan(shop.about(shop.deal()), call(monday), by=shop.sara)
    actions.complete(planned.pk, by=shop.sara)

    for again in (actions.complete, actions.cancel):
        with pytest.raises(Invalid):
            again(planned.pk, by=shop.sara)


def test_closing_asks_for_the_next_on_open_deals_only(shop, monday):
    deal = shop.deal()
    only = actions.plan(shop.about(deal), call(monday), by=shop.sara)
    assert actions.asks_for_next(only, shop.sara)

    actions.plan(shop.about(deal), call(monday + DAY), by=shop.sara)
    assert not actions.asks_for_next(only, shop.sara)

    lost = shop.deal(lost_reason="price", stage=shop.stage("lost"))
    assert not actions.asks_for_next(actions.plan(shop.about(lost), call(monday), by=shop.sara), shop.sara)


def test_closing_can_park_and_planning_ends_it(shop, monday):
    deal = shop.deal()
    planned = actions.plan(shop.about(deal), call(monday), by=shop.sara)

    actions.complete(planned.pk, by=shop.sara, park_until=monday.date() + 14 * DAY)
    parked = shop.fresh(deal)
    actions.add_note(shop.about(deal), "On holiday", by=shop.sara)
    still = shop.fresh(deal)
    actions.plan(shop.about(deal), call(monday + DAY), by=shop.sara)

    assert (parked.next_at, parked.parked_until) == (None, dt.date(2026, 12, 7))
    assert still.parked_until == parked.parked_until
    assert shop.fresh(deal).parked_until is None
    assert Event.objects.filter(type="deal", record_id=deal.pk, kind="parked").count() == 1


def test_parking_is_for_days_to_come(shop, monday):
    with pytest.raises(Invalid):
        actions.park(shop.about(shop.deal()), monday.date(), by=shop.sara)


def test_putting_off_is_counted_on_the_deal_and_moving_forward_is_not(shop, monday):
    deal = shop.deal()
    planned = actions.plan(shop.about(deal), call(monday + 3 * DAY), by=shop.sara)

    for days in (4, 5, 2, 6):
        actions.postpone(planned.pk, monday + days * DAY, by=shop.sara)

    kept = shop.fresh(deal)
    assert (kept.next_at, kept.next_moves) == (monday + 6 * DAY, 3)


def test_calling_off_leaves_it_in_the_history_without_contact(shop, monday):
    deal = shop.deal()
    planned = actions.plan(shop.about(deal), Plan("meeting", monday + DAY, "Lunch"), by=shop.sara)

    off = actions.cancel(planned.pk, by=shop.sara)

    kept = shop.fresh(deal)
    assert (off.cancelled, off.done_at) == (True, monday)
    assert (kept.next_at, kept.last_contact_at) == (None, None)

    actions.reopen(planned.pk, by=shop.sara)
    assert not Activity.objects.get(pk=planned.pk).cancelled
    assert shop.fresh(deal).next_at == monday + DAY


def test_the_engines_own_doors_keep_the_next_step_too(shop, monday):
    deal, other = shop.deal(), shop.deal(name="Saws")
    planned = actions.plan(shop.about(deal), call(monday + DAY), by=shop.sara)

    writing.change(activity_type(), planned.pk, {"about": shop.about(other)}, by=shop.sara, via="page")
    assert (shop.fresh(deal).next_at, shop.fresh(other).next_at) == (None, monday + DAY)

    writing.remove(activity_type(), planned.pk, by=shop.sara, via="page")
    assert shop.fresh(other).next_at is None


def test_imported_activities_keep_the_next_step_and_tell_each_person_once(shop, monday):
    deal = shop.deal()
    rows = [
        {
            "kind": "task",
            "subject": f"Step {n}",
            "about": shop.about(deal),
            "due_at": monday + n * DAY,
            "owner": shop.sam.pk,
        }
        for n in (3, 1, 2)
    ]

    writing.create_many(activity_type(), rows, by=shop.olga, via="import")

    assert shop.fresh(deal).next_text == "Step 1"
    assert [(n.to, n.kind, n.count) for n in Notice.objects.all()] == [(shop.sam, "assigned", 3)]


def test_the_bin_takes_the_activities_along_and_gives_them_back(shop, monday):
    deal = shop.deal()
    kept = actions.plan(shop.about(deal), call(monday), by=shop.sara)
    gone = actions.add_note(shop.about(deal), "wrong", by=shop.sara)
    writing.remove(activity_type(), gone.pk, by=shop.sara, via="page")

    writing.remove(shop.type("deal"), deal.pk, by=shop.sara, via="page")
    assert not Activity.objects.live().exists()

    writing.bring_back(shop.type("deal"), deal.pk, by=shop.sara, via="page")
    assert [a.pk for a in Activity.objects.live()] == [kept.pk]


def test_a_pinned_note_stays_pinned_until_it_is_let_go(shop):
    note = actions.add_note(shop.about(shop.deal()), "Gate code 17", by=shop.sara)

    assert actions.pin(note.pk, by=shop.sara).pinned
    assert not actions.pin(note.pk, by=shop.sara, pinned=False).pinned


def test_the_same_form_twice_is_one_activity(shop):
    deal = shop.deal()

    for _time in range(2):
        actions.add_note(shop.about(deal), "Once", by=shop.sara, once="key-1")

    assert Activity.objects.count() == 1


def test_nobody_adds_to_what_they_may_not_see_and_readers_add_nothing(shop, monday):
    foreign, own = shop.deal(by=shop.reza), shop.deal()
    verbs = (
        lambda about, by: actions.add_note(about, "x", by=by),
        lambda about, by: actions.comment(about, "x", by=by),
        lambda about, by: actions.log_call(about, by=by),
        lambda about, by: actions.log_meeting(about, by=by),
        lambda about, by: actions.plan(about, call(monday), by=by),
        lambda about, by: actions.park(about, monday.date() + DAY, by=by),
    )
    for verb in verbs:
        with pytest.raises(Missing):
            verb(shop.about(foreign), shop.sara)
        with pytest.raises(NotAllowed):
            verb(shop.about(own), shop.rita)
    assert not Activity.objects.exists()


def test_the_clock_of_the_test_is_the_clock_of_the_verbs(monday):
    assert clock.now() == monday
