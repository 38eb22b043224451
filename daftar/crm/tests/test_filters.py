"""Filters over linked records, and words that stand for the reader's own."""

from __future__ import annotations

import datetime as dt

import pytest

from daftar.access.grants import read
from daftar.access.models import Department, Role, User
from daftar.activities.models import Activity
from daftar.kernel import clock
from daftar.records.models import StageSpan
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.views.view_bar import whole_sentence


def found(shop, address, by=None):
    view = View.parse(shop.reader(by).schema.type("deal"), address, shop.reader(by))
    assert view.problems == ()
    assert View.parse(view.type, view.address()[1:], view.reader).address() == view.address()
    return sorted(r.name for r in view.rows())


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("company.sector.in=retail", ["Group", "Zagros"]),
        ("company.sector=retail,medical", ["Alvand", "Group", "Zagros"]),
        ("company.parent.sector=retail", ["Alvand"]),
        ("company.parent.filled=", ["Alvand"]),
        ("company.sector.none=retail", ["Alvand"]),
        ("where=not(company.sector.in(retail))", ["Alvand", "None"]),
        ("where=or(company.sector.in(medical),company.empty())", ["Alvand", "None"]),
        ("contacts.name.has=ali", ["Alvand"]),
        ("contacts.companies.sector=medical", ["Alvand"]),
        ("owner.name.has=sara", ["Alvand", "Group", "None", "Zagros"]),
        ("owner.department.name.has=nowhere", []),
        ("company.created_at=today", ["Alvand", "Group", "Zagros"]),
    ],
)
def test_a_filter_goes_along_links(deals, address, names):
    assert found(deals, address, deals.olga) == names


def test_nobody_learns_by_a_filter_what_they_may_not_see(deals):
    assert found(deals, "company.sector=retail", deals.sara) == ["Group"]
    assert found(deals, "company.name.has=zagros", deals.sara) == []
    assert "Zagros" in found(deals, "", deals.sara)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("company.parent.parent.sector=retail", "two links"),
        ("where=company.parent.parent.parent.sector.in(retail)", "two links"),
        ("company.colour=red", "colour"),
        ("name.sector=red", "sector"),
        ("company.sector.like=retail", "like"),
        ("company.sector=hay", "hay"),
        ("where=company.sector(retail)", "sector"),
        ("where=company..sector(retail)", "place"),
        ("next_step.at=1", "at"),
    ],
)
def test_a_path_that_leads_nowhere_is_named(deals, address, says):
    view = View.parse(deals.type("deal"), f"{address}&name.has=alvand", deals.reader())
    assert [says in str(p) for p in view.problems] == [True]
    assert [r.name for r in view.rows()] == ["Alvand"]


def test_words_for_what_is_ones_own(deals):
    south = Department.objects.create(name="South")
    below = Department.objects.create(name="South-east", parent=south)
    chief = type(deals.olga).objects.create_user("chief@x.example", "secret-chief", name="Chief", role=Role.OWNER)
    chief.department = south
    chief.save()
    worker = type(deals.olga).objects.create_user("worker@x.example", "secret-work", name="Worker", role=Role.SELLER)
    worker.department = below
    worker.save()
    mine = deals.deal(by=deals.olga, name="Mine", owner=chief.pk, department=south.pk)
    deals.deal(by=deals.olga, name="Below", owner=worker.pk, department=below.pk)

    assert found(deals, "owner=me", chief) == [mine.name]
    assert found(deals, "owner=mine", chief) == ["Mine"]
    assert found(deals, "owner=below", chief) == ["Below", "Mine"]
    assert found(deals, "department=mine", chief) == ["Mine"]
    assert found(deals, "department=below", chief) == ["Below", "Mine"]
    assert found(deals, "owner.none=below", chief) == ["Alvand", "Group", "None", "Zagros"]


def test_days_are_counted_back_and_forth(deals):
    today = dt.datetime.now(deals.reader().formats.zone).date()
    for days in (-40, -13, 0, 13, 40):
        deals.deal(name=f"Day {days:+}", expected_close=today + dt.timedelta(days=days))

    assert found(deals, "expected_close=last_14_days") == ["Day +0", "Day -13"]
    assert found(deals, "expected_close=next_14_days") == ["Day +0", "Day +13"]
    assert found(deals, "expected_close=last_3660_days,next_3660_days") == [f"Day {d}" for d in ("+0", "+13", "+40", "-13", "-40")]  # fmt: skip
    for wrong in ("last_0_days", "last_3661_days", "next_99999_days", "last_-1_days", "last_014_days"):
        assert View.parse(deals.type("deal"), f"expected_close={wrong}", deals.reader()).problems


def test_a_hidden_field_of_a_linked_type_is_no_field(deals):
    grants = {"types": {"*": {"see": "all"}}, "fields": {"company": {"tax_id": "hidden"}}}
    Role.objects.filter(key="seller").update(grants=read(grants).to_json())
    reader = Reader(User.objects.get(pk=deals.sara.pk))
    for address in ("company.tax_id.has=7", "company.parent.tax_id.has=7", "where=company.tax_id.filled()"):
        view = View.parse(reader.schema.type("deal"), address, reader)
        assert "tax_id" in str(view.problems[0])


