"""A low price that somebody types is a discount from the list price."""

from decimal import Decimal

import pytest

from daftar.catalogue.models import PriceItem, PriceList
from daftar.kernel.errors import Conflict
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.sales.approving.asking import ask_approval
from daftar.sales.approving.tests.conftest import row
from daftar.sales.invoicing.issue import issue_invoice
from daftar.sales.lines import approvals
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.quoting.issue import issue_quote

D = Decimal


@pytest.fixture
def empty(office, shop, store):
    """A deal without lines."""
    return shop.deal(company=store.alvand.pk, owner=shop.sara.pk)


def off(office, deal):
    """The discounts of the lines, as they count."""
    lines, terms = office.lines(deal), SaleTerms.objects.get(deal=deal.pk)
    whole = approvals.whole_of(lines)
    return [approvals.discount_of(line, terms, whole) for line in lines]


def test_a_typed_price_counts_from_the_list_price(office, shop, empty):
    office.save(empty, {"n1": row(office.gtx, price=50, is_price_typed="1"), "n2": row("Painting", price=1)})

    gtx, paint = office.lines(empty)
    assert (gtx.list_price, gtx.list_price_currency, paint.list_price) == (100, "USD", None)
    assert off(office, empty) == [50, 0]
    with pytest.raises(Conflict, match="GTX"):
        issue_invoice(empty.pk, by=shop.sara)
    asked = approvals.asked_in(ask_approval(empty.pk, by=shop.sara))
    assert {line: one.percent for line, one in asked.items()} == {str(gtx.pk): 50}


@pytest.mark.parametrize(
    ("price", "discount", "whole", "percent"),
    [
        (95, "", "", 5),
        (100, "25%", "", 25),
        (90, "10%", "", 19),
        (90, "9", "", 19),
        (80, "", "50%", 60),
        (120, "10%", "", 10),  # above the list: as before
        (150, "60", "", 40),
        (100, "", "30", 30),
        (0, "", "", 100),
    ],
)
def test_what_is_taken_off_in_all(office, shop, empty, price, discount, whole, percent):
    office.save(empty, {"n1": row(office.gtx, 1, price, discount)}, discount=whole)

    assert off(office, empty) == [percent]


def test_prices_with_tax_in_the_unit_and_step_of_the_line(office, shop, store, empty):
    winter = PriceList.objects.create(name="Winter", currency="USD")
    for least, price in ((0, 90), (10, 80)):
        PriceItem.objects.create(price_list=winter, product=office.gtx, min_quantity=least, price=price, price_currency="USD")  # fmt: skip

    office.save(empty, {"n1": row(office.gtx, 1, 1080, factor=12)}, tax_included="1")
    assert office.lines(empty)[0].list_price == 80 * 12 * D("1.2")
    two = {"n1": row(office.gtx, 6, 80), "n2": row(office.gtx, 6, 80)}
    office.save(empty, two)
    assert [line.list_price for line in office.lines(empty)] == [80, 80]
    rows = office.again(empty)
    office.save(empty, dict(list(rows.items())[:1]))  # the other one goes, and with it the step
    assert [line.list_price for line in office.lines(empty)] == [90]


def test_prices_that_rose_make_no_discount_of_what_stands(office, shop, empty):
    office.save(empty, {"n1": row(office.gtx, 1, 100)})
    writing.change(shop.type("product"), office.gtx.pk, {"price": Money(D(200), "USD")}, by=shop.olga, via="page")

    office.save(empty, office.again(empty, name="GTX, the new one", discount="5%"))
    assert [line.list_price for line in office.lines(empty)] == [100]
    assert issue_quote(empty.pk, by=shop.sara).pk
    office.save(empty, office.again(empty, quantity=2))  # sold anew: by today's list
    assert [line.list_price for line in office.lines(empty)] == [200]


def test_other_doors_leave_no_way_around(office, shop, empty):
    office.save(empty, {"n1": row(office.saw, 1, 40)})
    line, type_ = office.lines(empty)[0], shop.type("deal_line")

    cheap = {"product": office.gtx.pk, "price": Money(D(41), "USD")}
    writing.change(type_, line.pk, cheap, by=shop.sara, via="page")
    line.refresh_from_db()
    assert line.list_price == 100
    with pytest.raises(Conflict, match="Ask for approval"):
        issue_invoice(empty.pk, by=shop.sara)

    values = {"deal": empty.pk, "name": "GTX", "product": office.gtx.pk, "price": Money(D(1), "USD")}
    assert writing.create(type_, values, by=shop.sara, via="api").list_price == 100
    with pytest.raises(Exception, match="cannot be changed by hand"):
        writing.change(type_, line.pk, {"list_price": Money(D(1), "USD")}, by=shop.sara, via="api")


def test_lines_of_files_and_of_before_count_as_before(office, shop, store):
    deal = store.deal((office.gtx, 1, 50))
    assert [line.list_price for line in office.lines(deal)] == [None] and off(office, deal) == [0]

    office.save(deal, {str(line.pk): row(office.gtx, 1, 50) for line in office.lines(deal)})
    assert [line.list_price for line in office.lines(deal)] == [None]
    assert issue_quote(deal.pk, by=shop.sara).pk


def test_another_currency_without_a_rate_has_no_list_price(office, shop, empty):
    office.save(empty, {"n1": row(office.gtx, 1, 50)}, currency="KWD")

    assert [line.list_price for line in office.lines(empty)] == [None]


def test_the_list_price_is_no_business_of_the_client(office, shop, store, empty):
    from daftar.sales.client_page import links

    office.save(empty, {"n1": row(office.gtx, 1, 93.21)})
    DealLine.objects.filter(deal=empty.pk).update(list_price=D("99.87"))
    issue_quote(empty.pk, by=shop.sara)
    link = links.make(empty.pk, by=shop.sara)

    page = office.at(shop.sara).get("/" + links.address_of(link).split("/", 3)[3]).content.decode()
    assert "93.21" in page and "99.87" not in page


def test_the_editor_shows_the_list_price_where_the_price_is_below(office, shop, empty):
    office.save(empty, {"n1": row(office.gtx, 1, 95), "n2": row(office.saw, 1, 40)})

    page = office.at(shop.sara).get(f"/deals/{empty.pk}/lines/").content.decode()
    marks = [part.partition(">")[0] for part in page.split("data-list-mark")[1:]]
    assert marks == ["", " hidden"] and "list price" in page
