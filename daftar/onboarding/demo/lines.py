"""What stands on the deals: priced, taxed and added up as the editor of lines does it, for all deals at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from daftar.catalogue.models import TaxClass
from daftar.catalogue.prices import Ask, Price, prices_for
from daftar.kernel.money import Money
from daftar.onboarding.demo.shop import Shop
from daftar.records import writing
from daftar.sales.issuing import terms_of
from daftar.sales.lines.saving import costs_of, row_of
from daftar.sales.lines.terms import keep
from daftar.sales.lines.typed import Typed
from daftar.sales.lines.wanting import renew_with_parts
from daftar.sales.models import SalesSettings, SaleTerms
from daftar.sales.totals import Totals, total

BELOW = (None, None, Decimal(3), None, Decimal(5), None, None)
"""Discounts on the first line, in turn."""


@dataclass
class Sold:
    """The lines of one deal before it is there."""

    typed: list[Typed]
    terms: SaleTerms
    client_group: str
    sums: Totals | None = None

    @property
    def amount(self) -> Money:
        assert self.sums is not None  # noqa: S101  # priced before it is asked
        return Money(self.sums.gross, self.terms.currency)

    @property
    def products(self) -> list[int]:
        return list(dict.fromkeys(one.values["product"] for one in self.typed))


def sold(shop: Shop, products: Sequence[Any], count: int, currency: str, client_group: str, n: int) -> Sold:
    """So many of the first product, fewer of the others, and now and then some hours of work, the delivery or the set."""
    settings = SalesSettings.load()
    terms = SaleTerms(currency=currency, tax_included=settings.tax_included, rounding=settings.rounding)
    typed = [line(product, max(count // (2 * place + 1), 1)) for place, product in enumerate(products)]
    typed[0].values["discount_percent"] = BELOW[n % len(BELOW)]
    if n % 6 == 2:
        for one in typed:
            one.values["group"] = shop.trade.goods
        typed.append(line(shop.hour, 2 + n % 3, group=shop.trade.works))
    elif n % 5 == 3:
        typed.append(line(shop.products[-1], 1))
    if n % 10 == 6:
        typed.append(line(shop.bundle, 1, is_optional=n % 20 == 6))
    return Sold(typed, terms, client_group)


def line(product: Any, quantity: int, **more: Any) -> Typed:
    values = {
        "product": product.pk, "name": product.name, "code": product.code, "unit": product.unit.symbol, "quantity": Decimal(quantity),
        "tax_class": product.tax_class_id, **more,
    }  # fmt: skip
    return Typed("n", values)


def price(shop: Shop, all_sold: Sequence[Sold]) -> None:
    """Prices of every line, by currency and group of clients, and the sums of every deal."""
    taxes = {tax.pk: tax for tax in TaxClass.objects.all()}
    kinds = {(one.terms.currency, one.client_group) for one in all_sold}
    for currency, group in sorted(kinds):
        mine = [t for s in all_sold if (s.terms.currency, s.client_group) == (currency, group) for t in s.typed]
        asks = [Ask(one.values["product"], one.values["quantity"]) for one in mine]
        for one, found in zip(mine, prices_for(asks, currency=currency, day=shop.today, client_group=group)):
            take(one, found)
    for deal in all_sold:
        deal.sums = total([typed.counted(taxes) for typed in deal.typed], terms_of(deal.terms))


def take(one: Typed, found: Price) -> None:
    one.values |= {"price": found.amount or Decimal(0), "list_price": found.amount, "price_list": found.list_id}


def keep_lines(shop: Shop, deals: Sequence[Any], all_sold: Sequence[Sold]) -> None:
    """Store the lines of deals that were just made, each by its owner on its day."""
    taxes = {tax.pk: tax for tax in TaxClass.objects.all()}
    costs = costs_of({id_ for one in all_sold for id_ in one.products})
    rows: dict[int, list[tuple[Any, dict[str, Any]]]] = {}
    for deal, one in zip(deals, all_sold, strict=True):
        keep(deal, one.terms)
        assert one.sums is not None  # noqa: S101  # priced before
        for place, (typed, sum_) in enumerate(zip(one.typed, one.sums.lines, strict=True), start=1):
            values = row_of(typed, sum_, place, one.terms, taxes, costs) | {"deal": deal.pk}
            rows.setdefault(deal.owner_id, []).append((deal.created_at, values))
    for owner, mine in rows.items():
        made = writing.create_many(
            shop.type("deal_line"), [{} for _ in mine], by=shop.of(owner), via="demo", at=[at for at, _values in mine],
            change_set=shop.change_set, derived=[values for _at, values in mine],
        )  # fmt: skip
        if refused := [one for one in made if isinstance(one, Exception)]:
            raise refused[0]
    renew_with_parts({id_ for one in all_sold for id_ in one.products})
