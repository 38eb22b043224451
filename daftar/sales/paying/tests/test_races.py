"""Payments that meet: with real threads and connections, on both databases."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from daftar.kernel.errors import DaftarError
from daftar.kernel.formats import default_for
from daftar.sales.bank.confirming import confirm, confirm_certain, undo
from daftar.sales.bank.loading import load
from daftar.sales.models import Allocation, Payment, PaymentAttempt, StatementLine, WebhookDelivery
from daftar.sales.paying import accounts
from daftar.sales.paying.hearing import hear
from daftar.sales.paying.record import Who
from daftar.sales.paying.refunding import refund
from daftar.sales.paying.spreading import Share, allocate
from daftar.sales.paying.tests.conftest import DAY
from daftar.sales.paying.tests.stand_ins import SECRET_KEY, WEBHOOK_SECRET, charge, event, intent, session, signed

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20


def at_once(*acts):
    start = Barrier(len(acts))

    def one(act):
        try:
            start.wait(timeout=60)
            return act()
        except DaftarError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def refused(answers):
    return [one for one in answers if isinstance(one, DaftarError)]


def test_of_twenty_confirmations_of_one_line_one_counts(books):
    invoice = books.invoice("1000")
    raw = f"Date,Amount (USD),Details\n2026-11-18,40,{invoice.number}\n".encode()
    load(raw, "a.csv", by=books.anna, formats=default_for("en"))
    line = StatementLine.objects.get()

    answers = at_once(*[lambda: confirm(line.pk, [invoice.pk], by=books.anna)] * MANY)

    assert len(refused(answers)) == MANY - 1
    assert Payment.objects.count() == 1 and books.state(invoice) == ("part_paid", 40, 960)
    undone = at_once(*[lambda: undo(line.pk, by=books.anna)] * MANY)
    assert len(refused(undone)) == MANY - 1
    assert books.state(invoice) == ("issued", 0, 1000) and books.adds_up()


def test_twenty_loads_of_one_file_keep_each_line_once(books):
    raw = b"Date,Amount (USD),Details\n" + b"".join(b"2026-11-18,%d,x\n" % n for n in range(1, 11))

    answers = at_once(*[lambda: load(raw, "a.csv", by=books.anna, formats=default_for("en"))] * MANY)

    assert StatementLine.objects.count() == 10
    assert sum(not getattr(one, "is_again", True) for one in answers if not isinstance(one, DaftarError)) == 1


def test_two_who_record_all_certain_lines_record_each_once(books):
    invoices = [books.invoice(str(100 + n)) for n in range(6)]
    rows = "".join(f"2026-11-18,{100 + n},{invoice.number}\n" for n, invoice in enumerate(invoices))
    statement = load(
        f"Date,Amount (USD),Details\n{rows}".encode(), "a.csv", by=books.anna, formats=default_for("en")
    ).statements[0]

    found = at_once(*[lambda: confirm_certain(statement.pk, by=books.anna)] * 4)

    assert sum(one.count for one in found) == 6
    assert Payment.objects.count() == 6 and books.adds_up()


@pytest.fixture
def begun(books):
    card = accounts.add(
        "stripe", "Card", {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}, by=books.shop.olga
    )
    invoice = books.invoice("100")
    attempt = PaymentAttempt.objects.create(
        key="try", provider=card, invoice=invoice, amount=100, currency="USD", external_id="cs_test_a1"
    )
    return card, invoice, attempt


def test_twenty_copies_of_one_message_are_one_payment(books, begun):
    card, invoice, _attempt = begun
    raw, headers = signed(event("payment_intent.succeeded", intent("try", 10_000, "usd")))

    answers = at_once(*[lambda: hear(card, raw, headers)] * MANY)

    assert sorted(map(str, answers)) == ["again"] * (MANY - 1) + ["recorded"]
    assert Payment.objects.count() == WebhookDelivery.objects.count() == 1
    assert books.state(invoice)[0] == "paid"


def test_twenty_different_messages_about_one_payment_are_one_payment(books, begun):
    card, invoice, _attempt = begun
    kinds = [
        ("payment_intent.succeeded", intent("try", 10_000, "usd")),
        ("checkout.session.completed", session("try", 10_000, "usd")),
    ]
    messages = [signed(event(*kinds[n % 2], id=f"evt_{n}")) for n in range(MANY)]

    answers = at_once(*[lambda one=one: hear(card, *one) for one in messages])

    assert sorted(map(str, answers)) == ["known"] * (MANY - 1) + ["recorded"]
    assert Payment.objects.count() == 1 and books.adds_up()


def test_refunds_and_payment_that_meet_end_alike_in_any_order(books, begun):
    card, invoice, _attempt = begun
    messages = [signed(event("charge.refunded", charge("try", 500 * n, "usd"), id=f"evt_{n}")) for n in range(1, MANY)]
    messages.append(signed(event("payment_intent.succeeded", intent("try", 10_000, "usd"), id="evt_paid")))

    at_once(*[lambda one=one: hear(card, *one) for one in messages])
    from daftar.sales.paying.hearing import hear_waiting

    hear_waiting()

    assert Payment.objects.filter(refund_of=None).count() == 1
    assert books.state(invoice) == ("part_paid", 5, 95)
    assert json.dumps(list(WebhookDelivery.objects.filter(outcome="waiting").values_list("id", flat=True))) == "[]"
    assert books.adds_up()


def test_twenty_payments_of_one_invoice_never_pay_more_than_it_asks_for(books):
    invoice = books.invoice("100")

    answers = at_once(*[lambda n=n: books.pay("30", invoice, once=f"k{n}") for n in range(MANY)])

    assert books.state(invoice) == ("paid", 100, 0)
    assert len(refused(answers)) == MANY - 4 and Payment.objects.count() == 4
    assert sum(payment.free for payment in Payment.objects.all()) == 20 and books.adds_up()


def test_the_same_form_twenty_times_is_one_payment(books):
    invoice = books.invoice("1000")

    answers = at_once(*[lambda: books.pay("30", invoice, once="form")] * MANY)

    assert not refused(answers) and len({one.pk for one in answers}) == 1
    assert books.state(invoice) == ("part_paid", 30, 970) and Allocation.objects.count() == 1
    credit = at_once(*[lambda: books.pay("5", who=Who(books.company.pk), once="credit")] * MANY)
    assert not refused(credit) and Payment.objects.count() == 2


def test_assigning_and_paying_back_at_once_never_spend_a_coin_twice(books):
    payment = books.pay("100", who=Who(books.company.pk))
    invoices = [books.invoice("30") for _n in range(10)]
    acts = [lambda one=one: allocate(payment.pk, [Share(one.pk)], by=books.anna) for one in invoices]
    acts += [lambda n=n: refund(payment.pk, payment.amount / 5, by=books.anna, on=DAY, once=f"r{n}") for n in range(10)]

    at_once(*acts)

    assert books.free(payment) >= 0 and books.adds_up()


def test_two_papers_of_one_deal_that_are_paid_at_once_win_it(books):
    deals = [books.deal() for _n in range(10)]
    invoices = [books.invoice("30", deal=deal) for deal in deals for _n in range(2)]

    answers = at_once(*[lambda one=one: books.pay("30", one) for one in invoices])

    assert not refused(answers)
    assert {books.shop.stage_of(books.shop.fresh("deal", deal)) for deal in deals} == {"won"}


def test_a_client_who_is_paid_for_by_hand_by_bank_and_online_at_once_is_nobody_s_ring(books, begun):
    card, invoice, _attempt = begun
    raw = f"Date,Amount (USD),Details\n2026-11-18,10,{invoice.number}\n2026-11-18,11,{invoice.number}\n".encode()
    load(raw, "a.csv", by=books.anna, formats=default_for("en"))
    who = Who(books.company.pk)
    acts = [
        lambda pk=pk: confirm(pk, [invoice.pk], by=books.anna, who=who)
        for pk in StatementLine.objects.values_list("pk", flat=True)
    ]
    acts += [lambda n=n: books.pay("7", invoice, once=f"h{n}") for n in range(8)]
    acts += [lambda n=n: books.pay("3", invoice, who=who, once=f"w{n}") for n in range(8)]
    acts.append(lambda: hear(card, *signed(event("payment_intent.succeeded", intent("try", 10_000, "usd")))))

    at_once(*acts)

    assert books.state(invoice)[0] == "paid" and books.adds_up()
