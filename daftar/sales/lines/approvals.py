"""Which discounts are above what a person may give without asking, and what was said about them: asked, approved, declined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from daftar.access.models import Role, User
from daftar.crm.models import Deal
from daftar.sales.models import DealLine, DiscountApproval, SalesSettings, SaleTerms

ZERO, HUNDRED = Decimal(0), Decimal(100)
EXACT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Given:
    """A discount on a line. Units: `percent` of the list price; `quantity` in base units, None where a request does not say (of any number)."""

    percent: Decimal
    quantity: Decimal | None = None
    product: int | None = None

    @classmethod
    def of_json(cls, stored: Any) -> Given:
        """Requests of the first days have the percent alone."""
        if not isinstance(stored, dict):
            return cls(Decimal(str(stored)))
        return cls(Decimal(stored["percent"]), Decimal(stored["quantity"]), stored["product"])

    def to_json(self) -> dict[str, Any]:
        return {"percent": str(self.percent), "quantity": str(self.quantity), "product": self.product}

    def holds_for(self, now: Given) -> bool:
        """Whether a yes to this is one to that: no higher, not more of it, of the same product."""
        if self.quantity is None or now.quantity is None:
            return now.percent <= self.percent
        return now.percent <= self.percent and now.quantity <= self.quantity and now.product == self.product

    def rules_out(self, now: Given) -> bool:
        """Whether a no to this is one to that: no lower, not less of it, of the same product."""
        if self.quantity is None or now.quantity is None:
            return now.percent >= self.percent
        return now.percent >= self.percent and now.quantity >= self.quantity and now.product == self.product


def limit_of(user: User, settings: SalesSettings | None = None) -> Decimal | None:
    """The percent that this person may give: the most that any of their roles allows; None without a limit.

    An owner of the company has none, unless one is written for owners.
    """
    settings = settings or SalesSettings.load()
    if settings.discount_limit is None:
        return None
    own = [Decimal(str(settings.role_limits[role])) for role in user.roles if role in settings.role_limits]
    if Role.OWNER in user.roles and Role.OWNER not in settings.role_limits:
        return None
    return max(own, default=settings.discount_limit)


def covers(limit: Decimal | None, percent: Decimal) -> bool:
    """Whether who has this limit may give so much."""
    return limit is None or percent <= limit


def waiting(deal: Deal, lines: Sequence[DealLine], terms: SaleTerms, *, by: User) -> list[DealLine]:
    """The lines whose discount is above what `by` may give and that nobody approved in that height, for so much of that product."""
    asked = above(lines, terms, limit_of(by))
    if not asked:
        return []
    said = approved(deal.pk)
    over = {id_ for id_, now in asked.items() if not any(one.holds_for(now) for one in said.get(id_, ()))}
    return [line for line in lines if str(line.pk) in over]


def above(lines: Sequence[DealLine], terms: SaleTerms, limit: Decimal | None) -> dict[str, Given]:
    """Line id → its discount, of the lines that are above the limit."""
    if limit is None:
        return {}
    whole = whole_of(lines)
    found = {str(line.pk): given_of(line, terms, whole) for line in lines}
    return {id_: one for id_, one in found.items() if one.percent > limit}


def given_of(line: DealLine, terms: SaleTerms, whole: Decimal) -> Given:
    """What is given on a line as it is now; `whole` as for `discount_of`."""
    return Given(discount_of(line, terms, whole), line.quantity * line.factor, line.product_id)


def discount_of(line: DealLine, terms: SaleTerms, whole: Decimal = ZERO) -> Decimal:
    """The percent that is taken off the list price, by a lower price, a discount or the share of what is taken off the whole.

    Shapes: `whole` is what all lines come to before that, where an amount is taken off it.
    """
    return percent_off(*given_on(line, terms, whole))


def given_on(line: DealLine, terms: SaleTerms, whole: Decimal = ZERO) -> tuple[Decimal, Decimal]:
    """(what a line comes to by its list price, and what the client pays), both as prices of the deal are: with tax or without."""
    full, rest = sums_of(
        line.price, line.quantity, line.discount_percent, line.discount_amount, listed=list_price_of(line)
    )
    return full, rest - rest * share_off(terms, whole)


def list_price_of(line: DealLine) -> Decimal | None:
    """The list price of the line, in the currency of its price."""
    return line.list_price if line.list_price_currency == line.price_currency else None


def percent_off(full: Decimal, rest: Decimal) -> Decimal:
    """How much of `full` is not in `rest`, in percent with four digits."""
    return ((full - rest) * HUNDRED / full).quantize(EXACT) if full else ZERO


def sums_of(
    price: Decimal | None, quantity: Decimal, percent: Decimal | None, amount: Decimal | None, *, listed: Decimal | None = None
) -> tuple[Decimal, Decimal]:  # fmt: skip
    """(what a line comes to in full, and after its own discount). A list price below the price, or of a line without one, counts not."""
    sum_ = (price or ZERO) * quantity
    full = sum_ if price is None or listed is None else max(listed, price) * quantity
    return full, sum_ - (amount or 0) - sum_ * (percent or 0) / HUNDRED


def share_off(terms: SaleTerms, whole: Decimal) -> Decimal:
    """Which part of each line the discount of the whole takes off."""
    off = (terms.discount_percent or ZERO) / HUNDRED
    return min(off + ((terms.discount_amount or ZERO) / whole if whole > 0 else ZERO), Decimal(1))


def whole_of(lines: Iterable[DealLine]) -> Decimal:
    """What the lines that count come to after their own discounts."""
    counted = [line for line in lines if not line.is_optional]
    return sum((sums_of(x.price, x.quantity, x.discount_percent, x.discount_amount)[1] for x in counted), ZERO)


# -- what was said -----------------------------------------------------------------------------------------


def approved(deal_id: int) -> dict[str, list[Given]]:
    """Line id → what was approved on it."""
    found: dict[str, list[Given]] = {}
    for row in DiscountApproval.objects.filter(deal=deal_id, state="approved"):
        for line, one in asked_in(row).items():
            found.setdefault(line, []).append(one)
    return found


def asked_in(row: DiscountApproval) -> dict[str, Given]:
    """Line id → what a request is about."""
    return {str(line): Given.of_json(stored) for line, stored in row.discounts.items()}


def highest(discounts: Iterable[Given]) -> Decimal:
    """The most percent among them."""
    return max((one.percent for one in discounts), default=ZERO)


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a discount above the limit. Shapes: `row` is the request that says so, None where nobody asked."""

    state: Literal["must_ask", "asked", "approved", "declined"]
    row: DiscountApproval | None = None


def words_on(deal_id: int, discounts: Mapping[str, Given]) -> dict[str, Word]:
    """Line → what was said about such a discount; one query, none where no discount is above the limit."""
    if not discounts:
        return {}
    rows = DiscountApproval.objects.filter(deal=deal_id, state__in=("asked", "approved", "declined"))
    requests = [(row, asked_in(row)) for row in rows.select_related("decided_by", "asked_by").order_by("-id")]
    return {line: word_on(line, now, requests) for line, now in discounts.items()}


def word_on(line: str, now: Given, requests: Sequence[tuple[DiscountApproval, Mapping[str, Given]]]) -> Word:
    """An approval counts, then a question that is open, then the last no."""
    of_line = [(row, asked[line]) for row, asked in requests if line in asked]
    for state in ("approved", "asked"):
        for row, one in of_line:
            if row.state == state and one.holds_for(now):
                return Word(state, row)
    declined = next((row for row, one in of_line if row.state == "declined" and one.rules_out(now)), None)
    return Word("declined", declined) if declined is not None else Word("must_ask")
