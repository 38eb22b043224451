"""Look-up over all record types at once, for links to a record of any type."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.records.views.lookup import found
from daftar.records.views.opening import reader_of
from daftar.ui.parts import Option

OFFERED = 6


@door("signed_in")
@require_safe
def lookup(request: Any) -> HttpResponse:
    """Options "deal:12" for `?q=`, a few of each type of the menu."""
    reader = reader_of(request)
    words = request.GET.get("q", "")[:200]
    types = [t for t in reader.schema.types.values() if t.in_menu and decide.may(reader.user, "see", t.key)]
    options = [
        Option(f"{type_.key}:{row.pk}", type_.title_of(row), group=type_.name)
        for type_ in types
        for row in found(type_, words, reader, OFFERED)
    ]
    return render(request, "ui/_options.html", {"options": options})
