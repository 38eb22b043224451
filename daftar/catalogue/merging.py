"""Two products become one: the ledger stays, what is there goes over by moves, holds and what is expected follow; and the way back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.catalogue import opening
from daftar.catalogue.models import (
    BundlePart,
    Expected,
    Hold,
    PriceItem,
    Product,
    ProductPack,
    StockLevel,
    StockMove,
    Warehouse,
)
from daftar.catalogue.stock import levels
from daftar.catalogue.stock.doors import move, renew_wanted
from daftar.catalogue.stock.items import Item
from daftar.kernel.text import fold
from daftar.records.along import Along, goes_along
from daftar.records.draft import Draft


def register() -> None:
    goes_along("product", Products())
    goes_along("stock_move", Moves())
    goes_along("hold", Holds())
    goes_along("bundle_part", Parts())
    goes_along("price_item", Prices())
    goes_along("product_pack", Packs())


class Products(Along):
    def why_not_merged(self, rows: Sequence[Any], into: Any) -> str:
        for row in rows:
            if why_not := unlike(row, into):
                return why_not
        ids = [row.pk for row in rows]
        both = (
            BundlePart.objects.filter(product__in=ids, deleted_at=None)
            .select_related("bundle")
            .order_by("bundle", "id")
        )
        seen: dict[int, int] = {}
        for part in both:
            if seen.setdefault(part.bundle_id, part.product_id) != part.product_id:
                said = _("The bundle “%(name)s” holds both of these. Take one out of it first.")
                return said % {"name": part.bundle.name}
        has_variants = Product.objects.filter(variant_of__in=ids, deleted_at=None).exclude(pk__in=ids).exists()
        if has_variants and any(row.variant_of_id and row.variant_of_id not in ids for row in rows):
            return _("One of these has variants and another is a variant itself. Put that right first.")
        return ""

    def took(self, loser: int, winner: int, *, by: User) -> Mapping[str, Any]:
        levels.hold_still([loser, winner])
        expected = take_expected(loser, winner)
        moved = [
            [level.warehouse_id, str(level.on_hand)]
            for level in StockLevel.objects.filter(product=loser).exclude(on_hand=0).order_by("warehouse")
        ]
        move_all(moved, loser, winner, by=by)
        found: dict[str, Any] = {"moves": moved, "expected": expected} if moved or expected else {}
        if tell_source(loser, winner):
            found["told"] = True
        renew_wanted([loser, winner])
        if found or Hold.objects.filter(product=winner).exists():
            found |= last_of(loser, winner)
        return found

    def why_not_back(self, loser: int, winner: int, took: Mapping[str, Any]) -> str:
        if "move" not in took or last_of(loser, winner) == {key: took[key] for key in ("move", "hold")}:
            return ""
        name = Product.objects.values_list("name", flat=True).get(pk=winner)
        said = _("Goods of “%(what)s” moved or were held since. The merge stays; correct the stock of each by hand.")
        return said % {"what": name}

    def gave_back(self, loser: int, winner: int, took: Mapping[str, Any], *, by: User) -> None:
        levels.hold_still([loser, winner])
        move_all(took.get("moves", ()), winner, loser, by=by)
        give_expected(loser, winner, took.get("expected", ()))
        if took.get("told"):
            Product.objects.filter(pk=winner).update(stock_source="", stock_told_at=None)
        renew_wanted([loser, winner])

    def why_stays(self, ids: Collection[int]) -> Mapping[int, str]:
        return opening.why_stays(ids)

    def unmade(self, ids: Collection[int], *, by: User) -> None:
        opening.take_back(ids, by=by)

    def made_again(self, ids: Collection[int], *, by: User) -> None:
        opening.bring_again(ids, by=by)


def unlike(row: Any, into: Any) -> str:
    """Why a product cannot be counted as the other one, as a sentence; "" when it can."""
    names = {"one": row.name, "other": into.name}
    if row.kind != into.kind:
        return (
            _("“%(one)s” and “%(other)s” are of different kinds: a good, a service, a bundle. They cannot be one.")
            % names
        )
    if row.unit_id and into.unit_id and row.unit_id != into.unit_id:
        return _("“%(one)s” and “%(other)s” are counted in different units. Give them one unit first.") % names
    if row.tracks_stock != into.tracks_stock:
        return (
            _(
                "The stock of one of “%(one)s” and “%(other)s” is counted, that of the other is not. Make them alike first."
            )
            % names
        )
    return ""


def last_of(loser: int, winner: int) -> dict[str, int]:
    """The newest move and the newest hold of the two: so it shows whether something happened since."""
    of_two = Q(product__in=[loser, winner])
    return {
        "move": StockMove.objects.filter(of_two).aggregate(last=Max("id"))["last"] or 0,
        "hold": Hold.objects.filter(of_two).aggregate(last=Max("id"))["last"] or 0,
    }


def move_all(moved: Sequence[Sequence[Any]], source: int, target: int, *, by: User) -> None:
    """Let goods of one product be goods of another where they lie: a pair of moves for each warehouse. Shapes: (warehouse, how many)."""
    names = dict(Product.objects.filter(pk__in=[source, target]).values_list("pk", "name"))
    places = Warehouse.objects.in_bulk([id_ for id_, _much in moved])
    for id_, much in moved:
        for product, other, sign in sorted([(source, target, -1), (target, source, 1)]):
            words = _("Is counted as “%(what)s” now") if product == source else _("Was counted as “%(what)s” before")
            item = Item(product, Decimal(much))
            move(
                "correction", [item], sign, places[id_], by=by, about=("product", other), reason=words % {"what": names[other]},
                may_overdraw=True,
            )  # fmt: skip


def take_expected(loser: int, winner: int) -> list[list[Any]]:
    """What documents still bring of the one comes as the other: (type, id, key, how many, whether the other was expected there too)."""
    found = []
    for row in Expected.objects.select_for_update().filter(product=loser).order_by("id"):
        twin = Expected.objects.filter(about_type=row.about_type, about_id=row.about_id, key=row.key, product=winner)
        is_added = bool(twin.update(quantity=F("quantity") + row.quantity))
        if is_added:
            row.delete()
        else:
            Expected.objects.filter(pk=row.pk).update(product=winner)
        order_over(row, loser, winner, row.quantity)
        found.append([row.about_type, row.about_id, row.key, str(row.quantity), is_added])
    return found


def give_expected(loser: int, winner: int, expected: Sequence[Sequence[Any]]) -> None:
    """What is still expected of it comes as the first product again."""
    for type_key, id_, key, much, is_added in expected:
        rows = Expected.objects.select_for_update().filter(about_type=type_key, about_id=id_, key=key, product=winner)
        row = rows.first()
        if row is None:
            continue
        back = min(row.quantity, Decimal(much)) if is_added else row.quantity
        if is_added:
            rows.update(quantity=F("quantity") - back)
            Expected.objects.create(
                product_id=loser, warehouse=row.warehouse, quantity=back, due_on=row.due_on, about_type=type_key, about_id=id_, key=key
            )  # fmt: skip
        else:
            rows.update(product=loser)
        order_over(row, winner, loser, back)


def order_over(row: Expected, source: int, target: int, much: Decimal) -> None:
    levels.add(row.warehouse, on_order={source: -much, target: much})


def tell_source(loser: int, winner: int) -> bool:
    """A sum with a figure from outside in it says whose and how old, where it said nothing."""
    told = Product.objects.filter(pk=loser).exclude(stock_source="").first()
    rows = Product.objects.filter(pk=winner, stock_source="")
    return told is not None and bool(rows.update(stock_source=told.stock_source, stock_told_at=told.stock_told_at))


class Moves(Along):
    is_ledger = True


class Holds(Along):
    def led_elsewhere(self, drafts: Sequence[Draft]) -> None:
        """What is held is held of the other product."""
        changes: dict[int, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for draft in drafts:
            row: Any = draft.row
            if "product" in draft.changed and row.state == "in_force" and row.deleted_at is None:
                changes[row.warehouse_id][draft.old("product")] -= row.quantity
                changes[row.warehouse_id][row.product_id] += row.quantity
        levels.hold_still({id_ for sums in changes.values() for id_ in sums})
        for place in Warehouse.objects.filter(pk__in=list(changes)).order_by("pk"):
            levels.add(place, reserved=changes[place.pk], may_overdraw=True)


class Parts(Along):
    def led_elsewhere(self, drafts: Sequence[Draft]) -> None:
        """What bundles want is wanted of the other product."""
        changed = [draft for draft in drafts if "product" in draft.changed]
        renew_wanted({id_ for draft in changed for id_ in (draft.old("product"), draft.value("product")) if id_})


class Prices(Along):
    def staying(self, ids: Sequence[int], losers: Collection[int], winner: int) -> Collection[int]:
        return doubles(PriceItem, ids, winner, lambda row: (row.price_list_id, row.min_quantity))


class Packs(Along):
    def staying(self, ids: Sequence[int], losers: Collection[int], winner: int) -> Collection[int]:
        return doubles(ProductPack, ids, winner, lambda row: fold(row.name))


def doubles(model: Any, ids: Sequence[int], winner: int, sign: Any) -> set[int]:
    """Those of the rows of which the product that stays, or another that goes, has one that is alike already."""
    taken = {sign(row) for row in model.objects.filter(product=winner, deleted_at=None)}
    found: set[int] = set()
    for row in model.objects.filter(pk__in=list(ids), deleted_at=None).order_by("pk"):
        if sign(row) in taken:
            found.add(row.pk)
        taken.add(sign(row))
    return found
