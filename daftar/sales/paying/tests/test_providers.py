from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.kernel import clock
from daftar.kernel.errors import Invalid, OutsideFailure
from daftar.sales.paying.providers import provider, stripe, zarinpal
from daftar.sales.paying.providers.provider import NotSigned, Outcome, Refused, Unready, Wish
from daftar.sales.paying.providers.stripe import Stripe, from_minor, to_minor
from daftar.sales.paying.providers.zarinpal import Zarinpal
from daftar.sales.paying.tests import stand_ins
from daftar.sales.paying.tests.stand_ins import (
    AUTHORITY,
    MERCHANT,
    SECRET_KEY,
    WEBHOOK_SECRET,
    charge,
    event,
    intent,
    session,
    signed,
)

EURO = Wish(
    "try-1", Decimal("12.50"), "EUR", "Invoice INV-1", "https://crm.example/pay/back/abc/", "a@example.org", "en"
)
RIAL = Wish("try-2", Decimal(1_500_000), "IRR", "فاکتور ۱", "https://crm.example/pay/back/abc/")


@pytest.fixture
def there(settings):
    with stand_ins.running(settings) as stand_in:
        yield stand_in


@pytest.fixture
def card():
    return Stripe({"secret_key": SECRET_KEY, "webhook_secret": WEBHOOK_SECRET})


@pytest.fixture
def gate():
    return Zarinpal({"merchant_id": MERCHANT})


# -- Stripe --------------------------------------------------------------------------------------------


def test_stripe_starts_a_session_of_the_very_sum(there, card):
    started = card.start(EURO)

    method, path, form, headers = there.asked[0]
    assert (method, path) == ("POST", "/v1/checkout/sessions")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert headers["idempotency-key"] == "start-try-1"
    assert form["line_items[0][price_data][unit_amount]"] == "1250"
    assert form["line_items[0][price_data][currency]"] == "eur"
    assert form["client_reference_id"] == form["payment_intent_data[metadata][attempt]"] == "try-1"
    assert form["success_url"].endswith("/pay/back/abc/?session_id={CHECKOUT_SESSION_ID}")
    assert started == provider.Started("https://checkout.stripe.com/c/pay/cs_test_a1", "cs_test_a1")


def test_stripe_says_what_became_of_a_session(there, card):
    started = card.start(EURO)
    before = card.ask(started.external_id, EURO)
    there.paid = True
    after = card.ask(started.external_id, EURO)

    assert before.outcome is Outcome.PENDING
    assert (after.outcome, after.amount, after.currency, after.reference) == (
        Outcome.PAID,
        Decimal("12.50"),
        "EUR",
        "pi_1",
    )


@pytest.mark.parametrize(
    "lie", [{"amount_total": 1}, {"currency": "usd"}, {"client_reference_id": "other"}, {"id": "../x"}]
)
def test_a_lying_answer_of_stripe_is_no_payment(there, card, lie):
    there.changes = lie
    with pytest.raises(OutsideFailure):
        card.start(EURO)
    there.changes = {}
    started = card.start(Wish("try-9", EURO.amount, "EUR", "x", "https://crm.example/"))
    there.changes, there.paid = lie, True
    with pytest.raises(OutsideFailure):
        card.ask(started.external_id, Wish("try-9", EURO.amount, "EUR", "x", ""))


def test_an_address_without_encryption_is_not_followed(there, card):
    there.changes = {"url": "http://127.0.0.1/pay"}

    with pytest.raises(OutsideFailure):
        card.start(EURO)


def test_stripe_pays_back_once(there, card):
    first = card.refund("pi_1", Decimal("2.50"), "EUR", once="r1")
    again = card.refund("pi_1", Decimal("2.50"), "EUR", once="r1")

    more = card.refund("pi_1", Decimal(1), "EUR", once="r2")

    assert first == again == Decimal("2.50")
    assert more == Decimal("3.50")
    assert there.asked[0][2] == {"payment_intent": "pi_1", "amount": "250", "expand[0]": "charge"}
    assert there.asked[0][3]["idempotency-key"] == "refund-r1"


def test_a_wrong_key_is_said_in_words(there):
    with pytest.raises(Refused, match="secret key"):
        Stripe({"secret_key": "sk_wrong"}).test()


@pytest.mark.parametrize("mood", ["500", "429", "broken", "html", "list", "cut"])
def test_a_broken_provider_is_an_outside_failure(there, card, gate, mood):
    there.mood = mood

    for ask in (card.test, lambda: card.start(EURO), lambda: gate.start(RIAL), lambda: gate.ask(AUTHORITY, RIAL)):
        with pytest.raises(OutsideFailure):
            ask()


