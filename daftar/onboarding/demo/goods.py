"""Rates, the fields that the shop added, and what it sells: products with their tax, cost and supplier, a service, a bundle."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from daftar.catalogue.models import Unit
from daftar.onboarding.demo.selling import settle_how_we_sell
from daftar.onboarding.demo.shop import PER_DOLLAR, Shop
from daftar.records.custom_fields import OptionEdit, add_field, change_options
from daftar.records.models import ChoiceOption, ExchangeRate
from daftar.records.rate_book import add_rate

COST, LEVEL = 0.6, 5
"""The share of the price that a product costs the shop; below so many it is ordered again."""


def make_ground(shop: Shop) -> None:
    settle_how_we_sell(shop)
    make_rates(shop)
    make_fields(shop)


def make_rates(shop: Shop) -> None:
    """A rate of half a year ago for each foreign currency that has none."""
    made = []
    for code in shop.foreign:
        if ExchangeRate.objects.filter(currency=code).exists():
            continue
        rate = PER_DOLLAR.get(shop.base, Decimal(1)) / PER_DOLLAR[code]
        day = shop.today - dt.timedelta(days=180)
        add_rate(code, day, rate.quantize(Decimal("0.0001")), by=shop.cast.chief)
        made.append([code, day.isoformat()])
    shop.others["rates"] = made


def make_fields(shop: Shop) -> None:
    """One field of the shop's own on deals, on companies and on leads."""
    words, by = shop.words, shop.cast.chief
    name, options = words.delivery
    labels = {str(f.label) for key in ("deal", "company", "lead") for f in shop.type(key).fields}
    made = {}
    if name not in labels:
        edits = [OptionEdit(option, colour=tint) for option, tint in zip(options, ("grey", "teal", "amber"))]
        made["delivery"] = [
            "deal",
            add_field(shop.type("deal"), "choice", name, by=by, place="@products", options=edits).key,
        ]
    if words.area not in labels:
        made["area"] = ["company", add_field(shop.type("company"), "whole", words.area, by=by, place="@name").key]
    if words.visit not in labels:
        made["visit"] = ["lead", add_field(shop.type("lead"), "yes_no", words.visit, by=by, place="@title").key]
    shop.others["fields"] = made
    shop.has_new_schema()


def make_products(shop: Shop) -> None:
    words, trade = shop.words, shop.trade
    sections = make_sections(shop)
    units, taxes = unit_ids(), make_taxes(shop)
    suppliers = [company.pk for company in shop.companies if company.kind == "supplier"]
    rows = []
    for n, (name, code, section, price) in enumerate(words.products):
        values = {
            "name": name, "code": code, "section": sections[dict(words.sections)[section]], "price": shop.money(price),
            "unit": units[0], "tax_class": taxes[n % 9 == 8], "is_active": True,
        }  # fmt: skip
        values |= {"kind": "service"} if code.startswith("SV") else {
            "cost": shop.money(price * COST), "supplier": suppliers[n % len(suppliers)], "reorder_level": Decimal(LEVEL),
            "lead_days": 7 + n % 3 * 7,
        }  # fmt: skip
        rows.append(values)
    name, code, price = trade.hour
    own = {"section": sections[words.sections[0][1]], "tax_class": taxes[0], "is_active": True}
    hour = {"name": name, "code": code, "price": shop.money(price), "kind": "service", "unit": units[2], **own}
    name, code, price = trade.bundle
    bundle = {"name": name, "code": code, "price": shop.money(price), "kind": "bundle", "unit": units[1], **own}
    chief = shop.cast.chief
    made = shop.add("product", [(chief, shop.past(170 - n), values) for n, values in enumerate((*rows, hour, bundle))])
    *shop.products, shop.hour, shop.bundle = made
    make_prices(shop)


def unit_ids() -> list[int]:
    """Piece, set and hour, as the installation came with them."""
    return list(Unit.objects.filter(deleted_at=None).order_by("pk").values_list("pk", flat=True)[:3])


def make_sections(shop: Shop) -> dict[str, str]:
    """Label of a section → its key."""
    words, type_ = shop.words, shop.type("product")
    field: Any = type_["section"]
    before = set(ChoiceOption.objects.filter(type="product", field="section").values_list("key", flat=True))
    known = {option.label: option.key for option in field.options()}
    wanted = [OptionEdit(label) for _key, label in words.sections if label not in known]
    current = [OptionEdit(o.label, o.key, o.colour, o.archived) for o in field.options()]
    change_options(type_, "section", [*current, *wanted], by=shop.cast.chief)
    shop.has_new_schema()
    field = shop.type("product")["section"]
    after = set(ChoiceOption.objects.filter(type="product", field="section").values_list("key", flat=True))
    shop.others["sections"] = sorted(after - before)
    return {option.label: option.key for option in field.options()}


def make_taxes(shop: Shop) -> list[int]:
    """The usual tax and the reduced one; none of them becomes that of new products."""
    rows = [
        (shop.cast.chief, shop.past(171), {"name": name, "percent": Decimal(much)}) for name, much in shop.trade.taxes
    ]
    return [row.pk for row in shop.add("tax_class", rows)]


def make_prices(shop: Shop) -> None:
    """A list for wholesale with steps, one of a season that is over, a box of ten, and what the bundle is made of."""
    chief, at, trade = shop.cast.chief, shop.past(160), shop.trade
    first, last = shop.today - dt.timedelta(days=130), shop.today - dt.timedelta(days=70)
    listed = shop.add("price_list", [
        (chief, at, {"name": trade.wholesale, "currency": shop.base, "client_group": "wholesale", "change_percent": Decimal(-5)}),
        (chief, at, {"name": trade.season, "currency": shop.base, "starts_on": first, "ends_on": last, "change_percent": Decimal(-8)}),
    ])  # fmt: skip
    steps = [
        (product, least, share) for product in shop.products[:12] for least, share in ((1, 0.95), (10, 0.9), (50, 0.85))
    ]
    dollars = {
        product.pk: price for product, (_name, _code, _section, price) in zip(shop.products, shop.words.products)
    }
    shop.add("price_item", [
        (chief, at, {
            "price_list": listed[0].pk, "product": product.pk, "min_quantity": Decimal(least),
            "price": shop.money(dollars[product.pk] * share),
        })
        for product, least, share in steps
    ])  # fmt: skip
    boxed = [product for product in shop.products if product.code.startswith("FA")]
    shop.add(
        "product_pack",
        [(chief, at, {"product": p.pk, "name": trade.box, "factor": Decimal(10)}) for p in boxed],
    )
    parts = [product for product in shop.products if product.code in trade.bundle_of]
    shop.add(
        "bundle_part",
        [(chief, at, {"bundle": shop.bundle.pk, "product": p.pk, "quantity": Decimal(1)}) for p in parts],
    )
