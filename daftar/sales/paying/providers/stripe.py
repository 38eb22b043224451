"""Stripe: Checkout Sessions, signed events, refunds. Source: the API reference and "Check the webhook signatures" at docs.stripe.com."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from daftar.kernel import clock, egress
from daftar.kernel.currencies import CURRENCIES
from daftar.kernel.errors import Invalid, OutsideFailure
from daftar.sales.paying.providers.provider import (
    SECONDS,
    Notice,
    NotSigned,
    Outcome,
    Provider,
    Refused,
    SecretField,
    Started,
    Unready,
    Wish,
    document,
    lying,
    unreadable,
)

VERSION = "2024-06-20"
TOLERANCE_SECONDS = 300
NO_DECIMALS = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
"""Their last digit must be 0. ISK and UGX have no coins and are counted in hundredths all the same."""
LONGEST_MESSAGE = 512 * 1024
_ID = re.compile(r"[A-Za-z0-9_]{3,255}", re.ASCII)
_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SESSION_OUTCOMES = {
    "checkout.session.completed": Outcome.PENDING,
    "checkout.session.async_payment_succeeded": Outcome.PAID,
    "checkout.session.async_payment_failed": Outcome.FAILED,
    "checkout.session.expired": Outcome.FAILED,
}


class Stripe(Provider):
    key = "stripe"
    name = "Stripe"
    secret_fields = (
        SecretField("secret_key", _("Secret key"), help=_("Begins with sk_ or rk_. Stripe: Developers, API keys.")),
        SecretField(
            "webhook_secret", _("Signing secret of the webhook"), "webhooks",
            _("Begins with whsec_. Stripe shows it after you have added the address below as an endpoint."),
        ),
    )  # fmt: skip

    # -- asking ------------------------------------------------------------------------------------

    def start(self, wish: Wish) -> Started:
        item = "line_items[0]"
        back = f"{wish.return_address}{'&' if '?' in wish.return_address else '?'}"
        form = {
            "mode": "payment",
            "client_reference_id": wish.attempt,
            "metadata[attempt]": wish.attempt,
            "payment_intent_data[metadata][attempt]": wish.attempt,
            f"{item}[quantity]": "1",
            f"{item}[price_data][currency]": wish.currency.lower(),
            f"{item}[price_data][unit_amount]": str(to_minor(wish.amount, wish.currency)),
            f"{item}[price_data][product_data][name]": wish.title[:250],
            "success_url": f"{back}session_id={{CHECKOUT_SESSION_ID}}",
            "cancel_url": f"{back}cancelled=1",
            **({"customer_email": wish.email} if wish.email else {}),
            **({"locale": wish.language} if wish.language in ("en", "ru") else {}),
        }
        session = self.call("POST", "/v1/checkout/sessions", form, once=f"start-{wish.attempt}")
        address, external_id = text_in(session, "url"), id_in(session, "id")
        if urlsplit(address).scheme != "https" or not self.is_about(session, wish):
            raise lying()
        return Started(address, external_id)

    def ask(self, external_id: str, wish: Wish) -> Notice:
        session = self.call("GET", f"/v1/checkout/sessions/{quote(external_id, safe='')}")
        if id_in(session, "id") != external_id or not self.is_about(session, wish):
            raise lying()
        outcome = Outcome.FAILED if session.get("status") == "expired" else Outcome.PENDING
        return notice_of_session(session, outcome)

    def is_about(self, session: Mapping[str, Any], wish: Wish) -> bool:
        """Whether a session is the one of this wish: its key, its sum."""
        return (
            session.get("client_reference_id") == wish.attempt
            and session.get("amount_total") == to_minor(wish.amount, wish.currency)
            and session.get("currency") == wish.currency.lower()
        )

    def test(self) -> None:
        self.call("GET", "/v1/balance")

    def refund(self, reference: str, amount: Decimal, currency: str, *, once: str) -> Decimal:
        form = {"payment_intent": reference, "amount": str(to_minor(amount, currency)), "expand[0]": "charge"}
        made = self.call("POST", "/v1/refunds", form, once=f"refund-{once}")
        charge = made.get("charge")
        total = charge.get("amount_refunded") if isinstance(charge, dict) else None
        is_same = made.get("amount") == to_minor(amount, currency) and made.get("currency") == currency.lower()
        if not is_same or type(total) is not int or total < to_minor(amount, currency):
            raise lying()
        if made.get("status") not in ("succeeded", "pending"):
            raise Refused(_("Stripe could not pay this back. Look at the payment in Stripe's own pages."))
        return from_minor(total, currency)

    def call(self, method: str, path: str, form: Mapping[str, str] | None = None, *, once: str = "") -> dict[str, Any]:
        """Ask the API. Errors: Refused for what the company can mend, OutsideFailure for the rest."""
        headers = {"Authorization": f"Bearer {self.secrets.get('secret_key', '')}", "Stripe-Version": VERSION}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if once:
            headers["Idempotency-Key"] = once
        answer = egress.fetch(
            settings.STRIPE_API + path,
            method=method,
            headers=headers,
            content=urlencode(form or {}).encode(),
            seconds=SECONDS,
        )
        if answer.status == 200:
            return document(answer.content)
        if answer.status in (401, 403):
            raise Refused(
                _("Stripe does not accept the secret key. Copy it again from Stripe, with the rights for Checkout.")
            )
        if answer.status in (400, 402, 404):
            raise Refused(refusal(answer.content))
        raise OutsideFailure(
            _("Stripe does not answer as expected at the moment. Nothing was charged. Please try again.")
        )

    # -- hearing -----------------------------------------------------------------------------------

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        secret = self.secrets.get("webhook_secret", "")
        if not secret:
            raise Unready()
        moment, signatures = "", []
        for part in headers.get("stripe-signature", "")[:2_000].split(","):
            name, _mark, value = part.strip().partition("=")
            if name == "t":
                moment = value
            elif name == "v1" and _SIGNATURE.fullmatch(value):
                signatures.append(value)
        if not (moment.isascii() and moment.isdecimal() and len(moment) < 13):
            raise NotSigned()
        right = hmac.new(secret.encode(), moment.encode() + b"." + raw, hashlib.sha256).hexdigest()
        if not any(hmac.compare_digest(right, one) for one in signatures):
            raise NotSigned()
        if abs(clock.now().timestamp() - int(moment)) > TOLERANCE_SECONDS:
            raise NotSigned()

    def delivery_id(self, raw: bytes) -> str:
        found = event_in(raw).get("id")
        if not isinstance(found, str) or not _ID.fullmatch(found):
            raise unreadable()
        return found

    def read(self, raw: bytes) -> Notice | None:
        event = event_in(raw)
        kind, data = event.get("type"), event.get("data")
        about = data.get("object") if isinstance(data, dict) else None
        if not isinstance(kind, str) or not isinstance(about, dict):
            raise unreadable()
        if kind in _SESSION_OUTCOMES:
            return notice_of_session(about, _SESSION_OUTCOMES[kind])
        if kind == "payment_intent.succeeded":
            return notice(Outcome.PAID, about, "amount_received", reference=text_or_nothing(about, "id"))
        if kind == "charge.refunded":
            return notice(
                Outcome.REFUNDED, about, "amount_refunded", reference=text_or_nothing(about, "payment_intent")
            )
        return None


def notice_of_session(session: Mapping[str, Any], outcome: Outcome) -> Notice:
    """A finished session is paid when Stripe says so; some ways to pay take days."""
    if outcome is Outcome.PENDING and session.get("payment_status") == "paid":
        outcome = Outcome.PAID
    return notice(
        outcome, session, "amount_total",
        external_id=text_or_nothing(session, "id"),
        attempt=text_or_nothing(session, "client_reference_id"),
        reference=text_or_nothing(session, "payment_intent"),
    )  # fmt: skip


def notice(
    outcome: Outcome,
    about: Mapping[str, Any],
    key: str,
    *,
    external_id: str = "",
    attempt: str = "",
    reference: str = "",
) -> Notice:
    """Errors: Invalid when sum or currency is none."""
    minor, currency = about.get(key), about.get("currency")
    if type(minor) is not int or not 0 <= minor < 10**15 or not isinstance(currency, str):
        raise unreadable()
    code = currency.upper()
    if code not in CURRENCIES:
        raise unreadable()
    metadata = about.get("metadata")
    said = metadata.get("attempt") if isinstance(metadata, dict) else ""
    return Notice(
        outcome,
        from_minor(minor, code),
        code,
        external_id,
        attempt or (said if isinstance(said, str) else "")[:200],
        reference,
    )


def event_in(raw: bytes) -> dict[str, Any]:
    """Errors: Invalid."""
    if len(raw) > LONGEST_MESSAGE:
        raise unreadable()
    try:
        event = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise unreadable() from None
    if not isinstance(event, dict) or event.get("object") != "event":
        raise unreadable()
    return event


def places(currency: str) -> int:
    return 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2


def to_minor(amount: Decimal, currency: str) -> int:
    """The amount as Stripe counts it. Errors: Invalid for a sum that its coins cannot make."""
    scaled = amount.scaleb(places(currency))
    coin = 10 if currency in THREE_DECIMALS else 1
    if scaled != scaled.to_integral_value() or int(scaled) % coin or not 0 < scaled < 10**12:
        raise Invalid(
            _("This amount cannot be paid by card: it is too large, or smaller than the coins of its currency.")
        )
    return int(scaled)


def from_minor(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-places(currency))


def refusal(content: bytes) -> Any:
    """Why Stripe said no, by its code: its own words may hold what is not for everybody."""
    error = document(content).get("error")
    code = error.get("code") if isinstance(error, dict) else ""
    known = {
        "amount_too_small": _("This amount is too small to be paid by card."),
        "amount_too_large": _("This amount is too large to be paid by card."),
        "charge_already_refunded": _("Stripe says that this payment was paid back already."),
        "currency_not_supported": _("Stripe does not take this currency for your account."),
    }
    return known.get(str(code), _("Stripe refused this. Check the account and the amount, then try again."))


def text_in(found: Mapping[str, Any], key: str) -> str:
    """Errors: OutsideFailure when it is none."""
    text = found.get(key)
    if not isinstance(text, str) or not 0 < len(text) < 4_000:
        raise lying()
    return text


def id_in(found: Mapping[str, Any], key: str) -> str:
    text = text_in(found, key)
    if not _ID.fullmatch(text):
        raise lying()
    return text


def text_or_nothing(found: Mapping[str, Any], key: str) -> str:
    text = found.get(key)
    return text[:255] if isinstance(text, str) else ""
