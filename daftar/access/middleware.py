"""Opens each request: who reads, in which language and formats; and keeps the doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation

from daftar.access import decide
from daftar.access.models import Installation, User
from daftar.access.preferences import formats_for
from daftar.kernel.errors import NotAllowed
from daftar.kernel.formats import using


class ReaderMiddleware:
    """Sets `request.company` and the formats, language and zone of the person, and lets in whom the view's door lets in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if request.path in ("/healthz", "/readyz") or request.path.startswith("/static/"):
            return self.get_response(request)
        company = Installation.load()
        user = request.user if getattr(request.user, "is_active", False) else None
        formats = formats_for(user, company)
        if user is None and not company.name:
            formats = formats_for(None, Installation(language=translation.get_language_from_request(request)))
        request.company = company
        with using(formats), translation.override(formats.language), timezone.override(formats.tz):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", formats.language)
        return response

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        who = getattr(view, "door", None)
        if who is None and not getattr(view, "view_class", None) and view.__module__.startswith("config."):
            return None
        if who == "everyone":
            return None
        if not getattr(request.user, "is_active", False):
            return to_sign_in(request)
        if who is None or (who == "settings" and not decide.may_settings(request.user)):
            raise NotAllowed()
        return None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Strangers are sent to the first page of a new installation, or to sign in and then back to where they wanted to go."""
    if not User.objects.filter(password__gt="", is_active=True, email__isnull=False).exists():
        target = "/welcome/"
    else:
        back = request.get_full_path() if request.method == "GET" else "/"
        target = "/sign-in/?" + urlencode({"next": back})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
