"""Tries to pay and messages of providers: once, whatever comes twice, late, in another order or is not true."""

import json
from decimal import Decimal

import pytest

from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, OutsideFailure
from daftar.sales.invoicing.settling import settle
from daftar.sales.models import Payment, PaymentAttempt, WebhookDelivery
from daftar.sales.paying import accounts
from daftar.sales.paying.hearing import forget_raw, hear, hear_waiting
from daftar.sales.paying.providers.provider import NotSigned, Unready
from daftar.sales.paying.refunding import paid_back
from daftar.sales.paying.starting import ask, ask_waiting, start
from daftar.sales.paying.tests import stand_ins
from daftar.sales.paying.tests.stand_ins import (
    MERCHANT,
    SECRET_KEY,
    WEBHOOK_SECRET,
    charge,
    event,
    intent,
    session,
    signed,
)

NOW = "2026-11-20T12:00:00"


@pytest.fixture(autouse=True)
def day():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def there(settings):
    with stand_ins.running(settings) as stand_in:
        stand_in.currency = "usd"
        yield stand_in


@pytest.fixture
def card(books, shop):
    return accounts.add("stripe", "Card", {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}, by=shop.olga)


@pytest.fixture
def gate(books, shop):
    return accounts.add("zarinpal", "", {"merchant_id": MERCHANT}, by=shop.olga)


@pytest.fixture
def begun(books, card, there):
    """(invoice, try) over 100 dollars, begun and not paid yet."""
    invoice = books.invoice("100")
    return invoice, start(invoice, card).attempt


def sent(provider, about):
    return hear(provider, *signed(about))


def test_a_client_is_led_to_the_provider_for_what_is_open(books, card, there):
    invoice = books.invoice("100")
    books.pay("40", invoice)

    begun = start(invoice, card)

    assert begun.redirect.startswith("https://checkout.stripe.com/")
    assert (begun.attempt.amount, begun.attempt.currency, begun.attempt.state) == (60, "USD", "started")
    assert (
        there.asked[-1][2]["success_url"].startswith(f"http://127.0.0.1:8000/pay/{begun.attempt.key}/")
        or begun.attempt.key in there.asked[-1][2]["success_url"]
    )


@pytest.mark.parametrize("amount", ["0", "-1", "100.01", "0.001"])
def test_no_other_sum_than_what_is_open_is_asked_for(books, card, there, amount):
    with pytest.raises(Invalid):
        start(books.invoice("100"), card, Decimal(amount))
    assert not there.asked


def test_a_paid_invoice_or_a_provider_switched_off_begins_nothing(books, shop, card, there):
    paid, open_ = books.invoice("100"), books.invoice("100")
    books.pay("100", paid)
    with pytest.raises(Conflict):
        start(paid, card)
    accounts.change(card, "Card", {}, by=shop.olga, is_on=False, is_test=False)
    with pytest.raises(Conflict):
        start(open_, card)


def test_a_broken_provider_ends_the_try_and_leaves_the_invoice(books, card, there):
    there.mood, invoice = "500", books.invoice("100")

    with pytest.raises(OutsideFailure):
        start(invoice, card)

    assert PaymentAttempt.objects.get().state == "failed"
    assert books.state(invoice) == ("issued", 0, 100)


def test_the_message_of_the_provider_pays_the_invoice(books, shop, card, begun):
    invoice, attempt = begun

    assert sent(card, event("checkout.session.completed", session(attempt.key, 10_000, "usd"))) == "recorded"

    payment = Payment.objects.get()
    assert books.state(invoice) == ("paid", 100, 0)
    assert (payment.method, payment.reference, payment.created_by) == ("online", "pi_1", shop.olga)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.payment) == ("paid", payment)


def test_the_same_message_three_times_is_one_payment(books, card, begun):
    message = event("checkout.session.completed", session(begun[1].key, 10_000, "usd"))

    assert [sent(card, message) for _n in range(3)] == ["recorded", "again", "again"]
    assert Payment.objects.count() == WebhookDelivery.objects.count() == 1


def test_two_messages_about_one_payment_are_one_payment(books, card, begun):
    key = begun[1].key

    first = sent(card, event("payment_intent.succeeded", intent(key, 10_000, "usd"), id="evt_1"))
    second = sent(card, event("checkout.session.completed", session(key, 10_000, "usd"), id="evt_2"))

    assert (first, second) == ("recorded", "known")
    assert Payment.objects.count() == 1


def test_a_failure_that_comes_after_the_success_changes_nothing(books, card, begun):
    invoice, attempt = begun
    sent(card, event("checkout.session.completed", session(attempt.key, 10_000, "usd"), id="evt_2"))

    late = event("checkout.session.expired", session(attempt.key, 10_000, "usd", payment_status="unpaid"), id="evt_1")

    assert sent(card, late) == "known"
    assert books.state(invoice)[0] == "paid"


