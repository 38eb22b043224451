import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from daftar.catalogue.models import Hold
from daftar.catalogue.stock import doors
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.sales.invoicing.correct import cancel_invoice, credit_invoice
from daftar.sales.invoicing.holding import ship
from daftar.sales.invoicing.issue import Wish, issue_invoice
from daftar.sales.invoicing.settling import locked, settle
from daftar.sales.models import Allocation, Invoice, InvoiceLine, Payment, QuoteLine
from daftar.sales.quoting.issue import issue_quote

D = Decimal


def lines(invoice):
    return [
        (li.name, int(li.quantity), li.gross)
        for li in InvoiceLine.objects.filter(invoice=invoice.pk).order_by("position")
    ]


def stocked(shop, store, there, **values):
    product = store.product(**values)
    doors.receive([doors.Item(product.pk, D(there))], by=shop.olga, kind="opening")
    return product


def five(product):
    one = doors.five_numbers([product.pk])[product.pk]
    return int(one.on_hand), int(one.reserved), int(one.available)


def pay(shop, invoice, amount):
    """As a payment does it: allocate, then settle."""
    with transaction.atomic():
        payment = Payment.objects.create(amount=amount, amount_currency="USD", received_on=dt.date(2026, 3, 3))
        Allocation.objects.create(payment=payment, invoice=invoice, amount=amount, payment_amount=amount)
        return settle(locked(invoice.pk), by=shop.olga)


def test_an_invoice_is_numbered_and_holds_its_goods(shop, store):
    gtx = stocked(shop, store, 20)
    deal = store.deal((gtx, 12, 100), ("Installation", 2, 50))

    invoice = issue_invoice(deal.pk, Wish(due_days=10), by=shop.sara)

    assert invoice.number.endswith("-00001") and (invoice.state, invoice.delivery) == ("issued", "waiting")
    assert (invoice.total, invoice.balance, invoice.due_on - invoice.issued_on) == (
        D(1560),
        D(1560),
        dt.timedelta(days=10),
    )
    assert five(gtx) == (20, 12, 8)
    hold = Hold.objects.get()
    assert (hold.about_type, hold.about_id, hold.owner_id, hold.until) == (
        "invoice",
        invoice.pk,
        shop.sara.pk,
        invoice.hold_until,
    )


def test_goods_that_are_not_there_issue_nothing_and_take_no_number(shop, store):
    gtx = stocked(shop, store, 9)
    deal = store.deal((gtx, 12, 100))

    with pytest.raises(doors.OutOfStock):
        issue_invoice(deal.pk, by=shop.sara)

    assert not Invoice.objects.exists() and five(gtx) == (9, 0, 9)
    assert issue_invoice(deal.pk, Wish(hold="none"), by=shop.sara).number.endswith("-00001")


def test_only_lines_that_are_there_in_full_are_held_when_one_says_so(shop, store):
    gtx, saw = stocked(shop, store, 9), stocked(shop, store, 5, name="Saw")
    deal = store.deal((gtx, 12, 100), (saw, 5, 10))

    issue_invoice(deal.pk, Wish(hold="available"), by=shop.sara)

    assert (five(gtx), five(saw)) == ((9, 0, 9), (5, 5, 0))


def test_parts_of_a_deal_are_invoiced_until_nothing_is_left(shop, store):
    deal = store.deal(("Drill", 10, 10), ("Saw", 1, 3))
    drill, saw = store.lines(deal)

    first = issue_invoice(deal.pk, Wish("part", {drill.pk: D(4)}), by=shop.sara)
    with pytest.raises(Invalid):
        issue_invoice(deal.pk, Wish("part", {drill.pk: D(7)}), by=shop.sara)
    rest = issue_invoice(deal.pk, by=shop.sara)

    assert lines(first) == [("Drill", 4, D(48))]
    assert lines(rest) == [("Drill", 6, D(72)), ("Saw", 1, D("3.6"))]
    with pytest.raises(Conflict):
        issue_invoice(deal.pk, by=shop.sara)


def test_an_advance_is_taken_off_the_next_invoice(shop, store):
    deal = store.deal(("Drill", 10, 10))

    advance = issue_invoice(deal.pk, Wish("advance", percent=D(30)), by=shop.sara)
    rest = issue_invoice(deal.pk, by=shop.sara)

    assert advance.total == 36
    assert [gross for _name, _quantity, gross in lines(rest)] == [D(120), D(-36)]
    assert rest.total == 84
    with pytest.raises(Conflict):
        cancel_invoice(advance.pk, by=shop.sara)


def test_payments_move_an_invoice_and_the_last_one_wins_the_deal(shop, store):
    deal = store.deal(("Drill", 10, 10), amount=None)
    shop_type = shop.type("deal")
    from daftar.kernel.money import Money
    from daftar.records import writing

    writing.change(shop_type, deal.pk, {"amount": Money(D(120), "USD")}, by=shop.sara, via="page")
    drill = store.lines(deal)[0]
    first = issue_invoice(deal.pk, Wish("part", {drill.pk: D(4)}), by=shop.sara)

    assert (pay(shop, first, D(20)).state, pay(shop, first, D(28)).state) == ("part_paid", "paid")
    assert shop.stage_of(shop.fresh("deal", deal)) == "new"

    rest = issue_invoice(deal.pk, by=shop.sara)
    paid = pay(shop, rest, D(80))
    assert (paid.state, paid.balance, paid.paid) == ("paid", 0, 80)
    assert shop.stage_of(shop.fresh("deal", deal)) == "won"


