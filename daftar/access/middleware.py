"""Opens each request: who reads, in which language and formats; and keeps the doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone, translation

from daftar.access import decide, factors, sessions
from daftar.access.accounts import able_to_sign_in
from daftar.access.models import Installation
from daftar.access.preferences import formats_for
from daftar.kernel.errors import NotAllowed, SignedOut
from daftar.kernel.formats import Formats, default_for, using
from daftar.ui.answers import go
from daftar.ui.errors import answer


class ReaderMiddleware:
    """Sets `request.company` and the formats, language and zone of the person, and lets in whom the view's door lets in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path in ("/healthz", "/readyz") or request.path.startswith("/static/"):
            return self.get_response(request)
        company = Installation.load()
        if getattr(request.user, "is_active", False):
            sessions.go_on(request)
        user = request.user if getattr(request.user, "is_active", False) else None
        formats = formats_for(user, company) if user else formats_of_stranger(request, company)
        request.company = company
        if user:
            request.tastes = {"theme": user.theme, "density": user.density}
        with using(formats), translation.override(formats.language), timezone.override(formats.tz):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", formats.language)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        who = getattr(view, "door", None)
        if who is None and not getattr(view, "view_class", None) and view.__module__.startswith("config."):
            return None
        if who in ("everyone", "key"):
            return None
        if not getattr(request.user, "is_active", False):
            return to_sign_in(request)
        if not getattr(view, "before_second_factor", False) and factors.is_lacking(request):
            return go(request, "/me/security/")
        if who is None or (who == "settings" and not decide.may_settings(request.user)):
            return answer(request, NotAllowed())
        return None


def formats_of_stranger(request: Any, company: Installation) -> Formats:
    """The language asked for in the address, else kept in this browser, else the company's or the browser's."""
    known = dict(settings.LANGUAGES)
    asked = request.GET.get("language") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if asked in known:
        return formats_for(None, company, language=asked) if company.name else default_for(asked)
    return formats_for(None, company) if company.name else default_for(translation.get_language_from_request(request))


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Strangers are sent to the first page of a new installation, or to sign in and then back to where they wanted to go.

    Whoever sends words from an open page stays there and is told, for leaving it would lose them.
    """
    if not able_to_sign_in().exists():
        target = "/welcome/"
    else:
        back = request.get_full_path() if request.method == "GET" else "/"
        target = "/sign-in/?" + urlencode({"next": back})
        if request.headers.get("HX-Request") and request.method not in ("GET", "HEAD"):
            return answer(request, SignedOut())
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
