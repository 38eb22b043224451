"""What the demo company sells: sums, stock and numbers hold, nothing of it is left behind, and what is a user's own stays whole."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import F, Sum

from daftar.access.models import User
from daftar.catalogue.models import Expected, Hold, PriceList, Product, StockLevel, StockMove, Unit, Warehouse
from daftar.catalogue.stock.wanted import wanted_of
from daftar.crm.models import Deal
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.onboarding import demo
from daftar.onboarding.models import DemoCompany
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.bank.confirming import matches_of
from daftar.sales.bank.matching import Certainty
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.issuing import adds_up, lines_of
from daftar.sales.lines.approvals import waiting
from daftar.sales.models import (
    ClientLink,
    DealLine,
    DiscountApproval,
    Invoice,
    InvoiceLine,
    Payment,
    PurchaseOrder,
    Quote,
    SalesSettings,
    SaleTerms,
    StatementLine,
)
from daftar.sales.quoting.reissue import stale

ZERO = Decimal(0)


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fa", "ru"])
def test_it_holds_in_every_language(language):
    demo.load(language)

    papers_and_sums_hold(language)


def papers_and_sums_hold(language):
    made = DemoCompany.objects.get()
    today = clock.today("UTC")

    for deal in Deal.objects.filter(pk__in=SaleTerms.objects.values("deal")):
        lines, terms = lines_of(deal.pk), SaleTerms.objects.get(deal=deal)
        assert adds_up(lines, terms)
        assert deal.amount == sum(line.gross for line in lines if not line.is_optional)
        assert deal.amount_currency == terms.currency
    assert DealLine.objects.values("deal").distinct().count() == 90
    assert not DealLine.objects.filter(price=None).exists()
    assert DealLine.objects.filter(price_list__isnull=False, tax_percent__gt=0).exists()

    open_ = Quote.objects.filter(state="issued")
    assert {"issued", "accepted", "declined", "replaced", "withdrawn", "expired"} <= set(
        Quote.objects.values_list("state", flat=True)
    )
    assert not open_.filter(valid_until__lt=today).exists()
    assert open_.filter(opened_at__isnull=False).exists()
    assert len(stale(person(made, "administrator"))) >= 2
    kinds = set(Invoice.objects.values_list("kind", "state"))
    wanted = {
        ("full", "issued"),
        ("full", "part_paid"),
        ("full", "paid"),
        ("full", "cancelled"),
        ("advance", "paid"),
        ("part", "issued"),
    }
    assert wanted < kinds
    assert Invoice.objects.filter(kind="credit").exists()
    assert Invoice.objects.filter(state="issued", due_on__lt=today).exclude(kind="credit").exists()
    assert {"bank", "card", "cash"} <= set(Payment.objects.values_list("method", flat=True))
    assert Payment.objects.filter(free__gt=0).exists()
    assert Payment.objects.filter(amount__lt=0).exists()
    assert {"draft", "ordered", "part_received", "received"} == set(
        PurchaseOrder.objects.values_list("state", flat=True)
    )
    assert PriceList.objects.count() == 2
    assert ClientLink.objects.get().opens == 1
    assert made.language == language

    money_holds()
    stock_holds()
    assert Product.objects.filter(stock_missing__gt=0).exists()
    assert Warehouse.objects.count() == 2
    assert not StockMove.objects.filter(at__gt=clock.now()).exists()
    assert StockMove.objects.dates("at", "month").count() >= 3
    numbers_follow_the_days()
    bank_and_head_are_asked(made)


def money_holds():
    for payment in Payment.objects.filter(amount__gt=0):
        spent = payment.allocations.aggregate(sum=Sum("payment_amount"))["sum"] or ZERO
        back = Payment.objects.filter(refund_of=payment).aggregate(sum=Sum("amount"))["sum"] or ZERO
        assert payment.amount == payment.free + spent - back
    for invoice in Invoice.objects.all():
        assert invoice.parties["seller"]["name"]
        assert invoice.parties["client"]["name"]
        assert invoice.total == sum(
            line.gross for line in InvoiceLine.objects.filter(invoice=invoice, is_optional=False)
        )


def stock_holds():
    for level in StockLevel.objects.all():
        place = {"product": level.product_id, "warehouse": level.warehouse_id}
        assert level.on_hand == total(StockMove.objects.filter(**place)) >= level.reserved
        assert level.reserved == total(Hold.objects.filter(state="in_force", **place)) >= 0
        assert level.on_order == total(Expected.objects.filter(**place)) >= 0
    for product in Product.objects.filter(kind="good"):
        levels = StockLevel.objects.filter(product=product)
        on_hand, reserved = total(levels, "on_hand"), total(levels, "reserved")
        wanted = sum((one.quantity for one in wanted_of([product.pk]) if one.product_id == product.pk), ZERO)
        assert (product.stock_on_hand, product.stock_reserved, product.stock_available) == (
            on_hand,
            reserved,
            on_hand - reserved,
        )
        assert product.stock_missing == max(wanted - product.stock_available, ZERO)


def total(rows, name="quantity"):
    return rows.aggregate(sum=Sum(F(name)))["sum"] or ZERO


def person(made, role):
    return next(one for one in User.objects.filter(pk__in=made.made["user"]).order_by("pk") if role in one.roles)


def numbers_follow_the_days():
    """Papers are numbered from one in the order of their days, which lie in the past."""
    for rows in (Quote.objects.filter(quote_version=1), Invoice.objects.exclude(kind="credit")):
        found = list(rows.order_by("number").values_list("issued_on", "number"))
        assert [day for day, _number in found] == sorted(day for day, _number in found)
        given = {}
        for _day, number in found:
            given.setdefault(number.rpartition("-")[0], []).append(int(number.rpartition("-")[2]))
        assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in given.values())
        assert found[0][0] < clock.today("UTC") - dt.timedelta(days=20)
    assert not Quote.objects.filter(created_at__gt=clock.now()).exists()
    assert not Payment.objects.filter(received_on__gt=clock.today("UTC")).exists()


def bank_and_head_are_asked(made):
    """Some lines of the statement wait for the bookkeeper, one discount for the head."""
    lines = list(StatementLine.objects.order_by("line"))
    found = [match.certainty for match in matches_of(lines, person(made, "accountant")).values()]
    assert [line.state for line in lines].count("matched") == 1
    assert [line.state for line in lines].count("outgoing") == 1
    assert {Certainty.CERTAIN, Certainty.PROPOSED, Certainty.UNKNOWN} <= set(found)

    asked = DiscountApproval.objects.get()
    deal, terms = asked.deal, SaleTerms.objects.get(deal=asked.deal_id)
    assert [str(line.pk) for line in waiting(deal, lines_of(deal.pk), terms, by=asked.asked_by)] == list(
        asked.discounts
    )


@pytest.mark.slow
@pytest.mark.django_db
def test_the_words_of_a_new_house_are_in_its_language():
    demo.load("fa")

    assert Unit.objects.filter(name="عدد").exists()
    assert SalesSettings.load().invoice_pattern.startswith("INV-{jyear}")
    assert Invoice.objects.filter(number__startswith="INV-14").exists()
    assert Invoice.objects.first().parties["seller"]["name"] == "ابزارسرای بلوط"

    demo.reload("ru")

    assert Unit.objects.filter(name="штука").exists()
    assert Invoice.objects.first().parties["seller"]["tax_id"] == "0000004172"


def invoice_of_mine(owner, product=None):
    """An invoice of the owner's own, over one unit."""
    schema = current_schema()
    company = writing.create(schema.type("company"), {"name": "Mine Ltd"}, by=owner, via="page")
    deal = writing.create(
        schema.type("deal"), {"name": "Mine", "company": company.pk, "owner": owner.pk}, by=owner, via="page"
    )
    SaleTerms.objects.create(deal=deal, currency="USD")
    values = {
        "name": "One",
        "quantity": Decimal(1),
        "price": Money(Decimal(5), "USD"),
        "deal": deal.pk,
        "product": product,
    }
    sums = {"net": Money(Decimal(5), "USD"), "gross": Money(Decimal(5), "USD")}
    writing.make_many(schema.type("deal_line"), [values | sums], by=owner, via="lines")
    return issue_invoice(deal.pk, Wish(hold="none"), by=owner)


@pytest.mark.slow
def test_numbers_go_on_behind_a_paper_of_our_own(owner):
    mine = invoice_of_mine(owner)
    demo.load("en")
    demo.remove()
    assert (mine.number[-5:], invoice_of_mine(owner).number[-5:]) == ("00001", "00002")

    demo.load("en")
    later = invoice_of_mine(owner)
    demo.remove()

    assert invoice_of_mine(owner).number > later.number
    assert set(Invoice.objects.values_list("created_by", flat=True)) == {owner.pk}


@pytest.mark.slow
def test_how_we_sold_before_stays(owner):
    SalesSettings.objects.create(pk=1, quote_days=7)
    demo.load("en")
    demo.remove()

    assert SalesSettings.objects.get().quote_days == 7
