"""Money goes back to a client, or a payment was recorded by mistake."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.draft import Draft
from daftar.records.storing import store
from daftar.sales.issuing import VIA
from daftar.sales.models import Payment
from daftar.sales.paying.record import checked, payment_type
from daftar.sales.paying.spreading import give_back, keep_free, locked_payment, shown
from daftar.sales.paying.trail import tell_of

ZERO = Decimal(0)


def refund(
    payment_id: int,
    amount: Decimal,
    *,
    by: User,
    on: date,
    method: str = "",
    reference: str = "",
    comment: str = "",
    once: str = "",
    opens_invoices: bool = False,
) -> Payment:
    """Keep that so much of a payment went back; the record of that, with a negative amount.

    Shapes: what is free goes back first; with `opens_invoices` the rest is taken off invoices, the newest first, which are open again then.
    Errors: Missing, NotAllowed, Invalid (more than is left), Conflict (the money pays invoices).
    """
    type_ = payment_type()
    with transaction.atomic():
        payment = locked_payment(payment_id, by)
        if once and (first := writing.made_before(type_, once, by)):
            return cast(Payment, first)
        if payment.refund_of_id is not None:
            raise Conflict(_("This is itself money that went back."))
        values = checked(
            Money(amount, payment.amount_currency), on, method or payment.method, reference, payment.payer, comment
        )
        left = (payment.amount or ZERO) - paid_back(payment)
        if amount > left:
            raise Invalid(_("Only %(left)s of this payment can still go back.") % {"left": shown(left)}, field="amount")
        missing = amount - (payment.free or ZERO)
        invoices = []
        if missing > 0:
            if not opens_invoices:
                raise Conflict(
                    _(
                        "Only %(left)s of this payment pays no invoice. Say that its invoices shall be open again, or pay back less."
                    )
                    % {"left": shown(payment.free or ZERO)},
                    field="amount",
                )
            invoices = give_back(payment, by=by, at_most=missing)
        keep_free(payment, (payment.free or ZERO) - amount, by=by)
        derived = values | {
            "amount": Money(-amount, payment.amount_currency), "free": Money(ZERO, payment.amount_currency), "refund_of": payment.pk,
            "company": payment.company_id, "contact": payment.contact_id, "owner": payment.owner_id,
        }  # fmt: skip
        made = cast(Payment, writing.create(type_, {}, by=by, via=VIA, once=once, derived=derived))
        tell_of(made, invoices, by=by, kind="paid_back")
    return made


def bring_refunds_to(payment: Payment, total: Decimal, *, by: User, on: date, reference: str = "") -> Payment | None:
    """Keep what went back through a provider, who says how much that is in all; None when it is known already."""
    with transaction.atomic():
        first = locked_payment(payment.pk, by)
        missing = min(total, first.amount or ZERO) - paid_back(first)
        if missing <= 0:
            return None
        return refund(first.pk, missing, by=by, on=on, method="online", reference=reference, opens_invoices=True)


def paid_back(payment: Payment) -> Decimal:
    """How much of the payment went back so far."""
    rows = Payment.objects.filter(refund_of=payment.pk, deleted_at=None).values_list("amount", flat=True)
    return -sum((amount or ZERO for amount in rows), ZERO)


def withdraw(payment_id: int, *, by: User) -> Payment:
    """Put a payment that was recorded by mistake into the bin; the invoices that it paid are open again.

    Errors: Missing, NotAllowed, Conflict when money went back from it, or went back by it through a provider.
    """
    with transaction.atomic():
        payment = locked_payment(payment_id, by)
        if paid_back(payment):
            raise Conflict(_("Money of this payment went back. Take that record away first."))
        if payment.method == "online":
            raise Conflict(_("This money came through a payment provider. Pay it back instead."))
        if payment.refund_of_id is not None:
            first = locked_payment(payment.refund_of_id, by)
            keep_free(first, (first.free or ZERO) - (payment.amount or ZERO), by=by)
        else:
            give_back(payment, by=by)
        draft = Draft(payment_type(), payment, by=by, via=VIA)
        payment.deleted_at, payment.deleted_by = draft.at, by
        store([draft], None, kind="deleted")
        writing.announce(draft, "deleted")
    return payment


def bring_back(payment_id: int, *, by: User) -> Payment:
    """Take a withdrawn payment out of the bin, all of it free: a line of a statement that is matched again. In the caller's transaction."""
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    if payment.deleted_at is not None:
        draft = Draft(payment_type(), payment, by=by, via=VIA)
        payment.deleted_at = payment.deleted_by = None
        store([draft], None, kind="restored")
        writing.announce(draft, "restored")
    return payment
