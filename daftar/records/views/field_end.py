"""The pages that say what uses a custom field before it is hidden or deleted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid
from daftar.records import custom_fields, field_bin
from daftar.records.as_if import as_if
from daftar.records.field_uses import usage_of
from daftar.records.reading import of_type
from daftar.records.views.field_kind import opened
from daftar.ui.answers import go, toast


@door("settings", "settings")
def hide(request: Any, type_key: str, key: str) -> HttpResponseBase:
    """What would miss the field; POST hides it."""
    type_, row = opened(request, type_key, key)
    if request.method == "POST":
        custom_fields.hide_field(type_, key, by=request.user)
        said = _("“%(name)s” is hidden. Its values are kept.") % {"name": row.label}
        return toast(go(request, f"/settings/fields/{type_key}/"), said)
    return render(request, "records/settings_field_end.html", {
        "type": type_, "row": row, "is_hide": True, "title": _("Hide %(name)s") % {"name": row.label},
        "uses": usage_of(type_, key, as_if(type_, key, None)), "filled": filled(type_, row),
    })  # fmt: skip


@door("settings", "settings")
def delete(request: Any, type_key: str, key: str) -> HttpResponseBase:
    """What would miss the field; POST deletes it when its name was typed."""
    type_, row = opened(request, type_key, key)
    form = PlainForm(sent=request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            field_bin.delete_field(type_, key, by=request.user, typed=form.typed("typed"))
        except Invalid as refused:
            form.refuse(refused)
        else:
            said = _("“%(name)s” lies in the bin for %(days)s days.") % {"name": row.label, "days": field_bin.DAYS}
            return toast(go(request, f"/settings/fields/{type_key}/"), said)
    label = _("Type the name of the field: %(name)s") % {"name": row.label}
    return render(request, "records/settings_field_end.html", {
        "type": type_, "row": row, "is_hide": False, "title": _("Delete %(name)s") % {"name": row.label}, "form": form,
        "uses": usage_of(type_, key, as_if(type_, key, None)), "filled": filled(type_, row), "days": field_bin.DAYS,
        "typed": form.input("typed", label, required=True, maxlength=200, autocomplete="off"),
    }, status=422 if form.errors else 200)  # fmt: skip


def filled(type_: Any, row: Any) -> int:
    """How many records have a value."""
    field = custom_fields.bound(type_, row)
    return of_type(type_).exclude(field.empty_q()).count()