def test_a_slow_provider_does_not_keep_us(there, card, gate, monkeypatch):
    there.mood = "slow"
    for module in (stripe, zarinpal):
        monkeypatch.setattr(module, "SECONDS", 0.2)

    for ask in (card.test, lambda: gate.start(RIAL)):
        with pytest.raises(OutsideFailure):
            ask()


# -- signatures ----------------------------------------------------------------------------------------


def test_a_signed_message_is_believed(card):
    raw, headers = signed(event("checkout.session.completed", session("try-1", 1250)))

    card.verify(raw, headers)

    assert card.delivery_id(raw) == "evt_1"
    found = card.read(raw)
    assert (found.outcome, found.amount, found.currency, found.attempt) == (
        Outcome.PAID,
        Decimal("12.50"),
        "EUR",
        "try-1",
    )
    assert (found.external_id, found.reference) == ("cs_test_a1", "pi_1")


def test_one_of_two_signatures_is_enough_while_secrets_are_changed(card):
    raw, headers = signed(event("x", {}))
    moment, right = headers["stripe-signature"].split(",")[:2]

    card.verify(raw, {"stripe-signature": f"{moment},v1={'0' * 64},{right}"})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda raw, headers: (raw + b" ", headers),
        lambda raw, headers: (raw, {}),
        lambda raw, headers: (raw, {"stripe-signature": ""}),
        lambda raw, headers: (raw, {"stripe-signature": headers["stripe-signature"].replace("v1=", "v0=")}),
        lambda raw, headers: (raw, {"stripe-signature": headers["stripe-signature"].replace("t=", "t=1")}),
        lambda raw, headers: (raw, {"stripe-signature": "t=" + "9" * 500 + ",v1=" + "a" * 64}),
        lambda raw, headers: (raw, {"stripe-signature": "t=²,v1=" + "a" * 64}),
        lambda raw, headers: signed(raw, secret="whsec_other"),
        lambda raw, headers: signed(raw, at=clock.now().timestamp() - 301),
        lambda raw, headers: signed(raw, at=clock.now().timestamp() + 302),
    ],
)
def test_a_wrong_missing_or_old_signature_is_not(card, wrong):
    raw, headers = wrong(*signed(event("checkout.session.completed", session("try-1", 1250))))

    with pytest.raises(NotSigned):
        card.verify(raw, headers)


def test_without_a_secret_nothing_is_believed():
    raw, headers = signed(event("x", {}), secret="")

    with pytest.raises(Unready):
        Stripe({"secret_key": SECRET_KEY}).verify(raw, headers)


@pytest.mark.parametrize(
    ("kind", "about", "outcome", "amount"),
    [
        ("checkout.session.completed", session("t", 1250, payment_status="unpaid"), Outcome.PENDING, "12.50"),
        ("checkout.session.async_payment_succeeded", session("t", 1250), Outcome.PAID, "12.50"),
        ("checkout.session.async_payment_failed", session("t", 1250, payment_status="unpaid"), Outcome.FAILED, "12.50"),
        ("checkout.session.expired", session("t", 1250, payment_status="unpaid"), Outcome.FAILED, "12.50"),
        ("payment_intent.succeeded", intent("t", 5000, "jpy"), Outcome.PAID, "5000"),
        ("charge.refunded", charge("t", 250), Outcome.REFUNDED, "2.50"),
    ],
)
def test_each_message_about_money_is_understood(card, kind, about, outcome, amount):
    found = card.read(signed(event(kind, about))[0])

    assert (found.outcome, found.amount, found.attempt) == (outcome, Decimal(amount), "t")


