"""Lines and sums of a paper as a reader sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.kernel.money import Money
from daftar.records.reader import Reader
from daftar.sales.models import InvoiceLine, QuoteLine


def line_rows(lines: Iterable[Any], reader: Reader, type_key: str) -> list[dict[str, Any]]:
    """The lines of a paper in words; the cost only for who may see that field."""
    formats, type_ = reader.formats, reader.schema.type(type_key)
    shows_cost = type_.field("cost") is not None
    rows = []
    for line in lines:
        currency = line.gross_currency
        money = [
            None if amount is None else formats.money(Money(amount, currency))
            for amount in (line.price, line.net, line.gross)
        ]
        cost = formats.money(Money(line.cost, line.cost_currency)) if shows_cost and line.cost is not None else ""
        rows.append({
            "group": line.group, "name": line.name, "code": line.code, "description": line.description, "is_optional": line.is_optional,
            "quantity": formats.number(line.quantity.normalize()), "unit": line.unit, "price": money[0], "discount": discount_words(line, reader),
            "tax": formats.percent(line.tax_percent), "net": money[1], "gross": money[2], "cost": cost,
            "shipped": formats.number(line.shipped.normalize()) if getattr(line, "shipped", None) else "",
            "product": line.product_id,
        })  # fmt: skip
    return rows


def discount_words(line: Any, reader: Reader) -> str:
    if line.discount_percent:
        return reader.formats.percent(line.discount_percent)
    if line.discount_amount:
        return reader.formats.money(Money(line.discount_amount, line.price_currency or line.gross_currency))
    return ""


def sum_rows(paper: Any, reader: Reader) -> list[tuple[str, str, bool]]:
    """(what, how much, whether it is the sum of all): net, the tax of each rate, total, and for an invoice what is paid."""
    if paper.total is None:
        return []

    def money(amount: Decimal) -> str:
        return reader.formats.money(Money(amount, paper.total_currency))

    rows = [(_("Without tax"), money(paper.net), False)] if paper.net is not None and paper.net != paper.total else []
    rows += [
        (_("Tax %(rate)s") % {"rate": reader.formats.percent(rate)}, money(tax), False)
        for rate, tax in taxes(paper).items()
        if tax
    ]
    rows.append((_("Total"), money(paper.total), True))
    if getattr(paper, "paid", None):
        rows += [(_("Paid"), money(paper.paid), False), (_("To be paid"), money(paper.balance), True)]
    return rows


def taxes(paper: Any) -> dict[Decimal, Decimal]:
    """Rate → tax of the lines that count, smallest rate first."""
    is_invoice = hasattr(paper, "paid")
    lines = InvoiceLine.objects.filter(invoice=paper.pk) if is_invoice else QuoteLine.objects.filter(quote=paper.pk)
    found: dict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines.filter(deleted_at=None, is_optional=False).order_by("tax_percent"):
        found[line.tax_percent] += (line.gross or Decimal(0)) - (line.net or Decimal(0))
    return dict(found)
