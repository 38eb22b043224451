"""What is due: whose, on which day of which wall, and what was forgotten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.activities.due_list import count_due, due_list, unplanned
from daftar.kernel import clock
from daftar.kernel.formats import Formats, default_for

TEHRAN = {"tz": "Asia/Tehran", "calendar": "jalali", "language": "fa", "digits": "persian", "first_day": 5}
AUCKLAND = {"tz": "Pacific/Auckland"}


def plan(shop, text, deal=None, by=None, **more):
    at = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
    return actions.plan(shop.about(deal or shop.deal()), Plan("call", at, text, **more), by=by or shop.sara)


def groups(shop, user=None, **formats):
    found = due_list(user or shop.sara, shop.reader(user, **formats))
    return {g.key: [a.subject for a in g.rows] for g in found}


def test_planned_ones_stand_by_day_with_late_first(shop, monday):
    for text in ("2026-11-22T10:00", "2026-11-23T08:00", "2026-11-23T17:00", "2026-11-24T10:00", "2026-11-27T10:00",
                 "2026-12-15T10:00"):  # fmt: skip
        plan(shop, text)

    assert groups(shop, tz="UTC", first_day=0) == {
        "late": ["2026-11-22T10:00", "2026-11-23T08:00"],
        "today": ["2026-11-23T17:00"],
        "tomorrow": ["2026-11-24T10:00"],
        "week": ["2026-11-27T10:00"],
        "later": ["2026-12-15T10:00"],
    }


def test_a_day_begins_at_the_midnight_of_its_reader(shop, monday):
    """20:20 UTC is 23:50 in Tehran; 20:40 is the next day there, and in Auckland both are."""
    plan(shop, "2026-11-23T20:20")
    plan(shop, "2026-11-23T20:40")

    assert groups(shop, tz="UTC") == {"today": ["2026-11-23T20:20", "2026-11-23T20:40"]}
    assert groups(shop, **TEHRAN) == {"today": ["2026-11-23T20:20"], "tomorrow": ["2026-11-23T20:40"]}
    assert groups(shop, **AUCKLAND) == {"tomorrow": ["2026-11-23T20:20", "2026-11-23T20:40"]}


def test_the_week_ends_where_the_readers_week_ends(shop, monday):
    plan(shop, "2026-11-28T10:00")  # a Saturday: the first day of a Persian week

    assert list(groups(shop, tz="UTC", first_day=0)) == ["week"]
    assert list(groups(shop, **TEHRAN)) == ["later"]


def test_a_whole_day_is_today_until_it_ends(shop, monday):
    plan(shop, "2026-11-23T12:00", all_day=True)

    with clock.frozen("2026-11-23T23:00"):
        assert list(groups(shop, tz="UTC")) == ["today"]
    with clock.frozen("2026-11-24T00:01"):
        assert list(groups(shop, tz="UTC")) == ["late"]


def test_one_day_by_address_in_either_calendar(shop, monday):
    plan(shop, "2026-11-24T10:00")
    plan(shop, "2026-11-25T10:00")
    browser = shop.browser()

    for day in ("2026-11-24", "1405/09/03", "۱۴۰۵/۰۹/۰۳", "24 Nov 2026", "tomorrow"):
        body = browser.get("/due/", {"day": day}).content.decode()
        assert "2026-11-24T10:00" in body
        assert "2026-11-25T10:00" not in body
        assert "/due/?day=2026-11-23" in body
        assert "/due/?day=2026-11-25" in body


def test_a_day_is_the_readers_day(shop, monday):
    shop.sara.time_zone, shop.sara.calendar = "Asia/Tehran", "jalali"
    shop.sara.save()
    plan(shop, "2026-11-23T20:40")

    body = shop.browser().get("/due/", {"day": "1405/09/03"}).content.decode()

    assert "2026-11-23T20:40" in body


@pytest.mark.parametrize("day", ["2026-02-30", "soon", "1405/13/01", "x" * 3000])
def test_a_day_that_does_not_exist_is_said(shop, monday, day):
    answer = shop.browser().get("/due/", {"day": day})

    assert answer.status_code == 200
    assert "notice--warn" in answer.content.decode()


def test_open_records_with_nothing_planned_are_not_forgotten(shop, monday):
    forgotten, planned, parked = shop.deal(name="Forgotten"), shop.deal(name="Planned"), shop.deal(name="Parked")
    shop.deal(name="Lost", lost_reason="price", stage=shop.stage("lost"))
    shop.deal(name="Of Sam", by=shop.sam)
    plan(shop, "2026-11-24T10:00", deal=planned)
    actions.park(shop.about(parked), dt.date(2026, 12, 1), by=shop.sara)

    found = unplanned(shop.sara, shop.reader())

    assert [(u.type.key, [r.pk for r in u.rows], u.more) for u in found] == [("deal", [forgotten.pk], False)]
    with clock.frozen("2026-12-02T09:00"):
        assert {r.pk for u in unplanned(shop.sara, shop.reader()) for r in u.rows} == {forgotten.pk, parked.pk}


def test_heads_look_at_other_lists_and_sellers_do_not(shop, monday):
    plan(shop, "2026-11-24T10:00", by=shop.sam)

    assert "2026-11-24T10:00" in shop.browser(shop.hana).get("/due/", {"owner": shop.sam.pk}).content.decode()
    for owner in (shop.sam.pk, 987654, "x", "9" * 30):
        assert shop.browser(shop.sara).get("/due/", {"owner": owner}).status_code == 404
    assert shop.browser(shop.sara).get("/due/", {"owner": shop.sara.pk}).status_code == 200


def test_the_menu_counts_what_is_late_and_today(shop, monday):
    for text in ("2026-11-22T10:00", "2026-11-23T17:00", "2026-11-24T10:00"):
        plan(shop, text)

    assert count_due(shop.sara, Formats()) == 2
    assert count_due(shop.sara, default_for("fa")) == 2
    assert count_due(shop.sam, Formats()) == 0


def test_a_record_that_one_may_not_see_has_no_name_on_the_list(shop, monday):
    foreign = shop.deal(by=shop.reza, name="Secret of Reza")
    actions.plan(shop.about(foreign), Plan("task", clock.now(), "Help", owner=shop.sara.pk), by=shop.olga)

    body = shop.browser().get("/due/").content.decode()

    assert "Help" in body
    assert "not visible to you" in body
    assert "Secret of Reza" not in body


def test_the_first_page_leads_here(shop):
    assert shop.browser().get("/").headers["Location"] == "/due/"


def test_the_page_costs_the_same_for_few_and_for_many(shop, monday):
    def cost():
        browser = shop.browser()
        browser.get("/due/")
        with CaptureQueriesContext(connection) as spent:
            assert browser.get("/due/").status_code == 200
        return len(spent)

    plan(shop, "2026-11-24T10:00")
    few = cost()
    for n in range(1, 25):
        plan(shop, f"2026-11-{24 + n % 6}T10:00")
        shop.deal(name=f"Forgotten {n}")

    assert cost() <= few + 1  # one more: the first record with nothing planned
