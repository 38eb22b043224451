"""Editing one field where it stands: in a cell of the list, or on the card."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.doors import door
from daftar.access.models import Row
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.records import writing
from daftar.records.fields.base import Field
from daftar.records.forms import RecordForm
from daftar.records.gate import StageRefused
from daftar.records.types import RecordType
from daftar.records.views import move
from daftar.records.views.cells import cell
from daftar.records.views.edit_form import sent_version
from daftar.records.views.opening import live, looked_at, opened
from daftar.records.views.view_bar import at
from daftar.ui.answers import go, inside, is_fragment, tell


@door("signed_in", "change")
def field(request: Any, slug: str, record_id: int, key: str) -> HttpResponseBase:
    """GET: the field's small form (`?shown` gives the value back, when editing is given up). POST: save, and show the new value."""
    reader, type_ = opened(request, slug)
    row = live(type_, record_id, reader.user)
    field_ = type_.field(key)
    if field_ is None:
        raise Missing()
    if "shown" in request.GET:
        return shown(request, type_, row, field_)
    if field_.readonly or not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed(_("“%(field)s” cannot be changed here.") % {"field": field_.label})
    if why_not := type_.held(row).get(key):
        raise Conflict(why_not)
    reader.load(type_, [row], [field_])
    form = RecordForm(type_, [field_], reader, row=row)
    if request.method != "POST":
        return small_form(request, type_, row, form)
    status = 422
    if form.read(request.POST, request.FILES):
        try:
            row = writing.change(
                type_, record_id, form.values, by=reader.user, via="page", version=sent_version(request.POST)
            )
        except Conflict as conflict:
            form.meanwhile(conflict)
            status = 409
        except StageRefused as refused:
            wish = move.wished(request, type_, row, field_, back=back_of(request, type_, row))
            if move.can_be_asked(wish, refused):
                return move.in_dialog(move.asked(wish, refused))
            form.refuse(refused)
        except Invalid as refused:
            form.refuse(refused)
        else:
            form.claim(row)
            if not is_fragment(request):
                return go(request, request.POST.get("back") or type_.address(record_id))
            return tell(
                shown(request, type_, row, field_), "record:changed", type=type_.key, id=row.pk, version=row.version
            )
    return small_form(request, type_, row, form, status=status)


def back_of(request: Any, type_: RecordType, row: Row) -> str:
    """The page to return to when a stage had to ask for more: the list as it was, else the card."""
    looked = looked_at(request)
    return at(looked.path, f"?{looked.query}") if looked.path == type_.address() else type_.address(row.pk)


def small_form(request: Any, type_: RecordType, row: Row, form: RecordForm, *, status: int = 200) -> HttpResponse:
    name = "records/_field_form.html" if is_fragment(request) else "records/field_form.html"
    return render(request, name, {
        "type": type_, "row": row, "form": form, "widgets": form.widgets(), "theirs": form.theirs, "active": type_.key,
        "action": f"{type_.address(row.pk)}field/{form.fields[0].key}", "title": type_.title_of(row), "back": own_page(request),
    }, status=status)  # fmt: skip


def own_page(request: Any) -> str:
    """The page of ours from which the form was opened, if it said so."""
    return inside(str(request.POST.get("back") or request.GET.get("back") or ""))


def shown(request: Any, type_: RecordType, row: Row, field_: Field) -> HttpResponse:
    reader = request.reader
    reader.load(type_, [row], [field_])
    if looked_at(request).path == type_.address():
        may_change = decide.may(reader.user, "change", type_.key, row)
        return HttpResponse(cell(type_, row, field_, reader, may_change=may_change))
    return render(request, "records/_value.html", {
        "type": type_, "row": row, "field": field_, "shown": field_.show(field_.get(row), reader),
        "may_change": decide.may(reader.user, "change", type_.key, row),
    })  # fmt: skip
