"""The editor's rows and choices, as one reader sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.catalogue.models import PriceList, Product, ProductPack, TaxClass
from daftar.catalogue.prices import Ask, Price, prices_for
from daftar.catalogue.stock.doors import Five, five_numbers
from daftar.catalogue.stock.promise import Promise, promises
from daftar.kernel import clock
from daftar.kernel.formats import Formats, joined
from daftar.kernel.money import Money
from daftar.records.reader import Reader
from daftar.sales.approving.showing import marks_on
from daftar.sales.lines import approvals
from daftar.sales.lines.prices import of_unit
from daftar.sales.lines.typed import Typed, amount_text
from daftar.sales.models import SalesSettings, SaleTerms
from daftar.sales.more_fields import group_of
from daftar.sales.totals import Totals

CURRENCIES = ("USD", "EUR", "RUB", "IRR", "AED", "GBP", "TRY", "CNY")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Shelf:
    """What is known of the products on the lines, asked once for all of them."""

    products: Mapping[int, Product]
    numbers: Mapping[int, Five]
    promised: Mapping[tuple[int, tuple[str, int], str], Promise]
    packs: Mapping[int, Sequence[ProductPack]]
    prices: Mapping[int, Price]

    @classmethod
    def of(
        cls, product_ids: Collection[int], terms: SaleTerms, day: date, quantities: Mapping[int, Decimal], client_group: str = ""
    ) -> Shelf:  # fmt: skip
        ids = sorted(product_ids)
        products = {p.pk: p for p in Product.objects.filter(pk__in=ids).select_related("unit", "tax_class")}
        asks = [Ask(id_, quantities.get(id_, Decimal(1))) for id_ in ids]
        found = (
            prices_for(
                asks, currency=terms.currency, day=day, price_list=terms.price_list_id, client_group=client_group
            )
            if ids
            else []
        )
        packs: dict[int, list[ProductPack]] = {}
        for pack in ProductPack.objects.filter(product__in=ids, deleted_at=None).order_by("id"):
            packs.setdefault(pack.product_id, []).append(pack)
        numbers = five_numbers(ids) if ids else {}
        return cls(products, numbers, promises(ids) if ids else {}, packs, dict(zip(ids, found, strict=True)))


def first_terms(reader: Reader) -> SaleTerms:
    """The terms of a deal that has no lines yet."""
    settings = SalesSettings.load()
    return SaleTerms(currency=reader.formats.currency, tax_included=settings.tax_included, rounding=settings.rounding)


def rows_of(
    typed: Sequence[Typed], terms: SaleTerms, sums: Totals | None, deal: Any, reader: Reader, errors: Mapping[str, Any],
    limit: Decimal | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Everything that a row of the editor shows; `limit` is the discount that the reader may give without asking, None for any."""
    formats, day = reader.formats, clock.today(reader.formats.zone)
    ids = {one.values["product"] for one in typed if one.values.get("product")}
    quantities: dict[int, Decimal] = {}
    for one in typed:
        id_ = one.values.get("product")
        if id_:
            quantities[id_] = quantities.get(id_, ZERO) + one.values.get("quantity", ZERO) * one.values.get(
                "factor", Decimal(1)
            )
    shelf = Shelf.of(ids, terms, day, quantities, group_of(deal.company, reader.schema) if ids else "")
    listed = {one.token: listed_of(one, shelf, terms) for one in typed}
    whole = sum((typed_sums(one)[1] for one in typed if not one.values.get("is_optional")), ZERO)
    shows_cost = (
        reader.schema.type("deal_line").field("cost") is not None
        and reader.schema.type("product").field("cost") is not None
    )
    discounts = {
        one.token: approvals.Given(
            discount_of(one, terms, whole, listed[one.token]),
            one.values.get("quantity", ZERO) * one.values.get("factor", Decimal(1)),
            one.values.get("product"),
        )
        for one in typed
        if limit is not None and one.values.get("price") is not None
    }
    over = {token: given for token, given in discounts.items() if not approvals.covers(limit, given.percent)}
    marks = marks_on(deal, over)
    rows: list[dict[str, Any]] = []
    group = ""
    for n, one in enumerate(typed):
        product = shelf.products.get(one.values.get("product") or 0)
        line_errors = {
            name.partition(".")[2]: str(said) for name, said in errors.items() if name.startswith(f"{one.token}.")
        }
        sum_ = sums.lines[n] if sums is not None else None
        amount = None if sum_ is None else sum_.gross if terms.tax_included else sum_.net
        rows.append({
            "token": one.token, "raw": one.raw, "errors": line_errors, "notes": notes(one, product, shelf, terms, formats),
            "stock": stock_words(one, product, shelf, deal, formats), "packs": shelf.packs.get(product.pk, ()) if product else (),
            "sum": formats.money(Money(amount, terms.currency)) if amount is not None else "",
            "approval": marks.get(one.token), **list_words(one, listed[one.token], terms, reader),
            "margin": margin_words(one, product, sum_, terms, formats) if shows_cost else "",
            "heading": one.raw["group"] if one.raw["group"] != group else None,
        })  # fmt: skip
        group = one.raw["group"]
    return rows


