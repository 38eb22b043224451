"""To what a person consents: what holds, what was, give and take back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.crm.consenting import PEOPLE, history_of, note_consent, now_of
from daftar.crm.models import Consent
from daftar.kernel.errors import Invalid, Missing
from daftar.records import reading
from daftar.records.views.opening import opened
from daftar.ui.answers import go, toast


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """GET: what holds and what was. POST: one more given or taken back."""
    reader, type_ = opened(request, slug)
    if type_.key not in PEOPLE:
        raise Missing()
    row = reading.get(type_, record_id, reader.user)
    here = f"{type_.address(record_id)}consents/"
    form = PlainForm({}, request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            note_consent(
                type_.key, record_id, purpose=form.typed("purpose"), channel=form.typed("channel"),
                given=form.typed("given") != "0", by=reader.user,
                text_version=form.typed("text_version"), source=form.typed("source"),
            )  # fmt: skip
        except Invalid as refused:
            form.refuse(refused)
        else:
            return toast(go(request, here), _("Saved."))
    return render(request, "crm/consents.html", {
        "title": type_.title_of(row), "card": type_.address(record_id), "here": here, "active": type_.key,
        "held": [one for one in now_of(type_.key, record_id) if one.given], "past": history_of(type_.key, record_id),
        "may_change": decide.may(reader.user, "change", type_.key, row), "form": form, "widgets": widgets(form),
        "do_not_contact": getattr(row, "do_not_contact", False),
    }, status=422 if form.errors else 200)  # fmt: skip


def widgets(form: PlainForm) -> list[Any]:
    return [
        form.select("purpose", _("For what"), Consent.Purpose.choices),
        form.select("channel", _("By which way"), Consent.Channel.choices),
        form.input("source", _("Where and how they agreed"), required=True, maxlength=300),
        form.input("text_version", _("Version of the text"), maxlength=100, help=_("To which wording they agreed.")),
    ]
