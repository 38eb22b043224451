"""What payments add to cards: what was paid on an invoice, what a payment pays, how a client stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row
from daftar.kernel.money import Money
from daftar.records import card_parts
from daftar.records.types import RecordType
from daftar.sales.models import Allocation, PaymentAttempt
from daftar.sales.paying.balance import standing_of
from daftar.sales.paying.refunding import paid_back

ZERO = Decimal(0)


def add_parts() -> None:
    card_parts.add("head", invoice_button, order=19, types=("invoice",))
    card_parts.add("head", payment_buttons, order=20, types=("payment",))
    card_parts.add("below_fields", invoice_payments, order=20, types=("invoice",))
    card_parts.add("below_fields", payment_invoices, order=20, types=("payment",))
    card_parts.add("rail", money_of_client, order=30, types=("company", "contact"))


def invoice_button(request: Any, type_: RecordType, row: Any) -> str:
    is_open = row.state in ("issued", "part_paid") and row.kind != "credit"
    if not is_open or not decide.may(request.user, "add", "payment"):
        return ""
    return render_to_string("sales/_pay_button.html", {"href": f"{type_.address(row.pk)}pay"}, request)


def payment_buttons(request: Any, type_: RecordType, row: Any) -> str:
    if row.deleted_at is not None or not decide.may(request.user, "change", type_.key, row):
        return ""
    came = row.refund_of_id is None
    left = (row.amount or ZERO) - paid_back(row) if came else ZERO
    context = {
        "base": type_.address(row.pk), "may_assign": came and (row.free or ZERO) > 0, "may_refund": left > 0,
        "may_withdraw": row.method != "online" and (not came or left == row.amount),
    }  # fmt: skip
    return render_to_string("sales/_payment_buttons.html", context, request)


def invoice_payments(request: Any, type_: RecordType, row: Any) -> str:
    """What was paid of the invoice, of payments that the reader may see; tries that went wrong."""
    rows = allocations(request, "invoice", row.pk)
    wrong = PaymentAttempt.objects.filter(invoice=row.pk, state="wrong").exclude(problem="")
    problems = list(wrong.values_list("problem", flat=True)[:5]) if decide.may(request.user, "add", "payment") else []
    if not rows and not problems:
        return ""
    lines = [
        {
            "href": f"/payments/{one.payment_id}/", "name": one.payment.payer or _("Payment"), "sum": money(request, one.amount, row.total_currency),
            "day": one.payment.received_on,
        }
        for one in rows
    ]  # fmt: skip
    return render_to_string(
        "sales/_allocations.html", {"title": _("Payments"), "lines": lines, "problems": problems}, request
    )


def payment_invoices(request: Any, type_: RecordType, row: Any) -> str:
    """What the payment pays, of invoices that the reader may see."""
    may = row.deleted_at is None and decide.may(request.user, "change", type_.key, row)
    lines = [
        {
            "href": f"/invoices/{one.invoice_id}/", "name": one.invoice.number, "sum": money(request, one.amount, one.invoice.total_currency),
            "day": one.at, "off": f"{type_.address(row.pk)}unassign" if may else "", "id": one.invoice_id,
        }
        for one in allocations(request, "payment", row.pk)
    ]  # fmt: skip
    if not lines:
        return ""
    return render_to_string("sales/_allocations.html", {"title": _("Pays"), "lines": lines, "problems": []}, request)


def allocations(request: Any, of: str, id_: int) -> list[Allocation]:
    """Allocations of a payment or invoice whose other side the reader may see, too."""
    rows = list(Allocation.objects.filter(**{of: id_}).select_related("payment", "invoice").order_by("id")[:200])
    other = "payment" if of == "invoice" else "invoice"
    return [one for one in rows if decide.may(request.user, "see", other, getattr(one, other))]


def money_of_client(request: Any, type_: RecordType, row: Row) -> str:
    """Invoiced, paid, open, overdue, credit: nothing for who may see neither invoices nor payments, or where there are none."""
    found = standing_of(type_.key, row.pk, request.user)
    if not found and not decide.may(request.user, "add", "payment"):
        return ""
    blocks = [
        [
            (_("Invoiced"), money(request, one.invoiced, one.currency), ""),
            (_("Paid"), money(request, one.paid, one.currency), ""),
            (_("To be paid"), money(request, one.open, one.currency), ""),
            (_("Overdue"), money(request, one.overdue, one.currency), "danger" if one.overdue else ""),
            (_("Credit"), money(request, one.credit, one.currency), ""),
        ]
        for one in found
    ]
    context = {
        "blocks": blocks, "invoices": f"/invoices/?{type_.key}={row.pk}",
        "pay": f"{type_.address(row.pk)}payment" if decide.may(request.user, "add", "payment") else "",
    }  # fmt: skip
    return render_to_string("sales/_client_money.html", context, request)


def money(request: Any, amount: Decimal | None, currency: str) -> str:
    return str(request.reader.formats.money(Money(amount or ZERO, currency)))
