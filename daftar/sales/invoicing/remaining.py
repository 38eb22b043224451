"""How much of a deal's lines is not invoiced yet."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from daftar.sales.models import DealLine, Invoice, InvoiceLine

ZERO = Decimal(0)


def invoiced(deal_id: int) -> dict[int, Decimal]:
    """Line of the deal → how much of it stands on invoices, in the line's unit; credit notes and cancelled invoices counted off."""
    rows = InvoiceLine.objects.filter(invoice__deal=deal_id, deal_line__isnull=False, deleted_at=None)
    rows = rows.filter(invoice__deleted_at=None).exclude(invoice__state="cancelled")
    found = rows.values("deal_line").annotate(sum=Sum("quantity")).values_list("deal_line", "sum")
    return {line: quantity for line, quantity in found if line is not None}


def remaining(lines: list[DealLine], deal_id: int) -> dict[int, Decimal]:
    """Line → how much of it can still be invoiced; optional lines have nothing."""
    done = invoiced(deal_id)
    return {line.pk: ZERO if line.is_optional else max(line.quantity - done.get(line.pk, ZERO), ZERO) for line in lines}


def is_all_invoiced(deal_id: int) -> bool:
    """Whether every line that counts stands on invoices in full."""
    lines = list(DealLine.objects.filter(deal=deal_id, deleted_at=None))
    return not any(remaining(lines, deal_id).values())


def advances(deal_id: int) -> list[Invoice]:
    """Advance invoices of a deal that hold, the oldest first."""
    rows = Invoice.objects.filter(deal=deal_id, kind="advance", deleted_at=None)
    return list(rows.exclude(state__in=("cancelled", "credited")).order_by("id"))
