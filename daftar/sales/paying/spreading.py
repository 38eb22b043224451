"""Which part of a payment pays which invoice, and taking that back. All under locks: first the payment, then invoices by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Installation, User
from daftar.catalogue.prices import to_coin
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.rates import rate_on
from daftar.records.schema import current_schema
from daftar.sales.invoicing.settling import credited_of, paid_of, settle
from daftar.sales.issuing import VIA
from daftar.sales.models import Allocation, Invoice, Payment
from daftar.sales.paying.trail import tell_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Share:
    """So much of an invoice is paid.

    Units: `amount` in the invoice's currency, None for all that is open, as far as the money goes; `payment_amount` in the payment's
    currency, None for what that comes to at the rates of the day.
    """

    invoice_id: int
    amount: Decimal | None = None
    payment_amount: Decimal | None = None


def lock_invoices(shares: Sequence[Share], by: User) -> dict[int, Invoice]:
    """The invoices of the shares under locks, in the order of their ids. Errors: Missing for one that `by` may not see, Invalid for doubles."""
    ids = [share.invoice_id for share in shares]
    if len(set(ids)) < len(ids):
        raise Invalid(_("Name each invoice once."), field="shares")
    rows = decide.within(Invoice.objects.filter(pk__in=ids, deleted_at=None), by, "invoice")
    found = {
        row.pk: row
        for row in Invoice.objects.select_for_update(no_key=True).filter(pk__in=rows.values("pk")).order_by("pk")
    }
    if len(found) < len(ids):
        raise Missing()
    return {id_: found[id_] for id_ in ids}


def spread(payment: Payment, shares: Sequence[Share], invoices: Mapping[int, Invoice], *, by: User) -> None:
    """Pay the locked invoices with what is free of the locked payment, in the order of the shares.

    Errors: Invalid (more than is free or open; no rate), Conflict (the invoice takes no payment).
    """
    free = payment.free or ZERO
    for share in shares:
        invoice = invoices[share.invoice_id]
        amount, cost = priced(payment, share, invoice, free)
        if not cost:
            continue
        Allocation.objects.create(payment=payment, invoice=invoice, amount=amount, payment_amount=cost, by=by)
        free -= cost
        settle(invoice, by=by)
    keep_free(payment, free, by=by)


def keep_free(payment: Payment, free: Decimal, *, by: User) -> None:
    writing.derive(
        current_schema().type("payment"), payment, {"free": Money(free, payment.amount_currency)}, by=by, via=VIA
    )


def priced(payment: Payment, share: Share, invoice: Invoice, free: Decimal) -> tuple[Decimal, Decimal]:
    """(how much of the invoice is paid, what of the payment that takes)."""
    if invoice.state == "cancelled" or invoice.kind == "credit":
        raise Conflict(
            _("%(number)s takes no payments: it is cancelled, or a credit note.") % {"number": invoice.number}
        )
    open_ = invoice.balance or ZERO
    if open_ <= 0:
        raise Conflict(_("Nothing is left to be paid of %(number)s.") % {"number": invoice.number})
    rate = rate_between(payment.amount_currency, invoice.total_currency, payment.received_on)
    amount, cost = at_rate(share, open_, free, rate, payment.amount_currency, invoice.total_currency)
    if amount < 0 or cost < 0 or (share.amount is not None and not (amount and cost)):
        raise Invalid(_("Write how much of the invoice is paid, more than 0."), field="amount")
    if amount > open_:
        raise Invalid(
            _("Only %(left)s is still to be paid of %(number)s.") % {"left": shown(open_), "number": invoice.number},
            field="amount",
        )
    if cost > free:
        raise Invalid(_("Only %(left)s of this payment is not assigned yet.") % {"left": shown(free)}, field="amount")
    return amount, cost


def at_rate(
    share: Share, open_: Decimal, free: Decimal, rate: Decimal, money: str, wanted: str
) -> tuple[Decimal, Decimal]:
    """The share in both currencies: what it leaves open is all that is open, as far as the money goes."""
    if share.amount is not None:
        return share.amount, to_coin(
            share.amount / rate, money
        ) if share.payment_amount is None else share.payment_amount
    if share.payment_amount is not None:
        return min(open_, to_coin(share.payment_amount * rate, wanted)), share.payment_amount
    worth = to_coin(free * rate, wanted)
    return (worth, free) if worth <= open_ else (open_, to_coin(open_ / rate, money))


def rate_between(money: str, wanted: str, day: date | None) -> Decimal:
    """What one unit of the first currency is worth in the second on the day. Errors: Invalid where no rate is known."""
    if money == wanted:
        return Decimal(1)
    base = Installation.load().currency
    rates = [Decimal(1) if code == base else rate_on(code, day or date.max) for code in (money, wanted)]
    if not rates[0] or not rates[1]:
        unknown = money if not rates[0] else wanted
        raise Invalid(
            _(
                "The invoice is in %(wanted)s, the payment in %(money)s, and no rate of %(unknown)s is known for that day."
            )
            % {"wanted": wanted, "money": money, "unknown": unknown},
            field="amount",
        )
    return rates[0] / rates[1]


def shown(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


# -- later ---------------------------------------------------------------------------------------------


def allocate(payment_id: int, shares: Sequence[Share], *, by: User) -> Payment:
    """Pay invoices with what is free of a payment. Errors: Missing, NotAllowed, Invalid, Conflict; nothing is saved then."""
    with transaction.atomic():
        payment = locked_payment(payment_id, by)
        invoices = lock_invoices(shares, by)
        spread(payment, shares, invoices, by=by)
        tell_of(payment, list(invoices.values()), by=by, kind="paid")
    return payment


def unallocate(payment_id: int, invoice_id: int | None = None, *, by: User) -> Payment:
    """Take a payment off an invoice, or off all: the money is free again, the invoices are open. Errors: Missing, NotAllowed."""
    with transaction.atomic():
        payment = locked_payment(payment_id, by)
        give_back(payment, by=by, invoice_id=invoice_id)
    return payment


def give_back(
    payment: Payment, *, by: User, invoice_id: int | None = None, at_most: Decimal | None = None
) -> list[Invoice]:
    """Take allocations of a locked payment back, the newest first, until `at_most` of its money is free by that; the invoices touched."""
    rows = Allocation.objects.filter(payment=payment.pk).order_by("-id")
    rows = rows.filter(invoice=invoice_id) if invoice_id is not None else rows
    chosen, freed = [], ZERO
    for row in rows:
        if at_most is not None and freed >= at_most:
            break
        chosen.append(row)
        freed += row.payment_amount
    invoices = {
        one.pk: one
        for one in Invoice.objects.select_for_update(no_key=True)
        .filter(pk__in={row.invoice_id for row in chosen})
        .order_by("pk")
    }
    excess = freed - at_most if at_most is not None and freed > at_most else ZERO
    for row in chosen:
        if excess and row is chosen[-1]:
            kept = to_coin(row.amount * excess / row.payment_amount, invoices[row.invoice_id].total_currency)
            Allocation.objects.filter(pk=row.pk).update(amount=kept, payment_amount=excess)
        else:
            row.delete()
    keep_free(payment, (payment.free or ZERO) + freed - excess, by=by)
    for invoice in invoices.values():
        settle(invoice, by=by)
    if invoices:
        tell_of(payment, list(invoices.values()), by=by, kind="unpaid")
    return list(invoices.values())


def lock_payments_of(invoice_id: int) -> None:
    """Lock what pays an invoice, before the invoice itself is locked: everybody locks in that order."""
    paying = Allocation.objects.filter(invoice=invoice_id).values("payment")
    list(Payment.objects.select_for_update().filter(pk__in=paying).order_by("pk"))


def free_excess(invoice: Invoice, *, by: User) -> None:
    """What was paid of a locked invoice and it no longer asks for, since it was credited, is the client's again: the newest money first."""
    excess = paid_of(invoice) + credited_of(invoice) - (invoice.total or ZERO)
    if excess <= 0 or (invoice.total or ZERO) <= 0:
        return
    payments: dict[int, Payment] = {}
    for row in Allocation.objects.filter(invoice=invoice.pk).order_by("-id"):
        part = min(row.amount, excess)
        payment = payments.setdefault(row.payment_id, Payment.objects.select_for_update().get(pk=row.payment_id))
        cost = row.payment_amount
        if part < row.amount:
            cost = to_coin(row.payment_amount * part / row.amount, payment.amount_currency)
            left = {"amount": row.amount - part, "payment_amount": row.payment_amount - cost}
            Allocation.objects.filter(pk=row.pk).update(**left)
        else:
            row.delete()
        keep_free(payment, (payment.free or ZERO) + cost, by=by)
        excess -= part
        if excess <= 0:
            break
    settle(invoice, by=by)


def locked_payment(payment_id: int, by: User) -> Payment:
    return cast(Payment, writing.locked(current_schema().type("payment"), payment_id, by, "change"))
