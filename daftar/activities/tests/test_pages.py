"""The doors of this room as people use them: forms with and without scripts, and who may not pass."""

from __future__ import annotations

import datetime as dt

import pytest

from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.activities.models import Activity
from daftar.activities.urls import urlpatterns
from daftar.kernel import clock

FRAGMENT = {"HX-Request": "true"}
ONE = ["complete", "postpone", "words", "cancel", "reopen", "pin", "remove", "put-back"]


def planned(shop, deal, by=None, **more):
    return actions.plan(shop.about(deal), Plan("call", clock.now(), "Ask", **more), by=by or shop.sara)


def test_every_view_has_a_door():
    doors = {str(p.pattern): getattr(p.callback, "door", None) for p in urlpatterns}

    assert doors.pop("service-worker.js") == "everyone"  # browsers ask for it also when nobody is signed in
    assert set(doors.values()) == {"signed_in"}


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"kind": "note", "body": "Blue ones"}, {"kind": "note", "body": "Blue ones"}),
        ({"kind": "comment", "body": "@Sam Reed look"}, {"kind": "comment", "body": "@Sam Reed look"}),
        (
            {"kind": "call", "when": "now", "direction": "in", "result": "busy", "duration": "5"},
            {"kind": "call", "direction": "in", "result": "busy", "duration": 300},
        ),
        ({"kind": "meeting", "when": "now", "result": "reached"}, {"kind": "meeting", "result": "reached"}),
        (
            {"kind": "call", "when": "now", "due_at": "Tuesday 10:00", "subject": "Price", "result": "reached"},
            {"kind": "call", "subject": "Price", "result": "", "due_at": dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)},
        ),
        (
            {"kind": "task", "when": "2026-11-25 10:00", "remind_minutes": "30", "subject": "Count"},
            {"kind": "task", "remind_minutes": 30, "due_at": dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)},
        ),
        ({"kind": "task", "due_at": "2026-11-25"}, {"kind": "task", "all_day": True, "subject": "Task"}),
    ],
)
def test_the_composer_keeps_what_was_typed(shop, monday, form, kept):
    deal = shop.deal()

    answer = shop.browser().post(f"/timeline/deals/{deal.pk}/add", form)

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/deals/{deal.pk}/#timeline")
    made = Activity.objects.get()
    assert (made.about_type, made.about_id, made.owner) == ("deal", deal.pk, shop.sara)
    assert {key: getattr(made, key) for key in kept} == kept


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kind": "note", "body": " "}, "body"),
        ({"kind": "task", "subject": "no time"}, "due_at"),
        ({"kind": "task", "when": "now"}, "due_at"),
        ({"kind": "task", "due_at": "2026-02-30"}, "due_at"),
        ({"kind": "call", "when": "now", "result": "gossip"}, "result"),
        ({"kind": "call", "when": "now", "duration": "long"}, "duration"),
        ({"kind": "gossip", "when": "now"}, "due_at"),
        ({"kind": "note", "body": "a\0b"}, "body"),
        ({"kind": "note", "body": "x" * 30_000}, "body"),
        ({"kind": "task", "due_at": "2026-12-01", "owner": "9" * 20}, "owner"),
        ({"kind": "task", "due_at": "2026-12-01", "owner": "987654"}, "owner"),
        ({"kind": "task", "due_at": "2026-12-01", "remind_minutes": "-5"}, "remind_minutes"),
    ],
)
def test_bad_input_is_refused_at_its_place_and_keeps_nothing(shop, monday, form, field):
    answer = shop.browser().post(f"/timeline/deals/{shop.deal().pk}/add", form, headers=FRAGMENT)

    assert answer.status_code == 422
    assert f'"{field}"' in answer.headers["HX-Trigger"]
    assert not Activity.objects.exists()


def test_with_scripts_the_answer_asks_the_page_to_look_again(shop):
    answer = shop.browser().post(
        f"/timeline/deals/{shop.deal().pk}/add", {"kind": "note", "body": "x"}, headers=FRAGMENT
    )

    assert answer.status_code == 204
    assert "activities:changed" in answer.headers["HX-Trigger"]


def test_the_form_of_closing_asks_for_the_next_and_takes_it(shop, monday):
    deal = shop.deal()
    call = planned(shop, deal)
    browser, address = shop.browser(), f"/activities/{call.pk}/complete"

    form = browser.get(address, headers=FRAGMENT).content.decode()
    browser.post(address, {"result": "reached", "then": "plan", "next_kind": "meeting", "next_due_at": "Friday 9:00"})

    assert "What comes next?" in form
    assert "Decide later" in form
    assert shop.fresh(deal).next_at == dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
    assert shop.fresh(deal).last_contact_at == monday