def discount_of(one: Typed, terms: SaleTerms, whole: Decimal, listed: Decimal | None) -> Decimal:
    """The percent that is taken off the list price of the line, with its share of what is taken off the whole."""
    full, rest = typed_sums(one, listed)
    return approvals.percent_off(full, rest - rest * approvals.share_off(terms, whole))


def typed_sums(one: Typed, listed: Decimal | None = None) -> tuple[Decimal, Decimal]:
    values = one.values
    return approvals.sums_of(
        values.get("price"), values.get("quantity", ZERO), values.get("discount_percent"), values.get("discount_amount"), listed=listed
    )  # fmt: skip


def listed_of(one: Typed, shelf: Shelf, terms: SaleTerms) -> Decimal | None:
    """The list price of a line: the one that it was stored with, else today's."""
    if "list_price" in one.values:
        return one.values["list_price"]  # type: ignore[no-any-return]  # as it was stored
    return today_of(one, shelf, terms)


def today_of(one: Typed, shelf: Shelf, terms: SaleTerms) -> Decimal | None:
    """What the line's unit costs today; None where that is not known."""
    id_ = one.values.get("product") or 0
    price = shelf.prices.get(id_)
    factor = one.values.get("factor", Decimal(1))
    return of_unit(price, factor, terms, shelf.products.get(id_)) if price is not None else None


def list_words(one: Typed, listed: Decimal | None, terms: SaleTerms, reader: Reader) -> dict[str, Any]:
    """The list price as it is read, as a plain number, and whether the price is below it; nothing where the field is hidden from the reader."""
    formats = reader.formats
    if listed is None or reader.schema.type("deal_line").field("list_price") is None:
        return {"listed": "", "list_price": "", "below_list": False}
    price = one.values.get("price")
    return {
        "listed": f"{listed.normalize():f}", "list_price": amount_text(listed, terms.currency, formats),
        "below_list": price is not None and price < listed,
    }  # fmt: skip


def notes(
    one: Typed, product: Product | None, shelf: Shelf, terms: SaleTerms, formats: Formats
) -> list[dict[str, str]]:
    """What somebody should know of the line: the product is gone, its price is another one today."""
    came_in = one.values.get("currency") or terms.currency
    if came_in != terms.currency:
        words = _("This price came in %(currency)s. Write it in %(own)s.")
        return [{"text": words % {"currency": came_in, "own": terms.currency}, "tone": "warn", "price": ""}]
    if not one.values.get("product"):
        return []
    if product is None or product.deleted_at is not None:
        return [{"text": _("This product was deleted; the line stays as it is."), "tone": "warn", "price": ""}]
    said = []
    if not product.is_active:
        said.append({"text": _("Not on sale any more."), "tone": "warn", "price": ""})
    price, now = shelf.prices.get(product.pk), today_of(one, shelf, terms)
    kept = one.values.get("price")
    if price is not None and now is not None and now != kept and not one.values.get("is_price_typed"):
        text = amount_text(now, terms.currency, formats)
        words = _("Today's price is %(price)s") if not price.list_name else _("Today's price is %(price)s (%(list)s)")
        said.append({"text": words % {"price": text, "list": price.list_name}, "tone": "", "price": text})
    elif price is not None and price.list_name and now == kept:
        said.append({"text": price.list_name, "tone": "quiet", "price": ""})
    return said


