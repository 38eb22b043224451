"""The counters behind the five numbers: changed by conditional updates, in the order of the products, and summed up on the product."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from daftar.catalogue.models import Expected, Product, StockLevel, Warehouse
from daftar.catalogue.stock.items import OutOfStock, Short
from daftar.kernel.errors import Conflict

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Five:
    """The five numbers of a product, and the next day on which something of it comes."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    on_order: Decimal = ZERO
    missing: Decimal = ZERO
    next_on: date | None = None
    next_quantity: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


def default_warehouse() -> Warehouse:
    """Where goods lie when nobody says. Errors: Conflict without any warehouse."""
    found: Warehouse | None = (
        Warehouse.objects.filter(deleted_at=None, is_active=True).order_by("-is_default", "id").first()
    )
    if found is None:
        raise Conflict(_("There is no warehouse yet. Add one in the settings."))
    return found


def has_goods() -> bool:
    """Whether there is anything whose stock is counted."""
    return Product.objects.filter(kind="good", tracks_stock=True, deleted_at=None).exists()


def hold_still(product_ids: Collection[int]) -> None:
    """Lock the products, in the order of their ids: whoever changes several levels does that first, so that nobody waits in a circle.

    Their keys stay as they are: who stores a line of one of them does not wait (PostgreSQL looks at what a row names when it commits).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("stock is changed in a transaction")
    list(Product.objects.select_for_update(no_key=True).filter(pk__in=product_ids).order_by("pk").values_list("pk"))


def locked(product_ids: Collection[int], warehouse: Warehouse) -> dict[int, StockLevel]:
    """The levels of the products in a warehouse under a lock, made where there were none; in the caller's transaction."""
    hold_still(product_ids)
    rows = [StockLevel(product_id=id_, warehouse=warehouse) for id_ in sorted(product_ids)]
    StockLevel.objects.bulk_create(rows, ignore_conflicts=True)
    kept = (
        StockLevel.objects.select_for_update().filter(product__in=product_ids, warehouse=warehouse).order_by("product")
    )
    return {level.product_id: level for level in kept}


def add(
    warehouse: Warehouse, *, on_hand: Mapping[int, Decimal] | None = None, reserved: Mapping[int, Decimal] | None = None,
    on_order: Mapping[int, Decimal] | None = None, may_overdraw: bool = False,
) -> None:  # fmt: skip
    """Change counters of products in a warehouse, all or none.

    Shapes: product → by how much. Errors: OutOfStock where on hand or available would fall below nothing and neither the warehouse nor the
    caller allows that (`may_overdraw`: a count says what is true).
    """
    changes = [change or {} for change in (on_hand, reserved, on_order)]
    ids = sorted({id_ for change in changes for id_ in change})
    levels = locked(ids, warehouse)
    short: list[Short] = []
    for id_ in ids:
        hand, held, _order = (change.get(id_, ZERO) for change in changes)
        level = levels[id_]
        takes = hand < 0 or held > 0
        left = level.on_hand + hand - level.reserved - held
        if takes and not may_overdraw and not warehouse.may_go_negative and (left < 0 or level.on_hand + hand < 0):
            short.append(
                Short(id_, "", -min(hand, ZERO) + max(held, ZERO), level.on_hand - level.reserved - min(held, ZERO))
            )
    if short:
        names = dict(Product.objects.filter(pk__in=[one.product_id for one in short]).values_list("pk", "name"))
        raise OutOfStock([Short(s.product_id, names[s.product_id], s.wanted, max(s.there, ZERO)) for s in short])
    count_on({levels[id_].pk: (id_, *(change.get(id_, ZERO) for change in changes)) for id_ in ids})


OF_LEVELS = "UPDATE catalogue_stocklevel SET on_hand = on_hand + %s, reserved = reserved + %s, on_order = on_order + %s WHERE id = %s"
OF_PRODUCTS = (
    "UPDATE catalogue_product SET stock_on_hand = stock_on_hand + %s, stock_reserved = stock_reserved + %s,"
    " stock_available = stock_available + %s, stock_on_order = stock_on_order + %s, stock_missing ="
    " CASE WHEN stock_wanted - stock_available - %s > 0 THEN stock_wanted - stock_available - %s ELSE 0 END WHERE id = %s"
)


def count_on(changes: Mapping[int, tuple[Any, ...]]) -> None:
    """Change the counters of locked levels and of their products: level → (product, on hand, reserved, on order) by how much.

    Two statements for all of them: a paper has a dozen lines, and a statement that Django writes anew costs more than what it does.
    """
    say = connection.ops.adapt_decimalfield_value
    with connection.cursor() as cursor:
        cursor.executemany(OF_LEVELS, [(*map(say, by), level) for level, (_product, *by) in changes.items()])
        rows = [
            (hand, held, hand - held, order, hand - held, hand - held) for _p, hand, held, order in changes.values()
        ]
        ids = [product for product, *_by in changes.values()]
        cursor.executemany(OF_PRODUCTS, [(*map(say, row), id_) for row, id_ in zip(rows, ids, strict=True)])


def five_numbers(product_ids: Collection[int], warehouse: Warehouse | None = None) -> dict[int, Five]:
    """The five numbers of each product, of all warehouses or of one; three queries, however many products."""
    ids = list(product_ids)
    rows = StockLevel.objects.filter(product__in=ids)
    if warehouse is not None:
        rows = rows.filter(warehouse=warehouse)
    summed = (
        rows.order_by().values("product").annotate(hand=Sum("on_hand"), held=Sum("reserved"), order=Sum("on_order"))
    )
    levels = {row["product"]: row for row in summed}
    coming: dict[int, tuple[date | None, Decimal]] = {}
    expected = Expected.objects.filter(product__in=ids, quantity__gt=0).order_by("due_on", "id")
    for id_, due_on, quantity in expected.values_list("product", "due_on", "quantity"):
        day, much = coming.get(id_, (due_on, ZERO))
        if day == due_on:
            coming[id_] = (day, much + quantity)
    missing = dict(Product.objects.filter(pk__in=ids).values_list("pk", "stock_missing"))
    none = {"hand": ZERO, "held": ZERO, "order": ZERO}
    return {
        id_: Five(row["hand"], row["held"], row["order"], missing.get(id_, ZERO), *coming.get(id_, (None, ZERO)))
        for id_ in ids
        for row in [levels.get(id_, none)]
    }
