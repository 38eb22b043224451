"""A quote is issued: the lines of its deal, numbered and dated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.access.models import Installation, User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema
from daftar.records.types import action
from daftar.sales.issuing import VIA, Sale, copied, keep_lines, locked_sale
from daftar.sales.models import Quote
from daftar.sales.moving import move_deal
from daftar.sales.numbering import take_number
from daftar.sales.telling import tell_deal

LONGEST_DAYS = 3650


@action(on="deal", name=gettext_lazy("Issue a quote"), icon="file-text", url="/deals/{id}/quote")
def issue_quote(
    deal_id: int,
    *,
    by: User,
    days: int | None = None,
    terms: str | None = None,
    language: str = "",
    seen: int | None = None,
    once: str = "",
) -> Quote:
    """Freeze the lines of a deal into a quote. A second one of the same deal is the next version and replaces the first.

    Shapes: `days` it holds, as the settings say by default; `seen` is the id of the last quote that the person had before them, 0 for
    none (None: whoever does not care). `once` is the key of the form.
    Errors: Missing, NotAllowed, Invalid (no lines, no client, no price), Conflict (a discount waits for approval; somebody else
    issued one meanwhile). Nothing is saved when one is raised.
    """
    type_ = current_schema().type("quote")
    with transaction.atomic():
        sale = locked_sale(deal_id, by=by)
        if once and (first := writing.made_before(type_, once, by)):
            return cast(Quote, first)
        last = last_quote(deal_id)
        if seen is not None and seen != (last.pk if last is not None else 0):
            raise Conflict(
                _("Somebody has just issued the quote %(number)s. Look at it first.")
                % {"number": last.number if last else ""}
            )
        change_set = ChangeSet.objects.create(by=by, via=VIA, title="")
        values = values_of(sale, last, days, terms, language)
        quote = cast(Quote, writing.create(type_, {}, by=by, via=VIA, once=once, derived=values, change_set=change_set))
        quote.parties = sale.parties
        quote.save(update_fields=["parties"])
        keep_lines("quote_line", "quote", quote.pk, copied(sale.lines), by=by, change_set=change_set)
        if last is not None and last.state in ("issued", "expired"):
            writing.change(type_, last.pk, {}, by=by, via=VIA, derived={"state": "replaced"}, change_set=change_set)
        tell_deal(sale.deal, "quote_issued", ("quote", quote.pk), by=by)
        move_deal(sale.deal, "issued", by=by)
    return quote


def values_of(sale: Sale, last: Quote | None, days: int | None, terms: str | None, language: str) -> dict[str, Any]:
    """The fields of the new quote."""
    today = clock.today(Installation.load().time_zone)
    held = sale.settings.quote_days if days is None else days
    if not 0 <= held <= LONGEST_DAYS:
        raise Invalid(_("Write a number of days between 0 and %(most)s.") % {"most": LONGEST_DAYS}, field="days")
    continues = last is not None and last.state != "accepted"
    return {
        "number": last.number if last is not None and continues else take_number("quote", today),
        "quote_version": last.quote_version + 1 if last is not None and continues else 1,
        "replaces": last.pk if last is not None and continues else None,
        "state": "issued",
        "deal": sale.deal.pk,
        "company": sale.deal.company_id,
        "contact": sale.deal.contact_id,
        "owner": sale.deal.owner_id,
        "issued_on": today,
        "valid_until": today + timedelta(days=held),
        "terms": sale.settings.quote_terms if terms is None else terms,
        "language": language or sale.language or Installation.load().language,
        **sums(sale.lines, sale.terms.currency),
        **rules(sale),
    }


def sums(lines: Sequence[Any], currency: str) -> dict[str, Money]:
    """What the lines that count come to."""
    counted = [line for line in lines if not line.is_optional]
    return {
        "net": Money(sum((line.net for line in counted), Decimal(0)), currency),
        "total": Money(sum((line.gross for line in counted), Decimal(0)), currency),
    }


def rules(sale: Sale) -> dict[str, Any]:
    """By which rules they were added up."""
    terms = sale.terms
    return {
        "tax_included": terms.tax_included, "rounding": terms.rounding,
        "discount_percent": terms.discount_percent, "discount_amount": terms.discount_amount,
    }  # fmt: skip


def last_quote(deal_id: int) -> Quote | None:
    """The newest quote of a deal, whatever became of it."""
    return Quote.objects.filter(deal=deal_id, deleted_at=None).order_by("-id").first()
