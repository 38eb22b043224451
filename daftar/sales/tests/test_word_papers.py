"""Papers as Word documents and price lists as papers: for whom the PDF is, and only where the company has a template."""

import io
from base64 import b64encode
from decimal import Decimal

import docx
import pytest
from django.test import Client

from daftar.access.shipped_roles import SHIPPED
from daftar.catalogue.stock import doors
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.papers.layout import set_out
from daftar.papers.looks import shipped
from daftar.papers.models import WordTemplate
from daftar.papers.word.keeping import WORD_TYPE
from daftar.papers.word.tests.documents import document, texts
from daftar.records.reader import Reader
from daftar.sales.buying.orders import Wish as Ordered
from daftar.sales.buying.orders import make_order
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import issue_invoice
from daftar.sales.models import InvoiceLine
from daftar.sales.price_list_paper import of_price_list
from daftar.sales.quoting.issue import issue_quote

D = Decimal


def template(kind, language="", head="{title} {number}"):
    raw = document(head, rows=[["{line.name}", "{line.quantity}", "{line.sum}"]])
    return WordTemplate.objects.create(
        kind=kind, language=language, name="t.docx", content=b64encode(raw).decode(), size=len(raw), made_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def sale(shop, store):
    gtx = store.product()
    doors.receive([doors.Item(gtx.pk, D(20))], by=shop.olga, kind="opening")
    deal = store.deal((gtx, 2, 100), ("Installation", 1, 50))
    shop.quote, shop.invoice = issue_quote(deal.pk, by=shop.sara), issue_invoice(deal.pk, by=shop.sara)
    return shop


def test_quote_invoice_and_delivery_are_word_documents_too(sale, at):
    for kind in ("quote", "invoice", "delivery"):
        template(kind)
    page = at(sale.sara)

    made = page.get(f"/invoices/{sale.invoice.pk}/paper.docx")
    assert (
        made["Content-Type"] == WORD_TYPE
        and made["Content-Disposition"] == f'attachment; filename="{sale.invoice.number}.docx"'
    )
    assert made["Cache-Control"] == "no-store" and made["X-Content-Type-Options"] == "nosniff"
    assert texts(made.content) == [
        f"Invoice {sale.invoice.number}",
        "GTX Plus Pro",
        "2",
        "200.00",
        "Installation",
        "1",
        "50.00",
    ]
    assert docx.Document(io.BytesIO(made.content)).core_properties.title == f"Invoice {sale.invoice.number}"
    assert texts(page.get(f"/quotes/{sale.quote.pk}/paper.docx").content)[0] == f"Quote {sale.quote.number}"
    line = InvoiceLine.objects.get(invoice=sale.invoice.pk, product__isnull=False)
    ship(sale.invoice.pk, {line.pk: D(1)}, by=sale.sara)
    assert texts(page.get(f"/invoices/{sale.invoice.pk}/delivery.docx").content)[1:] == ["GTX Plus Pro", "1"]


def test_an_order_is_a_word_document_too(shop, store, at):
    template("purchase")
    order = make_order(store.alvand.pk, [Ordered(None, D(3), name="Nail", price=Money(D(2), "USD"))], by=shop.olga)

    made = at(shop.olga).get(f"/purchase-orders/{order.pk}/paper.docx")

    assert texts(made.content) == [f"Purchase order {order.number}", "Nail", "3", "6.00"]


def test_cards_offer_word_where_there_is_a_template(sale, at):
    page = at(sale.sara)
    cards = [f"/quotes/{sale.quote.pk}/", f"/invoices/{sale.invoice.pk}/"]
    for card in cards:
        said = page.get(card).content.decode()
        assert f"{card}paper.pdf" in said and "docx" not in said
        assert page.get(f"{card}paper.docx").status_code == 404

    template("quote", language="en"), template("invoice"), template("delivery", language="ru")

    for card in cards:
        assert f"{card}paper.docx" in page.get(card).content.decode()
    said = page.get(cards[1]).content.decode()
    assert f"{cards[1]}delivery.pdf" in said and "delivery.docx" not in said


def test_a_template_that_was_put_away_is_not_offered(sale, at):
    row = template("invoice")
    row.is_current = False
    row.save()

    assert "paper.docx" not in at(sale.sara).get(f"/invoices/{sale.invoice.pk}/").content.decode()
    assert at(sale.sara).get(f"/invoices/{sale.invoice.pk}/paper.docx").status_code == 404


def test_what_one_may_not_see_is_no_document(sale, at):
    template("invoice"), template("quote"), template("delivery")
    addresses = [
        f"/invoices/{sale.invoice.pk}/paper.docx",
        f"/quotes/{sale.quote.pk}/paper.docx",
        f"/invoices/{sale.invoice.pk}/delivery.docx",
    ]

    for address in addresses:
        assert (
            at(sale.reza).get(address).status_code
            == at(sale.reza).get(address.replace("docx", "pdf")).status_code
            == 404
        )
        assert Client().get(address).status_code == 302


# -- price lists -----------------------------------------------------------------------------------------


@pytest.fixture
def price_list(shop, store):
    made = shop.make("price_list", by=shop.olga, name="Wholesale", currency="USD")
    gtx, nail, gone = store.product(), store.product("Nail", 1), store.product("Old", 5, is_active=False)
    for product, price, least in ((gtx, 90, 0), (gtx, 80, 10), (nail, D("0.5"), 0), (gone, 4, 0)):
        values = {
            "price_list": made.pk,
            "product": product.pk,
            "price": Money(D(price), "USD"),
            "min_quantity": D(least),
        }
        shop.make("price_item", by=shop.olga, **values)
    return made


def said(paper):
    return [(line.name, line.price, line.description) for line in paper.lines]


def test_a_price_list_is_a_paper_with_its_steps(shop, price_list):
    paper = of_price_list(price_list, Reader(shop.sara))

    assert said(paper) == [
        ("GTX Plus Pro", D(90), ""),
        ("GTX Plus Pro", D(80), "from 10 pc on"),
        ("Nail", D("0.5"), ""),
    ]
    assert (paper.currency, paper.about, paper.terms) == ("USD", "Wholesale", "Prices without tax.")
    assert set_out(paper, shipped("price_list"))["title"] == "Price list · Wholesale"


def test_a_list_that_changes_all_prices_has_all_products(shop, store, price_list):
    price_list.change_percent = D(-10)
    store.product("Bolt", 3)

    assert said(of_price_list(price_list, Reader(shop.sara)))[0] == ("Bolt", D("2.70"), "")


def test_it_is_had_as_pdf_and_as_word_from_its_card(shop, price_list, at):
    page, card = at(shop.sara), f"/price-lists/{price_list.pk}/"
    assert (
        page.get(f"{card}paper.pdf").content.startswith(b"%PDF-")
        and f"{card}paper.pdf" in page.get(card).content.decode()
    )
    assert page.get(f"{card}paper.docx").status_code == 404

    WordTemplate.objects.all().delete()
    template("price_list", head="{about}")

    made = page.get(f"{card}paper.docx")
    assert texts(made.content)[:2] == ["Wholesale", "GTX Plus Pro"]
    assert made["Content-Disposition"] == f'attachment; filename="price-list-{price_list.pk}.docx"'
    assert "paper.docx" in page.get(card).content.decode()


def test_a_list_costs_the_same_questions_however_long_it_is(shop, store, price_list, django_assert_max_num_queries):
    for n in range(20):
        product = store.product(f"P {n}", 5)
        shop.make(
            "price_item",
            by=shop.olga,
            price_list=price_list.pk,
            product=product.pk,
            price=Money(D(4), "USD"),
            min_quantity=D(0),
        )
    reader = Reader(shop.sara)

    with django_assert_max_num_queries(12):
        assert len(of_price_list(price_list, reader).lines) == 23


def test_shipped_roles_that_see_lists_get_the_paper(shop, price_list, at):
    assert "seller" in SHIPPED and at(shop.sara).get(f"/price-lists/{price_list.pk}/paper.pdf").status_code == 200
    assert at(shop.sara).get("/price-lists/987654/paper.pdf").status_code == 404
