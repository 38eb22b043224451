"""A payment is recorded and pays invoices: by hand, from a bank statement, by a provider, through the same door.

Of every payment that came in: amount = what is free + what is allocated + what was paid back, at every commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.crm.models import Company, Contact
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.kernel.events import publish
from daftar.kernel.money import Money, parse_currency, quantize
from daftar.kernel.text import clean_text
from daftar.records import reading, writing
from daftar.records.schema import current_schema
from daftar.records.types import RecordType
from daftar.sales.choices import METHODS
from daftar.sales.events import PaymentReceived
from daftar.sales.issuing import VIA
from daftar.sales.models import Invoice, Payment
from daftar.sales.paying.spreading import Share, lock_invoices, spread
from daftar.sales.paying.trail import tell_of

LARGEST = Decimal(10) ** 13
ZERO = Decimal(0)

__all__ = ["Share", "Who", "record_payment"]


@dataclass(frozen=True, slots=True)
class Who:
    """Who paid: a client of ours, and how the bank or provider calls them; both may be unknown."""

    company_id: int | None = None
    contact_id: int | None = None
    name: str = ""


def record_payment(
    amount: Money,
    *,
    by: User,
    received_on: date,
    shares: Sequence[Share] = (),
    who: Who | None = None,
    method: str = "bank",
    reference: str = "",
    comment: str = "",
    once: str = "",
    via: str = VIA,
) -> Payment:
    """Keep money that came in, and pay these invoices with it; what is left over stays as credit of the client.

    Shapes: without `who` the client is that of the first invoice; `once` is a key under which a second call gives the first payment.
    Units: `amount` in its own currency; an invoice in another one is paid at the rates of the day (`spreading.py`).
    Errors: NotAllowed (add payments), Missing (an invoice or client that one may not see), Invalid, Conflict (an invoice is paid,
    cancelled, a credit note). Nothing is saved when one is raised. The invoices' states and their deals follow in the same transaction.
    """
    type_ = payment_type()
    values = checked(amount, received_on, method, reference, who.name if who else "", comment)
    with transaction.atomic():
        client = lock_client(who, shares, by)
        invoices = lock_invoices(shares, by)
        if once and (first := writing.made_before(type_, once, by)):
            return cast(Payment, first)
        client = client or client_of(invoices[shares[0].invoice_id] if shares else None)
        derived = values | {
            "free": values["amount"], "company": client.company_id, "contact": client.contact_id,
            "owner": owner_of(list(invoices.values()), client) or by.pk, "payer": values["payer"] or name_of(client),
        }  # fmt: skip
        payment = cast(Payment, writing.create(type_, {}, by=by, via=via, once=once, derived=derived))
        spread(payment, shares, invoices, by=by)
        tell_of(payment, list(invoices.values()), by=by, kind="paid")
        publish(PaymentReceived(payment.pk))
    return payment


def payment_type() -> RecordType:
    return current_schema().type("payment")


def checked(amount: Money, received_on: date, method: str, reference: str, payer: str, comment: str) -> dict[str, Any]:
    """The values of a payment. Errors: Invalid by field."""
    if not 0 < amount.amount < LARGEST:
        raise Invalid(_("Write how much came in, more than 0."), field="amount")
    if quantize(Money(amount.amount, parse_currency(amount.currency))) != amount:
        raise Invalid(_("This currency has no smaller coin. Write an amount that can be paid."), field="amount")
    if received_on > clock.today(Installation.load().time_zone) + timedelta(days=1):
        raise Invalid(_("This day has not come yet."), field="received_on")
    if method not in dict(METHODS):
        raise Invalid(_("Choose one of the list."), field="method")
    return {
        "amount": amount,
        "received_on": received_on,
        "method": method,
        "reference": clean_text(reference, max_length=300),
        "payer": clean_text(payer, max_length=300),
        "comment": clean_text(comment, max_length=4000, multiline=True),
    }


def lock_client(who: Who | None, shares: Sequence[Share], by: User) -> Who | None:
    """The client under a lock, so that two payments of one come one after the other; None when it is that of an invoice.

    Errors: Missing.
    """
    if who is None or (who.company_id is None and who.contact_id is None):
        if not shares:
            raise Invalid(_("Say who paid, or which invoice is paid."), field="client")
        return None
    for key, model, id_ in (("company", Company, who.company_id), ("contact", Contact, who.contact_id)):
        if id_ is not None:
            reading.get(current_schema().type(key), id_, by)
            # Its key stays as it is: others may go on storing what names the client.
            model._default_manager.select_for_update(no_key=True).filter(pk=id_).first()
    return who


def client_of(invoice: Invoice | None) -> Who:
    return Who(invoice.company_id, invoice.contact_id) if invoice is not None else Who()


def owner_of(invoices: Sequence[Invoice], client: Who) -> int | None:
    """Who takes care: the owner of the invoice, else of the client."""
    for invoice in invoices:
        if invoice.owner_id is not None:
            return invoice.owner_id
    return next((row.owner_id for row in rows_of(client) if row.owner_id is not None), None)


def name_of(client: Who) -> str:
    return next((row.name for row in rows_of(client)), "")


def rows_of(client: Who) -> list[Any]:
    found: list[Any] = list(Company.objects.filter(pk=client.company_id or 0))
    return found or list(Contact.objects.filter(pk=client.contact_id or 0))
