"""An invoice is issued: lines of a deal, frozen, numbered without gaps, and its goods held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, cast

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from daftar.access.models import Installation, User
from daftar.catalogue.models import Product
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.events import publish
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.rates import rate_on
from daftar.records.schema import current_schema
from daftar.records.types import action
from daftar.sales.events import InvoiceIssued
from daftar.sales.invoicing import holding
from daftar.sales.invoicing.lines import advance_lines, chosen_lines, deductions
from daftar.sales.invoicing.remaining import remaining
from daftar.sales.issuing import VIA, Sale, keep_lines, locked_sale
from daftar.sales.models import Invoice
from daftar.sales.moving import move_deal
from daftar.sales.numbering import take_number
from daftar.sales.telling import tell_deal

Kind = Literal["full", "part", "advance"]
MOST_DAYS = 3650


@dataclass(frozen=True)
class Wish:
    """How somebody wants an invoice.

    Shapes: `full` is everything that is not invoiced yet; `part` the `quantities` (line of the deal → how many, in its unit); `advance` is
    `percent` of the whole. `hold` says what of the goods is held: all of it or nothing is issued, the lines that are there in full, or none.
    """

    kind: Kind = "full"
    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    percent: Decimal | None = None
    due_days: int | None = None
    hold: Literal["all", "available", "none"] = "all"
    hold_until: date | None = None
    terms: str | None = None
    language: str = ""


@action(on="deal", name=gettext_lazy("Issue an invoice"), icon="receipt-text", url="/deals/{id}/invoice")
def issue_invoice(
    deal_id: int,
    wish: Wish | None = None,
    *,
    by: User,
    quote_id: int | None = None,
    seen: int | None = None,
    once: str = "",
) -> Invoice:
    """Make a numbered invoice of lines of a deal and hold their goods.

    Shapes: `seen` is the id of the deal's last invoice that the person had before them, 0 for none; `once` is the key of the form.
    Errors: Missing, NotAllowed, Invalid, OutOfStock (names each product; nothing is issued), Conflict (nothing is left to be
    invoiced, a discount waits for approval, somebody else issued one meanwhile). Nothing is saved when one is raised.
    """
    type_, wish = current_schema().type("invoice"), wish or Wish()
    with transaction.atomic():
        sale = locked_sale(deal_id, by=by)
        if once and (first := writing.made_before(type_, once, by)):
            return cast(Invoice, first)
        refuse_unseen(deal_id, seen)
        rows = lines_for(sale, wish)
        change_set = ChangeSet.objects.create(by=by, via=VIA, title="")
        values = values_of(sale, wish, rows) | {"quote": quote_id}
        invoice = cast(
            Invoice, writing.create(type_, {}, by=by, via=VIA, once=once, derived=values, change_set=change_set)
        )
        invoice.parties = sale.parties
        Invoice.objects.filter(pk=invoice.pk).update(parties=invoice.parties)
        lines = keep_lines("invoice_line", "invoice", invoice.pk, rows, by=by, change_set=change_set)
        holding.hold_goods(invoice, lines, wish.hold, by=by)
        tell_deal(sale.deal, "invoice_issued", ("invoice", invoice.pk), by=by)
        move_deal(sale.deal, "issued", by=by)
        publish(InvoiceIssued(invoice.pk))
    return invoice


def refuse_unseen(deal_id: int, seen: int | None) -> None:
    """Refuse to issue beside an invoice that somebody else issued a moment ago."""
    last = Invoice.objects.filter(deal=deal_id, deleted_at=None).exclude(kind="credit").order_by("-id").first()
    if seen is not None and seen != (last.pk if last is not None else 0):
        number = last.number if last is not None else ""
        raise Conflict(_("Somebody has just issued the invoice %(number)s. Look at it first.") % {"number": number})


def lines_for(sale: Sale, wish: Wish) -> list[dict[str, Any]]:
    """The rows of the invoice, by field."""
    left = remaining(list(sale.lines), sale.deal.pk)
    if wish.kind == "advance":
        return advance_lines(sale, percent_of(wish))
    wanted = left if wish.kind == "full" else {id_: quantity for id_, quantity in wish.quantities.items() if quantity}
    if not any(wanted.values()):
        raise (
            Conflict(_("Everything on this deal is invoiced already."))
            if wish.kind == "full"
            else Invalid(_("Say how much of which line goes on the invoice."), field="quantities")
        )
    for id_, quantity in wanted.items():
        if id_ not in left or quantity < 0:
            raise Invalid(_("This line is not on the deal any more. Open the page again."), field=f"line.{id_}")
        if quantity > left[id_]:
            raise Invalid(
                _("Only %(left)s of this can still be invoiced.") % {"left": f"{left[id_].normalize():f}"},
                field=f"line.{id_}",
            )
    rows = chosen_lines(sale, wanted)
    return rows + deductions(sale, rows)


def percent_of(wish: Wish) -> Decimal:
    if wish.percent is None or not 0 < wish.percent <= 100:
        raise Invalid(_("Write how many percent are paid in advance, more than 0 and at most 100."), field="percent")
    return wish.percent


def values_of(sale: Sale, wish: Wish, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The fields of the new invoice."""
    today, currency = clock.today(Installation.load().time_zone), sale.terms.currency
    days = sale.settings.due_days if wish.due_days is None else wish.due_days
    if not 0 <= days <= MOST_DAYS:
        raise Invalid(_("Write a number of days between 0 and %(most)s.") % {"most": MOST_DAYS}, field="due_days")
    if wish.hold_until is not None and wish.hold_until < today:
        raise Invalid(_("This day is over. Choose a later one."), field="hold_until")
    counted = [row for row in rows if not row["is_optional"]]
    net = sum((row["net"].amount for row in counted), Decimal(0))
    total = sum((row["gross"].amount for row in counted), Decimal(0))
    is_plain = len(rows) == len(sale.lines) and wish.kind == "full" and all(row.get("deal_line") for row in rows)
    return {
        "number": take_number("invoice", today),
        "kind": wish.kind,
        "state": "issued",
        "deal": sale.deal.pk,
        "company": sale.deal.company_id,
        "contact": sale.deal.contact_id,
        "owner": sale.deal.owner_id,
        "issued_on": today,
        "due_on": today + timedelta(days=days),
        "hold_until": wish.hold_until or today + timedelta(days=sale.settings.hold_days),
        "net": Money(net, currency),
        "total": Money(total, currency),
        "paid": Money(Decimal(0), currency),
        "balance": Money(total, currency),
        "rate": Decimal(1) if currency == Installation.load().currency else rate_on(currency, today),
        "terms": sale.settings.invoice_terms if wish.terms is None else wish.terms,
        "language": wish.language or sale.language or Installation.load().language,
        "tax_included": sale.terms.tax_included,
        "rounding": sale.terms.rounding,
        "discount_percent": sale.terms.discount_percent if is_plain else None,
        "discount_amount": sale.terms.discount_amount if is_plain else None,
        "delivery": "waiting" if has_goods(rows) else "none",
    }


def has_goods(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether something that can be delivered stands on the paper: more than nothing of a product that is no service."""
    ids = {row["product"] for row in rows if row.get("product") and row["quantity"] > 0}
    return bool(ids) and Product.objects.filter(pk__in=ids).exclude(kind="service").exists()
