"""How much of the lines of an invoice is still to be credited, and still to be shipped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from daftar.sales.models import InvoiceLine

ZERO = Decimal(0)


def goods(lines: Sequence[InvoiceLine]) -> list[InvoiceLine]:
    """The lines that stand for goods whose stock is counted."""
    return [line for line in lines if line.product is not None and line.product.kind != "service" and line.quantity > 0]


def credit_left(lines: Sequence[InvoiceLine]) -> dict[int, Decimal]:
    """Line of an invoice → how much of it no credit note has taken off yet."""
    credited = InvoiceLine.objects.filter(credits__in=[line.pk for line in lines], deleted_at=None)
    done: dict[int, Decimal] = {}
    for of, quantity in credited.exclude(invoice__state="cancelled").values_list("credits_id", "quantity"):
        done[of or 0] = done.get(of or 0, ZERO) + quantity
    return {line.pk: line.quantity + done.get(line.pk, ZERO) for line in lines if not line.is_optional}


def to_ship(lines: Sequence[InvoiceLine]) -> dict[int, Decimal]:
    """Line of goods → how much of it has not left and was not credited; in the line's unit."""
    some = goods(lines)
    left = credit_left(some)
    return {line.pk: max(left.get(line.pk, line.quantity) - line.shipped, ZERO) for line in some}


def delivery_of(lines: Sequence[InvoiceLine]) -> str:
    """How far the delivery of an invoice is: none (no goods, or all credited before they left), waiting, part, done."""
    has_left = any(line.shipped for line in goods(lines))
    if any(to_ship(lines).values()):
        return "part" if has_left else "waiting"
    return "done" if has_left else "none"