def test_a_message_about_something_else_says_nothing(card):
    assert card.read(signed(event("customer.created", {"id": "cus_1"}))[0]) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{", b"[]", b"1", b'{"object":"event"}', b'{"object":"event","type":1,"data":{"object":{}}}',
        b'{"object":"event","type":"charge.refunded","data":{"object":{"amount_refunded":-1,"currency":"eur"}}}',
        b'{"object":"event","type":"charge.refunded","data":{"object":{"amount_refunded":1.5,"currency":"eur"}}}',
        b'{"object":"event","type":"charge.refunded","data":{"object":{"amount_refunded":true,"currency":"eur"}}}',
        b'{"object":"event","type":"charge.refunded","data":{"object":{"amount_refunded":1,"currency":"xxy"}}}',
        b'{"object":"event","type":"charge.refunded","data":{"object":{"amount_refunded":1,"currency":5}}}',
        b'{"object":"event","type":"charge.refunded","data":[]}', b"[" * 100_000, b"{" + b" " * 600_000,
    ],
)  # fmt: skip
def test_a_malformed_message_is_refused_in_words(card, raw):
    with pytest.raises(Invalid):
        card.read(raw)


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.5", "EUR", 1250),
        ("5000", "JPY", 5000),
        ("1.230", "KWD", 1230),
        ("7", "ISK", 700),
        ("7", "UGX", 700),
        ("0.01", "USD", 1),
    ],
)
def test_amounts_are_counted_in_the_coins_that_stripe_uses(amount, currency, minor):
    assert to_minor(Decimal(amount), currency) == minor
    assert from_minor(minor, currency) == Decimal(amount)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("0.5", "JPY"), ("1.234", "KWD"), ("0.001", "EUR"), ("0", "EUR"), ("-1", "EUR"), ("1e11", "EUR")],
)
def test_a_sum_without_coins_is_refused(amount, currency):
    with pytest.raises(Invalid):
        to_minor(Decimal(amount), currency)


@given(st.integers(1, 10**9), st.sampled_from(["EUR", "JPY", "ISK", "USD", "KRW"]))
def test_what_is_counted_is_counted_back(minor, currency):
    assert to_minor(from_minor(minor, currency), currency) == minor


# -- Zarinpal ------------------------------------------------------------------------------------------


def test_zarinpal_starts_and_leads_to_its_page(there, gate):
    started = gate.start(RIAL)

    _method, path, given_, headers = there.asked[0]
    assert path == "/pg/v4/payment/request.json"
    assert headers["content-type"] == "application/json"
    assert (given_["merchant_id"], given_["amount"], given_["currency"]) == (MERCHANT, 1_500_000, "IRR")
    assert given_["callback_url"] == RIAL.return_address
    assert given_["metadata"] == {"order_id": "try-2"}
    assert started.redirect.endswith(f"/pg/StartPay/{AUTHORITY}")


def test_zarinpal_completes_a_payment_once_and_says_the_same_again(there, gate):
    started = gate.start(RIAL)
    before = gate.ask(started.external_id, RIAL)
    there.paid = True
    first, again = gate.ask(started.external_id, RIAL), gate.ask(started.external_id, RIAL)

    assert before.outcome is Outcome.PENDING
    assert first == again
    assert (first.outcome, first.amount, first.currency, first.reference) == (Outcome.PAID, 1_500_000, "IRR", "201")


def test_another_sum_is_no_payment(there, gate):
    started = gate.start(RIAL)
    there.paid = True

    with pytest.raises(Refused, match="another sum"):
        gate.ask(started.external_id, Wish("try-2", Decimal(20_000), "IRR", "x", ""))


@pytest.mark.parametrize("lie", [{"code": 99}, {"authority": "../evil"}, {"authority": 7}, {"authority": None}])
def test_a_lying_answer_of_zarinpal_leads_nowhere(there, gate, lie):
    there.changes = lie

    with pytest.raises(OutsideFailure):
        gate.start(RIAL)


@pytest.mark.parametrize("lie", [{"code": 5}, {"ref_id": None}, {"ref_id": {"a": 1}}, {"ref_id": True}])
def test_a_lying_verification_is_no_payment(there, gate, lie):
    started = gate.start(RIAL)
    there.paid, there.changes = True, lie

    with pytest.raises(OutsideFailure):
        gate.ask(started.external_id, RIAL)


def test_a_wrong_merchant_code_is_said_in_words(there):
    with pytest.raises(Refused, match="merchant code"):
        Zarinpal({"merchant_id": "wrong"}).test()


@pytest.mark.parametrize(("amount", "currency"), [("9999", "IRR"), ("10000.5", "IRR"), ("1e13", "IRR"), ("10", "EUR")])
def test_zarinpal_takes_whole_rials_from_a_thousand_toman(gate, amount, currency):
    with pytest.raises(Invalid):
        gate.start(Wish("t", Decimal(amount), currency, "x", "https://crm.example/"))


def test_zarinpal_has_no_refunds_and_no_messages_and_says_so(gate):
    with pytest.raises(Refused, match="own pages"):
        gate.refund("201", Decimal(1), "IRR", once="x")
    with pytest.raises(Unready):
        gate.verify(b"{}", {})
    assert not gate.can_refund and not gate.has_webhooks
    assert gate.takes("IRR") and not gate.takes("EUR")
