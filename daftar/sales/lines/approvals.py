"""Which discounts are above what a person may give without asking, and which of them somebody approved."""

from __future__ import annotations

from collections.abc import Sequence
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
    over = [line for line in lines if discount_of(line, terms) > limit]
    if not over:
        return []
    given = approved(deal.pk)
    return [line for line in over if discount_of(line, terms) > given.get(str(line.pk), Decimal(-1))]


def discount_of(line: DealLine, terms: SaleTerms) -> Decimal:
    """The percent that the client is given on the line, with the share of the whole in percent."""
    full = (line.price or Decimal(0)) * line.quantity
    rest = full - (line.discount_amount or 0) - full * (line.discount_percent or 0) / HUNDRED
    rest -= rest * (terms.discount_percent or 0) / HUNDRED
    return Decimal(0) if not full else (full - rest) * HUNDRED / full


def approved(deal_id: int) -> dict[str, Decimal]:
    """Line id → the highest percent that was approved on it."""
    found: dict[str, Decimal] = {}
    rows = DiscountApproval.objects.filter(deal=deal_id, state="approved")
    for discounts in rows.values_list("discounts", flat=True):
        for line, percent in discounts.items():
            found[line] = max(found.get(line, Decimal(0)), Decimal(str(percent)))
    return found
