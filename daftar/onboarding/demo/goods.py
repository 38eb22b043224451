"""Rates, products, and the fields that the shop added."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from daftar.onboarding.demo.shop import PER_DOLLAR, Shop
from daftar.records.custom_fields import OptionEdit, add_field, change_options
from daftar.records.models import ChoiceOption, ExchangeRate
from daftar.records.rate_book import add_rate


def make_goods(shop: Shop) -> None:
    make_rates(shop)
    make_fields(shop)
    make_products(shop)


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
    words, type_ = shop.words, shop.type("product")
    field: Any = type_["section"]
    before = set(ChoiceOption.objects.filter(type="product", field="section").values_list("key", flat=True))
    known = {option.label: option.key for option in field.options()}
    wanted = [OptionEdit(label) for _key, label in words.sections if label not in known]
    current = [OptionEdit(o.label, o.key, o.colour, o.archived) for o in field.options()]
    change_options(type_, "section", [*current, *wanted], by=shop.cast.chief)
    shop.has_new_schema()
    field = shop.type("product")["section"]
    sections = {option.label: option.key for option in field.options()}
    rows = [
        (
            shop.cast.chief,
            shop.past(170 - n),
            {
                "name": name, "code": code, "section": sections[dict(words.sections)[section]],
                "price": shop.money(price), "is_active": True,
            },
        )
        for n, (name, code, section, price) in enumerate(words.products)
    ]  # fmt: skip
    shop.products = shop.add("product", rows)
    after = set(ChoiceOption.objects.filter(type="product", field="section").values_list("key", flat=True))
    shop.others["sections"] = sorted(after - before)
