"""What a bundle may be made of: goods and services, no other bundles, never itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import cast

from django.utils.translation import gettext as _

from daftar.catalogue.models import BundlePart, Product
from daftar.records.draft import Draft


def errors(draft: Draft) -> Mapping[str, str]:
    """Field key → sentence for a part that cannot be."""
    found: dict[str, str] = {}
    quantity = draft.value("quantity")
    if quantity is not None and quantity <= 0:
        found["quantity"] = _("A part is there at least once; write more than nothing.")
    kinds = dict(
        Product.objects.filter(pk__in=(draft.value("bundle"), draft.value("product"))).values_list("pk", "kind")
    )
    if draft.value("bundle") in kinds and kinds[draft.value("bundle")] != "bundle":
        found["bundle"] = _("This product is not of the kind “bundle”.")
    if kinds.get(draft.value("product")) == "bundle":
        found["product"] = _("A bundle cannot be part of a bundle. Add its parts instead.")
    return found


def why_kind_stays(draft: Draft) -> str:
    """Why the kind of a product cannot change, as a sentence; "" when it can."""
    if draft.is_new:
        return ""
    parts = BundlePart.objects.filter(deleted_at=None)
    if draft.value("kind") != "bundle" and parts.filter(bundle=draft.row.pk).exists():
        return _("This bundle has parts. Remove them first.")
    if draft.value("kind") == "bundle" and parts.filter(product=draft.row.pk).exists():
        return _("This product is part of a bundle, so it cannot become one.")
    row = cast(Product, draft.row)
    if draft.value("kind") != "good" and any((row.stock_on_hand, row.stock_reserved, row.stock_on_order)):
        return _("Goods of this product are in stock, on hold or on order. Clear the stock first.")
    return ""


def parts_of(bundle_ids: Collection[int]) -> dict[int, list[tuple[int, Decimal]]]:
    """Bundle → (product, how many in one bundle), one query."""
    found: dict[int, list[tuple[int, Decimal]]] = {id_: [] for id_ in bundle_ids}
    rows = BundlePart.objects.filter(bundle__in=list(bundle_ids), deleted_at=None).order_by("id")
    for bundle, product, quantity in rows.values_list("bundle_id", "product_id", "quantity"):
        found[bundle].append((product, quantity))
    return found
