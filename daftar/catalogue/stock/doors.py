"""What other rooms call to move, hold and expect goods. Each is all or nothing, and safe to repeat with the same `once`.

Everything runs in the caller's transaction or in one of its own. The rights of `by` are the caller's to ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, cast

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.catalogue.models import Expected, Hold, Product, StockMove, Warehouse
from daftar.catalogue.stock import levels
from daftar.catalogue.stock.items import Item, OutOfStock, Short, by_product, counted
from daftar.catalogue.stock.levels import Five, default_warehouse, five_numbers, hold_still
from daftar.catalogue.stock.wanted import Wanted, renew_wanted, wants
from daftar.kernel import clock
from daftar.kernel.errors import Invalid
from daftar.records import writing
from daftar.records.fields.any_link import Target
from daftar.records.schema import current_schema

__all__ = [
    "Five", "Item", "OutOfStock", "Short", "Wanted", "arrive", "count", "default_warehouse", "expect", "five_numbers", "hold", "hold_still",
    "receive", "release", "renew_wanted", "ship", "ship_held", "tell", "transfer", "wants", "write_off",
]  # fmt: skip
About = tuple[str, int] | None
Kind = Literal["opening", "receipt", "return", "correction"]
ZERO = Decimal(0)


@contextmanager
def one_act(once: str) -> Iterator[bool]:
    """One transaction; True inside when the act was not done yet, also where somebody else does the same now."""
    if once and StockMove.objects.filter(once__startswith=f"{once}:").exists():
        yield False
        return
    try:
        with transaction.atomic():
            yield True
    except IntegrityError:
        if not once or not StockMove.objects.filter(once__startswith=f"{once}:").exists():
            raise


def receive(
    items: Sequence[Item], *, by: User, kind: Kind = "receipt", warehouse: Warehouse | None = None, about: About = None, reason: str = "",
    at: datetime | None = None, once: str = "",
) -> None:  # fmt: skip
    """Goods come: an opening figure, a delivery, a return. Errors: Invalid, Conflict without a warehouse."""
    with one_act(once) as is_new:
        if is_new:
            move(
                kind,
                counted(items),
                1,
                warehouse or default_warehouse(),
                by=by,
                about=about,
                reason=reason,
                at=at,
                once=once,
            )


def ship(
    items: Sequence[Item],
    *,
    by: User,
    warehouse: Warehouse | None = None,
    about: About = None,
    reason: str = "",
    once: str = "",
) -> None:
    """Goods leave out of what is available. Errors: Invalid, OutOfStock."""
    with one_act(once) as is_new:
        if is_new:
            move(
                "shipment",
                counted(items),
                -1,
                warehouse or default_warehouse(),
                by=by,
                about=about,
                reason=reason,
                once=once,
            )


def write_off(
    items: Sequence[Item], *, by: User, reason: str, warehouse: Warehouse | None = None, once: str = ""
) -> None:
    """Goods are lost or broken. Errors: Invalid without a reason, OutOfStock."""
    if not reason.strip():
        raise Invalid(_("Say why these goods are written off."), field="reason")
    with one_act(once) as is_new:
        if is_new:
            move("write_off", counted(items), -1, warehouse or default_warehouse(), by=by, reason=reason, once=once)


def transfer(
    items: Sequence[Item], *, by: User, source: Warehouse, target: Warehouse, reason: str = "", once: str = ""
) -> None:
    """Goods go from one warehouse to another. Errors: Invalid, OutOfStock."""
    if source.pk == target.pk:
        raise Invalid(_("Choose two different warehouses."), field="target")
    with one_act(once) as is_new:
        if is_new:
            wanted = counted(items)
            first, second = (("transfer_out", -1, source), ("transfer_in", 1, target))
            for kind, sign, place in sorted((first, second), key=lambda one: one[2].pk):
                move(kind, wanted, sign, place, by=by, reason=reason, once=f"{once}:{kind}" if once else "")


def count(
    items: Sequence[Item],
    *,
    by: User,
    warehouse: Warehouse | None = None,
    reason: str = "",
    once: str = "",
    at: datetime | None = None,
) -> None:
    """Say how much there really is; the difference is a move. What is held may be more than what is there then.

    Shapes: `quantity` is what was counted, also nothing.
    """
    with one_act(once) as is_new:
        if not is_new:
            return
        place, wanted = warehouse or default_warehouse(), counted(items, may_be_nothing=True)
        found = by_product(wanted)
        there = levels.locked(list(found), place)
        moved = [Item(id_, much - there[id_].on_hand) for id_, much in found.items() if much != there[id_].on_hand]
        move("count", moved, 1, place, by=by, reason=reason, at=at, once=once, may_overdraw=True)


def tell(
    product_id: int, on_hand: Decimal, *, source: str, at: datetime, by: User, warehouse: Warehouse | None = None
) -> None:
    """Keep a figure that comes from outside (1C, a file), with its source and age."""
    with transaction.atomic():
        count([Item(product_id, on_hand)], by=by, warehouse=warehouse, reason=source, at=at)
        Product.objects.filter(pk=product_id).update(stock_source=source[:100], stock_told_at=at)


def move(
    kind: str, items: Sequence[Item], sign: int, warehouse: Warehouse, *, by: User, about: About = None, reason: str = "",
    at: datetime | None = None, once: str = "", may_overdraw: bool = False,
) -> None:  # fmt: skip
    """Write the moves and change the counters."""
    sums = by_product(items)
    if not sums:
        return
    levels.add(warehouse, on_hand={id_: sign * much for id_, much in sums.items()}, may_overdraw=may_overdraw)
    costs = {item.product_id: item.cost for item in items if item.cost is not None}
    rows = [
        {
            "kind": kind, "product": id_, "warehouse": warehouse.pk, "quantity": sign * much, "cost": costs.get(id_),
            "about": Target(*about) if about else None, "reason": reason[:500], "at": at or clock.now(), "once": f"{once}:{id_}" if once else "",
        }
        for id_, much in sums.items()
    ]  # fmt: skip
    writing.make_many(current_schema().type("stock_move"), rows, by=by, via="stock")


# -- holds -----------------------------------------------------------------------------------------------


def hold(
    items: Sequence[Item], *, by: User, about: About, until: date | None = None, owner_id: int | None = None,
    warehouse: Warehouse | None = None,
) -> list[Hold]:  # fmt: skip
    """Keep goods for a record, or for nobody yet, until a day (None: until they are released). Errors: Invalid, OutOfStock; then nothing is held."""
    with transaction.atomic():
        place, wanted = warehouse or default_warehouse(), counted(items)
        sums = by_product(wanted)
        levels.add(place, reserved=sums)
        rows = [
            {
                "product": item.product_id, "warehouse": place.pk, "quantity": item.quantity, "about": Target(*about) if about else None,
                "key": item.key,
                "until": until, "owner": owner_id or by.pk, "state": "in_force",
            }
            for item in wanted
        ]  # fmt: skip
        made = writing.make_many(current_schema().type("hold"), rows, by=by, via="stock") if rows else []
        renew_wanted(list(sums))
        return made


def release(
    items: Sequence[Item] | None = None,
    *,
    by: User,
    about: tuple[str, int] | None = None,
    hold_ids: Sequence[int] = (),
    state: str = "released",
) -> int:
    """Free what is held for a record (all of it, or so much of the items), or single holds; how many holds changed."""
    with transaction.atomic():
        rows = Hold.objects.filter(state="in_force", deleted_at=None)
        rows = rows.filter(pk__in=hold_ids) if about is None else rows.filter(about_type=about[0], about_id=about[1])
        levels.hold_still(rows.values_list("product", flat=True))
        rows = rows.select_for_update()
        holds = list(rows.order_by("product", "id"))
        taken = taken_from(holds, None if items is None else counted(items))
        end(taken, state, by=by)
        for place, sums in by_warehouse(taken).items():
            levels.add(place, reserved={id_: -much for id_, much in sums.items()}, may_overdraw=True)
        renew_wanted([one.product_id for one, _much in taken])
        return len(taken)


def ship_held(
    items: Sequence[Item], *, by: User, about: tuple[str, int], warehouse: Warehouse | None = None, once: str = ""
) -> None:
    """Goods leave for a record: out of what is held for it, and what is not held out of what is available. Errors: Invalid, OutOfStock."""
    with one_act(once) as is_new:
        if not is_new:
            return
        wanted = counted(items)
        levels.hold_still([item.product_id for item in wanted])
        holds = Hold.objects.select_for_update().filter(
            state="in_force", deleted_at=None, about_type=about[0], about_id=about[1]
        )
        taken = taken_from(list(holds.order_by("product", "id")), wanted)
        end(taken, "shipped", by=by)
        from_holds = by_warehouse(taken)
        place = warehouse or (next(iter(from_holds), None) or default_warehouse())
        for held_in, sums in from_holds.items():
            levels.add(held_in, reserved={id_: -much for id_, much in sums.items()}, may_overdraw=True)
        left = by_product(wanted)
        for held_in, sums in from_holds.items():
            key = f"{once}:held{held_in.pk}" if once else ""
            move("shipment", [Item(id_, much) for id_, much in sums.items()], -1, held_in, by=by, about=about, once=key)
            left = {id_: much - sums.get(id_, ZERO) for id_, much in left.items()}
        rest = [Item(id_, much) for id_, much in left.items() if much > 0]
        move("shipment", rest, -1, place, by=by, about=about, once=once)


def taken_from(holds: Sequence[Hold], items: Sequence[Item] | None) -> list[tuple[Hold, Decimal]]:
    """(hold, how much of it): all of them, or as far as the items go; a hold of the item's own key first."""
    if items is None:
        return [(one, one.quantity) for one in holds]
    left = {one.pk: one.quantity for one in holds}
    found: dict[int, Decimal] = {}
    for item in items:
        much = item.quantity
        for one in sorted(holds, key=lambda h: (h.key != item.key, h.pk)):
            part = min(much, left[one.pk]) if one.product_id == item.product_id else ZERO
            if part > 0:
                found[one.pk] = found.get(one.pk, ZERO) + part
                left[one.pk] -= part
                much -= part
    return [(one, found[one.pk]) for one in holds if one.pk in found]


