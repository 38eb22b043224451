"""Quotes: issue one, note the client's answer, withdraw it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Installation
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.formats import current
from daftar.kernel.ids import new_key
from daftar.sales.choices import LANGUAGES
from daftar.sales.models import SalesSettings
from daftar.sales.quoting.answer import answer_quote, withdraw_quote
from daftar.sales.quoting.issue import issue_quote, last_quote
from daftar.sales.views.forms import refuse, way_on, whole
from daftar.sales.views.opening import show_form, to_change
from daftar.ui.answers import go, is_fragment, toast


@door("signed_in", "add")
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: Any, record_id: int) -> HttpResponseBase:
    """GET: how long the quote holds, its language and terms. POST: issue it and open it."""
    reader, type_, _deal = to_change(request, "deals", record_id)
    if not decide.may(reader.user, "add", "quote"):
        raise NotAllowed()
    settings, last = SalesSettings.load(), last_quote(record_id)
    language = last.language if last is not None else Installation.load().language
    form = PlainForm(
        {"days": settings.quote_days, "language": language, "terms": settings.quote_terms, "seen": last.pk if last else 0, "once": new_key()},
        request.POST if request.method == "POST" else None,
    )  # fmt: skip
    way: dict[str, Any] = {}
    if form.sent is not None:
        days, terms = whole(form, "days"), form.text("terms", max_length=20_000, multiline=True)
        chosen, seen = form.choice("language", dict(LANGUAGES)), whole(form, "seen")
        if not form.errors:
            try:
                quote = issue_quote(
                    record_id,
                    by=reader.user,
                    days=days,
                    terms=terms,
                    language=chosen,
                    seen=seen,
                    once=form.typed("once")[:64],
                )
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
                way = way_on(refused)
            else:
                answer = go(request, f"/quotes/{quote.pk}/")
                said = _("The quote %(number)s is issued.") % {"number": quote.number}
                return toast(answer, said) if is_fragment(request) else answer
    title = _("Issue a quote") if last is None or last.state == "accepted" else _("Issue the quote again")
    note = _("The lines of the deal are copied as they are now.")
    if last is not None and last.state != "accepted":
        note = _("Version %(version)s of %(number)s replaces the one before.") % {
            "version": current().number(last.quote_version + 1), "number": last.number,
        }  # fmt: skip
    return show_form(request, {
        "title": title, "action": f"{type_.address(record_id)}quote", "back": type_.address(record_id), "submit": _("Issue"),
        "note": note, "error": str(form.errors.get("", "")), "way": way, "hidden": {"seen": form.typed("seen"), "once": form.typed("once")},
        "widgets": [
            form.input("days", _("Holds so many days"), required=True, inputmode="numeric", maxlength=5),
            form.select("language", _("Language"), LANGUAGES),
            form.area("terms", _("Terms"), rows=4),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def answered(request: Any, record_id: int) -> HttpResponseBase:
    """Note what the client said by phone or mail."""
    reader, type_, quote = to_change(request, "quotes", record_id)
    form = PlainForm({"answer": "accepted"}, request.POST if request.method == "POST" else None)
    words = [("accepted", _("The client accepts")), ("declined", _("The client declines"))]
    if form.sent is not None:
        answer, name = form.choice("answer", dict(words)), form.text("name", max_length=200, required=True)
        said = form.text("words", max_length=4000, multiline=True)
        if not form.errors:
            try:
                answer_quote(record_id, accepted=answer == "accepted", name=name, words=said, by=reader.user)
            except (Invalid, Conflict) as refused:
                refuse(form, refused)
            else:
                return toast(go(request, type_.address(record_id)), _("Saved."))
    return show_form(request, {
        "title": _("The client's answer to %(number)s") % {"number": type_.title_of(quote)},
        "action": f"{type_.address(record_id)}answer", "back": type_.address(record_id), "submit": _("Save"),
        "note": "", "error": str(form.errors.get("", "")),
        "widgets": [
            form.select("answer", _("Answer"), words),
            form.input("name", _("Who decided"), required=True, maxlength=200),
            form.area("words", _("In their words"), rows=3),
        ],
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in", "change")
@require_POST
def withdraw(request: Any, record_id: int) -> HttpResponseBase:
    reader, type_, _quote = to_change(request, "quotes", record_id)
    withdraw_quote(record_id, by=reader.user)
    return toast(go(request, type_.address(record_id)), _("The quote is withdrawn; the client sees that."))
