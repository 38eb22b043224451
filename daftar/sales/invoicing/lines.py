"""The lines of an invoice: a share of the deal's lines, an advance on the whole, or less what was paid in advance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.models import Installation
from daftar.catalogue.prices import to_coin
from daftar.kernel.formats import current
from daftar.kernel.money import Money
from daftar.sales.invoicing.remaining import advances
from daftar.sales.issuing import Sale, copied
from daftar.sales.models import DealLine, InvoiceLine
from daftar.sales.totals import Line, Terms, total

ZERO, HUNDRED = Decimal(0), Decimal(100)


def chosen_lines(sale: Sale, wanted: Mapping[int, Decimal]) -> list[dict[str, Any]]:
    """Rows for so much of each line. What is invoiced whole has the very sums of the deal; a share is added up anew by the deal's rules."""
    lines = [line for line in sale.lines if wanted.get(line.pk)]
    rows = [row | {"quantity": wanted[row["deal_line"]]} for row in copied(lines)]
    counted = [line for line in sale.lines if not line.is_optional]
    if len(lines) == len(counted) and all(wanted[line.pk] == line.quantity for line in lines):
        return rows
    currency = sale.terms.currency
    parts = [part_of(line, wanted[line.pk], currency) for line in lines]
    full = sum((line.net or ZERO for line in counted), ZERO)
    share = sum(((line.net or ZERO) * wanted[line.pk] / line.quantity for line in lines), ZERO) / full if full else ZERO
    off = sale.terms.discount_amount
    terms = Terms(
        currency=currency,
        tax_included=sale.terms.tax_included,
        rounding=sale.terms.rounding,
        discount_percent=sale.terms.discount_percent or ZERO,
        discount_amount=to_coin(off * share, currency) if off else ZERO,
    )
    for row, one, part in zip(rows, total(parts, terms).lines, parts, strict=True):
        row |= {"net": Money(one.net, currency), "gross": Money(one.gross, currency)}
        row["discount_amount"] = part.discount_amount or None
    return rows


def part_of(line: DealLine, quantity: Decimal, currency: str) -> Line:
    """The line with another quantity; a discount in money goes along in proportion."""
    off = line.discount_amount
    return Line(
        quantity=quantity,
        price=line.price or ZERO,
        discount_percent=line.discount_percent or ZERO,
        discount_amount=to_coin(off * quantity / line.quantity, currency) if off else ZERO,
        tax_percent=line.tax_percent,
    )


def advance_lines(sale: Sale, percent: Decimal) -> list[dict[str, Any]]:
    """One line for each rate of tax: so many percent of what the deal comes to."""
    sums: dict[tuple[str, Decimal], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for line in sale.lines:
        if not line.is_optional:
            at = sums[line.tax_name, line.tax_percent]
            at[0] += line.net or ZERO
            at[1] += line.gross or ZERO
    currency = sale.terms.currency
    with override(sale.language or Installation.load().language):
        name = _("Advance payment, %(percent)s of “%(deal)s”") % {
            "percent": current().percent(percent),
            "deal": sale.deal.name,
        }
    return [
        row_of(
            name, rate, to_coin(net * percent / HUNDRED, currency), to_coin(gross * percent / HUNDRED, currency), sale
        )
        for rate, (net, gross) in sums.items()
        if gross
    ]


def deductions(sale: Sale, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines that take off what was invoiced in advance, as far as this invoice goes; the rest waits for the next one."""
    room = sum((row["gross"].amount for row in rows), ZERO)
    found: list[dict[str, Any]] = []
    for advance in advances(sale.deal.pk):
        for line in InvoiceLine.objects.filter(invoice=advance.pk).order_by("position"):
            net, gross = left_of(line)
            if gross <= 0 or room <= 0:
                continue
            if gross > room:
                net, gross = to_coin(net * room / gross, sale.terms.currency), room
            room -= gross
            with override(sale.language or Installation.load().language):
                name = _("Less advance invoice %(number)s") % {"number": advance.number}
            found.append(row_of(name, (line.tax_name, line.tax_percent), -net, -gross, sale) | {"advance": line.pk})
    return found


def left_of(line: InvoiceLine) -> tuple[Decimal, Decimal]:
    """(net, gross) of an advance line that no later invoice has taken off yet."""
    taken = InvoiceLine.objects.filter(advance=line.pk, deleted_at=None).exclude(invoice__state="cancelled")
    net = sum((one.net or ZERO for one in taken), line.net or ZERO)
    return net, sum((one.gross or ZERO for one in taken), line.gross or ZERO)


def row_of(name: str, rate: tuple[str, Decimal], net: Decimal, gross: Decimal, sale: Sale) -> dict[str, Any]:
    currency = sale.terms.currency
    price = gross if sale.terms.tax_included else net
    return {
        "group": "", "product": None, "code": "", "name": name, "description": "", "is_optional": False, "unit": "",
        "factor": Decimal(1), "quantity": Decimal(1), "price": Money(price, currency), "discount_percent": None, "discount_amount": None,
        "tax_name": rate[0], "tax_percent": rate[1], "net": Money(net, currency), "gross": Money(gross, currency), "cost": None,
    }  # fmt: skip
