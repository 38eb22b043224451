"""Quotes, invoices, deliveries and purchase orders as papers."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from daftar.access.models import Installation
from daftar.kernel.money import Money
from daftar.papers.document import Kind, Paper, PaperLine
from daftar.papers.layout import formats_for
from daftar.sales.models import Invoice, InvoiceLine, PurchaseLine, PurchaseOrder, Quote, QuoteLine
from daftar.sales.showing import taxes

ZERO = Decimal(0)


def of_quote(quote: Quote, *, link: str = "") -> Paper:
    """Shapes: `link` is the address of the client's page, for the code to be scanned."""
    lines = QuoteLine.objects.filter(quote=quote.pk, deleted_at=None).order_by("position", "id")
    about = quote.deal.name if quote.deal is not None else ""
    return Paper(
        "quote", language_of(quote), quote.number, quote.issued_on, quote.total_currency, lines_of(lines, quote), version=quote.quote_version,
        until=quote.valid_until, about=about, qr=link, **parties_of(quote), **sums_of(quote),
    )  # fmt: skip


def of_invoice(invoice: Invoice, *, link: str = "") -> Paper:
    lines = InvoiceLine.objects.filter(invoice=invoice.pk, deleted_at=None).order_by("position", "id")
    kind: Kind = "credit" if invoice.kind == "credit" else "invoice"
    about = invoice.deal.name if invoice.deal is not None else ""
    return Paper(
        kind, language_of(invoice), invoice.number, invoice.issued_on, invoice.total_currency, lines_of(lines, invoice),
        until=invoice.due_on if kind == "invoice" else None, paid=invoice.paid or ZERO, balance=invoice.balance, about=about,
        qr=link if kind == "invoice" else "", **parties_of(invoice), **sums_of(invoice),
    )  # fmt: skip


def of_delivery(invoice: Invoice) -> Paper:
    """What has left of an invoice; all of it while nothing has."""
    lines = list(
        InvoiceLine.objects.filter(invoice=invoice.pk, deleted_at=None, product__isnull=False).order_by(
            "position", "id"
        )
    )
    shipped = any(line.shipped for line in lines)
    rows = [
        PaperLine(
            line.name,
            line.shipped if shipped else line.quantity,
            line.unit,
            code=line.code,
            description=line.description,
        )
        for line in lines
        if line.shipped or not shipped
    ]
    return Paper(
        "delivery",
        language_of(invoice),
        invoice.number,
        invoice.issued_on,
        invoice.total_currency,
        rows,
        **parties_of(invoice),
    )


def of_purchase(order: PurchaseOrder) -> Paper:
    lines = PurchaseLine.objects.filter(order=order.pk, deleted_at=None).order_by("position", "id")
    return Paper(
        "purchase", Installation.load().language, order.number, order.ordered_on, order.total_currency, lines_of(lines, order),
        until=order.expected_on, **parties_of(order), **sums_of(order),
    )  # fmt: skip


def language_of(paper: Any) -> str:
    return paper.language or Installation.load().language


def lines_of(lines: Iterable[Any], paper: Any) -> list[PaperLine]:
    formats = formats_for(getattr(paper, "language", "") or Installation.load().language)
    found = []
    for line in lines:
        discount = formats.percent(line.discount_percent) if line.discount_percent else ""
        if line.discount_amount:
            discount = formats.money(Money(line.discount_amount, paper.total_currency))
        found.append(PaperLine(
            line.name, line.quantity, line.unit, line.price, line.gross if paper.tax_included else line.net, line.code, line.description,
            discount, line.tax_percent, line.is_optional, line.group,
        ))  # fmt: skip
    return found


def parties_of(paper: Any) -> dict[str, Any]:
    """Who sells and who buys, and the terms, as they were when it was issued."""
    return {
        "seller": paper.parties.get("seller", {}), "client": paper.parties.get("client", {}), "terms": getattr(paper, "terms", ""),
    }  # fmt: skip


def sums_of(paper: Any) -> dict[str, Any]:
    has_lines = hasattr(paper, "quote_version") or hasattr(paper, "paid")
    return {
        "net": paper.net,
        "taxes": taxes(paper) if has_lines else {},
        "total": paper.total,
        "tax_included": paper.tax_included,
    }
