"""What a sale meets that is wrong gets a sentence: products that are gone, price lists that ended, two who issue at once."""

import datetime as dt
from decimal import Decimal

import pytest

from daftar.catalogue.models import Hold
from daftar.catalogue.stock import doors
from daftar.kernel import clock
from daftar.kernel.errors import Conflict
from daftar.records import writing
from daftar.records.tests.test_races import at_once
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.models import Invoice, InvoiceLine, Quote, SaleTerms
from daftar.sales.quoting.issue import issue_quote
from daftar.sales.tests.conftest import usd

D = Decimal


def stocked(shop, store, there=20):
    product = store.product(name="GTX")
    doors.receive([doors.Item(product.pk, D(there))], by=shop.olga, kind="opening")
    return product


def delete(shop, product):
    writing.remove(shop.type("product"), product.pk, by=shop.olga, via="page")


def test_a_product_that_was_deleted_is_still_quoted_and_its_goods_are_not_held(shop, store, at):
    gtx = stocked(shop, store)
    deal = store.deal((gtx, 2, 100), ("Installation", 1, 50))
    delete(shop, gtx)

    quote = issue_quote(deal.pk, by=shop.sara)
    form = {"kind": "full", "hold": "all", "due_days": "5", "language": "en", "seen": "0", "terms": "", "once": "b"}
    refused = at(shop.sara).post(f"/deals/{deal.pk}/invoice", form)

    assert quote.total == 300
    assert refused.status_code == 422 and "The product of “GTX” was deleted" in refused.content.decode()
    assert not Invoice.objects.exists()
    invoice = issue_invoice(deal.pk, Wish(hold="available"), by=shop.sara)
    assert invoice.total == 300 and not Hold.objects.exists()


def test_goods_of_a_product_that_was_deleted_after_the_invoice_wait_until_it_is_back(shop, store):
    gtx = stocked(shop, store)
    invoice = issue_invoice(store.deal((gtx, 2, 100)).pk, by=shop.sara)
    delete(shop, gtx)

    with pytest.raises(Conflict, match="was deleted"):
        ship(invoice.pk, by=shop.sara)
    assert Hold.objects.get().state == "in_force"
    writing.bring_back(shop.type("product"), gtx.pk, by=shop.olga, via="page")
    ship(invoice.pk, by=shop.sara)

    assert InvoiceLine.objects.get().shipped == 2


def test_a_line_from_a_price_list_that_ended_yesterday_says_the_price_of_today(shop, store, at):
    gtx, today = store.product(name="GTX"), clock.today("UTC")
    over = shop.make("price_list", by=shop.olga, name="Winter", currency="USD", ends_on=today - dt.timedelta(days=1))
    shop.make("price_item", by=shop.olga, price_list=over.pk, product=gtx.pk, price=usd(80))
    deal = store.deal((gtx, 1, 80))
    SaleTerms.objects.filter(deal=deal.pk).update(price_list=over.pk)
    line = store.lines(deal)[0]
    type(line).objects.filter(pk=line.pk).update(price_list=over.pk)

    page = at(shop.sara).get(f"/deals/{deal.pk}/lines/").content.decode()

    assert "Today&#39;s price is 100" in page or "Today's price is 100" in page
    assert store.lines(deal)[0].price == 80


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("paper", ["quote", "invoice"])
def test_of_those_who_issue_the_same_deal_at_once_one_does_and_the_others_are_told(shop, store, paper):
    deal = store.deal(("Drill", 1, 10))
    issue = issue_quote if paper == "quote" else issue_invoice

    answers = at_once(lambda _n: issue(deal.pk, by=shop.sara, seen=0).pk)

    refused = [str(answer) for answer in answers if isinstance(answer, Exception)]
    assert len(refused) == len(answers) - 1 and all("Somebody has just issued" in said for said in refused)
    assert (Quote if paper == "quote" else Invoice).objects.count() == 1


def test_figures_from_outside_say_their_age_wherever_they_stand(shop, store, at):
    gtx = store.product(name="GTX")
    doors.tell(gtx.pk, D(1), source="1C", at=clock.now() - dt.timedelta(days=3), by=shop.olga)
    deal = store.deal((gtx, 4, 100))
    doors.renew_wanted([gtx.pk])
    invoice = issue_invoice(deal.pk, Wish(hold="none"), by=shop.sara)
    page = at(shop.olga)

    for address in (
        f"/products/{gtx.pk}/", f"/stock/?product={gtx.pk}", f"/stock/?act=count&product={gtx.pk}",
        f"/deals/{deal.pk}/lines/", f"/invoices/{invoice.pk}/",
    ):  # fmt: skip
        assert "1C" in page.get(address).content.decode(), address
    store.deal((gtx, 9, 100))
    doors.renew_wanted([gtx.pk])
    assert "1C" in page.get("/products/missing/").content.decode()
