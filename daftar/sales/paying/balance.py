"""How a client stands with us: invoiced, paid, open, overdue, credit; in each currency by itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from daftar.access import decide
from daftar.access.models import Installation, User
from daftar.kernel import clock
from daftar.sales.models import Invoice, Payment

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """Units: all in `currency`. Shapes: `invoiced` has credit notes taken off; `credit` is what the client paid and no invoice took yet."""

    currency: str
    invoiced: Decimal = ZERO
    paid: Decimal = ZERO
    open: Decimal = ZERO
    overdue: Decimal = ZERO
    credit: Decimal = ZERO

    @property
    def balance(self) -> Decimal:
        """What the client owes; below 0 what we owe the client."""
        return self.open - self.credit


def standing_of(type_key: str, record_id: int, by: User) -> list[Standing]:
    """Of a company or contact, in the order of currencies; of what the person may see, and nothing where that is nothing. Two queries."""
    theirs = Q(**{type_key: record_id}, deleted_at=None)
    today = clock.today(Installation.load().time_zone)
    made: dict[str, dict[str, Decimal]] = {}
    if decide.may(by, "see", "invoice"):
        seen: Any = decide.within(Invoice.objects.filter(theirs), by, "invoice")
        late = Q(state__in=("issued", "part_paid"), due_on__lt=today) & ~Q(kind="credit")
        is_open = Q(state__in=("issued", "part_paid")) & ~Q(kind="credit")
        rows = seen.exclude(state="cancelled").order_by().values("total_currency").annotate(
            invoiced=Sum("total"), paid=Sum("paid"), open=Sum("balance", filter=is_open), overdue=Sum("balance", filter=late)
        )  # fmt: skip
        made = {row.pop("total_currency"): row for row in rows}
    if decide.may(by, "see", "payment"):
        kept: Any = decide.within(Payment.objects.filter(theirs, free__gt=0), by, "payment")
        for currency, credit in kept.order_by().values_list("amount_currency").annotate(Sum("free")):
            made.setdefault(currency, {})["credit"] = credit
    return [
        Standing(currency, **{key: value or ZERO for key, value in numbers.items()})
        for currency, numbers in sorted(made.items())
    ]
