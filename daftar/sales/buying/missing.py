"""What is missing or runs low, who wants it, and purchase orders of it in one step, one for each supplier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import DecimalField, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.access.models import User
from daftar.catalogue.models import Product, ProductPack
from daftar.catalogue.stock.wanted import wanted_of
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import current
from daftar.records import reading
from daftar.records.models import ChangeSet, Once
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.sales.buying.lines import VIA, Wish
from daftar.sales.buying.orders import make_order
from daftar.sales.models import PurchaseLine, PurchaseOrder

ZERO = Decimal(0)
MOST = 100
"""So many products stand on the page; the most missing first."""
NAMED = 3
"""So many deals are named beside a product."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One product of the list.

    Units: `suggested` and `drafted` (what stands in drafts of orders already) in the product's own unit. Shapes: `pack` is the one that it is
    rounded up to; `deals` are (id, name, how many) of those that the reader may see, `more_deals` how many others want it.
    """

    product: Product
    suggested: Decimal
    supplier: int | None
    pack: ProductPack | None = None
    drafted: Decimal = ZERO
    deals: tuple[tuple[int, str, Decimal], ...] = ()
    more_deals: int = 0


def short_ones(by: User) -> QuerySet[Product]:
    """Goods that deals want and nobody has, or of which less is left than the level at which they are ordered again."""
    seen = cast("QuerySet[Product]", reading.visible(current_schema().type("product"), by))
    short = Q(stock_missing__gt=0) | Q(reorder_level__isnull=False, stock_available__lt=F("reorder_level"))
    return seen.filter(short, kind="good", tracks_stock=True, is_active=True)


def missing_list(reader: Reader) -> list[Missing]:
    """The rows of the page, the most missing first; as many questions for a hundred products as for one."""
    type_ = reader.schema.type("product")
    rows = list(short_ones(reader.user).select_related("unit").order_by("-stock_missing", "name", "id")[:MOST])
    packs = smallest_packs([row.pk for row in rows])
    wanted = deals_wanting([row.pk for row in rows], reader)
    drafted = in_drafts([row.pk for row in rows])
    supplier = type_.field("supplier")
    return [
        Missing(
            row, suggested(row, packs.get(row.pk), drafted.get(row.pk, ZERO)), supplier.get(row) if supplier is not None else None,
            packs.get(row.pk), drafted.get(row.pk, ZERO), *wanted.get(row.pk, ((), 0)),
        )
        for row in rows
    ]  # fmt: skip


def suggested(product: Product, pack: ProductPack | None, drafted: Decimal = ZERO) -> Decimal:
    """What covers deals and the level of reordering after all that is on order or in drafts has come, in whole packs or units; never under 0."""
    short: Decimal = (
        product.stock_wanted
        + (product.reorder_level or ZERO)
        - product.stock_available
        - product.stock_on_order
        - drafted
    )
    if short <= 0:
        return ZERO
    digits = product.unit.decimals if product.unit is not None else 3
    step = pack.factor if pack is not None else Decimal(1).scaleb(-digits)
    return (short / step).quantize(Decimal(1), ROUND_CEILING) * step


def in_drafts(product_ids: Collection[int]) -> dict[int, Decimal]:
    """Product → how many stand in drafts of orders, whoever wrote them."""
    lines = PurchaseLine.objects.filter(
        product__in=product_ids, deleted_at=None, order__state="draft", order__deleted_at=None
    )
    many = Sum(F("quantity") * F("factor"), output_field=DecimalField(max_digits=18, decimal_places=3))
    return dict(lines.order_by().values_list("product").annotate(many=many))


def smallest_packs(product_ids: Collection[int]) -> dict[int, ProductPack]:
    """The smallest pack of each product that holds more than one."""
    rows = ProductPack.objects.filter(product__in=product_ids, deleted_at=None, factor__gt=1)
    return {pack.product_id: pack for pack in rows.order_by("-factor", "-id")}


def deals_wanting(
    product_ids: Collection[int], reader: Reader
) -> dict[int, tuple[tuple[tuple[int, str, Decimal], ...], int]]:
    """Product → (deals that the reader may see, most urgent first; how many more)."""
    wanted = [one for one in wanted_of(product_ids) if one.about[0] == "deal"]
    type_ = reader.schema.type("deal")
    ids = {one.about[1] for one in wanted}
    names = dict(
        cast(Any, reading.visible(type_, reader.user)).filter(pk__in=ids).values_list("pk", type_.title_column)
    )
    sums: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for one in wanted:
        deals = sums[one.product_id]
        deals[one.about[1]] = deals.get(one.about[1], ZERO) + one.quantity
    found = {}
    for product_id, deals in sums.items():
        seen = [(id_, names[id_], many) for id_, many in deals.items() if id_ in names]
        found[product_id] = (tuple(seen[:NAMED]), len(deals) - len(seen[:NAMED]))
    return found


@dataclass(frozen=True, slots=True)
class Pick:
    """A row that somebody picked. Units: `quantity` in the product's own unit."""

    product_id: int
    quantity: Decimal
    supplier_id: int | None


