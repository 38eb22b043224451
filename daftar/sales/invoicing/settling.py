"""What an invoice still asks for, and its state: always worked out anew from payments and credit notes, under the invoice's lock."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum

from daftar.access.models import User
from daftar.crm.models import Deal
from daftar.kernel.events import publish
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.events import InvoicePaid
from daftar.sales.invoicing.remaining import is_all_invoiced
from daftar.sales.models import Allocation, Invoice
from daftar.sales.moving import move_deal
from daftar.sales.telling import tell_deal

ZERO = Decimal(0)
OPEN = ("issued", "part_paid")


def locked(invoice_id: int) -> Invoice:
    """The invoice under a lock, in the caller's transaction, whoever may see it: the caller has asked."""
    invoice: Invoice = Invoice.objects.select_for_update(no_key=True).get(pk=invoice_id)
    return invoice


def settle(invoice: Invoice, *, by: User, via: str = "sale") -> Invoice:
    """Write what is paid and still to be paid of a locked invoice, and its state; a deal whose every paper is paid is won.

    Shapes: a credit note lowers what its invoice asks for. What was paid or credited too much makes the balance 0: it belongs to the client
    (`Payment.free`, the balance of the credit note).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an invoice is settled in the transaction that locked it")
    if invoice.state == "cancelled":
        return invoice
    paid, credited, total = paid_of(invoice), credited_of(invoice), invoice.total or ZERO
    was = invoice.state
    rest = total - paid - credited
    values: Mapping[str, object] = {
        "paid": Money(paid, invoice.total_currency),
        "balance": Money(max(rest, ZERO) if total >= 0 else rest, invoice.total_currency),
        "state": state_of(total, paid, credited),
    }
    writing.derive(current_schema().type("invoice"), invoice, values, by=by, via=via)
    if invoice.state == "paid" and was != "paid":
        publish(InvoicePaid(invoice.pk))
        tell_deal(invoice.deal, "invoice_paid", ("invoice", invoice.pk), by=by, via=via, by_itself=True)
        won(invoice, by=by)
    return invoice


def state_of(total: Decimal, paid: Decimal, credited: Decimal) -> str:
    """issued, part_paid, paid or credited."""
    if total > 0 and credited >= total and not paid:
        return "credited"
    if paid + credited >= total > 0 or (total <= 0 and paid <= total):
        return "paid"
    return "part_paid" if paid else "issued"


def paid_of(invoice: Invoice) -> Decimal:
    rows = Allocation.objects.filter(invoice=invoice.pk)
    return rows.aggregate(sum=Sum(F("amount")))["sum"] or ZERO


def credited_of(invoice: Invoice) -> Decimal:
    """What credit notes take off the invoice, as a positive amount."""
    notes = Invoice.objects.filter(of_invoice=invoice.pk, kind="credit", deleted_at=None).exclude(state="cancelled")
    return -(notes.aggregate(sum=Sum("total"))["sum"] or ZERO)


def won(invoice: Invoice, *, by: User) -> None:
    """Win the deal when this was the last of its papers to be paid and nothing of it is left to be invoiced.

    Under the deal's lock, or two papers that are paid at once would each see the other one unpaid.
    """
    deal = Deal.objects.select_for_update(no_key=True).filter(pk=invoice.deal_id or 0).first()
    if deal is None or Invoice.objects.filter(deal=deal.pk, state__in=OPEN, deleted_at=None, total__gt=0).exists():
        return
    if is_all_invoiced(deal.pk):
        move_deal(deal, "paid", by=by)
