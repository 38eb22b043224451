"""A price list as a paper: products by their sections, each with its price and the steps of quantity."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.models import Installation
from daftar.catalogue.models import PriceItem, PriceList, Product
from daftar.catalogue.prices import own_price, to_coin
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, Missing
from daftar.papers.document import Paper, PaperLine
from daftar.papers.layout import formats_for
from daftar.papers.render import MOST_LINES
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.sales.models import SalesSettings


def of_price_list(price_list: PriceList, reader: Reader) -> Paper:
    """What the reader may see of a list. Errors: Missing for whom prices are hidden, Invalid for more lines than a paper has.

    A list that changes all sales prices also has the products in use that have no price of their own in it.
    """
    type_, item_type = reader.schema.type("product"), reader.schema.type("price_item")
    if item_type.field("price") is None:
        raise Missing()
    company = Installation.load()
    items = PriceItem.objects.filter(price_list=price_list.pk, deleted_at=None, price__isnull=False)
    steps: dict[int, list[tuple[Decimal, Decimal]]] = {}
    for product_id, least, price in items.order_by("min_quantity", "id").values_list(
        "product", "min_quantity", "price"
    ):
        steps.setdefault(product_id, []).append((least, price))
    seen = cast(Any, visible(type_, reader.user)).filter(is_active=True).select_related("unit")
    if price_list.change_percent is None:
        seen = seen.filter(pk__in=items.values("product"))
    products = list(seen.order_by("section", "name", "id")[: MOST_LINES + 1])
    if len(products) > MOST_LINES:
        raise Invalid(
            _("This list has more than %(most)s products. Export it as a table instead.") % {"most": MOST_LINES}
        )
    day = clock.today(company.time_zone)
    section: Any = type_.field("section")
    lines = []
    with override(company.language):
        for product in products:
            found = with_change(price_list, product, steps.get(product.pk, []), day)
            if not found:
                continue
            option = section.option(product.section) if section is not None and product.section else None
            unit = (product.unit.symbol or product.unit.name) if product.unit is not None else ""
            group = str(option.label) if option is not None else ""
            for least, price in found:
                from_many = from_words(least, unit, company)
                lines.append(
                    PaperLine(
                        product.name,
                        least or Decimal(1),
                        unit,
                        price,
                        code=product.code,
                        description=from_many,
                        group=group,
                    )
                )
    if len(lines) > MOST_LINES:
        raise Invalid(
            _("This list has more than %(most)s products. Export it as a table instead.") % {"most": MOST_LINES}
        )
    seller = {"name": company.name, **SalesSettings.load().seller}
    return Paper(
        "price_list", company.language, "", max(price_list.starts_on, day) if price_list.starts_on else day, price_list.currency, lines,
        seller={key: value for key, value in seller.items() if value}, until=price_list.ends_on, tax_included=price_list.includes_tax,
        about=price_list.name, terms=_tax_words(price_list, company.language),
    )  # fmt: skip


def with_change(
    price_list: PriceList, product: Product, steps: list[tuple[Decimal, Decimal]], day: Any
) -> list[tuple[Decimal, Decimal]]:
    """(from how many, price) of a product: its own steps, before them the changed sales price where the list changes all."""
    if price_list.change_percent is None or (steps and steps[0][0] <= 0):
        return steps
    own = own_price(product, price_list.currency, day)
    if own is None:
        return steps
    return [(Decimal(0), to_coin(own * (100 + price_list.change_percent) / 100, price_list.currency)), *steps]


def from_words(least: Decimal, unit: str, company: Installation) -> str:
    if least <= 1:
        return ""
    number = formats_for(company.language).number(least.normalize())
    return _("from %(number)s %(unit)s on") % {"number": number, "unit": unit}


def _tax_words(price_list: PriceList, language: str) -> str:
    with override(language):
        return _("Prices include tax.") if price_list.includes_tax else _("Prices without tax.")
