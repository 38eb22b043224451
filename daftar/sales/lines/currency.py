"""The currency of lines that have prices already: what each way to change it would make of them, shown before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.catalogue.models import Product
from daftar.catalogue.prices import Ask, Price, converted, prices_for
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.records.reader import Reader
from daftar.sales.lines.prices import of_unit
from daftar.sales.lines.typed import LinesForm, Typed, amount_text
from daftar.sales.more_fields import group_of

ONE = Decimal(1)
WAYS = ("convert", "keep", "list")


@dataclass(frozen=True)
class Way:
    """Shapes: `texts` what would stand in the fields of the form, by name; `why_not` why it cannot be, "" when it can."""

    key: str
    label: str
    texts: Mapping[str, str]
    why_not: str = ""


def ways(form: LinesForm, deal: Any, reader: Reader) -> list[Way]:
    """The three ways from the currency of the prices to the one that was chosen."""
    new, formats = form.terms.currency, reader.formats
    day = clock.today(formats.zone)
    rate = converted(Money(Decimal(1000), form.currency), new, day)
    convert = converted_texts(form, reader) if rate is not None else {}
    same = {name: form.sent.get(name, "") for name in names_of(form)}
    label = _("Convert at today's rate")
    if rate is not None:
        worth = [formats.money(money) for money in (Money(Decimal(1000), form.currency), Money(rate, new))]
        label = _("Convert at today's rate (%(one)s = %(other)s)") % {"one": worth[0], "other": worth[1]}
    no_rate = _("No rate between %(one)s and %(other)s is known. Write it under Settings, Exchange rates.")
    return [
        Way("convert", label, convert, "" if rate is not None else no_rate % {"one": form.currency, "other": new}),
        Way("keep", _("Keep the numbers"), same),
        Way("list", _("Take the prices of the price lists"), {**same, **convert, **listed_texts(form, deal, reader)}),
    ]


def names_of(form: LinesForm) -> list[str]:
    return [f"{one.token}.{name}" for one in form.lines for name in ("price", "discount")] + ["discount"]


def converted_texts(form: LinesForm, reader: Reader) -> dict[str, str]:
    """Every amount at the rate of today; percents stay."""
    day, new = clock.today(reader.formats.zone), form.terms.currency

    def text(amount: Decimal | None, was: str) -> str:
        worth = None if amount is None else converted(Money(amount, form.currency), new, day)
        return was if worth is None else amount_text(worth, new, reader.formats)

    found = {"discount": text(form.terms.discount_amount, form.sent.get("discount", ""))}
    for one in form.lines:
        found[f"{one.token}.price"] = text(one.values.get("price"), one.raw["price"])
        found[f"{one.token}.discount"] = text(one.values.get("discount_amount"), one.raw["discount"])
    return found


def listed_texts(form: LinesForm, deal: Any, reader: Reader) -> dict[str, str]:
    """Today's prices of the products that have one in the new currency."""
    terms, formats = form.terms, reader.formats
    lines = [one for one in form.lines if one.values.get("product")]
    asks = [Ask(one.values["product"], amount_of(one)) for one in lines]
    group = group_of(deal.company, reader.schema)
    day = clock.today(formats.zone)
    prices = prices_for(asks, currency=terms.currency, day=day, client_group=group) if asks else list[Price]()
    products = Product.objects.select_related("tax_class").in_bulk([ask.product_id for ask in asks])
    found = {}
    for one, price in zip(lines, prices, strict=True):
        each = of_unit(price, one.values.get("factor", ONE), terms, products.get(one.values["product"]))
        if each is not None:
            found[f"{one.token}.price"] = amount_text(each, terms.currency, formats)
    return found


def amount_of(one: Typed) -> Decimal:
    return Decimal(one.values.get("quantity", ONE) * one.values.get("factor", ONE))


def turned(form: LinesForm, way: str, deal: Any, reader: Reader) -> LinesForm:
    """The form as it is after one of the ways, or with the currency of before ("back"); nothing is saved."""
    sent = form.sent.copy()
    if way == "back":
        sent["currency"] = form.currency
        return LinesForm(sent, reader.formats)
    chosen = next((one for one in ways(form, deal, reader) if one.key == way and not one.why_not), None)
    if chosen is None:
        return form
    for name, text in chosen.texts.items():
        sent[name] = text
    sent["prices_in"], sent["price_list"] = form.terms.currency, ""
    return LinesForm(sent, reader.formats)


def question(form: LinesForm, deal: Any, reader: Reader) -> dict[str, Any]:
    """What the page shows before the currency changes: each line as it is, and as each way would make it."""
    some = ways(form, deal, reader)
    rows = [
        (one.raw["name"], one.raw["price"], [way.texts.get(f"{one.token}.price", "—") for way in some])
        for one in form.lines
    ]
    return {"from": form.currency, "to": form.terms.currency, "ways": some, "rows": rows}
