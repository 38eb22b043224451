"""That the client opened the page: counted each time, told once for each time that its papers changed."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce

from daftar.kernel import clock
from daftar.kernel.events import publish
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.acting import acting
from daftar.sales.client_page.trail import tell_of_page
from daftar.sales.events import PageOpened
from daftar.sales.models import ClientLink, Invoice, Quote
from daftar.sales.quoting.issue import last_quote

MACHINES = re.compile(r"bot\b|bot/|preview|whatsapp|facebookexternalhit|crawler|spider", re.I)
"""Messengers and search engines that look a link up before anybody opens it."""


def is_the_client(request: Any) -> bool:
    """Whether a person opens the page who is none of us: no HEAD, no prefetch, no embedded load, no preview of a messenger."""
    headers = request.headers
    if request.method != "GET" or headers.get("Sec-Purpose") or headers.get("Purpose") == "prefetch":
        return False
    if headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or MACHINES.search(headers.get("User-Agent", "")):
        return False
    return not getattr(request.user, "is_active", False)


def note_opening(link: ClientLink) -> None:
    """Count an opening; the first one since a paper was issued is told, and marks the newest quote as opened. Of many at once one tells."""
    now = clock.now()
    with transaction.atomic():
        changed = newest_paper(link.deal_id)
        before = ClientLink.objects.select_for_update().get(pk=link.pk).last_opened_at
        ClientLink.objects.filter(pk=link.pk).update(
            opens=F("opens") + 1, last_opened_at=now, first_opened_at=Coalesce("first_opened_at", now)
        )
        if before is not None and (changed is None or changed <= before):
            return
        quote = last_quote(link.deal_id)
        paper = {"paper": ["quote", quote.pk]} if quote is not None else {}
        tell_of_page(link.deal, "page_opened", by=None, via="client", **paper)
        if quote is not None and quote.opened_at is None:
            locked = Quote.objects.select_for_update().get(pk=quote.pk)
            by = acting(link.made_by, "see", "quote", locked)
            writing.derive(current_schema().type("quote"), locked, {"opened_at": now}, by=by, via="client")
        publish(PageOpened(link.deal_id, link.pk))


def newest_paper(deal_id: int) -> Any:
    """When the last paper of the deal was issued; None while there is none."""
    quotes = Quote.objects.filter(deal=deal_id, deleted_at=None).aggregate(last=Max("created_at"))["last"]
    invoices = Invoice.objects.filter(deal=deal_id, deleted_at=None).aggregate(last=Max("created_at"))["last"]
    return max((one for one in (quotes, invoices) if one is not None), default=None)
