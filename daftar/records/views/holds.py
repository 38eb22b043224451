"""A record on hold: until when, why, by whom; set, changed and lifted. One dialog, or a page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Row
from daftar.access.plain_form import PlainForm
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import Invalid, Missing, NotAllowed
from daftar.kernel.formats import current
from daftar.records import reading
from daftar.records.retention import holding
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.ui.answers import go, is_fragment, toast
from daftar.ui.parts import Widget


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """GET: the hold and its form. POST: put on hold (`until`, `why`), or lift it (`act` lift)."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    if not type_.timeline or type_.key in decide.COMPANY_ONLY:
        raise Missing()
    held = holding.hold_of(type_.key, record_id)
    kept = {"until": current().date_numeric(held.until), "why": held.why} if held else {}
    form = PlainForm(kept, request.POST if request.method == "POST" else None)
    if form.sent is None:
        return show(request, type_, row, form)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    if form.typed("act") == "lift":
        holding.lift(type_, record_id, by=reader.user)
        return back(request, type_, row, _("The hold is lifted."))
    until = None
    with form.about("until"):
        until = parse_date(form.typed("until"), current())
        if until is None:
            raise Invalid(_("This is needed."))
    try:
        if until is not None:
            holding.hold(type_, record_id, until=until, why=form.typed("why"), by=reader.user)
    except Invalid as refused:
        form.refuse(refused)
    if form.errors:
        return show(request, type_, row, form)
    return back(request, type_, row, _("On hold. Neither a rule nor a person can erase it before that day."))


def back(request: Any, type_: RecordType, row: Row, said: str) -> HttpResponseBase:
    answer = go(request, type_.address(row.pk))
    if is_fragment(request):
        return toast(answer, said)
    messages.success(request, said)
    return answer


def show(request: Any, type_: RecordType, row: Row, form: PlainForm) -> HttpResponseBase:
    held = holding.hold_of(type_.key, row.pk)
    may_change = decide.may(request.user, "change", type_.key, row)
    until = Widget(
        "date",
        "until",
        label=_("Not before"),
        value=form.typed("until"),
        required=True,
        error=str(form.errors.get("until", "")),
    )
    return render(request, "records/_hold.html" if is_fragment(request) else "records/hold.html", {
        "title": _("On hold"), "record": type_.title_of(row), "base": type_.address(row.pk), "active": type_.key, "form": form,
        "held": held, "may_change": may_change, "may_lift": held is not None and may_change and holding.may_lift(held, request.user),
        "widgets": [until, form.widget("textarea", "why", _("Because"), value=form.typed("why"), required=True, attrs={"maxlength": 300})],
    }, status=422 if form.errors else 200)  # fmt: skip