def test_a_success_that_comes_after_the_failure_counts(books, card, begun):
    invoice, attempt = begun
    sent(
        card,
        event("checkout.session.expired", session(attempt.key, 10_000, "usd", payment_status="unpaid"), id="evt_1"),
    )

    assert sent(card, event("payment_intent.succeeded", intent(attempt.key, 10_000, "usd"), id="evt_2")) == "recorded"
    assert books.state(invoice)[0] == "paid"


def test_a_refund_that_comes_before_the_payment_waits_for_it(books, card, begun):
    invoice, attempt = begun

    assert sent(card, event("charge.refunded", charge(attempt.key, 3_000, "usd"), id="evt_3")) == "waiting"
    assert not Payment.objects.exists()
    assert sent(card, event("payment_intent.succeeded", intent(attempt.key, 10_000, "usd"), id="evt_1")) == "recorded"

    assert books.state(invoice) == ("part_paid", 70, 30)
    assert WebhookDelivery.objects.filter(outcome="waiting").count() == hear_waiting() == 0
    assert books.adds_up()


def test_refunds_are_told_in_all_and_recorded_once(books, card, begun):
    invoice, attempt = begun
    sent(card, event("payment_intent.succeeded", intent(attempt.key, 10_000, "usd"), id="evt_1"))

    for number, total in enumerate((3_000, 3_000, 5_000, 2_000), 2):
        sent(card, event("charge.refunded", charge(attempt.key, total, "usd"), id=f"evt_{number}"))

    assert paid_back(Payment.objects.get(refund_of=None)) == 50
    assert books.state(invoice) == ("part_paid", 50, 50)
    assert books.adds_up()


@pytest.mark.parametrize(("minor", "currency"), [(9_999, "usd"), (10_001, "usd"), (10_000, "eur"), (1, "usd")])
def test_a_wrong_sum_or_currency_is_no_payment_and_is_told(books, card, begun, minor, currency):
    invoice, attempt = begun

    assert sent(card, event("checkout.session.completed", session(attempt.key, minor, currency))) == "refused"

    attempt.refresh_from_db()
    assert attempt.state == "wrong" and "instead of 100 USD" in attempt.problem
    assert WebhookDelivery.objects.get().words == attempt.problem
    assert not Payment.objects.exists() and books.state(invoice) == ("issued", 0, 100)


def test_an_unknown_try_is_kept_and_refused(books, card):
    about = session("somebody else's", 10_000, "usd", id="cs_other", payment_intent="pi_other")

    assert sent(card, event("checkout.session.completed", about)) == "refused"
    assert not Payment.objects.exists()


def test_the_try_of_another_provider_is_not_meant(books, shop, card, begun):
    other = accounts.add("stripe", "Other", {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}, by=shop.olga)

    assert sent(other, event("checkout.session.completed", session(begun[1].key, 10_000, "usd"))) == "refused"
    assert books.state(begun[0])[0] == "issued"


def test_a_wrong_signature_stores_nothing(books, card, begun):
    raw, headers = signed(event("checkout.session.completed", session(begun[1].key, 10_000, "usd")), secret="whsec_x")

    with pytest.raises(NotSigned):
        hear(card, raw, headers)
    assert not WebhookDelivery.objects.exists()


def test_an_old_message_sent_again_is_refused(books, card, begun):
    raw, headers = signed(event("checkout.session.completed", session(begun[1].key, 10_000, "usd")))

    with clock.frozen("2026-11-20T12:06:00"), pytest.raises(NotSigned):
        hear(card, raw, headers)


def test_without_its_secret_or_switched_off_a_provider_is_not_heard(books, shop, gate):
    half = accounts.add("stripe", "Half", {"secret_key": SECRET_KEY}, by=shop.olga)
    raw, headers = signed(event("x", {}), secret="")

    for provider in (half, gate):
        with pytest.raises(Unready):
            hear(provider, raw, headers)
    accounts.change(half, "Half", {"webhook_secret": WEBHOOK_SECRET}, by=shop.olga, is_on=False, is_test=False)
    with pytest.raises(Unready):
        hear(half, *signed(event("x", {})))
    assert not WebhookDelivery.objects.exists()


def test_an_invoice_that_was_paid_meanwhile_leaves_the_money_as_credit(books, card, begun):
    invoice, attempt = begun
    books.pay("70", invoice)

    sent(card, event("checkout.session.completed", session(attempt.key, 10_000, "usd")))

    online = Payment.objects.get(method="online")
    assert (books.state(invoice), online.free) == (("paid", 100, 0), 70)
    assert books.adds_up()


def test_an_invoice_that_was_cancelled_meanwhile_leaves_the_money_as_credit(books, card, begun):
    invoice, attempt = begun
    type(invoice).objects.filter(pk=invoice.pk).update(state="cancelled", balance=0)

    assert sent(card, event("checkout.session.completed", session(attempt.key, 10_000, "usd"))) == "recorded"
    assert Payment.objects.get().free == 100


