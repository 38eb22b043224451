"""Somebody says yes or no to discounts that were asked for: once, and everybody else is told who did."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.crm.models import Deal
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.kernel.events import publish
from daftar.kernel.formats import current
from daftar.kernel.text import clean_text
from daftar.sales.approving.asking import LONGEST, locked_deal, state_words
from daftar.sales.approving.telling import tell_of
from daftar.sales.events import DiscountDecided
from daftar.sales.lines import approvals
from daftar.sales.lines.rules import why_closed
from daftar.sales.models import DiscountApproval


def decide_on(approval_id: int, *, approve: bool, words: str = "", by: User) -> DiscountApproval:
    """Approve the discounts that were asked for, or decline them with a reason. The same word of the same person twice is one.

    Errors: Missing, NotAllowed, Invalid (no without a reason), Conflict (decided already, closed deal, more than `by` may give).
    """
    said = clean_text(words, max_length=LONGEST, multiline=True)
    if not approve and not said:
        raise Invalid(_("Say why not, so that it can be made better."), field="answer")
    state = "approved" if approve else "declined"
    with transaction.atomic():
        deal_id = DiscountApproval.objects.filter(pk=approval_id).values_list("deal", flat=True).first()
        if deal_id is None:
            raise Missing()
        deal = locked_deal(deal_id, by)
        row = DiscountApproval.objects.select_for_update(of=("self",)).select_related("decided_by").get(pk=approval_id)
        if row.state == state and row.decided_by_id == by.pk:
            return row
        if why_not := why_not_decided(row, deal, by):
            raise Conflict(why_not)
        row.state, row.decided_by, row.decided_at, row.answer = state, by, clock.now(), said
        row.save(update_fields=["state", "decided_by", "decided_at", "answer"])
        tell_of(row, f"discount_{state}", by=by)
        publish(DiscountDecided(row.pk, state, by.pk))
    return row


def why_not_decided(row: DiscountApproval, deal: Deal, by: User) -> str:
    """Why the person cannot decide on the request, as a sentence; "" when they can."""
    if row.state != "asked":
        return state_words(row)
    if deal.deleted_at is not None:
        return _("This deal lies in the bin. Bring it back to decide on its discounts.")
    if why_not := why_closed(deal):
        return why_not
    if not decide.may(by, "change", "deal", deal):
        return _("You may not change this deal, so somebody else decides on its discounts.")
    if not approvals.covers(approvals.limit_of(by), highest(row)):
        return _("You may not give %(percent)s yourself, so somebody else decides.") % {
            "percent": current().percent(highest(row))
        }
    return ""


def highest(row: DiscountApproval) -> Decimal:
    """The most that is asked for on one line."""
    return approvals.highest(approvals.asked_in(row).values())