def end(taken: Sequence[tuple[Hold, Decimal]], state: str, *, by: User) -> None:
    """Holds that are used up get their state; of others less is left."""
    type_ = current_schema().type("hold")
    for one, much in taken:
        values: dict[str, Any] = {"state": state} if much == one.quantity else {"quantity": one.quantity - much}
        writing.derive(type_, one, values, by=by, via="stock")


def by_warehouse(taken: Sequence[tuple[Hold, Decimal]]) -> dict[Warehouse, dict[int, Decimal]]:
    found: dict[Warehouse, dict[int, Decimal]] = {}
    for one, much in taken:
        sums = found.setdefault(cast(Warehouse, one.warehouse), {})
        sums[one.product_id] = sums.get(one.product_id, ZERO) + much
    return found


# -- what is on its way ----------------------------------------------------------------------------------


def expect(
    items: Sequence[Item], *, about: tuple[str, int], due_on: date | None = None, warehouse: Warehouse | None = None
) -> None:
    """Say anew what a document still brings, each item by its key; what is not named any more is not expected."""
    with transaction.atomic():
        place = warehouse or default_warehouse()
        wanted = counted(items)
        old_ids = Expected.objects.filter(about_type=about[0], about_id=about[1]).values_list("product", flat=True)
        levels.hold_still([*old_ids, *(item.product_id for item in wanted)])
        before = list(
            Expected.objects.select_for_update().filter(about_type=about[0], about_id=about[1]).order_by("product")
        )
        for old in before:
            levels.add(old.warehouse, on_order={old.product_id: -old.quantity})
        Expected.objects.filter(pk__in=[old.pk for old in before]).delete()
        rows = [
            Expected(
                product_id=i.product_id,
                warehouse=place,
                quantity=i.quantity,
                due_on=due_on,
                about_type=about[0],
                about_id=about[1],
                key=i.key,
            )
            for i in wanted
        ]
        Expected.objects.bulk_create(rows)
        levels.add(place, on_order=by_product(wanted))


def arrive(
    items: Sequence[Item], *, by: User, about: tuple[str, int], warehouse: Warehouse | None = None, once: str = ""
) -> None:
    """Goods of a document come: they are received, and so much less of it is expected. More than was expected may come."""
    with one_act(once) as is_new:
        if not is_new:
            return
        wanted = counted(items)
        levels.hold_still([item.product_id for item in wanted])
        for item in sorted(wanted, key=lambda one: one.product_id):
            rows = Expected.objects.select_for_update().filter(
                about_type=about[0], about_id=about[1], product=item.product_id, key=item.key
            )
            row = rows.first()
            if row is not None:
                less = min(row.quantity, item.quantity)
                levels.add(row.warehouse, on_order={row.product_id: -less})
                Expected.objects.filter(pk=row.pk).update(quantity=F("quantity") - less)
        move("receipt", wanted, 1, warehouse or default_warehouse(), by=by, about=about, once=once)


def expected_of(about: tuple[str, int]) -> Decimal:
    """How much a document still brings in all."""
    return Expected.objects.filter(about_type=about[0], about_id=about[1]).aggregate(sum=Sum("quantity"))["sum"] or ZERO
