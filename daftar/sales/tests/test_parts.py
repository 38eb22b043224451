"""Lines are parts of their deal or paper: rights follow the whole."""

import pytest

from daftar.access import decide
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.records import reading, writing
from daftar.records.models import Event
from daftar.records.query.view import View
from daftar.sales.models import DealLine


def listed(shop, user, type_key="deal_line"):
    return {row.name for row in reading.visible(shop.type(type_key), user)}


def test_who_sees_the_deal_sees_its_lines_and_nobody_else(shop, store):
    store.deal(("Drill", 1, 10))
    store.deal(("Saw", 1, 10), by=shop.reza, owner=shop.reza.pk, company=None, contact=None)

    assert listed(shop, shop.sara) == {"Drill"}
    assert listed(shop, shop.reza) == {"Saw"}
    assert listed(shop, shop.olga) == {"Drill", "Saw"}


def test_pages_of_lines_that_one_may_not_see_do_not_exist(shop, store, at):
    line = store.lines(store.deal(("Hammer", 1, 10)))[0]

    assert b"Hammer" in at(shop.sara).get("/deal-lines/").content
    assert at(shop.sara).get(f"/deal-lines/{line.pk}/").status_code == 200
    page = at(shop.reza)
    assert b"Hammer" not in page.get("/deal-lines/").content
    assert page.get(f"/deal-lines/{line.pk}/").status_code == 404
    assert page.get(f"/deal-lines/{line.pk}/edit").status_code == 404
    assert b"Hammer" not in page.get("/deal-lines/?deal.name.has=Drills").content


def test_lines_are_filtered_by_their_deal(shop, store):
    store.deal(("Drill", 1, 10), name="Big one")
    store.deal(("Saw", 1, 10), name="Small one")
    reader = shop.reader(shop.sara)

    view = View.parse(reader.schema.type("deal_line"), "deal.name.has=Big", reader)

    assert [row.name for row in view.rows()] == ["Drill"]


def test_lines_of_a_deleted_deal_are_unseen_and_come_back_with_it(shop, store):
    deal = store.deal(("Drill", 1, 10))
    writing.remove(shop.type("deal"), deal.pk, by=shop.olga, via="page")
    assert listed(shop, shop.olga) == listed(shop, shop.sara) == set()

    writing.bring_back(shop.type("deal"), deal.pk, by=shop.olga, via="page")
    assert listed(shop, shop.sara) == {"Drill"}


def test_a_line_is_added_and_changed_by_who_may_change_the_deal(shop, store):
    deal = store.deal(("Drill", 1, 10))
    line, type_ = store.lines(deal)[0], shop.type("deal_line")
    values = {"deal": deal.pk, "name": "Saw"}

    assert writing.create(type_, values, by=shop.sara, via="import").pk
    with pytest.raises(Invalid):
        writing.create(type_, values, by=shop.reza, via="import")
    assert all(isinstance(one, Invalid) for one in writing.create_many(type_, [values], by=shop.reza, via="import"))
    with pytest.raises(NotAllowed):
        writing.create(type_, values, by=shop.rita, via="import")
    with pytest.raises(NotAllowed):
        writing.change(type_, line.pk, {"name": "X"}, by=shop.rita, via="page")
    with pytest.raises(Missing):
        writing.remove(type_, line.pk, by=shop.reza, via="page")
    assert not Event.objects.filter(type="deal_line", by=shop.reza).exists()
    assert {li.name for li in DealLine.objects.all()} == {"Drill", "Saw"}


def test_a_line_does_not_move_to_another_deal(shop, store):
    line, other = store.lines(store.deal(("Drill", 1, 10)))[0], store.deal(("Saw", 1, 1))

    with pytest.raises(Invalid):
        writing.change(shop.type("deal_line"), line.pk, {"deal": other.pk}, by=shop.sara, via="page")


def test_a_role_says_nothing_of_parts_but_their_fields(shop):
    assert not decide.own_rights("deal_line") and decide.own_rights("deal")
    assert decide.may(shop.sara, "add", "deal_line") and not decide.may(shop.rita, "add", "deal_line")


def test_no_page_makes_papers(shop, at):
    page = at(shop.olga)

    assert page.get("/quotes/new").status_code == 403
    assert page.get("/invoices/quick").status_code == 403
    assert b"A quote is issued from the lines of a deal." in page.get("/quotes/").content
    assert b"/quotes/quick" not in page.get("/quotes/").content


def test_units_are_seen_by_all_and_changed_by_who_runs_the_company(shop, store):
    type_ = shop.type("unit")

    assert decide.may(shop.rita, "see", "unit")
    with pytest.raises(NotAllowed):
        writing.change(type_, store.piece.pk, {"name": "X"}, by=shop.sara, via="page")
    writing.change(type_, store.piece.pk, {"name": "X"}, by=shop.olga, via="page")
