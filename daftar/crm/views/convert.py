"""The page and dialog on which a lead becomes a contact, a company, a deal."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.crm.actions.convert_lead import Converted, convert_lead
from daftar.crm.candidates import other_leads
from daftar.crm.conversion_form import ConversionForm
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.records import reading
from daftar.records.views.opening import opened
from daftar.ui.answers import go, is_fragment, toast


@door("signed_in", "change")
@require_http_methods(["GET", "HEAD", "POST"])
def convert(request: Any, record_id: int) -> HttpResponseBase:
    """GET: choose what the lead becomes. POST: make it, and open the deal (else the contact, the company)."""
    reader, type_ = opened(request, "leads")
    lead = reading.get(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, lead):
        raise NotAllowed()
    if type_["converted_at"].get(lead):
        return done(request, convert_lead(record_id, by=reader.user))
    form = ConversionForm.of(lead, reader)
    status = 200
    if request.method == "POST":
        status = 422
        try:
            if form.read(request.POST):
                return done(request, convert_lead(record_id, by=reader.user, **form.chosen()))
        except Invalid as refused:
            form.refuse(refused)
    return show(request, type_, lead, form, reader, status)


def show(request: Any, type_: Any, lead: Any, form: ConversionForm, reader: Any, status: int) -> HttpResponse:
    name = type_.title_of(lead)
    context = {
        "type": type_, "active": type_.key, "row": lead, "form": form, "action": f"{type_.address(lead.pk)}convert",
        "title": _("Convert “%(name)s”") % {"name": name}, "others": other_leads(lead, reader),
        "back": type_.address(lead.pk),
    }  # fmt: skip
    return render(request, "crm/_convert.html" if is_fragment(request) else "crm/convert.html", context, status=status)


def done(request: Any, converted: Converted) -> HttpResponseBase:
    key, row = converted.first
    type_ = request.reader.schema.type(key)
    answer = go(request, type_.address(row.pk))
    if converted.before or not is_fragment(request):
        return answer
    return toast(answer, _("Converted. %(what)s is ready.") % {"what": type_.title_of(row)})
