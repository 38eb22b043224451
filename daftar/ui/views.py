"""The few pages of the ui itself: the calendar of date fields, the reader's switches, the gallery."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from daftar.kernel import clock, formats
from daftar.kernel.dates import parse_date
from daftar.kernel.errors import BadAddress, Invalid
from daftar.ui.answers import go
from daftar.ui.calendar import month, month_of
from daftar.ui.jinja import TASTES

YEAR_SECONDS = 365 * 24 * 3600


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """One month as a fragment: ?y=&m= in the reader's calendar, or ?value= as typed; without either, this month."""
    reader = formats.current()
    today = reader.local(clock.now()).date()
    chosen = _typed(request.GET.get("value", ""), reader)
    year, number = month_of(chosen or today, reader)
    if request.GET.get("y"):
        year, number = _whole(request.GET["y"]), _whole(request.GET.get("m", "1"))
    grid = month(year, number, reader, today, chosen)
    return render(request, "ui/_calendar.html", {"month": grid, "today": reader.date_numeric(today)})


def _typed(text: str, reader: formats.Formats) -> date | None:
    try:
        return parse_date(text.split(" ")[0], reader) if text.strip() else None
    except Invalid:
        return None


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise BadAddress()
    return int(text)


@require_POST
def tastes(request: HttpRequest) -> HttpResponseBase:
    """Keep theme, density and language in cookies of this browser; access keeps a signed-in person's own."""
    response = go(request, request.POST.get("next", "/"))
    for name, choices in TASTES.items():
        if request.POST.get(name) in choices:
            _keep(response, f"daftar_{name}", request.POST[name])
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


def _keep(response: HttpResponseBase, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="Lax", secure=getattr(settings, "IS_TLS", False))


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone or tablet asks before it puts Daftar on its first screen, and iOS before it lets push in."""
    picture = {"src": static("ui/daftar-512.png"), "sizes": "512x512", "type": "image/png"}
    told = {
        "id": "/", "name": gettext("Daftar"), "short_name": gettext("Daftar"), "start_url": "/", "scope": "/", "display": "standalone",
        "lang": translation.get_language(), "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "theme_color": "#3550b8", "background_color": "#ffffff",
        "icons": [
            {"src": static("ui/daftar.svg"), "sizes": "any", "type": "image/svg+xml"}, picture, {**picture, "purpose": "maskable"},
        ],
    }  # fmt: skip
    return JsonResponse(told, content_type="application/manifest+json")


# Strangers too: access reads this (ui may not import it).
for view in (calendar, tastes, manifest):
    vars(view).update(door="everyone", door_action="see")