def order_missing(picks: Sequence[Pick], *, by: User, once: str = "") -> list[PurchaseOrder]:
    """Drafts of what was picked, one for each supplier, in one step that is taken back in one.

    Shapes: a quantity that fills whole packs is ordered in these. Errors: NotAllowed, Invalid at "supplier.<product>" or
    "quantity.<product>". Nothing is made when one is raised.
    """
    if not picks:
        raise Invalid(_("Pick some rows first."))
    errors: dict[str, Any] = {
        f"supplier.{pick.product_id}": _("Choose from whom this is bought.")
        for pick in picks
        if pick.supplier_id is None
    }
    if errors:
        raise Invalid(errors=errors)
    by_supplier: dict[int, list[Pick]] = defaultdict(list)
    for pick in picks:
        by_supplier[pick.supplier_id or 0].append(pick)
    packs = smallest_packs([pick.product_id for pick in picks])
    try:
        with transaction.atomic():
            return made_of(by_supplier, packs, by=by, once=once)
    except IntegrityError:
        if once and (before := made_before(once, by)):
            return before
        raise


def made_of(
    by_supplier: Mapping[int, Sequence[Pick]], packs: Mapping[int, ProductPack], *, by: User, once: str
) -> list[PurchaseOrder]:
    """The orders, in the caller's transaction; those of before for a key that was used."""
    if once and (before := made_before(once, by)):
        return before
    title = ngettext("%(num)s purchase order", "%(num)s purchase orders", len(by_supplier))
    set_ = ChangeSet.objects.create(by=by, via=VIA, title=title % {"num": current().number(len(by_supplier))})
    made = [one_order(id_, some, packs, by=by, change_set=set_) for id_, some in sorted(by_supplier.items())]
    for n, order in enumerate(made if once else ()):
        Once.objects.create(key=f"{once}:{n}", by=by, type="purchase_order", record_id=order.pk)
    return made


def made_before(once: str, by: User) -> list[PurchaseOrder]:
    kept = Once.objects.filter(key__startswith=f"{once}:", by=by, type="purchase_order").values("record_id")
    return list(PurchaseOrder.objects.filter(pk__in=kept).order_by("pk"))


def one_order(
    supplier_id: int, picks: Sequence[Pick], packs: Mapping[int, ProductPack], *, by: User, change_set: ChangeSet
) -> PurchaseOrder:
    try:
        made: PurchaseOrder = make_order(
            supplier_id, [wish(pick, packs.get(pick.product_id)) for pick in picks], by=by, change_set=change_set
        )
    except Invalid as refused:
        raise Invalid(errors=at_products(refused, picks)) from refused
    return made


def wish(pick: Pick, pack: ProductPack | None) -> Wish:
    if pack is not None and pick.quantity % pack.factor == 0:
        return Wish(pick.product_id, pick.quantity / pack.factor, pack.pk)
    return Wish(pick.product_id, pick.quantity)


def at_products(refused: Invalid, picks: Sequence[Pick]) -> dict[str, Any]:
    """The sentences of a refusal at the rows of the page."""
    found: dict[str, Any] = {}
    for key, sentence in refused.errors.items():
        word, _dot, rest = key.partition(".")
        place, _dot, _field = rest.partition(".")
        if word == "line" and place.isdecimal():
            found[f"quantity.{picks[int(place)].product_id}"] = sentence
        else:
            found[f"supplier.{picks[0].product_id}" if word == "supplier" else ""] = sentence
    return found
