"""What becomes of a quote: the client accepts or declines it, we withdraw it, its day passes."""

from __future__ import annotations

from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access.models import Installation, User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.events import publish
from daftar.kernel.text import clean_text
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.records.types import RecordType
from daftar.sales.events import QuoteAnswered
from daftar.sales.models import Quote
from daftar.sales.moving import move_deal
from daftar.sales.telling import tell_deal


def answer_quote(quote_id: int, *, accepted: bool, name: str, words: str = "", by: User, via: str = "sale") -> Quote:
    """Keep that the client accepted or declined, by which name and with which words; an accepted one moves its deal.

    Shapes: `by` acts: the seller, or for the client's page the one who opened it to the client.
    Errors: Missing, NotAllowed, Invalid without a name, Conflict when the quote can no longer be answered. The same answer twice is one.
    """
    who = clean_text(name, max_length=200).strip()
    if not who:
        raise Invalid(_("Write the name of the person who decides."), field="name")
    said = clean_text(words, max_length=4000, multiline=True) if words else ""
    state = "accepted" if accepted else "declined"
    with transaction.atomic():
        quote = cast(Quote, writing.locked(quote_type(), quote_id, by, "see"))
        if quote.state == state and quote.answered_by == who:
            return quote
        if why_not := why_not_answered(quote):
            raise Conflict(why_not)
        derived = {"state": state, "answered_at": clock.now(), "answered_by": who, "answer": said}
        writing.derive(quote_type(), quote, derived, by=by, via=via)
        tell_deal(quote.deal, f"quote_{state}", ("quote", quote.pk), by=by, via=via, **said_by(who, via))
        if accepted and quote.deal is not None:
            move_deal(quote.deal, "accepted", by=by)
        publish(QuoteAnswered(quote.pk, state, who, via, by.pk))
    return quote


def said_by(name: str, via: str) -> dict[str, str]:
    """Who gave the answer, for the timeline: on the client's page it was the client, and nobody of us."""
    return {"name": name, "outsider": name} if via == "client" else {"name": name}


def why_not_answered(quote: Quote) -> str:
    """Why the quote can no longer be accepted or declined, as a sentence; "" when it can."""
    if quote.state == "replaced":
        return _("This version was replaced by a newer one.")
    if quote.state == "accepted":
        return _("This quote was accepted by %(name)s.") % {"name": quote.answered_by}
    if quote.state == "declined":
        return _("This quote was declined by %(name)s.") % {"name": quote.answered_by}
    if quote.state == "withdrawn":
        return _("This quote was withdrawn.")
    today = clock.today(Installation.load().time_zone)
    if quote.state == "expired" or (quote.valid_until is not None and quote.valid_until < today):
        return _("This quote is no longer valid. Ask for a new one.")
    return ""


def withdraw_quote(quote_id: int, *, by: User) -> Quote:
    """Take an open quote back: the client sees that it does not hold any more. Errors: Missing, NotAllowed, Conflict."""
    with transaction.atomic():
        quote = cast(Quote, writing.locked(quote_type(), quote_id, by, "change"))
        if quote.state not in ("issued", "expired"):
            raise Conflict(_("Only a quote that waits for an answer can be withdrawn."))
        writing.derive(quote_type(), quote, {"state": "withdrawn"}, by=by, via="sale")
        return quote


def quote_type() -> RecordType:
    return current_schema().type("quote")
