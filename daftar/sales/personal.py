"""Traces of people in this room. Issued invoices and payments are books that must be kept: who stands in them is not erased."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.kernel import personal
from daftar.kernel.personal import Place, Subject
from daftar.sales.models import Allocation, ClientLink, DiscountApproval, Invoice, Payment, SaleTerms

EARLY = 10


@personal.refuse_when
def in_the_books(subject: Subject) -> str:
    """Why somebody with invoices or payments stays; only invoices that were issued here count."""
    theirs = Q(company__in=subject.ids("company")) | Q(contact__in=subject.ids("contact"))
    issued = Invoice.objects.filter(theirs | Q(deal__in=subject.ids("deal")), deal__isnull=False)
    if issued.exists() or Payment.objects.filter(theirs).exists():
        return _now(
            "Invoices or payments name this record, and books must be kept. It can be erased when these may be, too."
        )
    return ""


def of_deals(model: Any, subject: Subject) -> QuerySet[Any]:
    found: QuerySet[Any] = model.objects.filter(deal__in=subject.ids("deal"))
    return found


def find(subject: Subject) -> list[dict[str, Any]]:
    return [personal.told(row) for model in OF_DEALS for row in of_deals(model, subject)]


def erase(subject: Subject) -> int:
    """What hangs on their deals and is no record: terms, links of clients, words about discounts."""
    return sum(of_deals(model, subject).delete()[0] for model in OF_DEALS)


OF_DEALS = (SaleTerms, ClientLink, DiscountApproval)
personal.add(
    Place(
        "sale",
        _("Terms and links of sales"),
        {
            "sales.SaleTerms": "deal",
            "sales.ClientLink": "deal token token_hash",
            "sales.DiscountApproval": "deal discounts",
        },
        find,
        erase,
        EARLY,
    )
)
personal.rows(
    "allocations",
    _("What payments paid"),
    {"sales.Allocation": "payment invoice"},
    lambda subject: Allocation.objects.filter(
        Q(payment__in=subject.ids("payment")) | Q(invoice__in=subject.ids("invoice"))
    ),
    order=EARLY,
)
personal.excuse("sales.SalesSettings", "role_limits seller moves reminder_days", "Settings of the whole company.")
