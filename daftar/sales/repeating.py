"""A repeated deal has the lines of the one before at the prices of today; a note on its timeline says what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.catalogue.models import TaxClass
from daftar.crm.actions.repeat_deal import Carried, brings
from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.fields.any_link import Target
from daftar.records.models import ChangeSet
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.schema import current_schema
from daftar.sales.issuing import lines_of, terms_of
from daftar.sales.lines.list_prices import quantities, said_by
from daftar.sales.lines.prices import Wanted, offers
from daftar.sales.lines.saving import follow, keep_rows
from daftar.sales.lines.terms import TERMS, keep
from daftar.sales.lines.typed import Typed, values_of
from daftar.sales.lines.wanting import renew_with_parts
from daftar.sales.models import DealLine, SaleTerms
from daftar.sales.more_fields import group_of
from daftar.sales.totals import Totals, total

ZERO = Decimal(0)
LONGEST = 20_000


def has_lines(deal: Any) -> bool:
    return DealLine.objects.filter(deal=deal.pk, deleted_at=None).exists()


def carry_lines(deal: Any, again: Any, *, by: User, change_set: ChangeSet) -> None:
    """Put the lines of one deal on another that is just made, in its transaction.

    Shapes: what is not sold any more, or `by` does not see, is left out; free lines, and products without a price of today, keep theirs.
    Discounts in percent stay; those in money stay where they are not more than the price.
    """
    lines, terms = lines_of(deal.pk), SaleTerms.objects.filter(deal=deal.pk).first()
    if not lines or terms is None:
        return
    reader = Reader(by)
    fresh = SaleTerms(**{name: getattr(terms, name) for name in TERMS})
    typed, said = at_prices_of_today(lines, fresh, reader, group_of(again.company, reader.schema))
    taxes = {tax.pk: tax for tax in TaxClass.objects.filter(pk__in=[one.values.get("tax_class") or 0 for one in typed])}
    sums = added_up(typed, fresh, taxes, said)
    keep(again, fresh)
    keep_rows(again, {}, typed, sums, fresh, taxes, by=by, change_set=change_set)
    follow(again, typed, sums, fresh, by=by, change_set=change_set)
    renew_with_parts([one.values["product"] for one in typed if one.values.get("product")])
    if said:
        note(again, deal, said, by=by, change_set=change_set)


def at_prices_of_today(
    lines: Sequence[DealLine], terms: SaleTerms, reader: Reader, client_group: str
) -> tuple[list[Typed], list[str]]:
    """The lines for the new deal, and what differs, in sentences. A few queries for prices, however many lines."""
    seen: Any = visible(reader.schema.type("product"), reader.user)
    ids = {line.product_id for line in lines if line.product_id}
    products = set(seen.filter(pk__in=ids, is_active=True).values_list("pk", flat=True))
    amounts = quantities([said_by(line) for line in lines])
    sold = [line for line in lines if line.product_id in products]
    wanted = [Wanted(line.product_id or 0, line.factor, amounts[line.product_id or 0]) for line in sold]
    found = {line.pk: one for line, one in zip(sold, offers(wanted, terms, client_group=client_group), strict=True)}
    rates = {tax.percent: tax.pk for tax in TaxClass.objects.filter(deleted_at=None).order_by("-id")}
    typed, said = list[Typed](), list[str]()
    for n, line in enumerate(lines):
        values = values_of(line) | {"list_price": None}
        values["tax_class"] = values["tax_class"] or (rates.get(line.tax_percent) if line.tax_percent else None)
        if line.product_id and line.product_id not in products:
            said.append(_("“%(name)s” is not sold any more and was left out.") % {"name": line.name})
            continue
        offer = found.get(line.pk)
        if offer is not None and offer.amount is not None:
            if offer.amount != line.price:
                said.append(differs(line, offer.amount, terms, reader))
            values |= {
                "price": offer.amount,
                "list_price": offer.amount,
                "price_list": offer.list_id,
                "is_price_typed": False,
            }
        typed.append(Typed(f"n{n}", values))
    return typed, said


def differs(line: DealLine, now: Decimal, terms: SaleTerms, reader: Reader) -> str:
    before = "—" if line.price is None else reader.formats.money(Money(line.price, terms.currency))
    words = {"name": line.name, "before": before, "now": reader.formats.money(Money(now, terms.currency))}
    return _("“%(name)s”: %(before)s before, %(now)s now.") % words


def added_up(typed: Sequence[Typed], terms: SaleTerms, taxes: Mapping[int, TaxClass], said: list[str]) -> Totals:
    """The sums; without discounts in money where these are more than what is left of a price."""
    try:
        return total([one.counted(taxes) for one in typed], terms_of(terms))
    except Invalid:
        for one in typed:
            one.values["discount_amount"] = None
        terms.discount_amount = None
        said.append(_("Discounts in money are more than today's prices and were left out."))
        return total([one.counted(taxes) for one in typed], terms_of(terms))


def note(again: Any, deal: Any, said: Sequence[str], *, by: User, change_set: ChangeSet) -> None:
    subject = _("Lines since “%(name)s”") % {"name": deal.name}
    values = {
        "kind": "note",
        "subject": subject[:300],
        "body": "\n".join(said)[:LONGEST],
        "about": Target("deal", again.pk),
    }
    writing.create(current_schema().type("activity"), values, by=by, via="page", change_set=change_set)


brings(Carried(has_lines, carry_lines))
