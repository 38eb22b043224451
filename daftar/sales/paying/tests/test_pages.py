"""The pages of payments, as people see and send them."""

from decimal import Decimal

import pytest

from daftar.access.models import Installation
from daftar.access.tests.freshly import sign_in
from daftar.kernel import clock
from daftar.sales.models import BankAccount, Payment, PaymentAttempt, PaymentProvider, WebhookDelivery
from daftar.sales.paying import accounts
from daftar.sales.paying.record import Who
from daftar.sales.paying.starting import page_of_link, start
from daftar.sales.paying.tests import stand_ins
from daftar.sales.paying.tests.stand_ins import SECRET_KEY, WEBHOOK_SECRET, event, intent, session, signed


@pytest.fixture(autouse=True)
def day():
    with clock.frozen("2026-11-20T12:00:00"):
        yield


@pytest.fixture
def there(settings):
    with stand_ins.running(settings) as stand_in:
        stand_in.currency = "usd"
        yield stand_in


@pytest.fixture
def card(books, shop):
    return accounts.add("stripe", "Card", {"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}, by=shop.olga)


def test_the_bookkeeper_records_a_payment_on_the_invoice(books, at):  # noqa: F811
    invoice = books.invoice("100")
    browser = at(books.anna)
    assert "Record a payment" in browser.get(f"/invoices/{invoice.pk}/").content.decode()
    form = browser.get(f"/invoices/{invoice.pk}/pay")
    assert "$100.00" in form.content.decode()

    sent = {
        "amount": "40",
        "received_on": "2026-11-19",
        "method": "cash",
        "reference": "K-1",
        "once": "k1",
        "settles": "",
    }
    assert browser.post(f"/invoices/{invoice.pk}/pay", sent).status_code == 302
    assert browser.post(f"/invoices/{invoice.pk}/pay", sent).status_code == 302

    payment = Payment.objects.get()
    assert (payment.amount, payment.method, payment.reference, payment.created_by) == (40, "cash", "K-1", books.anna)
    assert books.state(invoice) == ("part_paid", 40, 60)
    page = browser.get(f"/invoices/{invoice.pk}/").content.decode()
    assert "Payments" in page and "$40.00" in page


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"amount": ""}, "This is needed."),
        ({"amount": "0"}, "more than 0"),
        ({"amount": "ten"}, "Write an amount"),
        ({"amount": "1e5"}, "not a number"),
        ({"received_on": "2027-01-01"}, "not come yet"),
        ({"received_on": "soon"}, "not a date"),
        ({"method": "barter"}, "Choose one of the list."),
        ({"settles": "150"}, "Only 100"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(books, at, sent, words):  # noqa: F811
    invoice = books.invoice("100")
    given = {"amount": "200", "received_on": "2026-11-19", "method": "bank", "once": "k", **sent}

    answer = at(books.anna).post(f"/invoices/{invoice.pk}/pay", given)

    assert answer.status_code == 422 and words in answer.content.decode()
    assert not Payment.objects.exists()


def test_who_may_not_record_payments_is_refused_and_sees_no_button(books, shop, at):  # noqa: F811
    invoice = books.invoice("100")
    browser = at(shop.rita)

    assert "Record a payment" not in browser.get(f"/invoices/{invoice.pk}/").content.decode()
    assert browser.get(f"/invoices/{invoice.pk}/pay").status_code == 403
    assert browser.get(f"/companies/{books.company.pk}/payment").status_code == 403
    assert browser.get("/bank/").status_code == 403
    assert browser.get("/settings/payments/").status_code == 403


def test_a_payment_is_assigned_taken_off_paid_back_and_taken_back(books, at):  # noqa: F811
    first, second = books.invoice("100"), books.invoice("50")
    browser = at(books.anna)
    browser.post(
        f"/companies/{books.company.pk}/payment",
        {"amount": "200", "received_on": "2026-11-19", "method": "bank", "once": "k"},
    )
    payment = Payment.objects.get()
    here = f"/payments/{payment.pk}/"

    assert browser.post(f"{here}assign", {"invoice": first.pk, "amount": ""}).status_code == 302
    assert browser.post(f"{here}assign", {"invoice": second.pk, "amount": "20"}).status_code == 302
    assert (books.state(first)[0], books.state(second)[:2], books.free(payment)) == ("paid", ("part_paid", 20), 80)
    assert browser.post(f"{here}unassign", {"invoice": first.pk}).status_code == 302
    assert books.free(payment) == 180
    assert browser.post(f"{here}refund", {"amount": "190", "received_on": "2026-11-20", "once": "r"}).status_code == 422
    assert (
        browser.post(
            f"{here}refund", {"amount": "190", "received_on": "2026-11-20", "once": "r", "opens": "1"}
        ).status_code
        == 302
    )
    assert (books.free(payment), books.state(second)[:2]) == (0, ("part_paid", 10))
    refunded = Payment.objects.get(refund_of=payment.pk)
    assert browser.post(f"/payments/{refunded.pk}/withdraw").status_code == 302
    assert browser.post(f"{here}withdraw").status_code == 302
    assert not Payment.objects.filter(deleted_at=None).exists()
    assert books.state(second) == ("issued", 0, 50)


def test_the_card_of_the_client_says_how_they_stand(books, shop, at):  # noqa: F811
    books.invoice("100", due=clock.now().date().replace(day=1))
    books.pay("150", books.invoice("120"))
    books.pay("7", who=Who(books.company.pk))

    page = at(books.anna).get(f"/companies/{books.company.pk}/").content.decode()

    for words in ("Invoiced", "$220.00", "Paid", "$120.00", "To be paid", "$100.00", "Overdue", "Credit", "$37.00"):
        assert words in page
    assert "$220.00" not in at(shop.reza).get(f"/companies/{books.company.pk}/").content.decode()


def test_the_list_of_payments_is_a_list_like_all(books, at):  # noqa: F811
    books.pay("40", books.invoice("100"), reference="K-77")

    page = at(books.anna).get("/payments/").content.decode()

    assert "$40.00" in page and "Alvand Tools" in page
    assert at(books.anna).get("/payments/export.csv").status_code == 200


# -- settings ------------------------------------------------------------------------------------------


def test_a_provider_is_set_up_tried_out_and_switched_off(books, shop, there, client):
    browser = sign_in(client, shop.olga)
    sent = {"name": "Card", "secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET}
    assert browser.post("/settings/payments/new/stripe/", sent).status_code == 302
    row = PaymentProvider.objects.get()

    page = browser.get(f"/settings/payments/{row.pk}/").content.decode()
    assert accounts.webhook_address(row) in page
    assert SECRET_KEY not in page and WEBHOOK_SECRET not in page
    assert browser.post(f"/settings/payments/{row.pk}/test").status_code == 302
    row.refresh_from_db()
    assert row.tested_at is not None and row.problem == ""
    assert browser.post(f"/settings/payments/{row.pk}/", {"name": "Cards"}).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.is_on, accounts.secrets_of(row)["secret_key"]) == ("Cards", False, SECRET_KEY)
    assert browser.get("/settings/payments/new/paypal/").status_code == 404


def test_secrets_are_asked_for_only_from_who_has_just_signed_in(books, shop, at):  # noqa: F811
    answer = at(shop.olga).post("/settings/payments/new/stripe/", {"name": "Card", "secret_key": SECRET_KEY})

    assert answer.status_code == 302 and answer["Location"].startswith("/confirm/")
    assert not PaymentProvider.objects.exists()


def test_a_broken_secret_is_refused_at_its_field(books, shop, client):
    answer = sign_in(client, shop.olga).post(
        "/settings/payments/new/zarinpal/", {"name": "", "merchant_id": "with blanks"}
    )

    assert answer.status_code == 422 and "without blanks" in answer.content.decode()
    assert not PaymentProvider.objects.exists()


def test_bank_accounts_are_kept_once(books, shop, at):  # noqa: F811
    browser = at(shop.olga)
    sent = {"name": "Main", "number": "DE89 3704 0044", "currency": "EUR"}

    assert browser.post("/settings/payments/accounts/new/", sent).status_code == 302
    assert browser.post("/settings/payments/accounts/new/", sent).status_code == 422
    row = BankAccount.objects.get()
    assert row.number == "DE8937040044"
    assert browser.post(f"/settings/payments/accounts/{row.pk}/", {**sent, "archived": "1"}).status_code == 302
    assert "Main" in browser.get("/settings/payments/").content.decode()


# -- messages and the way back -------------------------------------------------------------------------


def hook_of(card):
    return "/" + accounts.webhook_address(card).split("/", 3)[3]


def sent(client, address, about, **more):
    raw, headers = signed(about, **more)
    return client.post(address, raw, content_type="application/json", HTTP_STRIPE_SIGNATURE=headers["stripe-signature"])


def test_a_signed_message_is_answered_once_it_is_stored(books, card, there, client):
    invoice = books.invoice("100")
    key = start(invoice, card).attempt.key
    about = event("payment_intent.succeeded", intent(key, 10_000, "usd"))

    answers = [sent(client, hook_of(card), about) for _n in range(3)]

    assert [(one.status_code, one.content) for one in answers] == [
        (200, b"recorded\n"),
        (200, b"again\n"),
        (200, b"again\n"),
    ]
    assert Payment.objects.count() == 1 and books.state(invoice)[0] == "paid"


def test_other_messages_are_refused_and_stored_nowhere(books, shop, card, client):
    about, half = event("x", {}), accounts.add("stripe", "Half", {"secret_key": SECRET_KEY}, by=shop.olga)

    assert client.get(hook_of(card)).status_code == 405
    assert sent(client, hook_of(card), about, secret="wrong").status_code == 400
    assert sent(client, hook_of(card), b"{broken").status_code == 400
    assert sent(client, "/hooks/payments/guessed/", about).status_code == 404
    assert client.post(hook_of(card), b"x" * 600_000, content_type="application/json").status_code == 413
    unready = sent(client, hook_of(half), about)
    assert unready.status_code == 503 and unready["Retry-After"]
    assert not WebhookDelivery.objects.exists()


def test_who_comes_back_sees_how_it_stands_and_looking_changes_nothing(books, card, there, client):
    invoice = books.invoice("100")
    attempt = start(invoice, card).attempt
    there.paid = True
    here = f"/pay/{attempt.key}/"

    page = client.get(here)
    assert page.status_code == 200 and "being checked" in page.content.decode()
    assert page["Referrer-Policy"] == "no-referrer" and "no-store" in page["Cache-Control"]
    assert PaymentAttempt.objects.get().state == "started"
    assert "arrived" in client.post(here).content.decode()
    assert books.state(invoice)[0] == "paid"
    assert "arrived" in client.get(here).content.decode()
    assert client.get("/pay/guessed/").status_code == 404


def test_who_gave_up_is_told_so(books, card, there, client):
    attempt = start(books.invoice("100"), card).attempt

    assert "not finished" in client.get(f"/pay/{attempt.key}/?cancelled=1").content.decode()
    assert "not finished" in client.get(f"/pay/{attempt.key}/?Authority=A1&Status=NOK").content.decode()


def test_the_page_after_paying_is_the_seller_s_and_speaks_as_the_client_s_page_does(books, card, there, client):
    company = Installation.load()
    company.name, company.language = "Tehran Tools", "fa"
    company.save()
    attempt = start(books.invoice("1234.50"), card).attempt

    page = client.get(f"/pay/{attempt.key}/").content.decode()

    assert "Tehran Tools" in page and 'dir="rtl"' in page and "۱٬۲۳۴٫۵۰" in page
    assert "دفتر" not in page and "Daftar" not in page


def test_a_provider_that_is_away_is_said_in_words(books, card, there, client):
    attempt = start(books.invoice("100"), card).attempt
    there.mood = "500"

    page = client.post(f"/pay/{attempt.key}/")

    assert page.status_code == 200 and "Please try again" in page.content.decode()


def test_the_way_back_is_what_the_client_s_page_says(books, card, there, client):
    attempt = start(books.invoice("100"), card).attempt
    page_of_link(lambda link: "/somewhere/")
    try:
        assert "/somewhere/" not in client.get(f"/pay/{attempt.key}/").content.decode()  # begun without a link
    finally:
        page_of_link(lambda link: "")


def test_money_goes_back_through_the_provider_that_brought_it(books, card, there, at, client):  # noqa: F811
    invoice = books.invoice("100")
    key = start(invoice, card).attempt.key
    sent(client, hook_of(card), event("checkout.session.completed", session(key, 10_000, "usd")))
    payment = Payment.objects.get()
    browser, here = at(books.anna), f"/payments/{payment.pk}/refund"
    assert "Pay back through Card now" in browser.get(here).content.decode()

    given = {"amount": "30", "received_on": "2026-11-20", "once": "r1", "online": "1"}
    assert browser.post(here, given).status_code == 302
    assert browser.post(here, given).status_code == 302  # pressed twice: the provider does it once

    assert [asked[1] for asked in there.asked].count("/v1/refunds") == 2 and there.refunded == 3_000
    assert Payment.objects.filter(refund_of=payment).count() == 1
    assert books.state(invoice) == ("part_paid", 70, 30)
    assert Payment.objects.get(refund_of=payment).amount == Decimal(-30)
    assert books.adds_up()
