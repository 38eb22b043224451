"""The one link of a deal by which its client sees the papers: made, shown again to who may change the deal, prolonged, revoked.

The secret has 192 bits. Stored are its hash, to find it, and the secret sealed, so that it can be copied again.
"""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.crm.models import Deal
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.kernel.ids import new_token
from daftar.kernel.secrets import CannotUnseal, binding, seal, unseal
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.choices import LANGUAGES
from daftar.sales.client_page.trail import tell_of_page
from daftar.sales.models import ClientLink

DAYS = 180
LONGEST_DAYS = 730


def make(deal_id: int, *, by: User, until: date | None = None) -> ClientLink:
    """The open link of the deal, made if there is none; it ends after 180 days or on the day that is said.

    Errors: Missing, NotAllowed (who may change the deal makes its link), Invalid (a day that is over, or too far).
    """
    with transaction.atomic():
        deal = locked_deal(deal_id, by)
        return open_link(deal.pk) or made(deal, until, by)


def made(deal: Deal, until: date | None, by: User) -> ClientLink:
    token = new_token(192)
    row: ClientLink = ClientLink.objects.create(
        deal=deal, token_hash=hash_of(token), language=language_of(deal), made_by=by, expires_on=day_within(until),
    )  # fmt: skip
    row.token = seal(token, binding(row, "token"))
    row.save(update_fields=["token"])
    tell_of_page(deal, "page_made", by=by)
    return row


def revoke(deal_id: int, *, by: User) -> None:
    """Let the link of the deal open nothing any more, for ever. Errors: Missing, NotAllowed, Conflict without one."""
    with transaction.atomic():
        deal = locked_deal(deal_id, by)
        if not open_links(deal.pk).update(revoked_at=clock.now(), token=""):
            raise Conflict(_("There is no link to be revoked any more."))
        tell_of_page(deal, "page_revoked", by=by)


def prolong(deal_id: int, until: date, *, by: User) -> ClientLink:
    """Let the link end on another day. Errors: Missing, NotAllowed, Conflict without one, Invalid (a day that is over, or too far)."""
    with transaction.atomic():
        row = open_link(locked_deal(deal_id, by).pk)
        if row is None:
            raise Conflict(_("This link was revoked. Make a new one."))
        row.expires_on = day_within(until)
        row.save(update_fields=["expires_on"])
        return row


def locked_deal(deal_id: int, by: User) -> Deal:
    return cast(Deal, writing.locked(current_schema().type("deal"), deal_id, by, "change"))


def day_within(until: date | None) -> date:
    today = company_day()
    day = until or today + timedelta(days=DAYS)
    if not today <= day <= today + timedelta(days=LONGEST_DAYS):
        raise Invalid(_("Choose a day from today on, at most two years ahead."), field="until")
    return day


def company_day() -> date:
    return clock.today(Installation.load().time_zone)


# -- finding -------------------------------------------------------------------------------------------


def find(token: str) -> ClientLink:
    """The link that this secret opens. Errors: Missing, the same for a guess, an expired or revoked one and a deal in the bin."""
    rows = ClientLink.objects.select_related("deal__contact", "deal__owner", "made_by")
    row = rows.filter(token_hash=hash_of(token)).first()
    today = company_day()
    if row is None or row.revoked_at is not None or row.deal.deleted_at is not None:
        raise Missing()
    if row.expires_on is not None and row.expires_on < today:
        raise Missing()
    return row


def open_links(deal_id: int) -> Any:
    return ClientLink.objects.filter(deal=deal_id, revoked_at=None)


def open_link(deal_id: int) -> ClientLink | None:
    """The link of the deal that was not revoked; it may have expired, and opens again when it is prolonged."""
    row: ClientLink | None = open_links(deal_id).order_by("-id").first()
    return row


def is_over(row: ClientLink) -> bool:
    return row.expires_on is not None and row.expires_on < company_day()


def address_of(row: ClientLink) -> str:
    """The whole address, for who may hand it out; "" when the key that sealed it is not here."""
    try:
        return f"{settings.PUBLIC_URL}/c/{unseal(row.token, binding(row, 'token'))}/"
    except CannotUnseal:
        return ""


def address_for(deal_id: int) -> str:
    """The address of the deal's page as it can be handed out now; "" when there is none."""
    row = open_link(deal_id)
    return address_of(row) if row is not None and not is_over(row) else ""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def language_of(deal: Deal) -> str:
    """The language of the contact, where it is one of ours."""
    wanted = deal.contact.preferred_language if deal.contact is not None else ""
    return wanted if wanted in dict(LANGUAGES) else ""
