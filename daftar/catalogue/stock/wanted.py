"""Who wants goods: rooms above say it, and the product keeps the sum, so that what is missing can be listed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from daftar.catalogue.models import Product

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of a product are wanted for a record and not held for it yet; a smaller `priority` comes first.

    Units: `quantity` in the product's own unit. Shapes: `key` tells the lines of one record apart.
    """

    product_id: int
    quantity: Decimal
    about: tuple[str, int]
    key: str = ""
    day: date | None = None
    priority: tuple[float | str | int, ...] = ()


Source = Callable[[Collection[int]], Sequence[Wanted]]
_sources: dict[str, Source] = {}
_put_off: ContextVar[set[int] | None] = ContextVar("put_off", default=None)


def wants(source: Source) -> Source:
    """Decorator: this function of a higher room says who wants any of these products."""
    _sources[f"{source.__module__}.{source.__qualname__}"] = source
    return source


def wanted_of(product_ids: Collection[int]) -> list[Wanted]:
    """Everything that is wanted of the products, most urgent first."""
    found = [one for source in _sources.values() for one in source(product_ids)]
    return sorted(found, key=lambda one: one.priority)


def renew_wanted(product_ids: Collection[int]) -> None:
    """Sum up anew what is wanted of products, under their locks, in the caller's transaction."""
    put_off = _put_off.get()
    if put_off is not None:
        put_off.update(product_ids)
        return
    ids = sorted(set(product_ids))
    if not ids:
        return
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    sums: dict[int, Decimal] = dict.fromkeys(ids, ZERO)
    for one in wanted_of(ids):
        sums[one.product_id] = sums.get(one.product_id, ZERO) + one.quantity
    say, changed = connection.ops.adapt_decimalfield_value, []
    kept = Product.objects.filter(pk__in=ids).values_list("pk", "stock_available", "stock_wanted", "stock_missing")
    for id_, available, *was in kept:
        now = [sums[id_], max(sums[id_] - available, ZERO)]
        if was != now:
            changed.append((*map(say, now), id_))
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE catalogue_product SET stock_wanted = %s, stock_missing = %s WHERE id = %s", changed)


@contextmanager
def renewed_at_the_end() -> Iterator[None]:
    """What is wanted is summed up once, when everything inside has happened: for many changes in one transaction."""
    ids: set[int] = set()
    token = _put_off.set(ids)
    try:
        yield
    finally:
        _put_off.reset(token)
    renew_wanted(ids)
