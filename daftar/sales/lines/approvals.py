"""Which discounts are above what a person may give without asking, and which of them somebody approved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from daftar.access.models import User
from daftar.crm.models import Deal
from daftar.sales.models import DealLine, DiscountApproval, SalesSettings, SaleTerms

HUNDRED = Decimal(100)


def limit_of(user: User) -> Decimal | None:
    """The percent that this person may give: the most that any of their roles allows; None without a limit."""
    settings = SalesSettings.load()
    if settings.discount_limit is None:
        return None
    own = [Decimal(str(settings.role_limits[role])) for role in user.roles if role in settings.role_limits]
    return max(own, default=settings.discount_limit)


def waiting(deal: Deal, lines: Sequence[DealLine], terms: SaleTerms, *, by: User) -> list[DealLine]:
    """The lines whose discount is above what `by` may give and that nobody approved in that height."""
    limit = limit_of(by)
    if limit is None:
        return []
    whole = whole_of(lines)
    over = [line for line in lines if discount_of(line, terms, whole) > limit]
    if not over:
        return []
    given = approved(deal.pk)
    return [line for line in over if discount_of(line, terms, whole) > given.get(str(line.pk), Decimal(-1))]


def discount_of(line: DealLine, terms: SaleTerms, whole: Decimal = Decimal(0)) -> Decimal:
    """The percent that the client is given on the line, with its share of what is taken off the whole.

    Shapes: `whole` is what all lines come to before that, where an amount is taken off it.
    """
    full, rest = sums_of(line.price, line.quantity, line.discount_percent, line.discount_amount)
    rest -= rest * share_off(terms, whole)
    return Decimal(0) if not full else (full - rest) * HUNDRED / full


def sums_of(
    price: Decimal | None, quantity: Decimal, percent: Decimal | None, amount: Decimal | None
) -> tuple[Decimal, Decimal]:
    """(what a line comes to in full, and after its own discount)."""
    full = (price or Decimal(0)) * quantity
    return full, full - (amount or 0) - full * (percent or 0) / HUNDRED


def share_off(terms: SaleTerms, whole: Decimal) -> Decimal:
    """Which part of each line the discount of the whole takes off."""
    off = (terms.discount_percent or Decimal(0)) / HUNDRED
    return min(off + ((terms.discount_amount or Decimal(0)) / whole if whole > 0 else Decimal(0)), Decimal(1))


def whole_of(lines: Iterable[DealLine]) -> Decimal:
    """What the lines that count come to after their own discounts."""
    counted = [line for line in lines if not line.is_optional]
    return sum((sums_of(x.price, x.quantity, x.discount_percent, x.discount_amount)[1] for x in counted), Decimal(0))


def approved(deal_id: int) -> dict[str, Decimal]:
    """Line id → the highest percent that was approved on it."""
    found: dict[str, Decimal] = {}
    rows = DiscountApproval.objects.filter(deal=deal_id, state="approved")
    for discounts in rows.values_list("discounts", flat=True):
        for line, percent in discounts.items():
            found[line] = max(found.get(line, Decimal(0)), Decimal(str(percent)))
    return found
