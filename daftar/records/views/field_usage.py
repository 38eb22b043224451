"""How much the custom fields of a type are used, and hiding the rarely used ones in one act."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daftar.access.doors import door
from daftar.kernel.errors import BadAddress, Invalid
from daftar.records import field_counts
from daftar.records.views.opening import reader_of
from daftar.ui.answers import go, toast

MOST = 300


@door("settings", "settings")
def usage(request: Any, type_key: str) -> HttpResponseBase:
    """GET: the numbers; `?rare` shows what would be hidden. POST: `act` is count (anew) or hide (`keys`)."""
    reader = reader_of(request)
    type_ = reader.schema.type(type_key)
    here, problem = f"/settings/fields/{type_key}/usage", ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "count":
            field_counts.count_now_or_later(type_)
            return go(request, here)
        if act != "hide":
            raise BadAddress()
        try:
            count = field_counts.hide_rare(type_, request.POST.getlist("keys")[:MOST], by=request.user)
        except Invalid as refused:
            problem = str(refused)
        else:
            said = ngettext("%(count)s field is hidden.", "%(count)s fields are hidden.", count) % {"count": count}
            return toast(go(request, f"/settings/fields/{type_key}/"), said)
    kept = field_counts.counted(type_)
    rows = field_counts.used(type_, kept) if kept else []
    is_rare = bool(problem) or "rare" in request.GET
    return render(request, "records/settings_field_usage.html", {
        "type": type_, "here": here, "kept": kept, "rows": [r for r in rows if r.is_rare] if is_rare else rows, "problem": problem,
        "is_rare": is_rare, "rare": sum(r.is_rare for r in rows), "percent": field_counts.RARE_PERCENT, "days": field_counts.RARE_DAYS,
        "title": _("How fields of %(type)s are used") % {"type": type_.plural},
    }, status=422 if problem else 200)  # fmt: skip
