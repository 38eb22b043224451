"""The second step of signing in: a code of the app or a recovery code; a passkey goes its own way from the same page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from daftar.access import entering, factors, passkeys, throttle
from daftar.access.doors import door
from daftar.access.models import User
from daftar.kernel.errors import TooMany


@door("everyone")
@sensitive_post_parameters("code")
def second_step(request: Any) -> HttpResponse:
    """Only for who has just shown the first factor in this browser; the others begin anew."""
    waiting = entering.waiting(request)
    if waiting is None:
        return HttpResponseRedirect("/sign-in/")
    user, pending = waiting
    if request.method != "POST":
        return show(request, user)
    try:
        throttle.begin_apart(f"second:{user.pk}", str(user.email), request)
    except TooMany as wait:
        response = show(request, user, str(wait), wait.status)
        response.headers["Retry-After"] = str(wait.retry_after)
        return response
    shown = what_was_shown(user, request.POST.get("code", "")[:64])
    if not shown:
        return show(request, user, _("This code is not right, or was used already. Type the newest one."), 422)
    throttle.succeeded_apart(f"second:{user.pk}", str(user.email), request)
    return entering.signed_in(request, user, [pending["how"], shown], pending["target"])


def what_was_shown(user: User, code: str) -> str:
    """ "app" or "code" (a recovery code), or "" when it is neither."""
    if factors.app_code_is_right(user, code):
        return "app"
    return "code" if factors.use_code(user, code) else ""


def show(request: Any, user: User, error: str = "", status: int = 200) -> HttpResponse:
    return render(request, "access/second_step.html", {
        "error": error, "has_app": factors.of_kind(user, factors.APP) is not None, "has_passkey": bool(passkeys.of(user)),
    }, status=status)  # fmt: skip
