"""All lines of a deal are saved together: lines, terms, the deal's amount and products, and what of the goods is wanted."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.catalogue.models import PriceList, Product, TaxClass
from daftar.crm.models import Deal
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.draft import Draft
from daftar.records.fields.links import Linked
from daftar.records.models import ChangeSet
from daftar.records.reading import visible
from daftar.records.schema import current_schema
from daftar.records.storing import store
from daftar.sales.issuing import lines_of, terms_of
from daftar.sales.lines import list_prices
from daftar.sales.lines.renewing import VIA
from daftar.sales.lines.rules import why_closed
from daftar.sales.lines.terms import TERMS, keep, note, plain
from daftar.sales.lines.typed import Typed
from daftar.sales.lines.wanting import renew_with_parts
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.totals import LineTotal, Totals, total


def mark_of(deal_id: int) -> str:
    """What the lines of a deal are now, as a short word: another one means that somebody changed them."""
    terms = SaleTerms.objects.filter(deal=deal_id).values_list(*TERMS).first()
    lines = (
        DealLine.objects.filter(deal=deal_id, deleted_at=None).order_by("id").values_list("id", "version", "position")
    )
    return hashlib.sha256(repr((terms, list(lines))).encode()).hexdigest()[:20]


def save_lines(deal_id: int, typed: Sequence[Typed], terms: SaleTerms, *, by: User, mark: str | None = None) -> Deal:
    """Make the lines of a deal what was typed, in this order; one change set, and nothing where one line cannot be.

    Shapes: `mark` is `mark_of` the lines that the person had before them (None: whoever does not care). Lines that are not among `typed` go.
    Errors: Missing, NotAllowed, Invalid (as `totals.total` says it), Conflict (somebody else changed them; the deal is closed).
    """
    with transaction.atomic():
        deal = cast(Deal, writing.locked(current_schema().type("deal"), deal_id, by, "change"))
        if mark is not None and mark != mark_of(deal_id):
            raise Conflict(_("Somebody else changed these lines meanwhile. Nothing of yours was saved yet."))
        if why_not := why_closed(deal):
            raise Conflict(why_not)
        before = {line.pk: line for line in lines_of(deal_id)}
        refuse_unknown(typed, before, terms, by)
        taxes = {tax.pk: tax for tax in TaxClass.objects.filter(pk__in=ids_in(typed, "tax_class"))}
        sums = total([one.counted(taxes) for one in typed], terms_of(terms))
        change_set = ChangeSet.objects.create(
            by=by, via=VIA, title=_("Lines of “%(deal)s”") % {"deal": deal.name[:200]}
        )
        list_prices.settle(deal, typed, before, terms)
        stood = keep(deal, terms)
        keep_rows(deal, before, typed, sums, terms, taxes, by=by, change_set=change_set)
        follow(deal, typed, sums, terms, by=by, change_set=change_set)
        note(deal, stood, plain(terms), by=by, change_set=change_set)
        products = {line.product_id for line in before.values()} | {one.values.get("product") for one in typed}
        renew_with_parts([id_ for id_ in products if id_])
    return deal


def refuse_unknown(typed: Sequence[Typed], before: Mapping[int, DealLine], terms: SaleTerms, by: User) -> None:
    """Refuse products that the person does not see, but those that stood on the line before, and taxes that are gone.

    A price list that is gone counts as none.
    """
    seen = set(
        visible(current_schema().type("product"), by)
        .filter(pk__in=ids_in(typed, "product"))
        .values_list("pk", flat=True)
    )
    taxes = set(TaxClass.objects.filter(pk__in=ids_in(typed, "tax_class")).values_list("pk", flat=True))
    lists = set(
        PriceList.objects.filter(pk__in={*ids_in(typed, "price_list"), terms.price_list_id or 0}).values_list(
            "pk", flat=True
        )
    )
    terms.price_list_id = terms.price_list_id if terms.price_list_id in lists else None
    errors: dict[str, str] = {}
    for n, one in enumerate(typed):
        product, stood = one.values.get("product"), before.get(one.id)
        if product and product not in seen and (stood is None or stood.product_id != product):
            errors[f"line.{n}.name"] = _("This product does not exist any more, or you may not see it.")
        if one.values.get("tax_class") and one.values["tax_class"] not in taxes:
            errors[f"line.{n}.name"] = _("This tax does not exist any more. Choose another one.")
        if one.values.get("price_list") not in lists:
            one.values["price_list"] = None
    if errors:
        raise Invalid(errors=errors)


def keep_rows(
    deal: Deal, before: Mapping[int, DealLine], typed: Sequence[Typed], sums: Totals, terms: SaleTerms, taxes: Mapping[int, TaxClass],
    *, by: User, change_set: ChangeSet,
) -> None:  # fmt: skip
    """Store new, changed and removed lines."""
    type_ = current_schema().type("deal_line")
    costs = costs_of(ids_in(typed, "product"))
    new: list[Mapping[str, Any]] = []
    drafts: list[Draft] = []
    for place, (one, sum_) in enumerate(zip(typed, sums.lines, strict=True), start=1):
        row = row_of(one, sum_, place, terms, taxes, costs)
        if one.id in before:
            draft = Draft(type_, before[one.id], by=by, via=VIA)
            draft.derive(row)
            if draft.changed:
                drafts.append(draft)
        else:  # also a line that somebody removed meanwhile: whoever saves again wants it
            new.append({**row, "deal": deal.pk})
    store(drafts, change_set)
    if new:
        writing.make_many(type_, new, by=by, via=VIA, change_set=change_set)
    gone = [line for id_, line in before.items() if id_ not in {one.id for one in typed}]
    removed = [Draft(type_, line, by=by, via=VIA) for line in gone]
    for draft in removed:
        draft.row.deleted_at, draft.row.deleted_by = draft.at, by
    store(removed, change_set, kind="deleted")


def ids_in(typed: Sequence[Typed], name: str) -> set[int]:
    """The records that the lines link to by one field."""
    return {one.values[name] for one in typed if one.values.get(name)}


def costs_of(product_ids: Collection[int]) -> dict[int, Money]:
    rows = Product.objects.filter(pk__in=product_ids, cost__isnull=False)
    return {p.pk: Money(p.cost, p.cost_currency) for p in rows if p.cost is not None}


def row_of(
    one: Typed, sum_: LineTotal, place: int, terms: SaleTerms, taxes: Mapping[int, TaxClass], costs: Mapping[int, Money]
) -> dict[str, Any]:
    """The fields of a stored line."""
    values, currency = one.values, terms.currency
    tax = taxes.get(values.get("tax_class") or 0)
    price, cost = values.get("price"), costs.get(values.get("product") or 0)
    listed = values.get("list_price")
    return {
        "position": place, "group": values.get("group", ""), "product": values.get("product"), "code": values.get("code", ""),
        "name": values["name"], "description": values.get("description", ""), "is_optional": bool(values.get("is_optional")),
        "unit": values.get("unit", ""), "factor": values.get("factor", Decimal(1)), "quantity": values["quantity"],
        "price": None if price is None else Money(price, currency), "is_price_typed": bool(values.get("is_price_typed")),
        "list_price": None if listed is None else Money(listed, currency),
        "discount_percent": values.get("discount_percent"), "discount_amount": values.get("discount_amount"),
        "tax_class": tax.pk if tax is not None else None, "tax_name": tax.name if tax is not None else "",
        "tax_percent": tax.percent if tax is not None else Decimal(0), "price_list": values.get("price_list"),
        "net": Money(sum_.net, currency), "gross": Money(sum_.gross, currency),
        "cost": None if cost is None else Money(cost.amount * values.get("factor", Decimal(1)), cost.currency),
    }  # fmt: skip


def follow(
    deal: Deal, typed: Sequence[Typed], sums: Totals, terms: SaleTerms, *, by: User, change_set: ChangeSet
) -> None:
    """The deal's amount is what the client pays for its lines, its products are those of the lines."""
    type_ = current_schema().type("deal")
    products = list(dict.fromkeys(one.values["product"] for one in typed if one.values.get("product")))
    values: dict[str, Any] = {"products": [Linked(id_) for id_ in products]}
    values["amount"] = Money(sums.gross, terms.currency) if typed else None
    writing.derive(type_, deal, values, by=by, via=VIA, change_set=change_set)
