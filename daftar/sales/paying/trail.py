"""Payments in the timelines of whom and what they concern: the deal, the company, the contact."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.activities.timeline.event_lines import Words, papers, tells
from daftar.crm.models import Company, Contact, Deal
from daftar.kernel import clock
from daftar.kernel.live.publishing import publish
from daftar.kernel.money import Money
from daftar.records.models import Event
from daftar.records.reader import Reader
from daftar.records.types import RecordType
from daftar.sales.issuing import VIA
from daftar.sales.models import Invoice, Payment

Kind = Literal["paid", "unpaid", "paid_back"]


def tell_of(payment: Payment, invoices: Sequence[Invoice], *, by: User, kind: Kind) -> None:
    """One line in the timeline of each deal, and of the client, in the caller's transaction."""
    deals = {invoice.deal_id for invoice in invoices if invoice.deal_id is not None}
    pairs = [
        *(("deal", row) for row in Deal.objects.filter(pk__in=deals).only("pk", "version")),
        *(("company", row) for row in Company.objects.filter(pk=payment.company_id or 0).only("pk", "version")),
        *(("contact", row) for row in Contact.objects.filter(pk=payment.contact_id or 0).only("pk", "version")),
    ]
    data = {
        "paper": ["payment", payment.pk],
        "amount": str(payment.amount),
        "currency": payment.amount_currency,
        "invoices": [invoice.number for invoice in invoices][:10],
    }
    if kind == "paid" and payment.method == "online":
        data["outsider"] = payment.payer  # it came through a provider: nobody of us recorded it
    Event.objects.bulk_create(
        Event(
            at=clock.now(), type=key, record_id=row.pk, version=row.version, kind=kind, by=by, via=VIA, data=data
        )
        for key, row in pairs
    )  # fmt: skip
    for key, row in pairs:
        publish(f"timeline:{key}:{row.pk}", {"type": key, "id": row.pk, "by": by.pk})


@tells("paid", "banknote")
def paid(event: Event, type_: RecordType, reader: Reader) -> Words:
    return told(event, reader, _("paid online") if event.data.get("outsider") else _("recorded a payment"))


@tells("unpaid", "undo-2")
def unpaid(event: Event, type_: RecordType, reader: Reader) -> Words:
    return told(event, reader, _("took a payment off its invoices"))


@tells("paid_back", "undo-2")
def paid_back(event: Event, type_: RecordType, reader: Reader) -> Words:
    return told(event, reader, _("recorded that money was paid back"))


def told(event: Event, reader: Reader, words: str) -> Words:
    """The words, and for who may see the payment its sum and the way to it."""
    about = papers(event)
    if not about or not reader.names.known.get(about[0]):
        return words, ()
    sum_ = reader.formats.money(Money(Decimal(str(event.data.get("amount"))), str(event.data.get("currency"))))
    numbers = reader.formats.joined(str(one) for one in event.data.get("invoices") or ())
    name = f"{sum_} ({numbers})" if numbers else sum_
    return words, ((name, f"/payments/{about[0][1]}/"),)