def stock_words(one: Typed, product: Product | None, shelf: Shelf, deal: Any, formats: Formats) -> dict[str, str]:
    """The five numbers and the promise; nothing for what has no stock."""
    if product is None or product.kind != "good" or not product.tracks_stock:
        return {}
    five, number = shelf.numbers[product.pk], formats.number
    want = one.values.get("quantity", ZERO) * one.values.get("factor", Decimal(1))
    promise = shelf.promised.get((product.pk, ("deal", deal.pk), one.token))
    missing = max(want - max(five.available, ZERO), ZERO) if promise is None else want - promise.now
    coming = number(five.on_order.normalize())
    if five.next_on is not None and five.on_order:
        coming = _("%(number)s for %(day)s") % {"number": coming, "day": formats.date(five.next_on)}
    return {
        "on_hand": number(five.on_hand.normalize()), "reserved": number(five.reserved.normalize()),
        "available": number(five.available.normalize()), "on_order": coming, "missing": number(missing.normalize()) if missing > 0 else "",
        "promise": promise_words(promise, formats) if promise is not None else "",
        "age": _("%(source)s, %(when)s") % {"source": product.stock_source, "when": formats.when(product.stock_told_at)}
        if product.stock_source and product.stock_told_at else "",
    }  # fmt: skip


def promise_words(promise: Promise, formats: Formats) -> str:
    """ "5 now, 7 on 20 December"."""

    def number(much: Decimal) -> str:
        return formats.number(much.normalize())

    said = [_("%(number)s now") % {"number": number(promise.now)}] if promise.now else []
    for day, much in promise.later:
        words = _("%(number)s on %(day)s") if day is not None else _("%(number)s when it comes")
        said.append(words % {"number": number(much), "day": formats.date(day) if day else ""})
    if promise.nobody:
        said.append(_("%(number)s not ordered") % {"number": number(promise.nobody)})
    return joined(said)


def margin_words(one: Typed, product: Product | None, sum_: Any, terms: SaleTerms, formats: Formats) -> str:
    """What is left after cost, in percent; "" where the cost is not known in this currency."""
    if (
        product is None
        or product.cost is None
        or product.cost_currency != terms.currency
        or sum_ is None
        or not sum_.net
    ):
        return ""
    cost = product.cost * one.values.get("quantity", ZERO) * one.values.get("factor", Decimal(1))
    return formats.percent(((sum_.net - cost) * 100 / sum_.net).quantize(Decimal("0.1")))


def choices(terms: SaleTerms, reader: Reader) -> dict[str, Any]:
    """What the selects of the editor offer."""
    lists = PriceList.objects.filter(deleted_at=None, is_active=True, currency=terms.currency).order_by(
        "position", "name"
    )
    taxes = list(TaxClass.objects.filter(deleted_at=None).order_by("percent", "name"))
    return {
        "currencies": list(dict.fromkeys((reader.formats.currency, terms.currency, *CURRENCIES))),
        "lists": [(str(one.pk), one.name) for one in lists],
        "taxes": [(str(one.pk), one.name) for one in taxes],
        "tax_words": {str(one.pk): [plain(one.percent), tax_words(one.percent, reader)] for one in taxes},
    }


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def tax_words(rate: Decimal, reader: Reader) -> str:
    return _("Tax %(rate)s") % {"rate": reader.formats.percent(rate)}


def sums_of(sums: Totals | None, terms: SaleTerms, reader: Reader) -> list[tuple[str, str, str]]:
    """(key, what, how much) under the table."""
    if sums is None:
        return []

    def say(amount: Decimal) -> str:
        return reader.formats.money(Money(amount, terms.currency))

    rows = [("discount", _("Discount"), say(-sums.discount))] if sums.discount else []
    rows.append(("net", _("Without tax"), say(sums.net)))
    rows += [(f"tax.{plain(rate)}", tax_words(rate, reader), say(tax)) for rate, tax in sums.taxes.items()]
    return [*rows, ("gross", _("Total"), say(sums.gross))]
