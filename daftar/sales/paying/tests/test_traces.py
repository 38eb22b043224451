"""Who is erased stands in no movement, bank file or message any more."""

import pytest

from daftar.kernel.formats import default_for
from daftar.kernel.personal import Subject
from daftar.sales.bank.loading import load
from daftar.sales.models import BankStatement, PaymentAttempt, StatementLine, WebhookDelivery
from daftar.sales.paying import accounts, personal


@pytest.fixture
def ali(books):
    """A contact who stands in a statement, a table, a try to pay and a message."""
    raw = (
        b"Date,Amount (USD),Payer,Details,Payer account\n2026-11-18,40,ALI REZAEI,thanks,DE1\n"
        b"2026-11-18,50,Other Man,from Ali Rezaei,DE2\n2026-11-18,1,Nobody,x,DE3\n"
    )
    load(raw, "a.csv", by=books.anna, formats=default_for("en"))
    card = accounts.add("stripe", "Card", {}, by=books.shop.olga)
    invoice = books.invoice("10", contact=books.person.pk)
    PaymentAttempt.objects.create(key="key-1", provider=card, invoice=invoice, amount=10, currency="USD")
    WebhookDelivery.objects.create(provider=card, external_id="1", raw='{"client_reference_id": "key-1"}')
    WebhookDelivery.objects.create(provider=card, external_id="2", raw='{"name": "Somebody Else"}')
    return Subject((("contact", books.person.pk),), names=frozenset({"Ali Rezaei"}))


def test_all_traces_are_found_and_taken_out(ali):
    assert len(personal.find_lines(ali)) == 2
    assert len(personal.find_held(ali)) == len(personal.find_messages(ali)) == 1

    counts = [
        personal.erase_messages(ali),
        personal.erase_lines(ali),
        personal.erase_held(ali),
        personal.attempts(ali).delete()[0],
    ]

    assert counts == [1, 2, 1, 1]
    assert list(StatementLine.objects.order_by("amount").values_list("name", "purpose", "account")) == [
        ("Nobody", "x", "DE3"), ("", "", ""), ("", "", ""),
    ]  # fmt: skip
    assert BankStatement.objects.get().held == ""
    assert list(WebhookDelivery.objects.order_by("external_id").values_list("raw", flat=True)) == [
        "",
        '{"name": "Somebody Else"}',
    ]


def test_taking_out_again_finds_nothing(ali):
    for _n in range(2):
        counts = [personal.erase_messages(ali), personal.erase_lines(ali), personal.erase_held(ali)]

    assert counts == [0, 0, 0]
