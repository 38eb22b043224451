"""When somebody gets what they want: what is there goes to the most urgent first, then what comes on its day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from daftar.catalogue.models import Expected, Product
from daftar.catalogue.stock.wanted import Wanted, wanted_of

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Promise:
    """Shapes: `now` is there; `later` are (day, how many) of what comes, a day of None where the supplier named none; of `nobody` nobody
    knows when it comes.
    """

    now: Decimal = ZERO
    later: tuple[tuple[date | None, Decimal], ...] = ()
    nobody: Decimal = ZERO


def share_out(
    wanted: Sequence[Decimal], available: Decimal, coming: Sequence[tuple[date | None, Decimal]]
) -> list[Promise]:
    """The promise to each, in the order given. Shapes: `coming` in the order of its days. Nothing is promised twice."""
    supply = [(None, max(available, ZERO), True), *((day, much, False) for day, much in coming)]
    left = [much for _day, much, _now in supply]
    found = []
    for want in wanted:
        now, later, rest = ZERO, list[tuple[date | None, Decimal]](), want
        for n, (day, _much, is_now) in enumerate(supply):
            part = min(rest, left[n])
            if part <= 0:
                continue
            left[n] -= part
            rest -= part
            if is_now:
                now += part
            else:
                later.append((day, part))
        found.append(Promise(now, tuple(later), rest))
    return found


def promises(product_ids: Collection[int]) -> dict[tuple[int, tuple[str, int], str], Promise]:
    """(product, record, line) → its promise, for everybody who wants one of the products."""
    available = dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "stock_available"))
    coming: dict[int, list[tuple[date | None, Decimal]]] = {}
    rows = Expected.objects.filter(product__in=product_ids, quantity__gt=0)
    for id_, day, much in sorted(rows.values_list("product", "due_on", "quantity"), key=lambda one: one[1] or date.max):
        coming.setdefault(id_, []).append((day, much))
    by_product: dict[int, list[Wanted]] = {}
    for one in wanted_of(product_ids):
        by_product.setdefault(one.product_id, []).append(one)
    return {
        (id_, one.about, one.key): promise
        for id_, some in by_product.items()
        for one, promise in zip(
            some, share_out([w.quantity for w in some], available.get(id_, ZERO), coming.get(id_, [])), strict=True
        )
    }
