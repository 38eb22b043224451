"""An answer on the client's page is told to the client by mail: through the outbox, with the link, in their language, once."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from daftar.access.models import Installation, User
from daftar.activities.models import Activity
from daftar.crm.models import Deal
from daftar.kernel.formats import using
from daftar.kernel.models import OutgoingMail
from daftar.kernel.outbox import is_set_up, post_mail
from daftar.papers.layout import formats_for
from daftar.sales.client_page import links
from daftar.sales.client_page.trail import tell_of_page
from daftar.sales.parties import parties
from daftar.sales.sending.sending import addresses, as_html, wants_no_contact


@dataclass(frozen=True, slots=True)
class Way:
    """How an answer reaches the client. Shapes: either `address`, or `why_not`, a sentence for the seller that says what to do instead."""

    address: str = ""
    why_not: str = ""


def way_to(deal: Deal) -> Way:
    """Where the client of a deal hears that an answer stands on their page."""
    if not links.address_for(deal.pk):
        return Way(
            why_not=_(
                "The link to the page is over or revoked, so the client cannot read the answer. Prolong it, or make a new one."
            )
        )
    if not is_set_up():
        return Way(
            why_not=_(
                "This installation sends no mail, so nobody tells the client. Tell them that the answer stands on their page."
            )
        )
    if wants_no_contact(deal):
        return Way(
            why_not=_("The client asked not to be contacted, so no mail goes to them. The answer stands on their page.")
        )
    known = addresses(deal)
    if not known:
        said = _(
            "The client has no e-mail address, so nobody tells them. Add one to the contact or the company, or hand the link over again."
        )
        return Way(why_not=said)
    return Way(address=known[0][0])


def tell_client(deal: Deal, answer: Activity, question: str, *, by: User) -> None:
    """Post the mail, where there is a way, in the caller's transaction; of one answer only one goes.

    Shapes: `question` is what the client asked last, "" for nothing.
    """
    to, key = way_to(deal).address, f"page-answer:{answer.pk}"
    if not to or OutgoingMail.objects.filter(key=key).exists():
        return
    language = language_of(deal)
    with override(language), using(formats_for(language)):
        known = parties(deal.company, deal.contact)
        seller = known.get("seller", {}).get("name") or Installation.load().name
        name = known.get("client", {}).get("person") or known.get("client", {}).get("name", "")
        subject = " ".join((_("%(seller)s has answered your question") % {"seller": seller}).split())[:200]
        text = "\n\n".join([
            _("Dear %(name)s,") % {"name": name} if name else _("Good day,"),
            *([_("you asked us:"), question] if question else []),
            _("our answer:"), answer.body,
            _("You can read it and ask again on this page:"), links.address_for(deal.pk),
            _("With kind regards") + f"\n{seller}",
        ])  # fmt: skip
    post_mail(key, to=to, subject=subject, text=f"{text}\n", html=as_html(subject, text, language), language=language)
    tell_of_page(deal, "answer_sent", by=by, to=to)


def language_of(deal: Deal) -> str:
    """That of the page, which the contact prefers; else the company's own."""
    link = links.open_link(deal.pk)
    return (link.language if link is not None else "") or Installation.load().language
