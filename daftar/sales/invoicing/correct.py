"""An issued invoice is never changed: it is cancelled while nothing came of it, else a credit note takes it off."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.access.models import Installation, User
from daftar.catalogue.prices import to_coin
from daftar.catalogue.stock import doors
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.events import publish
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema
from daftar.records.types import action
from daftar.sales.events import InvoiceIssued
from daftar.sales.invoicing.holding import hold_still, item, renew_delivery
from daftar.sales.invoicing.left import credit_left, goods, to_ship
from daftar.sales.invoicing.settling import settle
from daftar.sales.issuing import COPIED, VIA, keep_lines
from daftar.sales.models import Allocation, Invoice, InvoiceLine
from daftar.sales.numbering import take_number
from daftar.sales.paying.spreading import free_excess, lock_payments_of
from daftar.sales.telling import tell_deal

ZERO = Decimal(0)


@action(on="invoice", name=gettext_lazy("Cancel the invoice"), icon="ban", url="/invoices/{id}/cancel")
def cancel_invoice(invoice_id: int, *, by: User, why: str = "") -> Invoice:
    """Take back an invoice of which nothing was paid, delivered or credited. Its number stays, its goods are free again.

    Errors: Missing, NotAllowed, Conflict, which says what came of it.
    """
    with transaction.atomic():
        invoice = locked_to_change(invoice_id, by)
        if invoice.state == "cancelled":
            return invoice
        if Allocation.objects.filter(invoice=invoice.pk).exists():
            raise Conflict(_("This invoice was paid in part or whole. Write a credit note instead."))
        if invoice.delivery in ("part", "done"):
            raise Conflict(_("Goods of this invoice have left. Write a credit note instead."))
        if Invoice.objects.filter(of_invoice=invoice.pk, deleted_at=None).exclude(state="cancelled").exists():
            raise Conflict(_("A credit note corrects this invoice already."))
        taken_off = InvoiceLine.objects.filter(advance__invoice=invoice.pk, deleted_at=None)
        if taken_off.exclude(invoice__state="cancelled").exists():
            raise Conflict(_("A later invoice takes this advance off. Cancel that one first."))
        values: dict[str, Any] = {
            "state": "cancelled",
            "balance": Money(ZERO, invoice.total_currency),
            "delivery": "none",
        }
        data = {"why": why[:500]} if why else {}
        writing.derive(current_schema().type("invoice"), invoice, values, by=by, via=VIA, data=data)
        hold_still(invoice.deal_id, list(InvoiceLine.objects.filter(invoice=invoice.pk)))
        doors.release(about=("invoice", invoice.pk), by=by)
        tell_deal(invoice.deal, "invoice_cancelled", ("invoice", invoice.pk), by=by)
        if invoice.kind == "credit" and invoice.of_invoice_id is not None:
            corrected = locked_to_change(invoice.of_invoice_id, by)
            settle(corrected, by=by)
            renew_delivery(corrected, by=by)
    return invoice


@action(on="invoice", name=gettext_lazy("Credit note"), icon="receipt", url="/invoices/{id}/credit")
def credit_invoice(
    invoice_id: int,
    quantities: Mapping[int, Decimal] | None = None,
    *,
    by: User,
    why: str = "",
    goods_return: bool = False,
    once: str = "",
) -> Invoice:
    """Write a credit note over all of an invoice that is not credited yet, or over so much of its lines.

    Shapes: `quantities` maps lines of the invoice to how many, in the line's unit. With `goods_return` what had left comes back
    into stock; what was held and did not leave is free again.
    Errors: Missing, NotAllowed, Invalid, Conflict (cancelled, a credit note itself, nothing left).
    """
    type_ = current_schema().type("invoice")
    with transaction.atomic():
        lock_payments_of(invoice_id)
        invoice = locked_to_change(invoice_id, by)
        if once and (first := writing.made_before(type_, once, by)):
            return cast(Invoice, first)
        if invoice.state == "cancelled" or invoice.kind == "credit":
            raise Conflict(_("Only an invoice that holds can be credited."))
        lines = list(
            InvoiceLine.objects.filter(invoice=invoice.pk, deleted_at=None)
            .select_related("product")
            .order_by("position")
        )
        chosen = chosen_of(lines, quantities)
        rows = [row for line in lines if chosen.get(line.pk) for row in [credited_row(line, chosen[line.pk])]]
        change_set = ChangeSet.objects.create(by=by, via=VIA, title="")
        today = clock.today(Installation.load().time_zone)
        net, total = (sum((row[key].amount for row in rows), ZERO) for key in ("net", "gross"))
        currency = invoice.total_currency
        values = {
            "number": take_number("credit", today), "kind": "credit", "state": "issued", "deal": invoice.deal_id,
            "company": invoice.company_id, "contact": invoice.contact_id, "owner": invoice.owner_id, "of_invoice": invoice.pk,
            "issued_on": today, "due_on": today, "net": Money(net, currency), "total": Money(total, currency),
            "paid": Money(ZERO, currency), "balance": Money(ZERO, currency), "rate": invoice.rate, "language": invoice.language,
            "tax_included": invoice.tax_included, "rounding": invoice.rounding, "delivery": "none", "terms": why[:2000],
        }  # fmt: skip
        note = cast(
            Invoice, writing.create(type_, {}, by=by, via=VIA, once=once, derived=values, change_set=change_set)
        )
        note.parties = invoice.parties
        Invoice.objects.filter(pk=note.pk).update(parties=note.parties)
        unshipped = to_ship(lines)
        keep_lines("invoice_line", "invoice", note.pk, rows, by=by, change_set=change_set)
        free_goods(invoice, lines, chosen, unshipped, by=by, goods_return=goods_return)
        renew_delivery(invoice, lines, by=by)
        settle(invoice, by=by)
        free_excess(invoice, by=by)
        tell_deal(invoice.deal, "credit_issued", ("invoice", note.pk), by=by)
        publish(InvoiceIssued(note.pk))
    return note


def locked_to_change(invoice_id: int, by: User) -> Invoice:
    return cast(Invoice, writing.locked(current_schema().type("invoice"), invoice_id, by, "change"))


def chosen_of(lines: list[InvoiceLine], quantities: Mapping[int, Decimal] | None) -> dict[int, Decimal]:
    """Line → how much of it is credited now. Errors: Invalid, Conflict."""
    left = credit_left(lines)
    chosen = {id_: quantity for id_, quantity in (left if quantities is None else quantities).items() if quantity}
    if not chosen:
        raise Conflict(_("Nothing of this invoice is left to be credited."))
    for id_, quantity in chosen.items():
        if id_ not in left or not 0 < quantity <= left[id_]:
            raise Invalid(_("More cannot be credited than stands on the invoice."), field=f"line.{id_}")
    return chosen


def credited_row(line: InvoiceLine, quantity: Decimal) -> dict[str, Any]:
    """The line with its sums below nothing; of a share the sums are its share, and the last share takes what is left."""
    fields = current_schema().type("invoice_line").by_key
    row = {key: fields[key].get(line) for key in COPIED}
    earlier = InvoiceLine.objects.filter(credits=line.pk, deleted_at=None).exclude(invoice__state="cancelled")
    done = list(earlier.values_list("quantity", "net", "gross"))
    left = line.quantity + sum((one[0] for one in done), ZERO)
    for place, key in ((1, "net"), (2, "gross")):
        rest = (getattr(line, key) or ZERO) + sum((one[place] or ZERO for one in done), ZERO)
        row[key] = Money(-to_coin(rest * quantity / left, line.gross_currency), line.gross_currency)
    return {**row, "quantity": -quantity, "deal_line": line.deal_line_id, "credits": line.pk}


def free_goods(
    invoice: Invoice,
    lines: list[InvoiceLine],
    chosen: Mapping[int, Decimal],
    unshipped: Mapping[int, Decimal],
    *,
    by: User,
    goods_return: bool,
) -> None:
    """What was held of the credited lines is free again; what had left comes back, when it does.

    Shapes: `unshipped` is what was still to be shipped of each line before it was credited.
    """
    back, free = [], []
    for line in goods(lines):
        quantity = chosen.get(line.pk, ZERO)
        stays = min(quantity, unshipped[line.pk])
        if stays > 0:
            free.append(item(line, stays))
        if goods_return and quantity > stays:
            back.append(item(line, quantity - stays))
    hold_still(invoice.deal_id, lines)
    if free:
        doors.release(free, about=("invoice", invoice.pk), by=by)
    if back:
        doors.receive(back, kind="return", about=("invoice", invoice.pk), by=by)
