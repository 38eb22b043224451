"""Who is told of discounts that wait for a word, and of the word."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.activities.notifying.writing import News, tell
from daftar.kernel.events import joins
from daftar.sales.approving.deciders import deciders
from daftar.sales.approving.deciding import highest
from daftar.sales.approving.telling import address_of
from daftar.sales.events import DiscountAsked, DiscountDecided
from daftar.sales.models import DiscountApproval
from daftar.ui import menu

menu.add(
    "approvals", _("Discounts to approve"), url="/sales/approvals/", icon="badge-percent", order=14, place="user",
    shown=lambda request: request.user.is_authenticated and decide.may(request.user, "change", "deal"),
)  # fmt: skip


@joins(DiscountAsked)
def tell_deciders(event: DiscountAsked) -> None:
    row = DiscountApproval.objects.select_related("deal", "asked_by").get(pk=event.approval_id)
    people = deciders(row.deal, row.asked_by, highest(row))
    data = {"page": address_of(row.pk)}
    tell([News(user.pk, "approval_asked", row.asked_by_id, "deal", row.deal_id, data=data) for user in people])


@joins(DiscountDecided)
def tell_asker(event: DiscountDecided) -> None:
    """Who asked, and who takes care of the deal now."""
    row = DiscountApproval.objects.select_related("deal").get(pk=event.approval_id)
    people = {row.asked_by_id, *([row.deal.owner_id] if row.deal.owner_id is not None else [])}
    data = {"what": event.state, "page": address_of(row.pk)}
    tell([News(id_, "approval_decided", event.by_id, "deal", row.deal_id, data=data) for id_ in sorted(people)])
