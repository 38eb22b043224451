"""What can be loaded: a record type's file, or files that belong together."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from daftar.access import decide
from daftar.access.doors import door
from daftar.exchange.models import ImportRun
from daftar.exchange.recipes import RECIPES
from daftar.kernel.errors import NotAllowed
from daftar.records.views.opening import reader_of

LISTED = 20


@door("signed_in", "import")
@require_safe
def index(request: Any) -> HttpResponse:
    """Record types and recipes that this person may load, and their last imports."""
    reader = reader_of(request)
    types = [t for t in reader.schema.types.values() if decide.may(reader.user, "import", t.key)]
    if not types:
        raise NotAllowed()
    known = {t.key for t in types}
    recipes = [r for r in RECIPES.values() if known.issuperset(r.types)]
    runs = ImportRun.objects.filter(by=reader.user).order_by("-at", "-id")[:LISTED]
    shown = [t for t in types if t.in_menu] + [t for t in types if not t.in_menu]
    return render(request, "exchange/index.html", {"types": shown, "recipes": recipes, "runs": runs})