@pytest.fixture
def talks(shop):
    """Four deals: a call two days ago, a meeting 20 days ago, a planned call, a meeting that did not take place."""
    now = clock.now()

    def past(deal, kind, days, **more):
        at = now - dt.timedelta(days=days)
        Activity.objects.create(kind=kind, about_type="deal", about_id=deal.pk, done_at=at, at=at, **more)

    past(shop.deal(name="Called"), "call", 2, result="no_answer")
    past(shop.deal(name="Met"), "meeting", 20)
    planned = shop.deal(name="Planned")
    Activity.objects.create(
        kind="call", about_type="deal", about_id=planned.pk, due_at=now, at=now - dt.timedelta(days=1)
    )
    past(shop.deal(name="Missed"), "meeting", 3, result="did_not_happen")
    return shop


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("had_call=last_14_days", ["Called"]),
        ("had_call.none=last_14_days", ["Met", "Missed", "Planned"]),
        ("had_meeting=last_30_days", ["Met"]),
        ("had_meeting=last_7_days", []),
        ("had_meeting.never=", ["Called", "Missed", "Planned"]),
        ("had_any.ever=", ["Called", "Met"]),
        ("where=or(had_call.in(last_7_days),had_meeting.in(last_30_days))", ["Called", "Met"]),
    ],
)
def test_the_timeline_is_asked(talks, address, names):
    assert found(talks, address, talks.olga) == names


def test_the_timeline_of_a_linked_record_is_asked(deals):
    at = clock.now()
    Activity.objects.create(kind="call", about_type="company", about_id=deals.alvand.pk, done_at=at, at=at)
    assert found(deals, "company.had_call=today", deals.olga) == ["Alvand"]


def test_the_stages_of_the_past_are_asked(shop):
    first, second = shop.deal(name="Moved"), shop.deal(name="Stayed")
    stages = [s for p in shop.type("deal").pipelines[:1] for s in p.stages]
    StageSpan.objects.filter(record_id__in=(first.pk, second.pk)).delete()
    may, june = dt.datetime(2026, 5, 10, tzinfo=dt.UTC), dt.datetime(2026, 6, 2, tzinfo=dt.UTC)
    StageSpan.objects.create(type="deal", record_id=first.pk, stage_id=stages[1].id, entered_at=may, left_at=june)
    StageSpan.objects.create(type="deal", record_id=second.pk, stage_id=stages[0].id, entered_at=may)
    asked = f"{stages[1].id}"

    assert found(shop, f"was_in={asked}") == ["Moved"]
    assert found(shop, f"was_in.between=2026-05-01,2026-05-31,{asked}") == ["Moved"]
    assert found(shop, f"was_in.between=2026-06-03,2026-06-30,{asked}") == []
    assert found(shop, f"was_in.between=2026-05-01,2026-05-31,{asked},{stages[0].id}") == ["Moved", "Stayed"]
    assert found(shop, f"was_in.during=today,{stages[0].id}") == ["Stayed"]
    assert found(shop, f"where=not(was_in.during(today,{stages[0].id}))") == ["Moved"]


@pytest.mark.parametrize(
    "address",
    [
        "had_call=", "had_call.none=soon", "had_call.between=today", "was_in=nowhere", "was_in.during=today",
        "was_in.during=1", "had_email=today", "sort=had_call", "where=had_call.in()", "where=was_in.between(1,2)",
    ],
)  # fmt: skip
def test_a_fact_that_cannot_be_read_is_named(shop, address):
    shop.deal(name="Drills")
    view = View.parse(shop.type("deal"), address, shop.reader())
    assert len(view.problems) == (0 if address == "had_call=" else 1)
    assert view.count() == 1


def test_facts_stand_in_no_list_and_no_file(shop):
    type_ = shop.type("deal")
    assert {"had_call", "had_any", "was_in"} <= set(type_.facts)
    assert not set(type_.facts) & set(type_.by_key)
    assert "was_in" not in shop.type("contact").facts and "had_call" not in shop.type("user").facts


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("stage=open&owner=mine", "Stage is open and Owner is my department"),
        ("company.sector=retail,medical", "Company › Sector is Retail or Medicine"),
        (
            "expected_close=this_month&where=or(had_call.none(last_14_days),next_step.in(none))",
            "Expected close is within this month and (Call: none within last 14 days or Next step is Nothing planned)",
        ),
        ('where=not(name.has("say ""hi"""))', "not (Name contains “say \"hi\"”)"),
        ("amount.between=1000,2000000&company.empty=", "Amount is between $1,000.00 and $2,000,000.00 and Company is empty"),
        ("expected_close.gte=2026-05-01", "Expected close is from 1 May 2026 on"),
    ],
)  # fmt: skip
def test_a_filter_reads_as_a_sentence(shop, address, said):
    view = View.parse(shop.type("deal"), address, shop.reader())
    assert view.problems == ()
    assert whole_sentence(view) == said


def test_a_name_that_one_may_not_see_is_not_said(deals):
    view = View.parse(deals.type("deal"), f"company={deals.hidden.pk},{deals.group.pk}", deals.reader(deals.sara))
    assert whole_sentence(view) == f"Company is {deals.hidden.pk} or Alvand Group"