def test_goods_leave_in_parts(shop, store):
    gtx = stocked(shop, store, 20)
    deal = store.deal((gtx, 12, 100), ("Work", 1, 1))
    invoice = issue_invoice(deal.pk, by=shop.sara)
    line = InvoiceLine.objects.filter(invoice=invoice, product=gtx.pk).get()

    assert ship(invoice.pk, {line.pk: D(5)}, by=shop.sara).delivery == "part"
    assert five(gtx) == (15, 7, 8)
    with pytest.raises(Invalid):
        ship(invoice.pk, {line.pk: D(8)}, by=shop.sara)
    assert ship(invoice.pk, by=shop.sara).delivery == "done"
    assert five(gtx) == (8, 0, 8)
    with pytest.raises(Conflict):
        ship(invoice.pk, by=shop.sara)


def test_a_cancelled_invoice_keeps_its_number_and_frees_its_goods(shop, store):
    gtx = stocked(shop, store, 20)
    deal = store.deal((gtx, 12, 100))
    invoice = issue_invoice(deal.pk, by=shop.sara)

    cancelled = cancel_invoice(invoice.pk, by=shop.sara, why="Wrong client")

    assert (cancelled.state, cancelled.balance, five(gtx)) == ("cancelled", 0, (20, 0, 20))
    assert issue_invoice(deal.pk, by=shop.sara).number.endswith("-00002")


def test_what_was_paid_or_delivered_is_credited_not_cancelled(shop, store):
    gtx = stocked(shop, store, 20)
    paid, shipped = (issue_invoice(store.deal((gtx, 2, 100)).pk, by=shop.sara) for _n in range(2))
    pay(shop, paid, D(1))
    ship(shipped.pk, by=shop.sara)

    for invoice in (paid, shipped):
        with pytest.raises(Conflict):
            cancel_invoice(invoice.pk, by=shop.sara)


def test_a_credit_note_takes_an_invoice_off_in_whole_and_frees_its_goods(shop, store):
    gtx = stocked(shop, store, 20)
    invoice = issue_invoice(store.deal((gtx, 12, 100)).pk, by=shop.sara)

    note = credit_invoice(invoice.pk, by=shop.sara, why="Not wanted")

    invoice.refresh_from_db()
    assert note.number.startswith("CN-") and (note.kind, note.total, note.of_invoice_id) == (
        "credit",
        D(-1440),
        invoice.pk,
    )
    assert (invoice.state, invoice.balance, five(gtx)) == ("credited", 0, (20, 0, 20))
    with pytest.raises(Conflict):
        credit_invoice(invoice.pk, by=shop.sara)


def test_a_part_is_credited_to_the_coin_and_goods_come_back(shop, store):
    gtx = stocked(shop, store, 20)
    invoice = issue_invoice(store.deal((gtx, 3, "33.33")).pk, by=shop.sara)
    ship(invoice.pk, by=shop.sara)
    line = InvoiceLine.objects.get(invoice=invoice)

    first = credit_invoice(invoice.pk, {line.pk: D(1)}, by=shop.sara, goods_return=True)
    second = credit_invoice(invoice.pk, {line.pk: D(2)}, by=shop.sara)

    assert first.total + second.total == -invoice.total
    assert five(gtx) == (18, 0, 18)


def test_a_form_of_shipping_that_is_sent_again_ships_nothing_more(shop, store):
    gtx = stocked(shop, store, 20)
    invoice = issue_invoice(store.deal((gtx, 12, 100)).pk, by=shop.sara)
    line = InvoiceLine.objects.get(invoice=invoice)

    for _time in range(2):
        ship(invoice.pk, {line.pk: D(5)}, by=shop.sara, once="k")

    line.refresh_from_db()
    assert (line.shipped, five(gtx)) == (5, (15, 7, 8))


def test_what_is_credited_does_not_leave_and_the_last_credit_brings_back_what_left(shop, store):
    gtx = stocked(shop, store, 20)
    invoice = issue_invoice(store.deal((gtx, 10, 100)).pk, by=shop.sara)
    line = InvoiceLine.objects.get(invoice=invoice)
    ship(invoice.pk, {line.pk: D(4)}, by=shop.sara)

    credit_invoice(invoice.pk, {line.pk: D(5)}, by=shop.sara)

    assert five(gtx) == (16, 1, 15)
    with pytest.raises(Invalid):
        ship(invoice.pk, {line.pk: D(2)}, by=shop.sara)

    credit_invoice(invoice.pk, {line.pk: D(5)}, by=shop.sara, goods_return=True)

    invoice.refresh_from_db()
    assert (five(gtx), invoice.delivery) == ((20, 0, 20), "done")
    with pytest.raises(Conflict):
        ship(invoice.pk, by=shop.sara)


