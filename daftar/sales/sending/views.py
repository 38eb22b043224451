"""The dialog in which a paper is sent: to whom, subject and text, how it will look."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.mails import parts
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.ids import new_key
from daftar.kernel.outbox import is_set_up
from daftar.records.reader import Reader
from daftar.sales.client_page import links
from daftar.sales.sending.sending import (
    LONGEST_TEXT,
    Kind,
    Mail,
    addresses,
    link_for,
    send_paper,
    wants_no_contact,
    why_not_sent,
)
from daftar.sales.sending.words import LINK, letter
from daftar.sales.views.forms import refuse
from daftar.sales.views.opening import show_form, to_change
from daftar.ui.answers import go, toast

SLUGS: dict[Kind, str] = {"quote": "quotes", "invoice": "invoices", "reminder": "invoices"}


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def send_quote(request: Any, record_id: int) -> HttpResponseBase:
    return sending(request, "quote", record_id)


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def send_invoice(request: Any, record_id: int) -> HttpResponseBase:
    return sending(request, "invoice", record_id)


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: Any, record_id: int) -> HttpResponseBase:
    return sending(request, "reminder", record_id)


def sending(request: Any, kind: Kind, record_id: int) -> HttpResponseBase:
    """GET: the mail as it would go. POST: look at it, or send it."""
    reader, type_, paper = to_change(request, SLUGS[kind], record_id)
    row: Any = paper
    if row.deal is None or not decide.may(reader.user, "change", "deal", row.deal):
        raise NotAllowed()
    if why_not := why_not_sent(kind, row):
        return stopped(request, kind, type_, row, why_not)
    if not is_set_up():
        return by_hand(request, kind, type_, row)
    known, words = shown_addresses(row, reader), letter(kind, row)
    first = {
        "to": known[0][0] if known else "", "subject": words.subject, "text": words.text, "attach": True, "once": new_key(),
    }  # fmt: skip
    form = PlainForm(first, request.POST if request.method == "POST" else None)
    looks = form.sent is not None and form.typed("look") == "1"
    if form.sent is not None:
        form.text("subject", max_length=200, required=True)
        form.text("text", max_length=LONGEST_TEXT, required=True, multiline=True)
        to = form.choice("to", [address for address, _name in known])
        if not form.errors and not looks:
            mail = Mail(to, form.typed("subject"), form.typed("text"), form.is_on("attach"))
            key = f"{kind}:{row.pk}:{form.typed('once')[:64]}"
            try:
                send_paper(kind, row.pk, mail, by=reader.user, key=key, even_so=form.is_on("even_so"))
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                answer = go(request, type_.address(row.pk))
                return toast(answer, _("The mail goes to %(address)s in a moment.") % {"address": to})
    return show_form(
        request, dialog(kind, type_, row, form, known, looks=looks and not form.errors),
        body="sales/client_send.html", status=422 if form.errors else 200,
    )  # fmt: skip


def shown_addresses(row: Any, reader: Reader) -> list[tuple[str, str]]:
    """Addresses that the reader may see: of contact and company, whose e-mail fields are not hidden from them."""
    seen = []
    for key, who in (("contact", row.contact), ("company", row.company)):
        is_seen = who is not None and decide.may(reader.user, "see", key, who)
        if is_seen and reader.schema.type(key).field("emails") is not None:
            seen.append(who)
    own = {one.get("value") for who in seen for one in who.emails}
    return [(address, name) for address, name in addresses(row) if address in own]


def dialog(
    kind: Kind, type_: Any, row: Any, form: PlainForm, known: list[tuple[str, str]], *, looks: bool
) -> dict[str, Any]:  # fmt: skip
    link = links.address_for(row.deal_id)
    text = form.typed("text").replace(LINK, link or _("(the link that is made when it is sent)"))
    asks = wants_no_contact(row)
    note = "" if known else _("The client has no e-mail address yet. Add one to the contact or the company.")
    widgets = [
        form.select("to", _("To"), [(address, f"{name} <{address}>") for address, name in known]),
        form.input("subject", _("Subject"), required=True, maxlength=200),
        form.area(
            "text", _("Text"), rows=12, maxlength=LONGEST_TEXT,
            help=_("%(mark)s becomes the link to the client's page.") % {"mark": LINK},
        ),
        form.check("attach", _("Take the PDF along")),
    ]  # fmt: skip
    if asks:
        widgets.append(
            form.check("even_so", _("The client asked not to be contacted; they want this paper all the same"))
        )
    return {
        "title": title_of(kind, row), "action": address_of(kind, type_, row), "back": type_.address(row.pk), "submit": _("Send"),
        "note": note, "error": str(form.errors.get("", "") or form.errors.get("even_so", "")), "hidden": {"once": form.typed("once")},
        "widgets": widgets, "looks": looks, "parts": parts(text), "subject": form.typed("subject"), "link": link,
    }  # fmt: skip


def title_of(kind: Kind, row: Any) -> str:
    words = _("Remind of %(number)s") if kind == "reminder" else _("Send %(number)s")
    return words % {"number": row.number}


def address_of(kind: Kind, type_: Any, row: Any) -> str:
    return f"{type_.address(row.pk)}{'remind' if kind == 'reminder' else 'send'}"


def stopped(request: Any, kind: Kind, type_: Any, row: Any, why_not: str) -> HttpResponseBase:
    """The dialog of a paper that goes to nobody."""
    return show_form(request, {
        "title": title_of(kind, row), "action": type_.address(row.pk), "back": type_.address(row.pk), "submit": _("Back"),
        "error": why_not, "note": "", "widgets": [],
    }, status=409 if request.method == "POST" else 200)  # fmt: skip


def by_hand(request: Any, kind: Kind, type_: Any, row: Any) -> HttpResponseBase:
    """Without a mail server: the link to be copied, made by the button when there is none yet."""
    link = links.address_for(row.deal_id)
    if request.method == "POST" and link:
        return go(request, type_.address(row.pk))
    if request.method == "POST":
        link = link_for(row, by=request.user)
    return show_form(request, {
        "title": title_of(kind, row), "action": address_of(kind, type_, row), "back": type_.address(row.pk),
        "submit": _("Done") if link else _("Make a link"), "error": "", "widgets": [], "link": link, "is_by_hand": True,
        "note": _("This installation sends no mail yet (see the settings of mail). Copy the link and send it yourself."),
    }, body="sales/client_send.html")  # fmt: skip
