"""What open deals want of goods and nobody holds for them yet; the most urgent deal first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import F, Sum

from daftar.catalogue.models import BundlePart, Hold
from daftar.catalogue.stock.wanted import Wanted, renew_wanted, wants
from daftar.records.schema import current_schema
from daftar.sales.models import DealLine, InvoiceLine

ZERO, NEVER = Decimal(0), date.max


@wants
def of_open_deals(product_ids: Collection[int]) -> list[Wanted]:
    """Lines of open deals, less what is invoiced (that is held by the invoice) and what the deal itself holds.

    Deals come by the day on which they are expected to close, then by their probability, then by age.
    """
    stages = [s.id for p in current_schema().type("deal").pipelines for s in p.stages if s.kind == "open"]
    bundles = BundlePart.objects.filter(product__in=product_ids, deleted_at=None)
    parts: dict[int, list[tuple[int, Decimal]]] = {}
    for bundle, product, each in bundles.values_list("bundle_id", "product_id", "quantity"):
        parts.setdefault(bundle, []).append((product, each))
    rows = DealLine.objects.filter(
        product__in=[*product_ids, *parts],
        deal__stage__in=stages,
        deal__deleted_at=None,
        deleted_at=None,
        is_optional=False,
    ).select_related("deal")
    lines = list(rows)
    invoiced = invoiced_of([line.pk for line in lines])
    held = held_for({line.deal_id for line in lines}, product_ids)
    found: list[Wanted] = []
    for line in sorted(lines, key=lambda one: one.pk):
        left = (line.quantity - invoiced.get(line.pk, ZERO)) * line.factor
        for product, each in parts.get(line.product_id or 0, [(line.product_id or 0, Decimal(1))]):
            much = max(left, ZERO) * each
            kept = min(much, held.get((line.deal_id, product), ZERO))
            if kept:
                held[line.deal_id, product] -= kept
            if much > kept and product in product_ids:
                day = line.deal.expected_close
                priority = ((day or NEVER).toordinal(), -float(line.deal.probability or 0), line.deal_id, line.pk)
                found.append(Wanted(product, much - kept, ("deal", line.deal_id), str(line.pk), day, priority))
    return found


def invoiced_of(line_ids: Collection[int]) -> dict[int, Decimal]:
    rows = InvoiceLine.objects.filter(deal_line__in=line_ids, deleted_at=None, invoice__deleted_at=None)
    rows = rows.exclude(invoice__state="cancelled").order_by()
    return {
        id_ or 0: much
        for id_, much in rows.values("deal_line").annotate(sum=Sum("quantity")).values_list("deal_line", "sum")
    }


def held_for(deal_ids: Collection[int], product_ids: Collection[int]) -> dict[tuple[int, int], Decimal]:
    """(deal, product) → how much is held for the deal itself."""
    rows = Hold.objects.filter(
        about_type="deal", about_id__in=deal_ids, product__in=product_ids, state="in_force"
    ).order_by()
    sums = rows.values("about_id", "product").annotate(sum=Sum(F("quantity")))
    return {(row["about_id"] or 0, row["product"]): row["sum"] for row in sums}


def renew_for(deal_ids: Collection[int]) -> None:
    """Sum up anew what is wanted of the goods on these deals."""
    lines = DealLine.objects.filter(deal__in=deal_ids, product__isnull=False)
    renew_with_parts([id_ for id_ in lines.order_by().values_list("product_id", flat=True).distinct() if id_])


def renew_with_parts(products: Collection[int]) -> None:
    """Sum up anew what is wanted of products, and of the parts of those that are bundles."""
    parts = BundlePart.objects.filter(bundle__in=products, deleted_at=None).values_list("product_id", flat=True)
    renew_wanted({*products, *parts})
