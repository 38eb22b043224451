"""A local server that speaks the documented protocols of Stripe and Zarinpal, and misbehaves when told to."""

import hashlib
import hmac
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MERCHANT = "5a3c1f0e-0000-4000-8000-000000000001"
SECRET_KEY, WEBHOOK_SECRET = "sk_test_51", "whsec_test"
AUTHORITY = "A00000000000000000000000000217885159"


class StandIn:
    """What was asked (`asked`: method, path, form or JSON, headers), and how it answers: `paid`, `mood`, `changes` to an answer."""

    def __init__(self):
        self.asked, self.mood, self.changes, self.once = [], "", {}, {}
        self.paid, self.verified, self.session = False, False, {}
        self.refunded, self.currency = 0, "eur"

    # -- Stripe ------------------------------------------------------------------------------------

    def stripe(self, method, path, form, headers):
        if headers.get("authorization") != f"Bearer {SECRET_KEY}":
            return 401, {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided: sk_…"}}
        if path == "/v1/balance":
            return 200, {"object": "balance", "available": []}
        key = headers.get("idempotency-key")
        if method == "POST" and key and key in self.once:
            return self.once[key]
        answer = self.stripe_answer(path, form)
        if method == "POST" and key:
            self.once[key] = answer
        return answer

    def stripe_answer(self, path, form):
        if path == "/v1/checkout/sessions":
            item = "line_items[0][price_data]"
            self.session = {
                "id": "cs_test_a1", "object": "checkout.session", "url": "https://checkout.stripe.com/c/pay/cs_test_a1",
                "amount_total": int(form[f"{item}[unit_amount]"]), "currency": form[f"{item}[currency]"], "payment_intent": None,
                "client_reference_id": form["client_reference_id"], "payment_status": "unpaid", "status": "open",
            }  # fmt: skip
            return 200, {**self.session, **self.changes}
        if path.startswith("/v1/checkout/sessions/"):
            done = {"payment_status": "paid", "status": "complete", "payment_intent": "pi_1"} if self.paid else {}
            return 200, {**self.session, **done, **self.changes}
        if path == "/v1/refunds":
            self.refunded += int(form["amount"])
            made = {
                "id": "re_1",
                "object": "refund",
                "amount": int(form["amount"]),
                "currency": self.currency,
                "status": "succeeded",
            }
            return 200, {**made, "charge": {"object": "charge", "amount_refunded": self.refunded}, **self.changes}
        return 404, {"error": {"code": "resource_missing"}}

    # -- Zarinpal ----------------------------------------------------------------------------------

    def zarinpal(self, path, given):
        if given.get("merchant_id") != MERCHANT:
            return 422, {
                "data": [],
                "errors": {"code": -9, "message": "The merchant id is not valid.", "validations": []},
            }
        if path.endswith("/request.json"):
            self.session = given
            made = {"code": 100, "message": "Success", "authority": AUTHORITY, "fee_type": "Merchant", "fee": 100}
            return 200, {"data": {**made, **self.changes}, "errors": []}
        if given["authority"] != AUTHORITY:
            return 200, {"data": [], "errors": {"code": -54, "message": "Invalid authority."}}
        if given["amount"] != self.session["amount"]:
            return 200, {"data": [], "errors": {"code": -50, "message": "Amounts values is not the same."}}
        if not self.paid:
            return 200, {"data": [], "errors": {"code": -51, "message": "Session is not active paid try."}}
        code, self.verified = (101 if self.verified else 100), True
        found = {"code": code, "message": "Verified", "card_pan": "502229******5995", "ref_id": 201, "fee": 0}
        return 200, {"data": {**found, **self.changes}, "errors": []}


@contextmanager
def running(settings):
    """The stand-in in place of both providers."""
    with served() as (stand_in, address):
        settings.ALLOWED_HOSTS_OUT = [address.removeprefix("http://")]
        settings.STRIPE_API = settings.ZARINPAL_API = address
        yield stand_in


@contextmanager
def served():
    """(the stand-in, its address)"""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            path, headers = urlsplit(self.path).path, {key.lower(): value for key, value in self.headers.items()}
            is_form = "form" in headers.get("content-type", "")
            given = {k: v[0] for k, v in parse_qs(raw.decode()).items()} if is_form else json.loads(raw or b"{}")
            stand_in.asked.append((self.command, path, given, headers))
            if stand_in.mood == "slow":
                time.sleep(1.5)
            status, found = (
                stand_in.stripe(self.command, path, given, headers)
                if path.startswith("/v1/")
                else stand_in.zarinpal(path, given)
            )
            body = json.dumps(found).encode()
            if stand_in.mood in ("500", "429"):
                status, body = int(stand_in.mood), b"<html>busy</html>"
            if stand_in.mood == "broken":
                body = body[: len(body) // 2]
            if stand_in.mood == "html":
                body = b"<html>hello</html>"
            if stand_in.mood == "list":
                body = b"[1]"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if stand_in.mood != "cut":
                self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield stand_in, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def signed(event, *, secret=WEBHOOK_SECRET, at=None):
    """(raw body, headers) of a message as Stripe signs it."""
    from daftar.kernel import clock

    raw = event if isinstance(event, bytes) else json.dumps(event).encode()
    moment = str(int(clock.now().timestamp() if at is None else at))
    signature = hmac.new(secret.encode(), moment.encode() + b"." + raw, hashlib.sha256).hexdigest()
    return raw, {"stripe-signature": f"t={moment},v1={signature},v0=abc"}


def event(kind, about, id="evt_1"):
    return {"id": id, "object": "event", "type": kind, "created": 1, "livemode": False, "data": {"object": about}}


def session(attempt, minor, currency="eur", **more):
    return {
        "id": "cs_test_a1", "object": "checkout.session", "client_reference_id": attempt, "amount_total": minor, "currency": currency,
        "payment_status": "paid", "payment_intent": "pi_1", "metadata": {"attempt": attempt}, **more,
    }  # fmt: skip


def intent(attempt, minor, currency="eur", **more):
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "amount_received": minor,
        "currency": currency,
        "metadata": {"attempt": attempt},
        **more,
    }


def charge(attempt, refunded, currency="eur", **more):
    about = {
        "id": "ch_1",
        "object": "charge",
        "amount_refunded": refunded,
        "currency": currency,
        "payment_intent": "pi_1",
    }
    return {**about, "metadata": {"attempt": attempt}, **more}
