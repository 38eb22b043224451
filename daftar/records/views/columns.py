"""Which columns a person's list has, and in which order. Buttons do everything; dragging is only quicker."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from daftar.access.doors import door
from daftar.records.fields.base import Field
from daftar.records.models import ListSetting
from daftar.records.query.view import View
from daftar.records.types import RecordType
from daftar.records.views.opening import opened
from daftar.records.views.view_bar import Choice
from daftar.ui.answers import go, is_fragment, nothing


@door("signed_in")
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: Any, slug: str) -> HttpResponseBase:
    """GET: the form. POST: `up` or `down` moves one entry and shows it again, `reset` forgets, anything else saves.

    Shapes: `cols` alone (heads dragged in the list) is the new order, separated by commas.
    """
    reader, type_ = opened(request, slug)
    sent = request.POST
    back = sent.get("back") or request.GET.get("back") or type_.address()
    if "cols" in sent:
        keep(
            type_,
            [f.key for f in ordered(type_, sent["cols"].split(",")) if f.key in sent["cols"].split(",")],
            reader.user.pk,
        )
        return nothing()
    if request.method == "POST" and not ("up" in sent or "down" in sent):
        keep(type_, [] if "reset" in sent else chosen(type_, sent), reader.user.pk)
        return go(request, back)
    shown = chosen(type_, sent) if sent else [f.key for f in View.parse(type_, "", reader).shown_fields()]
    order = moved(ordered(type_, sent.getlist("order") or shown), sent.get("up", ""), sent.get("down", ""))
    return render(
        request,
        "records/_columns.html" if is_fragment(request) else "records/columns.html",
        {
            "type": type_,
            "active": type_.key,
            "back": back,
            "action": f"/{type_.slug}/columns",
            "moved": sent.get("up") or sent.get("down"),
            "columns": [Choice(str(f.label), f.key, f.key in shown) for f in order],
        },
    )


def chosen(type_: RecordType, sent: Any) -> list[str]:
    """Keys of the ticked columns in the order of the form."""
    ticked = set(sent.getlist("show"))
    return [f.key for f in ordered(type_, sent.getlist("order")) if f.key in ticked]


def ordered(type_: RecordType, keys: list[str]) -> list[Field]:
    """The columns that can be chosen: those named first, in their order, then all others."""
    able = {f.key: f for f in type_.listed if f.key != type_.title_field.key}
    first = [able[k] for k in dict.fromkeys(keys) if k in able]
    return [*first, *(f for f in able.values() if f not in first)]


def moved(order: list[Field], up: str, down: str) -> list[Field]:
    keys = [f.key for f in order]
    for key, step in ((up, -1), (down, 1)):
        if key in keys and 0 <= (at := keys.index(key)) + step < len(order):
            order[at], order[at + step] = order[at + step], order[at]
    return order


def keep(type_: RecordType, keys: list[str], user_id: int) -> None:
    if keys:
        title = type_.title_field.key
        ListSetting.objects.update_or_create(user_id=user_id, type=type_.key, defaults={"columns": [title, *keys]})
    else:
        ListSetting.objects.filter(user_id=user_id, type=type_.key).delete()
