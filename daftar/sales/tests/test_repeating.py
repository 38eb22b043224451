"""A deal is planned again: the same client and lines at the prices of today, a day, a task for it; taken back as one."""

import datetime as dt
from decimal import Decimal

import pytest

from daftar.activities.models import Activity
from daftar.catalogue.models import Product
from daftar.crm.actions import repeat_deal, win_deal
from daftar.crm.models import Deal
from daftar.kernel import clock
from daftar.kernel.errors import Missing, NotAllowed
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.sales.models import SaleTerms
from daftar.sales.tests.conftest import usd

D = Decimal


@pytest.fixture
def sold(shop, store):
    """A won deal: 12 GTX, a saw, two hours of work."""
    shop.gtx, shop.saw = store.product(name="GTX"), store.product(name="Saw", price=30)
    deal = store.deal((shop.gtx, 12, 100), (shop.saw, 1, 30), ("Installation", 2, 50), amount=usd(1596))
    shop.spring = clock.today("UTC") + dt.timedelta(days=120)
    return win_deal(deal.pk, by=shop.sara)


def repeated(shop, deal, **more):
    return repeat_deal(deal.pk, by=shop.sara, values={"expected_close": shop.spring}, task=True, **more)


def change(shop, product, **values):
    writing.change(shop.type("product"), product.pk, values, by=shop.olga, via="page")


def lines(store, deal):
    return [(line.name, int(line.quantity), int(line.price)) for line in store.lines(deal)]


def test_lines_come_at_the_prices_of_today_and_the_difference_is_told(shop, store, sold):
    change(shop, shop.gtx, price=usd(110))

    again = repeated(shop, sold)

    assert lines(store, again) == [("GTX", 12, 110), ("Saw", 1, 30), ("Installation", 2, 50)]
    assert again.amount == (12 * 110 + 30 + 100) * D("1.2") and again.repeat_of_id == sold.pk
    assert SaleTerms.objects.get(deal=again).currency == "USD"
    told = Activity.objects.get(about_id=again.pk, about_type="deal", kind="note")
    assert told.body == "“GTX”: $100.00 before, $110.00 now."
    assert lines(store, sold)[0] == ("GTX", 12, 100)


def test_a_task_stands_on_its_day_for_the_owner(shop, sold):
    again = repeated(shop, sold)

    task = Activity.objects.get(about_id=again.pk, about_type="deal", kind="task")
    assert (task.due_at.date(), task.owner_id, task.all_day) == (shop.spring, shop.sara.pk, True)
    assert again.expected_close == shop.spring


def test_a_price_list_of_today_counts_and_one_that_ended_does_not(shop, store, sold):
    make = lambda key, **values: shop.make(key, by=shop.olga, **values)  # noqa: E731
    today = clock.today("UTC")
    over = make("price_list", name="Over", currency="USD", ends_on=today - dt.timedelta(days=1), position=0)
    now = make("price_list", name="Now", currency="USD", ends_on=today, position=1)
    for one, price in ((over, 50), (now, 90)):
        make("price_item", price_list=one.pk, product=shop.gtx.pk, price=usd(price))

    again = repeated(shop, sold)

    assert lines(store, again)[0] == ("GTX", 12, 90) and store.lines(again)[0].price_list_id == now.pk


@pytest.mark.parametrize("way", ["deleted", "not on sale"])
def test_what_is_not_sold_any_more_is_left_out_and_named(shop, store, sold, way):
    if way == "deleted":
        writing.remove(shop.type("product"), shop.saw.pk, by=shop.olga, via="page")
    else:
        change(shop, shop.saw, is_active=False)

    again = repeated(shop, sold)

    assert [name for name, _n, _p in lines(store, again)] == ["GTX", "Installation"]
    assert "“Saw” is not sold any more" in Activity.objects.get(about_id=again.pk, kind="note").body


def test_discounts_in_money_that_are_more_than_the_price_are_left_out_and_told(shop, store, sold):
    line = store.lines(sold)[1]
    type(line).objects.filter(pk=line.pk).update(discount_amount=D(20))
    change(shop, shop.saw, price=usd(15))

    again = repeated(shop, sold)

    assert store.lines(again)[1].discount_amount is None
    assert "Discounts in money" in Activity.objects.get(about_id=again.pk, kind="note").body


def test_the_page_makes_it_once_and_takes_it_back_whole(shop, store, sold, at):
    page, wanted = at(shop.olga), Product.objects.get(pk=shop.gtx.pk).stock_wanted
    form = page.get(f"/deals/{sold.pk}/repeat").content.decode()
    assert 'name="amount' not in form and "today&#39;s prices" in form

    sent = {"name": "Again", "expected_close": shop.spring.isoformat(), "once": "k", "stage": str(shop.stage("new"))}
    first, second = (page.post(f"/deals/{sold.pk}/repeat", sent)["Location"] for _ in "ab")
    again = Deal.objects.latest("pk")
    assert first == second == f"/deals/{again.pk}/" and len(store.lines(again)) == 3
    assert Product.objects.get(pk=shop.gtx.pk).stock_wanted == wanted + 12
    assert ChangeSet.objects.filter(title__startswith="Repeated").count() == 1

    assert at(shop.sam).post(f"/deals/{again.pk}/repeat/undo").status_code in (403, 404)
    assert page.post(f"/deals/{sold.pk}/repeat/undo").status_code == 404
    assert at(shop.olga).post(f"/deals/{again.pk}/repeat/undo").status_code == 302

    again.refresh_from_db()
    assert again.deleted_at is not None and not store.lines(again)
    assert not Activity.objects.filter(about_type="deal", about_id=again.pk, deleted_at=None).exists()
    assert Product.objects.get(pk=shop.gtx.pk).stock_wanted == wanted


def test_who_may_not_add_deals_repeats_none(shop, sold):
    with pytest.raises(NotAllowed):
        repeat_deal(sold.pk, by=shop.rita)
    with pytest.raises(Missing):
        repeat_deal(sold.pk, by=shop.reza)
    assert Deal.objects.count() == 1
