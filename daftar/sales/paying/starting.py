"""A client begins to pay on the public page, and comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid
from daftar.kernel.ids import new_token
from daftar.kernel.money import Money, quantize
from daftar.sales.models import ClientLink, Invoice, PaymentAttempt, PaymentProvider
from daftar.sales.paying.accounts import opened
from daftar.sales.paying.outcomes import apply
from daftar.sales.paying.providers.provider import Outcome, Wish

ASKED_AT_MOST_EVERY = timedelta(seconds=3)
GIVEN_UP_AFTER = timedelta(hours=24)
OPEN = ("issued", "part_paid")


@dataclass(frozen=True, slots=True)
class Begun:
    """Where the client pays now, and the try that was begun."""

    redirect: str
    attempt: PaymentAttempt


_pages: list[Callable[[ClientLink], str]] = []


def page_of_link(address: Callable[[ClientLink], str]) -> None:
    """The room of the client's page says where a link leads, so that who has paid finds back."""
    _pages[:] = [address]


def way_back(attempt: PaymentAttempt) -> str:
    """The client's page from which the try was begun; "" when there is none."""
    return _pages[0](attempt.link) if _pages and attempt.link is not None else ""


def start(
    invoice: Invoice, provider: PaymentProvider, amount: Decimal | None = None, *, link: ClientLink | None = None,
    email: str = "", language: str = "",
) -> Begun:  # fmt: skip
    """Begin a try to pay so much of an invoice (all that is open by default) and say where the client goes on.

    The caller has seen to it that the client may see the invoice. Asks the provider, so never call it in a transaction.
    Errors: Conflict (paid or cancelled meanwhile, provider switched off), Invalid (the amount), Refused, OutsideFailure.
    """
    invoice.refresh_from_db()
    there, balance = opened(provider), invoice.balance or Decimal(0)
    wanted = balance if amount is None else amount
    if invoice.state not in OPEN or invoice.kind == "credit" or balance <= 0:
        raise Conflict(_("Nothing is left to be paid of this invoice."))
    if not provider.is_on or not there.is_ready or not there.takes(invoice.total_currency):
        raise Conflict(_("This way to pay is not offered any more. Choose another one."))
    money = Money(wanted, invoice.total_currency)
    if not 0 < wanted <= balance or quantize(money) != money:
        raise Invalid(_("Write an amount above 0 and not above what is still to be paid."), field="amount")
    attempt = PaymentAttempt.objects.create(
        key=new_token(192),
        provider=provider,
        invoice=invoice,
        link=link,
        amount=wanted,
        currency=invoice.total_currency,
    )
    try:
        started = there.start(wish_of(attempt, email=email, language=language))
    except DaftarError as refused:
        attempt.state, attempt.problem, attempt.ended_at = "failed", str(refused.sentence)[:500], clock.now()
        attempt.save(update_fields=["state", "problem", "ended_at"])
        raise
    attempt.external_id = started.external_id
    attempt.save(update_fields=["external_id"])
    return Begun(started.redirect, attempt)


def wish_of(attempt: PaymentAttempt, *, email: str = "", language: str = "") -> Wish:
    return Wish(
        attempt.key, attempt.amount, attempt.currency, _("Invoice %(number)s") % {"number": attempt.invoice.number},
        return_address(attempt), email, language,
    )  # fmt: skip


def return_address(attempt: PaymentAttempt) -> str:
    return f"{settings.PUBLIC_URL}/pay/{attempt.key}/"


def ask(attempt: PaymentAttempt) -> PaymentAttempt:
    """Ask the provider what became of a try that is under way, and keep it; at most every three seconds for one try.

    Errors: OutsideFailure, Refused; the try stays as it is then.
    """
    now = clock.now()
    waited = Q(asked_at=None) | Q(asked_at__lte=now - ASKED_AT_MOST_EVERY)
    mine = PaymentAttempt.objects.filter(waited, pk=attempt.pk, state="started").exclude(external_id="")
    if mine.update(asked_at=now):
        notice = opened(attempt.provider).ask(attempt.external_id, wish_of(attempt))
        if notice.outcome is not Outcome.PENDING:
            with transaction.atomic():
                apply(notice, attempt.provider)
    attempt.refresh_from_db()
    return attempt


def ask_waiting() -> int:
    """Ask for tries whose client never came back, with pauses that grow with their age; those of yesterday have failed. How many were asked."""
    now = clock.now()
    waiting = PaymentAttempt.objects.filter(state="started").select_related("provider", "invoice")
    was_asked = Q(asked_at__gt=now - timedelta(hours=3)) | Q(
        external_id=""
    )  # or the provider never said its name of the try
    waiting.filter(was_asked, started_at__lt=now - GIVEN_UP_AFTER).update(state="failed", ended_at=now, problem="")
    count = 0
    for attempt in waiting.exclude(external_id="").order_by("asked_at", "id")[:50]:
        age = now - attempt.started_at
        if age < timedelta(minutes=2) or (attempt.asked_at is not None and now - attempt.asked_at < age / 8):
            continue
        count += 1
        try:
            ask(attempt)
        except DaftarError as refused:
            PaymentAttempt.objects.filter(pk=attempt.pk).update(problem=str(refused.sentence)[:500])
    return count
