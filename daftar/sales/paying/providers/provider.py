"""What a payment provider does for us, whichever it is. Adapters know their protocol and nothing of our tables."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

import orjson
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import DaftarError, Invalid, OutsideFailure

SECONDS = 15.0


class Outcome(StrEnum):
    PENDING = "pending"
    PAID = "paid"
    FAILED = "failed"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client is asked to pay.

    Shapes: `attempt` is our own key of this try, also the key of idempotency; `return_address` is where the client comes back to.
    Units: `amount` in whole units of `currency` (IRR in rials).
    """

    attempt: str
    amount: Decimal
    currency: str
    title: str
    return_address: str
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """Where the client pays, and how the provider calls this try."""

    redirect: str
    external_id: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What a provider says about a try.

    Shapes: `delivery_id` names this very message ("" for an answer to a question of ours); `attempt` our key or ""; `external_id` the
    provider's name of the try; `reference` the provider's number of the payment. `amount` of a refund is all that went back so far.
    """

    outcome: Outcome
    amount: Decimal
    currency: str
    external_id: str = ""
    attempt: str = ""
    reference: str = ""
    delivery_id: str = ""


@dataclass(frozen=True, slots=True)
class SecretField:
    """A secret that the provider gives; `needed_for` "calls" or "webhooks"."""

    key: str
    label: Any
    needed_for: str = "calls"
    help: Any = ""


class NotSigned(DaftarError):
    """The message is not from the provider, or was changed, or is too old."""

    status = 400
    code = "not_signed"
    sentence = _("This message is not signed by the payment provider, so it was not read.")


class Unready(DaftarError):
    """The provider has no secret yet by which its messages could be told from others."""

    status = 503
    code = "unready"
    sentence = _("This payment provider is not set up.")


class Refused(Invalid):
    """The provider answered, and said no; the sentence says why."""

    code = "provider_refused"


class Provider(ABC):
    """One account with a provider. Shapes: `secrets` by key of `secret_fields`; `is_test` speaks to the provider's playground."""

    key: ClassVar[str]
    name: ClassVar[Any]
    secret_fields: ClassVar[Sequence[SecretField]]
    currencies: ClassVar[frozenset[str] | None] = None
    """None for any."""
    has_webhooks: ClassVar[bool] = True
    can_refund: ClassVar[bool] = True

    def __init__(self, secrets: Mapping[str, str], *, is_test: bool = False) -> None:
        self.secrets, self.is_test = dict(secrets), is_test

    def takes(self, currency: str) -> bool:
        return self.currencies is None or currency in self.currencies

    @property
    def is_ready(self) -> bool:
        """Whether every secret is there that calls need."""
        return all(self.secrets.get(field.key) for field in self.secret_fields if field.needed_for == "calls")

    @abstractmethod
    def start(self, wish: Wish) -> Started:
        """Begin a try and say where the client pays. Errors: Refused, OutsideFailure; asking again with the same wish is one try."""

    @abstractmethod
    def ask(self, external_id: str, wish: Wish) -> Notice:
        """What became of a try, as the provider knows it now. Errors: OutsideFailure."""

    @abstractmethod
    def test(self) -> None:
        """Ask something harmless. Errors: Refused with what is wrong, OutsideFailure."""

    def verify(self, raw: bytes, headers: Mapping[str, str]) -> None:
        """Errors: NotSigned, Unready. `headers` in lower case."""
        raise Unready()

    def read(self, raw: bytes) -> Notice | None:
        """What a verified message says; None for one that is not about money. Errors: Invalid for what cannot be read."""
        return None

    def delivery_id(self, raw: bytes) -> str:
        """The provider's own name of the message. Errors: Invalid."""
        raise unreadable()

    def refund(self, reference: str, amount: Decimal, currency: str, *, once: str) -> Decimal:
        """Pay back; how much of the payment has gone back in all, this included. Errors: Refused, OutsideFailure."""
        raise Refused(
            _("This provider takes no refunds here. Pay back in the provider's own pages, then record it by hand.")
        )


def document(content: bytes) -> dict[str, Any]:
    """An answer as an object. Errors: OutsideFailure for anything else."""
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise OutsideFailure(_("The payment provider answered with something that cannot be read.")) from None
    if not isinstance(found, dict):
        raise OutsideFailure(_("The payment provider answered with something that cannot be read."))
    return found


def unreadable() -> Invalid:
    return Invalid(_("This message cannot be read."))


def lying() -> OutsideFailure:
    return OutsideFailure(_("The payment provider answered about something else than was asked."))
