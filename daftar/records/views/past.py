from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render

from daftar.access import decide
from daftar.access.doors import door
from daftar.kernel.errors import Missing
from daftar.kernel.ids import parse_id
from daftar.records import reading
from daftar.records.history import field_history, restore_old_value
from daftar.records.views.opening import opened
from daftar.ui.answers import go, is_fragment


@door("signed_in")
def history(request: Any, slug: str, record_id: int, key: str) -> HttpResponseBase:
    """The steps of one field, each with a button that brings the old value back."""
    reader, type_ = opened(request, slug)
    row = reading.get(type_, record_id, reader.user)
    field = type_.field(key)
    if field is None:
        raise Missing()
    if request.method == "POST":
        restore_old_value(type_, record_id, parse_id(request.POST.get("event", "")), key, by=reader.user)
        return go(request, type_.address(record_id))
    return render(request, "records/_history.html" if is_fragment(request) else "records/history.html", {
        "type": type_, "row": row, "field": field, "changes": field_history(type_, record_id, key, reader),
        "active": type_.key, "title": type_.title_of(row), "action": request.path,
        "may_change": not field.readonly and decide.may(reader.user, "change", type_.key, row),
    })  # fmt: skip
