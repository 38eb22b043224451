"""Who is told what: mentions, tasks given, reminders."""

from __future__ import annotations

import datetime as dt

import pytest

from daftar.access.models import Role, User
from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.activities.actions.keeping import activity_type, keep_change
from daftar.activities.jobs import remind
from daftar.activities.models import Activity, Notice
from daftar.activities.notices import mentioned
from daftar.kernel import clock
from daftar.records import writing


def told(kind):
    return list(Notice.objects.filter(kind=kind).values_list("to__name", flat=True).order_by("id"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Sam Reed please look", ["Sam Reed"]),
        ("please, @sam: look", ["Sam Reed"]),
        ("@Hana Karimi and @Sam Reed", ["Hana Karimi", "Sam Reed"]),
        ("@samuel is nobody", []),
        ("mail sam@reed.example", []),
        ("@ Sam", []),
        ("@Sam Reed @Sam Reed", ["Sam Reed"]),
    ],
)
def test_people_are_found_behind_the_at_sign(shop, text, names):
    assert [p.name for p in mentioned(text)] == names


def test_names_are_found_in_any_spelling_of_their_letters(shop):
    User.objects.create_user(None, name="مریم کریمی", role=Role.SELLER)

    assert [p.name for p in mentioned("سلام @مريم كريمي، ببین")] == ["مریم کریمی"]


def test_a_first_name_that_two_people_have_calls_nobody(shop):
    User.objects.create_user(None, name="Sam Shaw", role=Role.SELLER)

    assert mentioned("@Sam look") == []


def test_a_mention_tells_once_and_an_added_one_is_told_later(shop):
    deal = shop.deal()

    made = actions.comment(shop.about(deal), "@Sam Reed, what now?", by=shop.sara)
    keep_change(made.pk, {"body": "@Sam Reed and @Hana Karimi, what now?"}, by=shop.sara)

    assert told("mention") == ["Sam Reed", "Hana Karimi"]
    assert Activity.objects.get(pk=made.pk).mentions == [shop.sam.pk, shop.hana.pk]


def test_who_may_not_see_the_record_is_not_told_of_it(shop):
    actions.comment(shop.about(shop.deal()), "@Reza Rezaei, see this", by=shop.sara)

    assert told("mention") == []


def test_a_task_for_somebody_else_tells_them(shop, monday):
    actions.plan(shop.about(shop.deal()), Plan("task", monday, "Count them", owner=shop.sam.pk), by=shop.sara)
    actions.plan(shop.about(shop.deal()), Plan("task", monday, "My own"), by=shop.sara)

    assert told("assigned") == ["Sam Reed"]


def test_a_reminder_comes_once_and_again_after_moving(shop, monday):
    planned = actions.plan(
        shop.about(shop.deal()), Plan("call", monday + dt.timedelta(hours=1), remind_minutes=30), by=shop.sara
    )
    remind()
    assert told("reminder") == []

    with clock.frozen(monday + dt.timedelta(minutes=31)):
        remind()
        remind()
        assert told("reminder") == ["Sara Ahmadi"]
        actions.postpone(planned.pk, monday + dt.timedelta(hours=3), by=shop.sara)
        remind()
    with clock.frozen(monday + dt.timedelta(hours=2, minutes=31)):
        remind()
    assert told("reminder") == ["Sara Ahmadi"] * 2


def test_no_reminder_for_what_is_done_or_in_the_bin(shop, monday):
    soon = Plan("call", monday + dt.timedelta(minutes=5), remind_minutes=10)
    done = actions.plan(shop.about(shop.deal()), soon, by=shop.sara)
    binned = shop.deal()
    actions.plan(shop.about(binned), soon, by=shop.sara)
    actions.complete(done.pk, by=shop.sara)
    writing.remove(shop.type("deal"), binned.pk, by=shop.sara, via="page")

    remind()

    assert told("reminder") == []


def test_a_reminder_of_a_whole_day_comes_at_nine(shop, monday):
    noon = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

    task = actions.plan(shop.about(shop.deal()), Plan("task", noon, all_day=True, remind_minutes=0), by=shop.sara)

    assert task.remind_at == dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
    assert activity_type().title_of(task) == "Task"
