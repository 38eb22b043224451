"""What somebody wants to move or hold: checked, bundles taken apart, put together by product."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from daftar.catalogue.bundles import parts_of
from daftar.catalogue.models import Product, Unit
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.formats import current
from daftar.kernel.money import Money

MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Item:
    """So many of a product. Units: `quantity` in its own unit; `cost` of one. `key` tells the lines of one document apart."""

    product_id: int
    quantity: Decimal
    cost: Money | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Short:
    """What is not there in full."""

    product_id: int
    name: str
    wanted: Decimal
    there: Decimal


class OutOfStock(Conflict):
    """Not everything that was asked for is there; nothing was moved or held. `items` says what is missing."""

    code = "out_of_stock"

    def __init__(self, items: Sequence[Short]) -> None:
        number = current().number
        said = [
            _("%(name)s: %(there)s available, %(wanted)s wanted")
            % {"name": one.name, "there": number(one.there.normalize()), "wanted": number(one.wanted.normalize())}
            for one in items
        ]
        super().__init__(_("Not everything is in stock. %(items)s.") % {"items": "; ".join(said)})
        self.items = tuple(items)


def counted(items: Sequence[Item], *, may_be_nothing: bool = False) -> list[Item]:
    """The items whose stock is counted, bundles taken apart into their parts, checked.

    Errors: Invalid with a sentence at "item.<place>" for a quantity that cannot be; Missing products are refused there too.
    """
    rows = Product.objects.filter(pk__in={item.product_id for item in items}, deleted_at=None)
    products = {p.pk: p for p in rows.select_related("unit")}
    errors: dict[str, str] = {}
    for place, item in enumerate(items):
        product = products.get(item.product_id)
        if product is None:
            errors[f"item.{place}"] = _("This product does not exist any more.")
        elif why_not := quantity_error(item.quantity, product, may_be_nothing=may_be_nothing):
            errors[f"item.{place}"] = why_not
    if errors:
        raise Invalid(errors=errors)
    bundles = parts_of([id_ for id_, p in products.items() if p.kind == "bundle"])
    apart = [
        replace(
            item, product_id=part, quantity=item.quantity * each, cost=None if item.product_id in bundles else item.cost
        )
        for item in items
        for part, each in bundles.get(item.product_id, [(item.product_id, Decimal(1))])
    ]
    tracked = Product.objects.filter(pk__in={item.product_id for item in apart}, kind="good", tracks_stock=True)
    ids = set(tracked.values_list("pk", flat=True))
    return [item for item in apart if item.product_id in ids]


def quantity_error(quantity: Decimal, product: Product, *, may_be_nothing: bool = False) -> str:
    """What is wrong with a quantity, as a sentence; "" when it can be."""
    if not quantity.is_finite() or quantity < 0 or (not quantity and not may_be_nothing):
        return _("Write how many, more than nothing.")
    if quantity >= MOST:
        return _("This is too many to be meant. Check the number.")
    digits = decimals_of(product)
    if quantity != quantity.quantize(Decimal(1).scaleb(-digits)):
        if not digits:
            return _("“%(name)s” is only counted whole.") % {"name": product.name}
        return _("“%(name)s” is counted with at most %(digits)s digits behind the point.") % {
            "name": product.name, "digits": current().number(digits),
        }  # fmt: skip
    return ""


def decimals_of(product: Product) -> int:
    """How many digits behind the point a quantity of the product may have; three where it names no unit."""
    unit: Unit | None = product.unit
    return 3 if unit is None else unit.decimals


def by_product(items: Iterable[Item]) -> dict[int, Decimal]:
    """Product → how many in all, in the order of their ids: the order in which everybody locks them."""
    found: dict[int, Decimal] = {}
    for item in sorted(items, key=lambda one: one.product_id):
        found[item.product_id] = found.get(item.product_id, Decimal(0)) + item.quantity
    return found
