"""A paper goes to the client by mail: through the outbox, with the link to the client's page, told on the timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.mails import parts
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Conflict, Invalid
from daftar.kernel.models import OutgoingMail
from daftar.kernel.outbox import is_set_up, post_mail
from daftar.kernel.text import clean_text
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.sales.acting import acting
from daftar.sales.client_page import links
from daftar.sales.client_page.trail import tell_of_page
from daftar.sales.sending.words import LINK, language_of

Kind = Literal["quote", "invoice", "reminder"]
OPEN = ("issued", "part_paid")
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Mail:
    """How somebody wants a mail. Shapes: `to` is one of `addresses`; the text names the page by `{link}`."""

    to: str
    subject: str
    text: str
    attach: bool = True


def type_of(kind: Kind) -> Any:
    return current_schema().type("quote" if kind == "quote" else "invoice")


def send_paper(kind: Kind, paper_id: int, mail: Mail, *, by: User, key: str, even_so: bool = False) -> Any:
    """Post the mail and say so on the paper and on the timeline of its deal, in one transaction; the same key twice is one mail.

    Shapes: `even_so` sends also to somebody who asked not to be contacted.
    Errors: Missing, NotAllowed, Invalid (address, subject, text), Conflict (no mail server, nothing to be sent any more, do not contact).
    """
    if not is_set_up():
        raise Conflict(_("There is no mail server yet, so nothing can be sent. Hand the link over instead."))
    with transaction.atomic():
        paper: Any = writing.locked(type_of(kind), paper_id, by, "change")
        if OutgoingMail.objects.filter(key=key).exists():
            return paper
        if why_not := why_not_sent(kind, paper):
            raise Conflict(why_not)
        if not even_so and wants_no_contact(paper):
            raise Conflict(
                _("The client asked not to be contacted. Send it only if they asked for this paper."), field="even_so"
            )
        to = parse_email(mail.to)
        if to not in {address for address, _name in addresses(paper)}:
            raise Invalid(
                _("Choose an address of the client. Others are added on the card of the contact or company."),
                field="to",
            )
        post(kind, paper, to, mail, by=by, key=key)
        note_sent(kind, paper, to, by=by)
    return paper


def post(kind: Kind, paper: Any, to: str, mail: Mail, *, by: User, key: str) -> None:
    subject = clean_text(mail.subject, max_length=200)
    if not subject:
        raise Invalid(_("Write the subject."), field="subject")
    text = clean_text(mail.text, max_length=LONGEST_TEXT, multiline=True)
    if not text:
        raise Invalid(_("Write the text first."), field="text")
    if LINK in text:
        text = text.replace(LINK, link_for(paper, by=by))
    attached = f"paper:{type_of(kind).key}:{paper.pk}" if mail.attach else ""
    language = language_of(paper)
    html = as_html(subject, text, language)
    post_mail(key, to=to, subject=subject, text=f"{text}\n", html=html, language=language, attached=attached)


def as_html(subject: str, text: str, language: str) -> str:
    """The same text for mail programs that like it; every word of it is escaped."""
    with override(language):
        context = {"subject": subject, "language": language, "parts": parts(text)}
        return str(render_to_string("access/mail/_mail.html", context))


def link_for(paper: Any, *, by: User) -> str:
    """The address of the client's page: the open one, prolonged when it is over, else a new one.

    Who may not change the deal (the bookkeeper) sends it all the same: it is made in the name of who may.
    Errors: Conflict when its key is missing.
    """
    by = acting(by, "change", "deal", paper.deal)
    link = links.make(paper.deal_id, by=by)
    if links.is_over(link):
        link = links.prolong(paper.deal_id, links.day_within(None), by=by)
    address = links.address_of(link)
    if not address:
        raise Conflict(_("The key of the client's link is missing here. Revoke the link and make a new one."))
    return address


def note_sent(kind: Kind, paper: Any, to: str, *, by: User) -> None:
    values = {"reminded_at": clock.now(), "unreached_at": None} if kind == "reminder" else {"sent_at": clock.now()}
    writing.derive(type_of(kind), paper, values, by=by, via="sale")
    told = {"paper": [type_of(kind).key, paper.pk], "to": to, "reminder": kind == "reminder"}
    tell_of_page(paper.deal, "paper_sent", by=by, via="sale", **told)


# -- what may be sent, and to whom ---------------------------------------------------------------------


def why_not_sent(kind: Kind, paper: Any) -> str:
    """Why this paper goes to nobody any more, as a sentence; "" when it may."""
    if paper.deal_id is None:
        return _("This paper came from a file and belongs to no deal, so it has no page for the client.")
    if paper.state == "replaced":
        return _("This version was replaced by a newer one. Send that one.")
    if paper.state in ("withdrawn", "cancelled"):
        return _("This paper does not hold any more.")
    if kind == "reminder" and (paper.state not in OPEN or paper.kind == "credit"):
        return _("Nothing is left to be paid of this invoice.")
    return ""


def addresses(paper: Any) -> list[tuple[str, str]]:
    """(address, whose it is) of the contact, then of the company; each once."""
    found: dict[str, str] = {}
    for who in (paper.contact, paper.company):
        for one in who.emails if who is not None and who.deleted_at is None else ():
            found.setdefault(str(one.get("value", "")), who.name)
    return [(address, name) for address, name in found.items() if address]


def wants_no_contact(paper: Any) -> bool:
    return paper.contact is not None and bool(paper.contact.do_not_contact)


def sender_for(paper: Any) -> User:
    """In whose name a reminder goes that nobody sends by hand."""
    return acting(paper.owner, "change", "invoice", paper)
