"""Lines that another door changed (API, import, bulk, bin): what they come to and their deal follow in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from daftar.access.models import Installation, User
from daftar.crm.models import Deal
from daftar.kernel.errors import Invalid
from daftar.kernel.events import publish
from daftar.kernel.money import Money
from daftar.records.draft import Draft
from daftar.records.fields.links import Linked, load_links
from daftar.records.following import when_stored
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema
from daftar.records.storing import store
from daftar.records.types import RecordType
from daftar.records.writing import RecordsChanged
from daftar.sales.issuing import terms_of
from daftar.sales.lines.rules import COUNTED
from daftar.sales.lines.wanting import renew_with_parts
from daftar.sales.models import DealLine, SalesSettings, SaleTerms
from daftar.sales.totals import Line, Totals, total

VIA = "lines"
ZERO = Decimal(0)


@when_stored
def lines_stored(drafts: Sequence[Draft], kind: str) -> None:
    """What is taken back waits for its end: until then the terms are those of now."""
    first = drafts[0]
    if first.type.key != "deal_line" or first.via == VIA or first.data.get("why") == "undone":
        return
    said: list[Any] = [draft for draft in drafts if kind or draft.is_new or COUNTED & draft.changed.keys()]
    if said:
        renew({draft.row.deal_id for draft in said}, by=first.by, change_set=first.change_set)
        renew_with_parts(products_of(said))


def products_of(drafts: Iterable[Draft]) -> set[int]:
    """The products that stand on the lines, or stood there."""
    return {id_ for draft in drafts for id_ in (draft.value("product"), draft.old("product")) if id_}


def renew(deal_ids: Collection[int], *, by: User, change_set: ChangeSet | None = None) -> None:
    """Add the lines of deals up anew, under the locks of the deals; a few queries, however many deals.

    Lines that cannot be added up (too many, another currency, a discount above the whole) keep their sums: no paper can be issued of them.
    """
    deals = list(Deal.objects.select_for_update().filter(pk__in=deal_ids, deleted_at=None).order_by("pk"))
    lines = lines_of_all(deals)
    terms = terms_of_all(deals, lines)
    schema = current_schema()
    type_, type_of_lines = schema.type("deal"), schema.type("deal_line")
    load_links(deals, [type_.whole.by_key["products"]])
    of_lines: list[Draft] = []
    of_deals: list[Draft] = []
    for deal in deals:
        own = lines[deal.pk]
        sums = summed(own, terms[deal.pk])
        if sums is None:
            continue
        of_lines += changed_lines(type_of_lines, own, sums, terms[deal.pk].currency, by=by)
        draft = Draft(type_, deal, by=by, via=VIA)
        draft.derive(followed(own, sums, terms[deal.pk].currency))
        of_deals += [draft] if draft.changed else []
    for drafts in (of_lines, of_deals):
        store(drafts, change_set)
        if drafts:
            publish(RecordsChanged(drafts[0].type.key, tuple(d.row.pk for d in drafts), "changed", by.pk, VIA))


def lines_of_all(deals: Sequence[Deal]) -> dict[int, list[DealLine]]:
    """Deal id → its lines in their order; new ones without a place at the end."""
    found: dict[int, list[DealLine]] = {deal.pk: [] for deal in deals}
    for line in DealLine.objects.filter(deal__in=found, deleted_at=None).order_by("position", "id"):
        found[line.deal_id].append(line)
    return {id_: sorted(some, key=lambda line: not line.position) for id_, some in found.items()}


def terms_of_all(deals: Sequence[Deal], lines: Mapping[int, Sequence[DealLine]]) -> dict[int, SaleTerms]:
    """Deal id → its terms; those of deals whose first lines came by another door are made, in the currency of their prices."""
    found = {terms.deal_id: terms for terms in SaleTerms.objects.filter(deal__in=deals)}
    without = [deal for deal in deals if deal.pk not in found]
    if without:
        settings, base = SalesSettings.load(), Installation.load().currency
        for deal in without:
            priced = next((line.price_currency for line in lines[deal.pk] if line.price is not None), "")
            found[deal.pk] = first_terms(deal, priced, settings, base)
        SaleTerms.objects.bulk_create(found[deal.pk] for deal in without if lines[deal.pk])
    return found


def first_terms(deal: Deal, priced: str, settings: SalesSettings, base: str) -> SaleTerms:
    """What the first line of a deal makes, not stored yet. Shapes: `priced` is the currency of its price, "" without one; `base` the company's."""
    return SaleTerms(
        deal=deal, currency=priced or deal.amount_currency or base, tax_included=settings.tax_included, rounding=settings.rounding
    )  # fmt: skip


def summed(lines: Sequence[DealLine], terms: SaleTerms) -> Totals | None:
    """What the lines come to; None where they cannot be added up."""
    if any(line.price is not None and line.price_currency != terms.currency for line in lines):
        return None
    try:
        return total([counted(line) for line in lines], terms_of(terms))
    except Invalid:
        return None


def counted(line: DealLine) -> Line:
    """A stored line as it is added up."""
    return Line(
        line.quantity, line.price or ZERO, line.discount_percent or ZERO, line.discount_amount or ZERO, line.tax_percent, line.is_optional
    )  # fmt: skip


def changed_lines(
    type_: RecordType, lines: Sequence[DealLine], sums: Totals, currency: str, *, by: User
) -> list[Draft]:
    found = []
    last = max((line.position for line in lines), default=0)
    for line, own in zip(lines, sums.lines, strict=True):
        values: dict[str, Any] = {"net": Money(own.net, currency), "gross": Money(own.gross, currency)}
        if not line.position:
            last += 1
            values["position"] = last
        draft = Draft(type_, line, by=by, via=VIA)
        draft.derive(values)
        found += [draft] if draft.changed else []
    return found


def followed(lines: Sequence[DealLine], sums: Totals, currency: str) -> dict[str, Any]:
    """What a deal takes over from its lines; its amount stays where no line has a price."""
    products = dict.fromkeys(line.product_id for line in lines if line.product_id)
    values: dict[str, Any] = {"products": [Linked(id_) for id_ in products]} if lines else {}
    if any(line.price is not None for line in lines):
        values["amount"] = Money(sums.gross, currency)
    return values
