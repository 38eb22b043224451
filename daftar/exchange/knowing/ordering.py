"""The order of steps: what others link to comes before them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from daftar.exchange.knowing.proposal import Step

ORDER = (
    "office", "department", "user", "unit", "tax_class", "warehouse", "company", "contact", "lead", "product", "price_list", "deal", "quote",
    "invoice", "purchase_order", "activity", "product_pack", "bundle_part", "price_item", "deal_line", "quote_line", "invoice_line",
    "purchase_line", "payment",
)  # fmt: skip


def in_order(steps: list[Step]) -> list[Step]:
    """People, companies, contacts, leads, products, deals, activities, new types; but what a step links to comes before it."""
    usual = sorted(steps, key=lambda step: (ORDER.index(step.type) if step.type in ORDER else len(ORDER), step.file))
    types = {step.type for step in steps}
    ordered: list[Step] = []
    begun: set[int] = set()

    def take(step: Step) -> None:
        if id(step) in begun:
            return
        begun.add(id(step))
        wanted = leads_to(step.map, types)
        for other in usual:
            if other.type in wanted and other.type != step.type:
                take(other)
        ordered.append(step)

    for step in usual:
        take(step)
    return ordered


def leads_to(map_: Mapping[str, Any], types: set[str]) -> set[str]:
    """Types of the new links of a map; those of declared fields follow from the usual order."""
    found = set()
    for targets in map_["columns"].values():
        for target in targets:
            if target.startswith("+link."):
                found.add(target.removeprefix("+link.").partition(":")[0])
    return found & types
