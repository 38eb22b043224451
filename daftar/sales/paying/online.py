"""Money goes back through the provider that brought it."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.sales.models import Payment, PaymentAttempt
from daftar.sales.paying.accounts import opened
from daftar.sales.paying.refunding import bring_refunds_to, paid_back
from daftar.sales.paying.spreading import shown


def way_back_of(payment: Payment) -> PaymentAttempt | None:
    """The try that brought the payment, when its provider pays back from here."""
    attempt = PaymentAttempt.objects.select_related("provider").filter(payment=payment.pk, state="paid").first()
    if attempt is None or not attempt.reference:
        return None
    there = opened(attempt.provider)
    return attempt if there.can_refund and there.is_ready else None


def refund_online(payment_id: int, amount: Decimal, *, by: User, once: str) -> None:
    """Ask the provider to pay back, then keep what it says has gone back in all. The invoices are open again as far as needed.

    Asks the provider, so never call it in a transaction. `once` makes a repeated call one refund there; a message of the provider that
    comes meanwhile, or a crash between the two, makes no second one here: only the total counts.
    Errors: Conflict (no way back), Invalid (more than is left), Refused, OutsideFailure.
    """
    payment = Payment.objects.get(pk=payment_id)
    attempt = way_back_of(payment)
    if attempt is None:
        raise Conflict(_("This payment cannot go back through its provider from here. Pay back there, then record it."))
    left = (payment.amount or Decimal(0)) - paid_back(payment)
    if not 0 < amount <= left:
        raise Invalid(_("Only %(left)s of this payment can still go back.") % {"left": shown(left)}, field="amount")
    total = opened(attempt.provider).refund(attempt.reference, amount, attempt.currency, once=f"{payment.pk}-{once}")
    today = clock.today(Installation.load().time_zone)
    bring_refunds_to(payment, total, by=by, on=today, reference=attempt.reference)
