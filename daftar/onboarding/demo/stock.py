"""What lies in the warehouses and what was ordered: opening figures of long ago, then purchase orders in each state; and how it goes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import Sum

from daftar.catalogue import demo as stock
from daftar.catalogue.models import Expected, Hold, Product, StockLevel, StockMove
from daftar.catalogue.stock.wanted import renew_wanted
from daftar.kernel import clock
from daftar.onboarding.demo.shop import Shop
from daftar.sales.buying.demo import make_purchases

ZERO = Decimal(0)
BEGAN = 150
"""So many days ago goods were counted for the first time."""


def make_stock(shop: Shop) -> None:
    goods = [product for product in shop.products if product.kind == "good"]
    suppliers = [company for company in shop.companies if company.kind == "supplier"]
    at, trade, by = shop.past(BEGAN), shop.trade, shop.cast.chief
    with clock.as_of(at):
        shop.floor = stock.make_stock(
            goods, by=by, at=at, today=shop.today, shop_floor=trade.floor, why=(trade.broken, trade.counted),
            change_set=shop.change_set,
        )  # fmt: skip
    make_purchases(
        suppliers, goods, by=by, today=shop.today, change_set=shop.change_set, at=lambda days: shop.past(days)
    )


class StockThatStays:
    """The figures of products of the demo that stay: what its moves come to stays as one opening figure, its holds go.

    Make it before anything is deleted, and `settle` when the moves, the holds and the products are gone.
    """

    def __init__(self, product_ids: set[int], going: Mapping[str, set[int]]) -> None:
        self.product_ids = product_ids
        self.warehouses_going = going["warehouse"]
        moves = StockMove.objects.filter(pk__in=going["stock_move"], product__in=product_ids).order_by()
        self.sums = list(moves.values("product", "warehouse").annotate(sum=Sum("quantity")).exclude(sum=0))

    def settle(self) -> None:
        StockMove.objects.bulk_create(
            StockMove(kind="opening", product_id=row["product"], warehouse_id=row["warehouse"], quantity=row["sum"])
            for row in self.sums
        )
        renew_levels(self.product_ids)
        renew_wanted(self.product_ids)
        StockLevel.objects.filter(warehouse__in=self.warehouses_going).delete()


def renew_levels(product_ids: set[int]) -> None:
    """Write the counters of products anew, from moves, holds and what is expected."""
    sums: dict[tuple[int, int], dict[str, Decimal]] = {}
    sources = (
        ("on_hand", StockMove.objects.filter(deleted_at=None)),
        ("reserved", Hold.objects.filter(state="in_force", deleted_at=None)),
        ("on_order", Expected.objects.all()),
    )
    for name, rows in sources:
        mine = rows.filter(product__in=product_ids).order_by().values("product", "warehouse")
        for row in mine.annotate(sum=Sum("quantity")):
            sums.setdefault((row["product"], row["warehouse"]), {})[name] = row["sum"]
    for level in StockLevel.objects.filter(product__in=product_ids):
        own = sums.get((level.product_id, level.warehouse_id), {})
        level.on_hand, level.reserved, level.on_order = (own.get(name, ZERO) for name, _rows in sources)
        level.save(update_fields=["on_hand", "reserved", "on_order"])
    for id_ in product_ids:
        own_sums = [figures for (product, _place), figures in sums.items() if product == id_]
        hand, held, order = (sum((one.get(name, ZERO) for one in own_sums), ZERO) for name, _rows in sources)
        Product.objects.filter(pk=id_).update(
            stock_on_hand=hand, stock_reserved=held, stock_on_order=order, stock_available=hand - held
        )
