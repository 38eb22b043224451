"""Zarinpal, a gateway for Iranian cards: request, redirect, callback, verify (version 4 of its REST interface).

It sends no messages of its own: the client comes back by an address, and what became of the payment is asked (verify.json), which also
completes it. Source: https://zarinpal.com/docs/paymentGateway/connectToGateway and verifyPayment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from daftar.kernel import egress
from daftar.kernel.errors import Invalid, OutsideFailure
from daftar.sales.paying.providers.provider import (
    SECONDS,
    Notice,
    Outcome,
    Provider,
    Refused,
    SecretField,
    Started,
    Wish,
    document,
    lying,
)

PLAYGROUND = "https://sandbox.zarinpal.com"
LEAST = Decimal(10_000)
"""Rials: a thousand toman."""
NOT_PAID_YET = (-51, -55)
_AUTHORITY = re.compile(r"[AS][0-9A-Za-z]{20,60}", re.ASCII)
_REFUSALS: Mapping[int, Any] = {
    -9: _("Zarinpal cannot read what was sent: check the merchant code and the amount."),
    -10: _("Zarinpal does not know this merchant code, or does not expect calls from this server's address."),
    -11: _("This merchant code is not active. Ask Zarinpal's support."),
    -12: _("Too many tries in a short time. Wait a little, then try again."),
    -15: _("Zarinpal has suspended this gateway. Ask its support."),
    -16: _("Zarinpal has not approved this account for payments yet."),
    -50: _("Zarinpal says that another sum was paid than was asked for."),
    -54: _("Zarinpal does not know this payment."),
}


class Zarinpal(Provider):
    key = "zarinpal"
    name = _("Zarinpal")
    secret_fields = (
        SecretField("merchant_id", _("Merchant code"), help=_("36 characters. Zarinpal gives it for your gateway.")),
    )
    currencies = frozenset({"IRR"})
    has_webhooks = False
    can_refund = False

    @property
    def base(self) -> str:
        return PLAYGROUND if self.is_test else str(settings.ZARINPAL_API)

    def start(self, wish: Wish) -> Started:
        about = {"order_id": wish.attempt, **({"email": wish.email} if wish.email else {})}
        data = self.call(
            "request",
            {
                "amount": rials(wish.amount, wish.currency), "currency": "IRR", "description": wish.title[:250],
                "callback_url": wish.return_address, "metadata": about,
            },
        )  # fmt: skip
        authority = data.get("authority")
        if data.get("code") != 100 or not isinstance(authority, str) or not _AUTHORITY.fullmatch(authority):
            raise lying()
        return Started(f"{self.base}/pg/StartPay/{authority}", authority)

    def ask(self, external_id: str, wish: Wish) -> Notice:
        """Verify, which completes the payment: 100 the first time, 101 ever after."""
        amount = rials(wish.amount, wish.currency)
        try:
            data = self.call("verify", {"amount": amount, "authority": external_id})
        except Refused as refused:
            if refused.details.get("number") not in NOT_PAID_YET:
                raise
            return Notice(Outcome.PENDING, wish.amount, wish.currency, external_id, wish.attempt)
        number = data.get("ref_id")
        if data.get("code") not in (100, 101) or type(number) not in (int, str) or not str(number).isalnum():
            raise lying()
        return Notice(Outcome.PAID, wish.amount, wish.currency, external_id, wish.attempt, str(number)[:100])

    def test(self) -> None:
        """Begin a payment of the least sum that nobody will pay."""
        self.start(Wish("test", LEAST, "IRR", "Test", "https://example.com/"))

    def call(self, verb: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """The "data" of an answer. Errors: Refused (`number` in its details), OutsideFailure."""
        answer = egress.fetch(
            f"{self.base}/pg/v4/payment/{verb}.json",
            method="POST",
            headers={"Content-Type": "application/json", "Accept": "application/json"},
            content=orjson.dumps({"merchant_id": self.secrets.get("merchant_id", ""), **values}),
            seconds=SECONDS,
        )
        if answer.status >= 500:
            raise OutsideFailure(_("Zarinpal does not answer at the moment. Please try again."))
        found = document(answer.content)
        data, errors = found.get("data"), found.get("errors")
        if isinstance(errors, dict) and type(errors.get("code")) is int:
            number = errors["code"]
            raise Refused(_REFUSALS.get(number, _("Zarinpal refused this payment.")), number=number)
        if answer.status != 200 or not isinstance(data, dict):
            raise lying()
        return data


def rials(amount: Decimal, currency: str) -> int:
    """Errors: Invalid for another currency, for less than a thousand toman, and for a part of a rial."""
    if currency != "IRR":
        raise Invalid(_("Zarinpal takes rials only."))
    if amount != amount.to_integral_value() or amount >= 10**12:
        raise Invalid(_("Zarinpal takes whole rials only, and less than a thousand billion of them."))
    if amount < LEAST:
        raise Invalid(_("Zarinpal takes payments from 10,000 rials."))
    return int(amount)
