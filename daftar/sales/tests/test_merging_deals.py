"""Two deals are one: the lines stand one behind the other, the amount is theirs, and all of it comes back."""

from decimal import Decimal

import pytest

from daftar.crm.models import Deal
from daftar.kernel.errors import Conflict
from daftar.records.bulk import runs
from daftar.records.merging.merge import Merge, merge
from daftar.sales.models import DealLine, Quote
from daftar.sales.quoting.issue import issue_quote

D = Decimal


def become_one(shop, stays, goes):
    return merge(shop.type("deal"), Merge([stays.pk, goes.pk], stays.pk, {}, {}), by=shop.olga)


def lines(store, deal):
    return [(line.name, line.position) for line in store.lines(deal)]


def amount(deal):
    return Deal.objects.get(pk=deal.pk).amount


def test_lines_stand_behind_those_that_were_there_and_the_amount_is_of_all(shop, store):
    drill = store.product("Drill")
    stays, goes = store.deal(("Saw", 1, 20), ("Nail", 10, 1)), store.deal((drill, 2, 100), ("Work", 1, 50))
    both = amount(stays) + amount(goes)

    become_one(shop, stays, goes)

    assert lines(store, stays) == [("Saw", 1), ("Nail", 2), ("Drill", 3), ("Work", 4)]
    assert (amount(stays), lines(store, goes)) == (both, [])
    assert issue_quote(stays.pk, by=shop.olga).total == both


def test_taken_back_each_has_its_own_again(shop, store):
    stays, goes = store.deal(("Saw", 1, 20)), store.deal(("Drill", 2, 100), ("Work", 1, 50))
    before = [(lines(store, deal), amount(deal)) for deal in (stays, goes)]

    run = become_one(shop, stays, goes)
    runs.begin_undo(run.change_set, by=shop.olga)

    assert [(lines(store, deal), amount(deal)) for deal in (stays, goes)] == before


def test_what_the_goods_are_wanted_for_follows(shop, store):
    drill = store.product("Drill")
    stays, goes = store.deal((drill, 3, 100)), store.deal((drill, 2, 100))

    become_one(shop, stays, goes)

    drill.refresh_from_db()
    assert drill.stock_missing == 5


def test_papers_of_both_stand_on_the_one(shop, store):
    stays, goes = store.deal(("Saw", 1, 20)), store.deal(("Drill", 2, 100))
    quote = issue_quote(goes.pk, by=shop.olga)

    become_one(shop, stays, goes)

    assert Quote.objects.get(pk=quote.pk).deal_id == stays.pk


def test_prices_in_two_currencies_cannot_be_one(shop, store):
    stays, goes = store.deal(("Saw", 1, 20)), store.deal(("Drill", 1, 100))
    DealLine.objects.filter(deal=goes).update(price_currency="EUR")

    with pytest.raises(Conflict, match=r"different currencies \(EUR, USD\)"):
        become_one(shop, stays, goes)
