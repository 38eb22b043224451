"""Filters over linked records, and words that stand for the reader's own."""

from __future__ import annotations

import datetime as dt

import pytest

from daftar.access.grants import read
from daftar.access.models import Department, Role, User
from daftar.records.fields.links import Linked
from daftar.records.query.view import View
from daftar.records.reader import Reader


@pytest.fixture
def deals(shop):
    """Two groups of companies and three deals; Reza (another department) owns one of the companies."""
    shop.group = shop.make("company", name="Alvand Group", sector="retail")
    shop.alvand = shop.make("company", name="Alvand", sector="medical", parent=shop.group.pk)
    shop.hidden = shop.make("company", by=shop.reza, name="Zagros", sector="retail", owner=shop.reza.pk)
    shop.ali = shop.make("contact", name="Ali", companies=[Linked(shop.alvand.pk)])
    shop.made = {
        "group": shop.deal(name="Group", company=shop.group.pk),
        "alvand": shop.deal(name="Alvand", company=shop.alvand.pk, contacts=[Linked(shop.ali.pk)]),
        "zagros": shop.deal(by=shop.olga, name="Zagros", company=shop.hidden.pk, owner=shop.sara.pk),
        "none": shop.deal(name="None"),
    }
    return shop


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