def test_when_who_set_it_up_has_left_an_owner_answers(books, shop, card, begun):
    card.made_by = shop.rita
    card.save()

    assert sent(card, event("checkout.session.completed", session(begun[1].key, 10_000, "usd"))) == "recorded"
    assert Payment.objects.get().created_by == shop.olga


def test_who_comes_back_finds_what_the_provider_says(books, card, there, begun):
    invoice, attempt = begun

    assert ask(attempt).state == "started"
    there.paid = True
    assert ask(attempt).state == "started"  # asked a moment ago
    with clock.frozen("2026-11-20T12:00:05"):
        assert ask(attempt).state == "paid"
    assert books.state(invoice)[0] == "paid"
    assert sent(card, event("checkout.session.completed", session(attempt.key, 10_000, "usd"))) == "known"


def test_a_rial_invoice_is_paid_by_the_gateway_once(books, gate, there):
    invoice = books.invoice("1500000", "IRR")
    attempt = start(invoice, gate).attempt
    there.paid = True

    ask(attempt)
    with clock.frozen("2026-11-20T12:01:00"):
        ask(attempt)

    assert books.state(invoice)[0] == "paid"
    assert Payment.objects.get().reference == "201"
    assert [path for _m, path, *_rest in there.asked].count("/pg/v4/payment/verify.json") == 1


def test_a_client_who_never_came_back_is_asked_about(books, card, there, begun):
    invoice, attempt = begun
    there.paid = True

    assert ask_waiting() == 0
    with clock.frozen("2026-11-20T12:03:00"):
        assert ask_waiting() == 1
    assert books.state(invoice)[0] == "paid"
    with clock.frozen("2026-11-20T12:09:00"):
        assert ask_waiting() == 0


def test_a_provider_that_is_away_is_asked_again_later_and_given_up_after_a_day(books, card, there, begun):
    attempt, there.mood = begun[1], "500"
    with clock.frozen("2026-11-20T12:03:00"):
        ask_waiting()
    attempt.refresh_from_db()
    assert attempt.state == "started" and attempt.problem
    there.mood = ""
    with clock.frozen("2026-11-21T11:30:00"):
        ask_waiting()
    with clock.frozen("2026-11-21T12:30:00"):
        ask_waiting()
    attempt.refresh_from_db()
    assert attempt.state == "failed"


def test_a_try_whose_beginning_was_cut_off_is_given_up_and_counts_all_the_same_when_it_was_paid(books, card, begun):
    invoice, attempt = begun
    PaymentAttempt.objects.update(external_id="")
    with clock.frozen("2026-11-21T12:30:00"):
        assert ask_waiting() == 0
        attempt.refresh_from_db()
        assert attempt.state == "failed"

        assert sent(card, event("checkout.session.completed", session(attempt.key, 10_000, "usd"))) == "recorded"
    assert books.state(invoice)[0] == "paid"


def test_the_words_of_messages_go_after_thirty_days_and_their_names_stay(books, card, begun):
    message = event("checkout.session.completed", session(begun[1].key, 10_000, "usd"))
    sent(card, message)

    with clock.frozen("2026-12-21T12:00:00"):
        forget_raw()
        assert WebhookDelivery.objects.get().raw == ""
        assert sent(card, message) == "again"
    assert Payment.objects.count() == 1


def test_secrets_are_sealed_and_addresses_cannot_be_guessed(books, card):
    address = accounts.webhook_address(card)

    assert SECRET_KEY not in card.secrets and WEBHOOK_SECRET not in json.dumps([card.secrets, card.path])
    assert accounts.secrets_of(card) == {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}
    assert len(address.split("/")[-2]) >= 32 and accounts.by_path(address.split("/")[-2]) == card
    assert accounts.by_path("x") is None


def test_an_empty_secret_stays_as_it_was_and_a_broken_one_is_refused(books, shop, card):
    accounts.change(card, "Cards", {"secret_key": ""}, by=shop.olga, is_on=True, is_test=True)
    assert accounts.secrets_of(card)["secret_key"] == SECRET_KEY
    with pytest.raises(Invalid):
        accounts.change(card, "Cards", {"secret_key": "two words"}, by=shop.olga, is_on=True, is_test=True)


def test_a_provider_is_tried_out(books, shop, card, there):
    wrong = accounts.add("stripe", "Wrong", {"secret_key": "sk_no"}, by=shop.olga)

    assert accounts.test(card) == ""
    assert "secret key" in accounts.test(wrong)
    wrong.refresh_from_db()
    assert wrong.problem and wrong.tested_at


def test_clients_may_pay_by_what_is_ready_and_takes_their_currency(books, shop, card, gate):
    accounts.add("stripe", "Without secrets", {}, by=shop.olga)

    assert accounts.usable("USD") == [card]
    assert accounts.usable("IRR") == [card, gate]


def test_settling_knows_nothing_of_providers(books, begun):
    """What is paid follows from allocations alone: a try changes nothing."""
    invoice, _attempt = begun
    assert settle(type(invoice).objects.get(pk=invoice.pk), by=books.anna).state == "issued"
