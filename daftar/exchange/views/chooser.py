"""Where an import begins: files of any kind dropped on one page, a record type's own page, or a recipe."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from daftar.access import decide
from daftar.access.doors import door
from daftar.exchange.models import ImportRun
from daftar.exchange.recipes import RECIPES
from daftar.exchange.views.upload import taken
from daftar.kernel.errors import NotAllowed
from daftar.records.views.opening import reader_of

LISTED = 20


@door("signed_in", "import")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: Any) -> HttpResponse:
    """Drop files; below, the record types and recipes that this person may load, and their last imports."""
    reader = reader_of(request)
    types = [t for t in reader.schema.types.values() if t.from_files and decide.may(reader.user, "import", t.key)]
    if not types:
        raise NotAllowed()
    made, error = taken(request, ImportRun(by=reader.user), reader)
    if made is not None:
        return made
    known = {t.key for t in types}
    context = {
        "types": [t for t in types if t.in_menu] + [t for t in types if not t.in_menu],
        "recipes": [r for r in RECIPES.values() if known.issuperset(r.types)],
        "runs": ImportRun.objects.filter(by=reader.user).order_by("-at", "-id")[:LISTED],
        "error": error,
    }
    return render(request, "exchange/index.html", context, status=422 if error else 200)
