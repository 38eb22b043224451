"""The full form, the quick form, and the form that shows both values after a stale edit."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.doors import door
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.ids import new_key
from daftar.records import writing
from daftar.records.forms import RecordForm, initial_from
from daftar.records.known import known_in
from daftar.records.types import RecordType
from daftar.records.views.opening import live, opened
from daftar.ui.answers import go, is_fragment, toast


@door("signed_in", "add")
def new(request: Any, slug: str) -> HttpResponseBase:
    """The full form for a new record; words of the address (`?company=12`) fill fields."""
    reader, type_ = opened(request, slug)
    return make(
        request,
        type_,
        RecordForm(type_, type_.writable, reader, initial=initial_from(type_, request.GET, reader)),
        "page",
    )


@door("signed_in", "add")
def quick(request: Any, slug: str) -> HttpResponseBase:
    """The few fields that a seller fills in while on the phone."""
    reader, type_ = opened(request, slug)
    given = initial_from(type_, request.GET, reader)
    fields = list(dict.fromkeys([*type_.quick_fields, *(type_.by_key[k] for k in given)]))
    return make(request, type_, RecordForm(type_, fields, reader, initial=given), "quick")


def make(request: Any, type_: RecordType, form: RecordForm, via: str) -> HttpResponseBase:
    if not decide.may(form.reader.user, "add", type_.key):
        raise NotAllowed()
    if type_.made_from:
        raise NotAllowed(type_.made_from)
    if request.method != "POST":
        return show(request, type_, form, via, once=new_key())
    once = request.POST.get("once", "")[:64]
    if via == "quick":
        carry_shown_fields(form, request.POST)
    if form.read(request.POST, request.FILES):
        try:
            row = writing.create(type_, form.values, by=form.reader.user, via=via, once=once)
        except Invalid as refused:
            form.refuse(refused)
        else:
            form.claim(row)
            answer = go(request, request.POST.get("back") or type_.address(row.pk))
            return (
                toast(answer, _("%(what)s saved.") % {"what": type_.title_of(row)}) if is_fragment(request) else answer
            )
    return show(request, type_, form, via, once=once or new_key(), status=422)


def carry_shown_fields(form: RecordForm, sent: Any) -> None:
    """Fields that an earlier answer added to the quick form (the stage asked for them) are read too."""
    for key in sent.getlist("also"):
        field = form.type.field(key)
        if field is not None and not field.readonly and field not in form.fields:
            form.fields.append(field)


def show(
    request: Any, type_: RecordType, form: RecordForm, via: str, *, once: str = "", status: int = 200
) -> HttpResponse:
    in_dialog = is_fragment(request)
    sections = form.sections() if via == "page" else [("", form.widgets())]
    return render(request, "records/_form_dialog.html" if in_dialog else "records/form.html", {
        "type": type_, "reader": form.reader, "active": type_.key, "form": form, "sections": sections, "row": form.row,
        "action": request.path, "once": once, "via": via, "also": [f.key for f in form.fields] if via == "quick" else [],
        "title": _("Edit %(what)s") % {"what": type_.title_of(form.row)} if form.row else _("New %(what)s") % {"what": type_.name},
        "known": known_in(form, form.row.pk if form.row else None),
        "other": f"/{type_.slug}/new" if via == "quick" else "",
    }, status=status)  # fmt: skip


@door("signed_in", "change")
def edit(request: Any, slug: str, record_id: int) -> HttpResponseBase:
    """All fields of a record in one form."""
    reader, type_ = opened(request, slug)
    row = live(type_, record_id, reader.user)
    if not decide.may(reader.user, "change", type_.key, row):
        raise NotAllowed()
    reader.load(type_, [row])
    form = RecordForm(type_, type_.writable, reader, row=row)
    if request.method != "POST":
        return show(request, type_, form, "page")
    status = 422
    if form.read(request.POST, request.FILES):
        try:
            saved = writing.change(
                type_, record_id, form.values, by=reader.user, via="page", version=sent_version(request.POST)
            )
        except Conflict as conflict:
            form.meanwhile(conflict)
            status = 409
        except Invalid as refused:
            form.refuse(refused)
        else:
            form.claim(saved)
            return go(request, type_.address(saved.pk))
    return show(request, type_, form, "page", status=status)


def sent_version(sent: Any) -> int | None:
    """The version that stood in the form; refuses words and numbers that cannot be one."""
    text = sent.get("version", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(_("This form is broken. Open the record again."), field="version")
    return int(text)
