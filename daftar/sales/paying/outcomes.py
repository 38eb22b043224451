"""What a provider says of a try becomes a payment, once, whatever comes twice, late or in another order."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.models import Installation, User
from daftar.kernel import clock
from daftar.kernel.events import publish
from daftar.kernel.money import Money
from daftar.sales.acting import acting
from daftar.sales.events import PaymentWrong
from daftar.sales.models import Invoice, PaymentAttempt, PaymentProvider
from daftar.sales.paying.providers.provider import Notice, Outcome
from daftar.sales.paying.record import Who, lock_client, record_payment
from daftar.sales.paying.refunding import bring_refunds_to
from daftar.sales.paying.spreading import Share


@dataclass(frozen=True, slots=True)
class Applied:
    """What was made of a message: recorded, known (it changes nothing), ignored, refused (with `words`) or waiting (for what must come before)."""

    outcome: str
    words: str = ""


def apply(notice: Notice, provider: PaymentProvider) -> Applied:
    """Keep what a verified message or answer says, in the caller's transaction, under the lock of the try."""
    attempt = attempt_of(notice, provider)
    if attempt is None:
        return Applied("refused", _("No payment that was begun here is meant."))
    if notice.reference and not attempt.reference and notice.outcome is not Outcome.FAILED:
        attempt.reference = notice.reference
        attempt.save(update_fields=["reference"])
    match notice.outcome:
        case Outcome.PAID:
            return paid(attempt, notice)
        case Outcome.REFUNDED:
            return refunded(attempt, notice)
        case Outcome.FAILED if attempt.state == "started":
            end(attempt, "failed", "")
            return Applied("recorded")
    return Applied("known")


def attempt_of(notice: Notice, provider: PaymentProvider) -> PaymentAttempt | None:
    """The try that is meant, locked: by our key, else by the provider's names. A key of another provider's try means none."""
    rows = PaymentAttempt.objects.select_for_update().filter(provider=provider.pk)
    for column, value in (
        ("key", notice.attempt), ("external_id", notice.external_id), ("reference", notice.reference),
    ):  # fmt: skip
        if value and (found := rows.filter(**{column: value}).first()):
            return found
    return None


def paid(attempt: PaymentAttempt, notice: Notice) -> Applied:
    if attempt.state == "paid":
        return Applied("known")
    if (notice.amount, notice.currency) != (attempt.amount, attempt.currency):
        with override(Installation.load().language):
            words = _("%(came)s came instead of %(asked)s. Look at it with the provider, then record it by hand.") % {
                "came": f"{notice.amount} {notice.currency}",
                "asked": f"{attempt.amount.normalize():f} {attempt.currency}",
            }
        end(attempt, "wrong", words)
        publish(PaymentWrong(attempt.pk))
        return Applied("refused", words)
    who, by = Who(attempt.invoice.company_id, attempt.invoice.contact_id), who_acts(attempt)
    if who != Who():
        lock_client(who, [], by)  # before the invoice, as everywhere
    invoice = Invoice.objects.select_for_update(no_key=True).get(pk=attempt.invoice_id)
    is_open = invoice.state in ("issued", "part_paid") and (invoice.balance or 0) > 0
    payment = record_payment(
        Money(attempt.amount, attempt.currency),
        by=by,
        received_on=clock.today(Installation.load().time_zone),
        shares=[Share(invoice.pk)] if is_open else [],
        who=who if who != Who() else None,
        method="online",
        reference=notice.reference or attempt.reference or attempt.external_id,
    )
    attempt.payment = payment
    attempt.save(update_fields=["payment"])
    end(attempt, "paid", "")
    return Applied("recorded")


def refunded(attempt: PaymentAttempt, notice: Notice) -> Applied:
    if attempt.payment is None:
        return Applied("waiting", _("The payment itself is not known yet."))
    if notice.currency != attempt.currency:
        return Applied("refused", _("Money went back in another currency than it came. Record it by hand."))
    today = clock.today(Installation.load().time_zone)
    made = bring_refunds_to(attempt.payment, notice.amount, by=who_acts(attempt), on=today, reference=notice.reference)
    return Applied("recorded" if made is not None else "known")


def end(attempt: PaymentAttempt, state: str, problem: str) -> None:
    attempt.state, attempt.problem, attempt.ended_at = state, problem[:500], clock.now()
    attempt.save(update_fields=["state", "problem", "ended_at"])


def who_acts(attempt: PaymentAttempt) -> User:
    """Who set the provider up answers for what comes through it, as long as they may record payments; else an owner of the company."""
    return acting(attempt.provider.made_by, "change", "payment", attempt.payment) if attempt.payment else acting(
        attempt.provider.made_by, "add", "payment"
    )  # fmt: skip
