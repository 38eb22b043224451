"""Everything that stands on the page of one deal, as texts in the formats of its reader. What a client must not see is not read here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.catalogue.stock.promise import Promise, promises
from daftar.kernel.formats import Formats, current
from daftar.kernel.money import Money
from daftar.papers.looks import look_for
from daftar.sales.choices import INVOICE_STATES, QUOTE_STATES
from daftar.sales.client_page.acts import Said, said_on
from daftar.sales.invoicing.left import to_ship
from daftar.sales.models import ClientLink, Invoice, InvoiceLine, PaymentProvider, Quote, QuoteLine
from daftar.sales.parties import parties
from daftar.sales.paying.accounts import usable
from daftar.sales.quoting.answer import why_not_answered

ZERO = Decimal(0)
MOST_INVOICES = 50
OPEN = ("issued", "part_paid")
QUOTE_WORDS = {key: (name, colour) for key, name, colour in QUOTE_STATES}
INVOICE_WORDS = {key: (name, colour) for key, name, colour in INVOICE_STATES}
Sum = tuple[str, str, bool]
"""What, how much, whether it is the sum of all."""


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    quantity: str
    unit: str
    price: str
    discount: str
    sum: str
    description: str = ""
    group: str = ""
    is_optional: bool = False
    delivery: str = ""
    is_there: bool = False


@dataclass(frozen=True, slots=True)
class QuotePart:
    row: Quote
    state: str
    colour: str
    lines: Sequence[Line]
    sums: Sequence[Sum]
    replaced: int
    """The version that this one replaced; 0 when it is the first."""
    why_not: str
    """Why it can no longer be answered; "" when it can."""


@dataclass(frozen=True, slots=True)
class InvoicePart:
    row: Invoice
    title: str
    state: str
    colour: str
    is_late: bool
    lines: Sequence[Line]
    sums: Sequence[Sum]
    providers: Sequence[PaymentProvider]
    due: str


@dataclass(frozen=True, slots=True)
class Page:
    seller: Mapping[str, str]
    client: str
    has_logo: bool
    quote: QuotePart | None
    invoices: Sequence[InvoicePart]
    said: Sequence[Said]


def page_of(link: ClientLink, today: Any) -> Page:
    """A fixed number of queries, however many lines and invoices there are (one more for each currency that can be paid online)."""
    formats = current()
    quote = quote_part(link, formats)
    invoices = invoice_parts(link, formats, today)
    newest: Any = quote.row if quote is not None else invoices[0].row if invoices else None
    known = newest.parties if newest is not None and newest.parties else parties(link.deal.company, link.deal.contact)
    client = known.get("client", {})
    return Page(
        known.get("seller", {}), client.get("name") or client.get("person", ""),
        bool(look_for("quote", formats.language).logo), quote, invoices, said_on(link.deal_id),
    )  # fmt: skip


def quote_part(link: ClientLink, formats: Formats) -> QuotePart | None:
    row = Quote.objects.filter(deal=link.deal_id, deleted_at=None).order_by("-id").first()
    if row is None:
        return None
    lines = list(QuoteLine.objects.filter(quote=row.pk, deleted_at=None).order_by("position", "id"))
    why_not = why_not_answered(row)
    is_over = row.state == "issued" and bool(why_not)
    name, colour = QUOTE_WORDS["expired" if is_over else row.state]
    return QuotePart(
        row, str(name), colour, [line_of(line, row, formats) for line in lines], sums_of(row, lines, formats),
        row.quote_version - 1 if row.replaces_id is not None else 0, why_not,
    )  # fmt: skip


def invoice_parts(link: ClientLink, formats: Formats, today: Any) -> list[InvoicePart]:
    rows = list(Invoice.objects.filter(deal=link.deal_id, deleted_at=None).order_by("-id")[:MOST_INVOICES])
    lines: dict[int, list[InvoiceLine]] = defaultdict(list)
    for line in (
        InvoiceLine.objects.filter(invoice__in=rows, deleted_at=None)
        .select_related("product")
        .order_by("position", "id")
    ):
        lines[line.invoice_id].append(line)
    left = to_ship([line for some in lines.values() for line in some])
    promised = promised_to(link.deal_id, [line for some in lines.values() for line in some if left.get(line.pk)])
    payable = {row.total_currency for row in rows if is_payable(row)}
    ways = {currency: usable(currency) for currency in sorted(payable)}
    found = []
    for row in rows:
        name, colour = INVOICE_WORDS[row.state]
        is_delivered = row.kind in ("full", "part") and row.state != "cancelled"
        shown = [
            line_of(line, row, formats, delivery_of(line, left, promised, formats) if is_delivered else None)
            for line in lines[row.pk]
        ]
        title = (
            _("Credit note")
            if row.kind == "credit"
            else _("Advance invoice")
            if row.kind == "advance"
            else _("Invoice")
        )
        found.append(InvoicePart(
            row, title, str(name), colour, is_payable(row) and row.due_on is not None and row.due_on < today, shown,
            sums_of(row, lines[row.pk], formats), ways.get(row.total_currency, ()) if is_payable(row) else (),
            formats.money(Money(row.balance or ZERO, row.total_currency)) if is_payable(row) else "",
        ))  # fmt: skip
    return found


def is_payable(row: Invoice) -> bool:
    return row.state in OPEN and row.kind != "credit" and (row.balance or ZERO) > 0


# -- lines and sums ------------------------------------------------------------------------------------


def line_of(line: Any, paper: Any, formats: Formats, delivery: tuple[str, bool] | None = None) -> Line:
    currency = paper.total_currency or line.gross_currency or line.price_currency

    def money(amount: Decimal | None) -> str:
        return "" if amount is None or not currency else formats.money(Money(amount, currency))

    discount = formats.percent(line.discount_percent) if line.discount_percent else money(line.discount_amount or None)
    return Line(
        line.name, formats.number(line.quantity.normalize()), line.unit, money(line.price), discount,
        money(line.gross if paper.tax_included else line.net), line.description, line.group, line.is_optional, *(delivery or ("", False)),
    )  # fmt: skip


def sums_of(paper: Any, lines: Sequence[Any], formats: Formats) -> list[Sum]:
    """Net, the tax of each rate, total; of an invoice also what is paid and still to be paid."""
    if paper.total is None:
        return []

    def money(amount: Decimal) -> str:
        return formats.money(Money(amount, paper.total_currency))

    taxes: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        if not line.is_optional:
            taxes[line.tax_percent] += (line.gross or ZERO) - (line.net or ZERO)
    rows = [(_("Without tax"), money(paper.net), False)] if paper.net is not None and paper.net != paper.total else []
    rows += [
        (_("Tax %(rate)s") % {"rate": formats.percent(rate)}, money(tax), False) for rate, tax in sorted(taxes.items()) if tax
    ]  # fmt: skip
    rows.append((_("Total"), money(paper.total), True))
    if getattr(paper, "paid", None):
        rows += [(_("Paid"), money(paper.paid), False), (_("To be paid"), money(paper.balance or ZERO), True)]
    return rows


# -- delivery ------------------------------------------------------------------------------------------


def promised_to(deal_id: int, lines: Sequence[InvoiceLine]) -> dict[int, Promise]:
    """Line of the deal → what is promised of it, for lines that wait for goods."""
    waiting = {line.product_id for line in lines if line.product_id and line.deal_line_id}
    if not waiting:
        return {}
    found = promises(sorted(waiting))
    return {
        int(key): promise for (_product, about, key), promise in found.items() if about == ("deal", deal_id) and key.isdigit()
    }  # fmt: skip


def delivery_of(
    line: InvoiceLine, to_come: Mapping[int, Decimal], promised: Mapping[int, Promise], formats: Formats
) -> tuple[str, bool]:
    """How far the goods of a line are, in words, and whether nothing of them is to come. Nothing is said of what is no goods."""
    if line.pk not in to_come:
        return "", False
    left = to_come[line.pk]
    if not left:
        return (_("Shipped") if line.shipped else _("Credited, not shipped")), True
    promise = promised.get(line.deal_line_id or 0)
    day = promise.later[-1][0] if promise is not None and promise.later and not promise.nobody else None
    if line.shipped:
        words = _("%(shipped)s shipped, %(left)s to come") % {
            "shipped": formats.number(line.shipped.normalize()), "left": formats.number(left.normalize()),
        }  # fmt: skip
    else:
        words = _("Waiting to be shipped")
    if day is not None:
        words = _("%(words)s, expected %(day)s") % {"words": words, "day": formats.date(day)}
    return words, False