def test_closing_can_park_and_a_closed_deal_needs_nothing_more(shop, monday):
    deal, lost = shop.deal(), shop.deal(lost_reason="price", stage=shop.stage("lost"))
    browser = shop.browser()

    browser.post(f"/activities/{planned(shop, deal).pk}/complete", {"then": "park", "until": "2026-12-07"})
    form = browser.get(f"/activities/{planned(shop, lost).pk}/complete").content.decode()

    assert shop.fresh(deal).parked_until == dt.date(2026, 12, 7)
    assert "Nothing more" in form
    assert "Decide later" not in form


@pytest.mark.parametrize("form", [{"then": "plan"}, {"then": "park", "until": "yesterday"}, {"then": "park"}])
def test_a_next_step_that_cannot_be_kept_leaves_it_open(shop, monday, form):
    call = planned(shop, shop.deal())

    answer = shop.browser().post(f"/activities/{call.pk}/complete", {**form, "next_kind": "call"}, headers=FRAGMENT)

    assert answer.status_code == 422
    assert Activity.objects.get(pk=call.pk).is_planned


def test_postponing_parking_pinning_editing_and_deleting_by_plain_forms(shop, monday):
    deal = shop.deal()
    call, browser = planned(shop, deal), shop.browser()
    one = f"/activities/{call.pk}/"

    browser.post(f"{one}postpone", {"when": "2026-11-30 10:00"})
    browser.post(f"{one}words", {"subject": "Ask again", "body": "twice", "place": ""})
    browser.post(f"{one}pin")
    kept = Activity.objects.get()
    assert (kept.moves, kept.subject, kept.body, kept.pinned) == (1, "Ask again", "twice", True)
    assert (shop.fresh(deal).next_text, shop.fresh(deal).next_moves) == ("Ask again", 1)

    browser.post(f"{one}remove")
    assert not Activity.objects.live().exists()
    browser.post(f"{one}put-back")
    browser.post(f"{one}cancel")
    assert Activity.objects.get().cancelled
    browser.post(f"{one}reopen")
    assert Activity.objects.get().is_planned

    answer = browser.post(f"/timeline/deals/{deal.pk}/park", {"until": "2026-12-01"})
    assert answer.headers["Location"] == f"/deals/{deal.pk}/"
    for page in (f"{one}postpone", f"{one}words", f"{one}complete", f"/timeline/deals/{deal.pk}/park"):
        assert browser.get(page).status_code == 200
        assert b"<html" not in browser.get(page, headers=FRAGMENT).content


def test_nobody_is_led_away_by_a_form(shop):
    call = planned(shop, shop.deal())

    for back in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answer = shop.browser().post(f"/activities/{call.pk}/pin", {"back": back})
        assert "evil" not in answer.headers["Location"]


@pytest.mark.parametrize("verb", ONE)
def test_a_foreign_activity_does_not_exist(shop, monday, verb):
    foreign = planned(shop, shop.deal(by=shop.reza), by=shop.reza)
    if verb == "put-back":
        Activity.objects.update(deleted_at=monday)
    before = Activity.objects.values().get()
    browser = shop.browser()

    for address in (f"/activities/{foreign.pk}/{verb}", f"/activities/987654/{verb}"):
        assert browser.post(address, {"body": "mine", "then": ""}).status_code == 404
        assert browser.get(address).status_code in (404, 405)
    assert Activity.objects.values().get() == before


@pytest.mark.parametrize("verb", ONE)
def test_a_reader_changes_nothing(shop, monday, verb):
    own = planned(shop, shop.deal())
    if verb == "put-back":
        Activity.objects.update(deleted_at=monday)
    before = Activity.objects.values().get()

    assert shop.browser(shop.rita).post(f"/activities/{own.pk}/{verb}", {"then": ""}).status_code == 403
    assert Activity.objects.values().get() == before


@pytest.mark.parametrize("verb", ["", "add", "park"])
def test_the_timeline_of_a_foreign_record_does_not_exist(shop, verb):
    foreign, browser = shop.deal(by=shop.reza), shop.browser()

    for record in (foreign.pk, 987654):
        address = f"/timeline/deals/{record}/{verb}"
        assert browser.post(address, {"kind": "note", "body": "mine"}).status_code in (404, 405)
        assert browser.get(address).status_code in (404, 405)
    assert not Activity.objects.exists()


def test_the_list_of_activities_follows_its_owners_rights(shop, monday):
    planned(shop, shop.deal(), by=shop.sara, place="Hall 4")
    planned(shop, shop.deal(by=shop.reza), by=shop.reza, place="Hall 5")

    found = actions.keeping.activity_type()
    from daftar.records.reading import visible

    assert [a.place for a in visible(found, shop.sara)] == ["Hall 4"]
    assert shop.browser().get("/activities/").status_code == 200


def test_the_look_up_over_all_types_names_only_what_one_may_see(shop):
    shop.deal()
    shop.deal(by=shop.reza, name="Drills of Reza")

    body = shop.browser().get("/lookup/any", {"q": "drills"}).content.decode()

    assert "Drills for Alvand" in body
    assert 'data-value="deal:' in body
    assert "Drills of Reza" not in body
