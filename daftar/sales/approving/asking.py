"""A seller asks for a discount above their limit, or takes the question back."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.crm.models import Deal
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Missing, NotAllowed
from daftar.kernel.events import publish
from daftar.kernel.text import clean_text
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.approving.deciders import deciders, nobody_may
from daftar.sales.approving.telling import tell_of
from daftar.sales.events import DiscountAsked
from daftar.sales.issuing import lines_of
from daftar.sales.lines import approvals
from daftar.sales.lines.rules import why_closed
from daftar.sales.models import DiscountApproval, SaleTerms

LONGEST = 500


def ask_approval(deal_id: int, *, by: User, comment: str = "") -> DiscountApproval:
    """Ask for the discounts of a deal that are above what `by` may give, as they are now. The same question twice is one request; another
    one takes the place of the one that is open.

    Errors: Missing, NotAllowed, Invalid (the comment), Conflict (nothing to ask for, a closed deal, nobody who may say yes).
    """
    said = clean_text(comment, max_length=LONGEST, multiline=True)
    with transaction.atomic():
        deal = locked_deal(deal_id, by)
        if why_not := why_closed(deal):
            raise Conflict(why_not)
        discounts = to_be_asked(deal, by)
        if not discounts:
            raise Conflict(_("No discount of this deal must be approved."))
        before = DiscountApproval.objects.filter(deal=deal.pk, state="asked").first()
        if before is not None and approvals.asked_in(before) == discounts:
            return before
        highest = approvals.highest(discounts.values())
        if not deciders(deal, by, highest):
            raise Conflict(nobody_may(highest))
        DiscountApproval.objects.filter(deal=deal.pk, state="asked").update(state="replaced")
        row = DiscountApproval.objects.create(
            deal=deal, asked_by=by, comment=said, discounts={line: one.to_json() for line, one in discounts.items()}
        )
        tell_of(row, "discount_asked", by=by)
        publish(DiscountAsked(row.pk))
    return row


def to_be_asked(deal: Deal, by: User) -> dict[str, approvals.Given]:
    """Line id → its discount, of the lines that must be approved before `by` may issue a paper."""
    lines, terms = lines_of(deal.pk), SaleTerms.objects.filter(deal=deal.pk).first()
    if terms is None:
        return {}
    whole = approvals.whole_of(lines)
    over = approvals.waiting(deal, lines, terms, by=by)
    return {str(line.pk): approvals.given_of(line, terms, whole) for line in over}


def withdraw(approval_id: int, *, by: User) -> DiscountApproval:
    """Take an own question back. Errors: Missing, NotAllowed (somebody else's), Conflict (it is not open any more)."""
    with transaction.atomic():
        deal_id = DiscountApproval.objects.filter(pk=approval_id).values_list("deal", flat=True).first()
        if deal_id is None:
            raise Missing()
        locked_deal(deal_id, by, "see")
        row = DiscountApproval.objects.select_for_update().get(pk=approval_id)
        if row.asked_by_id != by.pk:
            raise NotAllowed(_("Only who asked can take the question back."))
        if row.state == "withdrawn":
            return row
        if row.state != "asked":
            raise Conflict(state_words(row))
        row.state, row.decided_at = "withdrawn", clock.now()
        row.save(update_fields=["state", "decided_at"])
        tell_of(row, "discount_withdrawn", by=by)
    return row


def locked_deal(deal_id: int, by: User, action: str = "change") -> Deal:
    return cast(Deal, writing.locked(current_schema().type("deal"), deal_id, by, action))  # type: ignore[arg-type]  # one of ours


def state_words(row: DiscountApproval) -> str:
    """What became of a request that is not open any more."""
    names = {"name": row.decided_by.name if row.decided_by is not None else ""}
    return {
        "approved": _("%(name)s has approved this already."),
        "declined": _("%(name)s has declined this already."),
        "replaced": _("A newer request took the place of this one."),
        "withdrawn": _("Who asked has taken the question back."),
    }.get(row.state, "") % names
