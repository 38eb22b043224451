"""What issuing a quote and issuing an invoice have in common: the deal under a lock, its lines, copies of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.crm.models import Company, Contact, Deal
from daftar.kernel.errors import Conflict, Invalid
from daftar.records import writing
from daftar.records.models import ChangeSet
from daftar.records.schema import current_schema
from daftar.sales.choices import LANGUAGES
from daftar.sales.lines import approvals
from daftar.sales.models import DealLine, SalesSettings, SaleTerms
from daftar.sales.parties import parties
from daftar.sales.totals import Line, Terms, total

COPIED = (
    "position", "group", "product", "code", "name", "description", "is_optional", "unit", "factor", "quantity", "price",
    "discount_percent", "discount_amount", "tax_name", "tax_percent", "net", "gross", "cost",
)  # fmt: skip
"""What a line of a paper takes over from the line of the deal, by field."""


ZERO = Decimal(0)


def terms_of(terms: SaleTerms) -> Terms:
    """The terms by which the lines of a deal are added up."""
    return Terms(
        currency=terms.currency,
        tax_included=terms.tax_included,
        rounding=terms.rounding,
        discount_percent=terms.discount_percent or ZERO,
        discount_amount=terms.discount_amount or ZERO,
    )


class MustAsk(Conflict):
    """A discount waits for approval. Shapes: `details` have the id of the deal, and of the open request, 0 where nobody asked."""

    @property
    def way(self) -> dict[str, Any]:
        """Where one goes on from the refusal."""
        if self.details["request"]:
            return {
                "label": _("Look at the request"),
                "href": f"/sales/approvals/{self.details['request']}/",
                "in_dialog": False,
            }
        return {"label": _("Ask for approval"), "href": f"/deals/{self.details['deal']}/approval", "in_dialog": True}


@dataclass(frozen=True)
class Sale:
    """A deal that somebody issues a paper from, locked, with all that the paper needs."""

    deal: Deal
    lines: Sequence[DealLine]
    terms: SaleTerms
    company: Company | None
    contact: Contact | None
    settings: SalesSettings

    @property
    def parties(self) -> dict[str, Any]:
        return parties(self.company, self.contact)

    @property
    def language(self) -> str:
        """The client's language, where it is one of ours."""
        wanted = self.contact.preferred_language if self.contact is not None else ""
        return wanted if wanted in dict(LANGUAGES) else ""


def locked_sale(deal_id: int, *, by: User) -> Sale:
    """The deal under a lock, inside the caller's transaction.

    Errors: Missing, NotAllowed, Invalid (no lines, no client, a line without a price), Conflict (a discount waits for approval).
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a paper is issued in a transaction")
    deal = cast(Deal, writing.locked(current_schema().type("deal"), deal_id, by, "change"))
    lines = lines_of(deal.pk)
    terms = SaleTerms.objects.filter(deal=deal.pk).first()
    if terms is None or not any(not line.is_optional for line in lines):
        raise Invalid(_("This deal has no lines yet. Add what is sold, then issue the paper."))
    if priceless := [line.name for line in lines if line.price is None]:
        raise Invalid(_("“%(name)s” has no price yet.") % {"name": priceless[0]})
    if not adds_up(lines, terms):
        raise Conflict(
            _("A line was changed outside of the editor. Open the lines and save them, so that the sums are right.")
        )
    if deal.company_id is None and deal.contact_id is None:
        raise Invalid(_("Say who the client is: set the company or the contact of the deal."))
    if waiting := approvals.waiting(deal, lines, terms, by=by):
        raise must_ask(deal.pk, waiting[0], approvals.given_of(waiting[0], terms, approvals.whole_of(lines)))
    return Sale(deal, lines, terms, deal.company, deal.contact, SalesSettings.load())


def must_ask(deal_id: int, line: DealLine, given: approvals.Given) -> MustAsk:
    """The refusal of a line whose discount nobody approved: to be asked for, or asked for already."""
    word = approvals.words_on(deal_id, {str(line.pk): given})[str(line.pk)]
    if word.state == "asked" and word.row is not None:
        return MustAsk(
            _("The discount on “%(name)s” waits for approval.") % {"name": line.name}, deal=deal_id, request=word.row.pk
        )
    said = _("The discount on “%(name)s” is above what may be given without asking. Ask for approval first.")
    return MustAsk(said % {"name": line.name}, deal=deal_id, request=0)


def adds_up(lines: Sequence[DealLine], terms: SaleTerms) -> bool:
    """Whether the lines come to what is kept of them: only then may a paper freeze it."""
    counted = [
        Line(
            line.quantity, line.price or ZERO, line.discount_percent or ZERO, line.discount_amount or ZERO, line.tax_percent, line.is_optional
        )
        for line in lines
    ]  # fmt: skip
    made = total(counted, terms_of(terms)).lines
    return all((line.net, line.gross) == (sums.net, sums.gross) for line, sums in zip(lines, made, strict=True))


def lines_of(deal_id: int) -> list[DealLine]:
    """The lines of a deal in their order."""
    return list(DealLine.objects.filter(deal=deal_id, deleted_at=None).order_by("position", "id"))


def copied(lines: Sequence[DealLine]) -> list[dict[str, Any]]:
    """The values of a paper's lines, by field, as the deal's lines say now."""
    fields = current_schema().type("deal_line").by_key
    return [{key: fields[key].get(line) for key in COPIED} | {"deal_line": line.pk} for line in lines]


def keep_lines(
    type_key: str, whole: str, whole_id: int, rows: Sequence[Mapping[str, Any]], *, by: User, change_set: ChangeSet
) -> list[Any]:
    """Store the lines of a paper that was just made; `whole` is the field that names it."""
    type_ = current_schema().type(type_key)
    derived = [{**row, whole: whole_id, "position": place} for place, row in enumerate(rows, start=1)]
    return writing.make_many(type_, derived, by=by, via=VIA, change_set=change_set)


VIA = "sale"
"""The door of papers: they are made by this room and no other way."""
