"""When a custom field is shown, and when it must be filled in: built with the filter builder over the record's own fields."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access.doors import door
from daftar.kernel.errors import BadAddress, Invalid
from daftar.records import conditional, custom_fields, reading
from daftar.records.forms import RecordForm
from daftar.records.models import CustomField
from daftar.records.query.view import View
from daftar.records.types import RecordType
from daftar.records.views.builder import Line, lines
from daftar.records.views.field_kind import opened
from daftar.records.views.filter_draft import Row, draft_of, read_draft, tree_of
from daftar.records.views.opening import opened as opened_type
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, is_fragment, toast

WHICH = ("show", "require")


@door("settings", "settings")
def conditions(request: Any, type_key: str, key: str) -> HttpResponseBase:
    """GET: build the condition (`?which=show|require`). POST: keep it (`where`), or take it out."""
    type_, row = opened(request, type_key, key)
    asked = request.POST if request.method == "POST" else request.GET
    which = asked.get("which", "")
    if which not in WHICH:
        raise BadAddress()
    problem = ""
    if request.method == "POST":
        text = "" if asked.get("act") == "remove" else asked.get("where", "")
        try:
            custom_fields.set_conditions(type_, key, by=request.user, **{f"{which}_if": text})
        except Invalid as refused:
            problem = str(refused)
        else:
            return toast(go(request, f"/settings/fields/{type_key}/{key}/"), _("Saved."))
    return render(
        request,
        "records/_field_condition.html"
        if is_fragment(request) and request.method != "POST"
        else "records/settings_field_condition.html",
        {**drawn(request, type_, row, which), "problem": problem},
        status=422 if problem else 200,
    )


def drawn(request: Any, type_: RecordType, row: CustomField, which: str) -> dict[str, Any]:
    reader = reader_of(request)
    kept = row.show_if if which == "show" else row.require_if
    view = View.parse(type_, f"where={kept}" if kept else "", reader)
    draft = read_draft(request.GET, view) if ".0.k" in request.GET else draft_of(view)
    tree = tree_of(draft, replace(view, simple=(), where=None))
    if not draft.parts:
        draft.parts.append(Row())
    text = str(tree) if tree is not None else ""
    return {
        "type": type_, "row": row, "which": which, "action": f"/settings/fields/{type_.key}/{row.key}/conditions", "place": "",
        "lines": list(own(lines(draft, view), type_, row.key)), "sentence": conditional.said(text, type_, reader), "where": text,
        "has_one": bool(kept), "kept": [("which", which)], "problems": [], "show_missing": False, "count": "",
        "title": (_("When is “%(name)s” shown?") if which == "show" else _("When is “%(name)s” needed?")) % {"name": row.label},
    }  # fmt: skip


def own(drawn_lines: Iterator[Line], type_: RecordType, key: str) -> Iterator[Line]:
    """The lines of the builder with the record's own fields alone to choose from."""
    known = {field.key for field in conditional.able(type_, key)}
    for line in drawn_lines:
        if line.fields is None:
            yield line
        else:
            options = tuple(option for option in line.fields.options if option.value in known)
            yield replace(line, fields=replace(line.fields, options=options))


@door("signed_in")
@require_POST
def shown(request: Any, slug: str) -> HttpResponse:
    """The keys of the fields that a form hides for what stands in it now. A post, as it holds what was typed; it changes nothing."""
    reader, type_ = opened_type(request, slug)
    of = request.GET.get("of", "")
    row = None
    if of:
        if not (of.isascii() and of.isdigit() and len(of) < 19):
            raise BadAddress()
        row = reading.get(type_, int(of), reader.user)
    form = RecordForm(type_, type_.writable, reader, row=row)
    form.read(request.POST)
    return HttpResponse(" ".join(form.hidden), content_type="text/plain; charset=utf-8")