def test_papers_of_goods_keep_who_sells_and_who_buys(shop, store):
    gtx = stocked(shop, store, 20)
    deal = store.deal((gtx, 2, 100))
    quote, invoice = issue_quote(deal.pk, by=shop.sara), issue_invoice(deal.pk, by=shop.sara)
    ship(invoice.pk, by=shop.sara)
    note = credit_invoice(invoice.pk, by=shop.sara)

    for paper in (quote, invoice, note):
        paper.refresh_from_db()
        assert paper.parties["client"]["name"] == "Alvand Tools Ltd"


def test_an_issued_paper_is_never_changed(shop, store):
    deal = store.deal(("Drill", 1, 10))
    quote, invoice = issue_quote(deal.pk, by=shop.sara), issue_invoice(deal.pk, by=shop.sara)

    for rows, values in [
        (QuoteLine.objects.filter(quote=quote), {"price": 1}),
        (InvoiceLine.objects.filter(invoice=invoice), {"quantity": 2}),
        (Invoice.objects.filter(pk=invoice.pk), {"total": 1}),
        (Invoice.objects.filter(pk=invoice.pk), {"number": "X"}),
    ]:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.update(**values)


def test_a_colleague_who_does_not_see_the_deal_issues_nothing(shop, store):
    deal = store.deal(("Drill", 1, 10))
    invoice = issue_invoice(deal.pk, by=shop.sara)

    with pytest.raises(Missing):
        issue_invoice(deal.pk, by=shop.reza)
    with pytest.raises(Missing):
        cancel_invoice(invoice.pk, by=shop.reza)


def test_two_people_do_not_issue_the_same_twice(shop, store):
    deal = store.deal(("Drill", 1, 10))
    issue_invoice(deal.pk, by=shop.olga, seen=0)

    with pytest.raises(Conflict):
        issue_invoice(deal.pk, by=shop.sara, seen=0)
    assert issue_invoice(store.deal(("Saw", 1, 1)).pk, by=shop.sara, once="k").pk == Invoice.objects.latest("pk").pk


def test_the_pages_of_papers(shop, store, at):
    gtx = stocked(shop, store, 20)
    deal = store.deal((gtx, 2, 100))
    page = at(shop.sara)

    assert b"Issue a quote" in page.get(f"/deals/{deal.pk}/quote").content
    assert (
        page.post(f"/deals/{deal.pk}/quote", {"days": "x", "language": "en", "seen": "0", "terms": ""}).status_code
        == 422
    )
    answer = page.post(
        f"/deals/{deal.pk}/quote", {"days": "5", "language": "en", "seen": "0", "terms": "Net", "once": "a"}
    )
    quote = QuoteLine.objects.get().quote
    assert answer.url == f"/quotes/{quote.pk}/"
    assert b"GTX Plus Pro" in page.get(f"/quotes/{quote.pk}/").content
    assert page.get(f"/quotes/{quote.pk}/differences").status_code == 200
    assert page.get("/quotes/stale/").status_code == 200
    assert b"Issue an invoice" in page.get(f"/deals/{deal.pk}/invoice").content
    form = {"kind": "full", "hold": "all", "due_days": "5", "language": "en", "seen": "0", "terms": "", "once": "b"}
    answer = page.post(f"/deals/{deal.pk}/invoice", form)
    invoice = Invoice.objects.get()
    assert answer.url == f"/invoices/{invoice.pk}/"
    assert b"GTX Plus Pro" in page.get(f"/invoices/{invoice.pk}/").content
    for act in ("ship", "cancel", "credit"):
        assert page.get(f"/invoices/{invoice.pk}/{act}").status_code == 200
    line = InvoiceLine.objects.get()
    assert page.post(f"/invoices/{invoice.pk}/ship", {f"line.{line.pk}": "3"}).status_code == 422
    assert page.post(f"/invoices/{invoice.pk}/ship", {f"line.{line.pk}": "2"}).url == f"/invoices/{invoice.pk}/"
    for address in (
        f"/quotes/{quote.pk}/paper.pdf",
        f"/invoices/{invoice.pk}/paper.pdf",
        f"/invoices/{invoice.pk}/delivery.pdf",
    ):
        assert page.get(address).content.startswith(b"%PDF-")
    assert b"issued the invoice" in page.get(f"/deals/{deal.pk}/").content
    assert at(shop.olga).get("/settings/sales/").status_code == 200


def test_an_invoice_of_many_lines_asks_the_database_no_more_than_a_short_one(shop, store):
    def asked(count):
        products = [stocked(shop, store, 20, name=f"Part {n}") for n in range(count)]
        deal = store.deal(*[(one, 1, 10) for one in products])
        with CaptureQueriesContext(connection) as seen:
            issue_invoice(deal.pk, by=shop.sara)
        return len(seen)

    asked(1)

    assert asked(12) == asked(2)
