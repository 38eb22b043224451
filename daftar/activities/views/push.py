"""Web push, as browsers ask for it: the worker script, the installation's public key, and where a person can be reached."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from daftar.access import sessions
from daftar.access.doors import door
from daftar.activities.notifying import browsers, push_key
from daftar.kernel.errors import Conflict
from daftar.ui.answers import go, nothing, toast

SCRIPT = Path(__file__).resolve().parent.parent / "static" / "activities" / "service-worker.js"


@door("everyone")
@require_safe
def worker(_request: Any) -> HttpResponse:
    """The service worker. It stands at the root, for it may serve only what lies below its own address; it holds nobody's data."""
    answer = HttpResponse(script(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@lru_cache(maxsize=1)
def script() -> bytes:
    return SCRIPT.read_bytes()


@door("signed_in")
@require_POST
def key(_request: Any) -> HttpResponse:
    """The public key, which the browser hands to its push service; the first request makes it."""
    return JsonResponse({"key": push_key.public_key()})


@door("signed_in")
@require_POST
def note(request: Any) -> HttpResponse:
    """Note this browser (`endpoint`, `p256dh`, `auth`); with `again` it sends them by itself, after its person signed in anew."""
    session, sent = sessions.row_of(request), request.POST
    if session is None:
        raise Conflict(_("Sign in again to be told in this browser."))
    browsers.note(
        request.user, session, endpoint=sent.get("endpoint", ""), p256dh=sent.get("p256dh", ""), auth=sent.get("auth", ""),
        agent=request.headers.get("User-Agent", ""), by_itself="again" in sent,
    )  # fmt: skip
    return nothing()


@door("signed_in")
@require_POST
def remove(request: Any, browser_id: int) -> HttpResponseBase:
    """Tell the person in that browser no more."""
    browsers.remove(request.user, browser_id)
    return toast(go(request, "/me/notices/"), _("You are not told in that browser any more."))
