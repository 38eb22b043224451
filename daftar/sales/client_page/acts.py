"""What a client does on the page. It happens in the name of who made the link, for nobody of us is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.models import Installation, User
from daftar.activities.actions.keeping import activity_type, record_of
from daftar.activities.models import Activity
from daftar.crm.models import Deal
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.events import publish
from daftar.kernel.text import clean_text
from daftar.records import writing
from daftar.records.fields.any_link import Target
from daftar.records.models import Event
from daftar.sales.acting import acting
from daftar.sales.client_page.answering import tell_client
from daftar.sales.events import ClientAsked
from daftar.sales.models import ClientLink, Quote
from daftar.sales.quoting.answer import answer_quote

LONGEST = 4000
MOST_WORDS = 100


def answer(link: ClientLink, quote_id: int, *, accepted: bool, name: str, words: str) -> Quote:
    """The client accepts or declines a quote of this page. Errors: Missing, Invalid without a name, Conflict when it is too late."""
    quote = Quote.objects.filter(pk=quote_id, deal=link.deal_id, deleted_at=None).select_related("owner").first()
    if quote is None:
        raise Missing()
    by = acting(link.made_by, "see", "quote", quote)
    return answer_quote(quote.pk, accepted=accepted, name=name, words=words, by=by, via="client")


def ask(link: ClientLink, *, name: str, words: str, once: str = "") -> Activity:
    """Keep a question of the client as a note on the timeline of the deal. Errors: Invalid without name or words. `once` is the form's key."""
    who, said = clean_text(name, max_length=200), clean_text(words, max_length=LONGEST, multiline=True)
    if not who:
        raise Invalid(_("Write your name, so that we know who asks."), field="asker")
    if not said:
        raise Invalid(_("Write your question first."), field="question")
    by = acting(link.made_by, "change", "deal", link.deal)
    key = f"c{link.pk}:{once}"[:64] if once else ""
    with override(Installation.load().language):
        subject = _("Question on the client's page")
    with transaction.atomic():
        ClientLink.objects.select_for_update().get(pk=link.pk)  # of many at once the others see what the first one kept
        if key and (first := writing.made_before(activity_type(), key, by)):
            return first  # type: ignore[return-value]  # an activity
        row = kept(link.deal_id, subject, said, by=by, via="client", once=key, who=who)
        publish(ClientAsked(link.deal_id, row.pk))
    return row


def reply(deal_id: int, words: str, *, by: User, once: str = "") -> Activity:
    """Answer on the client's page, where the client reads it; a mail tells them, where there is a way (`answering.way_to`).

    Errors: Missing, NotAllowed, Invalid without words.
    """
    said = clean_text(words, max_length=LONGEST, multiline=True)
    if not said:
        raise Invalid(_("Write the answer first."), field="words")
    question = asked_last(deal_id)
    with transaction.atomic():
        row = kept(deal_id, _("Answer on the client's page"), said, by=by, via="page", once=once)
        deal = Deal.objects.select_related("contact", "company").get(pk=deal_id)
        tell_client(deal, row, question.words if question is not None else "", by=by)
    return row


def kept(deal_id: int, subject: str, body: str, *, by: User, via: str, once: str, who: str = "") -> Activity:
    """A note that stands on the page, too: the event that made it says so. Shapes: `who` is the client's name, "" for one of us."""
    about = Target("deal", deal_id)
    record_of(about, by)
    values = {"kind": "note", "subject": subject[:300], "body": body, "about": about}
    says = {"who": who} if who else {"us": True}
    row = writing.create(
        activity_type(), values, by=by, via=via, once=once, data={"page": says}, derived={"outsider": who}
    )
    return row  # type: ignore[return-value]  # an activity


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said on the page; `who` is the client's name, "" for one of us."""

    who: str
    words: str
    at: datetime


def said_on(deal_id: int) -> Sequence[Said]:
    """Questions and answers of the page, the oldest first; at most the last hundred. Two queries."""
    rows = Activity.objects.about("deal", deal_id).filter(kind="note", deleted_at=None).order_by("-id")
    notes = {row.pk: row for row in rows[: MOST_WORDS * 5]}
    events = Event.objects.filter(type="activity", record_id__in=list(notes), kind="created").order_by("-id")
    found = [
        Said(str(page.get("who", "")), notes[event.record_id].body, event.at)
        for event in events
        if isinstance(page := event.data.get("page"), dict)
    ]
    return found[:MOST_WORDS][::-1]


def asked_last(deal_id: int) -> Said | None:
    """The newest question of the client."""
    return next((one for one in reversed(said_on(deal_id)) if one.who), None)
