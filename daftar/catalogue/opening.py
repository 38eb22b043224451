"""The opening stock that came with a product goes with it by counter moves when the import that made it is taken back, and comes with it again."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.catalogue.models import Product, StockMove, Warehouse
from daftar.catalogue.stock import levels
from daftar.catalogue.stock.doors import move
from daftar.catalogue.stock.items import Item
from daftar.records.models import ChangeSet

OWN = Q(about_type="product", about_id=F("product_id"))
"""A move because of its own product: its opening stock went with it, or came again."""


def once_of(change_set: ChangeSet, first_product: int) -> str:
    """The key under which a batch of an import receives its opening stock."""
    return f"opening-{change_set.pk}-{first_product}"


def why_stays(ids: Collection[int]) -> dict[int, str]:
    """Product → why it cannot go with its opening stock. Locks the products."""
    levels.hold_still(ids)
    others = StockMove.objects.filter(product=OuterRef("pk")).exclude(once__startswith="opening-").exclude(OWN)
    is_used = Exists(others) | Q(stock_reserved__gt=0) | Q(stock_on_order__gt=0)
    said = _("Goods of it moved since, or are held or on order. Write its stock off first, then put it into the bin.")
    return dict.fromkeys(Product.objects.filter(is_used, pk__in=list(ids)).values_list("pk", flat=True), said)


def take_back(ids: Collection[int], *, by: User) -> None:
    """What the ledger says is there leaves it."""
    _move(ids, StockMove.objects.all(), _("The import was taken back"), by)


def bring_again(ids: Collection[int], *, by: User) -> None:
    """What left the ledger with the products is there again."""
    _move(ids, StockMove.objects.filter(OWN), _("The import was done again"), by)


def _move(ids: Collection[int], rows: QuerySet[StockMove], reason: str, by: User) -> None:
    """The opposite of what the rows come to, in each warehouse."""
    sums = (
        rows.filter(product__in=list(ids)).order_by().values_list("warehouse", "product").annotate(sum=Sum("quantity"))
    )
    places: dict[int, dict[int, Decimal]] = {}
    for place, product, much in sums:
        if much:
            places.setdefault(place, {})[product] = much
    for place in Warehouse.objects.filter(pk__in=list(places)).order_by("pk"):
        for product, much in sorted(places[place.pk].items()):
            move(
                "correction", [Item(product, much)], -1, place, by=by, about=("product", product), reason=reason, may_overdraw=True
            )  # fmt: skip
