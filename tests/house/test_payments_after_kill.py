"""The server is killed while a payment provider tells of payments: what was answered is stored, sent again nothing is doubled."""

import hashlib
import hmac
import json
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.house.killing import SET_UP

TRIES, KILLS = 60, 3
PATH, SECRET = "a-secret-address-of-the-test", "whsec_test"
FILL = f"""
import datetime as dt
from decimal import Decimal
from daftar.access.models import User
from daftar.kernel.money import Money
from daftar.kernel.secrets import binding, seal
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.models import PaymentAttempt, PaymentProvider
from daftar.sales.paying import accounts
olga, schema, day = User.objects.get(), current_schema(), dt.date.today()
card = accounts.add("stripe", "Card", {{"secret_key": "sk_test", "webhook_secret": "{SECRET}"}}, by=olga)
PaymentProvider.objects.update(path_hash=accounts.hash_of("{PATH}"), path=seal("{PATH}", binding(card, "path")))
company = writing.create(schema.type("company"), {{"name": "Alvand"}}, by=olga, via="page")
sum_, none = Money(Decimal(100), "USD"), Money(Decimal(0), "USD")
for n in range({TRIES}):
    values = {{
        "number": f"INV-{{n:05}}", "kind": "full", "state": "issued", "company": company.pk, "owner": olga.pk, "issued_on": day,
        "due_on": day, "net": sum_, "total": sum_, "paid": none, "balance": sum_, "delivery": "none",
    }}
    invoice = writing.create(schema.type("invoice"), {{}}, by=olga, via="sale", derived=values)
    PaymentAttempt.objects.create(key=f"try-{{n}}", provider=card, invoice=invoice, amount=100, currency="USD", external_id=f"cs_{{n}}")
"""


def send(house, n):
    """Tell of one payment; whether the server took it."""
    about = {
        "object": "payment_intent",
        "id": f"pi_{n}",
        "amount_received": 10_000,
        "currency": "usd",
        "metadata": {"attempt": f"try-{n}"},
    }
    event = {"id": f"evt_{n}", "object": "event", "type": "payment_intent.succeeded", "data": {"object": about}}
    raw, moment = json.dumps(event).encode(), str(int(time.time()))
    signature = hmac.new(SECRET.encode(), moment.encode() + b"." + raw, hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={moment},v1={signature}", "Content-Type": "application/json"}
    try:
        return (
            httpx.post(f"{house.address}/hooks/payments/{PATH}/", content=raw, headers=headers, timeout=10).status_code
            == 200
        )
    except httpx.HTTPError:
        return False


@pytest.mark.slow
@pytest.mark.on_both
def test_an_answered_message_is_stored_and_a_repeated_one_is_no_second_payment(whole_house):
    house, taken = whole_house, set()
    house.manage("shell", "-v0", "-c", SET_UP)
    house.manage("shell", "-v0", "-c", FILL)
    for _kill in range(KILLS):
        server = house.start()
        killer = threading.Timer(0.7, lambda: server.send_signal(signal.SIGKILL))  # noqa: B023  # ends in this round
        killer.start()
        with ThreadPoolExecutor(4) as pool:
            taken |= {
                n
                for n, is_taken in zip(range(TRIES), pool.map(lambda n: send(house, n), range(TRIES)), strict=True)
                if is_taken
            }
        killer.cancel()
        server.kill()
        server.wait()
        house.settle()
        stored = {
            int(name.removeprefix("evt_")) for (name,) in house.query("SELECT external_id FROM sales_webhookdelivery")
        }
        assert taken <= stored
        assert house.query("SELECT count(*) FROM sales_webhookdelivery") == house.query(
            "SELECT count(*) FROM sales_payment"
        )

    with house.serving():
        assert sum(send(house, n) for n in range(TRIES)) == TRIES

    assert house.query("SELECT count(*) FROM sales_payment") == [(TRIES,)]
    assert house.query("SELECT count(*) FROM sales_allocation") == [(TRIES,)]
    assert house.query("SELECT count(*) FROM sales_invoice WHERE state = 'paid' AND balance = 0") == [(TRIES,)]
    assert house.query("SELECT count(*) FROM sales_paymentattempt WHERE state = 'paid' AND payment_id IS NOT NULL") == [
        (TRIES,)
    ]
    assert not house.log.read_text().count(PATH)
