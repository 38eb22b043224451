"""What price lists say for a line when it is written: that is what a discount is counted from, whatever price somebody typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from daftar.access.models import Installation
from daftar.crm.models import Deal
from daftar.kernel.money import Money
from daftar.records.draft import Draft
from daftar.records.schema import current_schema
from daftar.sales.lines.prices import Offer, Wanted, offers
from daftar.sales.lines.renewing import first_terms
from daftar.sales.models import DealLine, SalesSettings, SaleTerms
from daftar.sales.more_fields import group_of

if TYPE_CHECKING:
    from daftar.sales.lines.typed import Typed

ONE, ZERO = Decimal(1), Decimal(0)
DOORS = frozenset({"page", "quick", "board", "api", "rule", "bulk"})
"""Doors by which a single line is written beside the editor; what comes from files or is taken back says itself what it was."""
SAID = frozenset({"product", "deal", "factor", "quantity", "price"})
TERMS = ("currency", "tax_included", "price_list_id")


# -- the editor ------------------------------------------------------------------------------------------


def settle(deal: Deal, typed: Sequence[Typed], before: Mapping[int, DealLine], terms: SaleTerms) -> None:
    """Give each line its list price (`values["list_price"]`): today's for what was written now, the one it has for what stands as it stood."""
    same_terms = SaleTerms.objects.filter(deal=deal.pk).values_list(*TERMS).first() == tuple(
        getattr(terms, name) for name in TERMS
    )
    amounts, were = quantities([one.values for one in typed]), quantities([said_by(line) for line in before.values()])
    asked: list[Typed] = []
    for one in typed:
        kept, product = before.get(one.id), one.values.get("product")
        stands = kept is not None and same_terms and amounts.get(product or 0) == were.get(product or 0)
        if kept is not None and stands and all(one.values.get(name) == was for name, was in said_by(kept).items()):
            one.values["list_price"] = kept.list_price
        elif product:
            asked.append(one)
        else:
            one.values["list_price"] = None
    wanted = [wanted_of(one.values, amounts) for one in asked]
    group = group_of(deal.company, current_schema()) if asked else ""
    for one, offer in zip(asked, offers(wanted, terms, client_group=group), strict=True):
        one.values["list_price"] = offer.amount


def said_by(line: DealLine) -> dict[str, Any]:
    """What of a line its list price follows from, and the price itself: who writes a price anew sells by today's list."""
    return {"product": line.product_id, "factor": line.factor, "quantity": line.quantity, "price": line.price}


def quantities(rows: Sequence[Mapping[str, Any]]) -> dict[int, Decimal]:
    """Product → how much of it stands on all lines, in base units: steps of price lists count that."""
    found: dict[int, Decimal] = {}
    for values in rows:
        if id_ := values.get("product"):
            much = (values.get("quantity") or ZERO) * (values.get("factor") or ONE)
            found[id_] = found.get(id_, ZERO) + much
    return found


def wanted_of(values: Mapping[str, Any], amounts: Mapping[int, Decimal]) -> Wanted:
    return Wanted(values["product"], values.get("factor") or ONE, amounts[values["product"]])


# -- other doors -----------------------------------------------------------------------------------------


def prepare(draft: Draft) -> None:
    """A line that is written beside the editor has its list price, too; with another product it has that as its price.

    A program that says the price means it, also where it is the one of before.
    """
    is_said = "price" in draft.changed or (draft.via == "api" and "price" in draft.given)
    takes_price = draft.via != "import" and bool(draft.changed.get("product")) and not is_said
    has_list_price = draft.via in DOORS and bool(SAID & draft.changed.keys())
    if not takes_price and not has_list_price:
        return
    offer, terms = offer_for(draft)
    price = Money(offer.amount, terms.currency) if offer is not None and offer.amount is not None else None
    if takes_price and offer is not None and price is not None:
        draft.set("price", price)
        draft.set("price_list", offer.list_id)
    if has_list_price:
        draft.derive({"list_price": price})


def offer_for(draft: Draft) -> tuple[Offer | None, SaleTerms]:
    """Today's price of a line beside what else its deal has of the product, and the terms by which it counts.

    Shapes: None for free words, or where there is no such deal; a deal without lines yet counts by the terms that its first line makes.
    """
    deal = Deal.objects.select_related("company").filter(pk=draft.value("deal")).first()
    if deal is None:
        return None, SaleTerms()
    price, terms = draft.value("price"), SaleTerms.objects.filter(deal=deal.pk).first()
    if terms is None:
        priced = price.currency if price is not None else ""
        terms = first_terms(deal, priced, SalesSettings.load(), Installation.load().currency)
    values = {name: draft.value(name) for name in ("product", "factor", "quantity")}
    if not values["product"]:
        return None, terms
    values["quantity"] = ONE if values["quantity"] is None else values["quantity"]
    others = DealLine.objects.filter(deal=deal.pk, product=values["product"], deleted_at=None).exclude(pk=draft.row.pk)
    amounts = quantities([values, *map(said_by, others)])
    (offer,) = offers([wanted_of(values, amounts)], terms, client_group=group_of(deal.company, current_schema()))
    return offer, terms
