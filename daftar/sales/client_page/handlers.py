"""Who hears of what a client did on the page: who takes care of the deal. Nobody of us did it, so it is told also to who made the link."""

from __future__ import annotations

from daftar.activities.notifying.writing import News, tell
from daftar.crm.models import Deal
from daftar.kernel.events import joins
from daftar.sales.client_page.links import address_of
from daftar.sales.events import ClientAsked, PageOpened, QuoteAnswered
from daftar.sales.models import ClientLink, Quote
from daftar.sales.paying import starting


def tell_owner(deal_id: int, kind: str, *, activity_id: int | None = None, what: str = "") -> None:
    owner = Deal.objects.filter(pk=deal_id).values_list("owner", flat=True).first()
    if owner is not None:
        data = {"what": what} if what else {}
        tell([News(owner, kind, None, "deal", deal_id, activity_id=activity_id, data=data)])


@joins(PageOpened)
def page_opened(event: PageOpened) -> None:
    tell_owner(event.deal_id, "client_opened")


@joins(ClientAsked)
def client_asked(event: ClientAsked) -> None:
    tell_owner(event.deal_id, "client_asked", activity_id=event.activity_id)


@joins(QuoteAnswered)
def quote_answered(event: QuoteAnswered) -> None:
    """What a colleague notes by hand is told to the owner as the act of that colleague."""
    quote = Quote.objects.filter(pk=event.quote_id).first()
    if quote is None or quote.owner_id is None:
        return
    by = None if event.via == "client" else event.by_id
    tell([News(quote.owner_id, "quote_answered", by, "quote", quote.pk, data={"what": event.state})])


def way_to_page(link: ClientLink) -> str:
    return address_of(link) if link.revoked_at is None else ""


starting.page_of_link(way_to_page)
