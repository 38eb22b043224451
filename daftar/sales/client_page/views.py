"""The client's page from our side: make its link, prolong it, revoke it, answer what the client asked."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Conflict, Invalid, Missing
from daftar.kernel.formats import current
from daftar.kernel.ids import new_key
from daftar.records.reader import Reader
from daftar.sales.client_page import acts, links
from daftar.sales.client_page.answering import Way, way_to
from daftar.sales.sending.views import shown_addresses
from daftar.sales.views.forms import day, refuse
from daftar.sales.views.opening import show_form, to_change
from daftar.ui.answers import go, toast


@door("signed_in", "change")
@require_POST
def make(request: Any, record_id: int) -> HttpResponseBase:
    """A link for the client; the one that is open, if there is one."""
    reader, type_, _deal = to_change(request, "deals", record_id)
    links.make(record_id, by=reader.user)
    return toast(go(request, type_.address(record_id)), _("The client's page is made. Copy its link, or send a paper."))


@door("signed_in", "change")
@require_POST
def revoke(request: Any, record_id: int) -> HttpResponseBase:
    reader, type_, _deal = to_change(request, "deals", record_id)
    links.revoke(record_id, by=reader.user)
    return toast(go(request, type_.address(record_id)), _("The link is revoked; it opens nothing any more."))


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def prolong(request: Any, record_id: int) -> HttpResponseBase:
    """Until when the link opens the page."""
    reader, type_, _deal = to_change(request, "deals", record_id)
    link = links.open_link(record_id)
    if link is None:
        raise Missing()
    kept = current().date_numeric(link.expires_on) if link.expires_on is not None else ""
    form = PlainForm({"until": kept}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        until = day(form, "until")
        if until is None and "until" not in form.errors:
            form.errors["until"] = _("This is needed.")
        if until is not None and not form.errors:
            try:
                links.prolong(record_id, until, by=reader.user)
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(record_id)), _("Saved."))
    return show_form(request, {
        "title": _("How long the client's page can be opened"), "action": f"{type_.address(record_id)}client-page/until",
        "back": type_.address(record_id), "submit": _("Save"), "note": "", "error": str(form.errors.get("", "")),
        "widgets": [form.input("until", _("Until"), required=True, maxlength=20)],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: Any, record_id: int) -> HttpResponseBase:
    """Answer where the client reads it; it says whether a mail tells the client."""
    reader, type_, row = to_change(request, "deals", record_id)
    deal: Any = row
    way = way_to(deal)
    form = PlainForm({"once": new_key()}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            acts.reply(record_id, form.typed("words"), by=reader.user, once=form.typed("once")[:64])
        except Invalid as refused:
            refuse(form, refused)
        else:
            said = way.why_not or _("The answer stands on the client's page, and a mail tells the client.")
            return toast(go(request, type_.address(record_id)), said)
    asked = acts.asked_last(record_id)
    question = _("%(name)s asked: %(words)s") % {"name": asked.who, "words": asked.words} if asked else ""
    return show_form(request, {
        "title": _("Answer on the client's page"), "action": f"{type_.address(record_id)}client-page/answer",
        "back": type_.address(record_id), "submit": _("Answer"), "note": " ".join(filter(None, (question, way.why_not))),
        "error": str(form.errors.get("", "")), "hidden": {"once": form.typed("once")},
        "widgets": [form.area("words", _("Your answer"), rows=4, maxlength=acts.LONGEST, help=goes_to(deal, way, reader))],
    }, status=422 if form.errors else 200)  # fmt: skip


def goes_to(deal: Any, way: Way, reader: Reader) -> str:
    """Where the mail about the answer goes; the address only for who may see it."""
    if way.why_not:
        return ""
    seen = {address for address, _name in shown_addresses(deal, reader)}
    return (
        _("A mail tells it to %(address)s.") % {"address": way.address}
        if way.address in seen
        else _("A mail tells it to the client.")
    )
