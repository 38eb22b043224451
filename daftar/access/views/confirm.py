"""Asked again who it is, before something that changes how one signs in."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from daftar.access import factors, passkeys, sessions, throttle
from daftar.access.doors import before_second_factor, door
from daftar.access.entering import safe_target
from daftar.access.models import User
from daftar.kernel.errors import Invalid, TooMany
from daftar.ui.answers import go


@door("signed_in")
@before_second_factor
@sensitive_post_parameters("password", "code")
def confirm(request: Any) -> HttpResponseBase:
    """By password, by passkey, or by a code of the app for those who have neither."""
    user: User = request.user
    target = safe_target(request.POST.get("next") or request.GET.get("next") or "/")
    if request.method != "POST":
        return show(request, user, target)
    try:
        shown = how_shown(request, user)
    except (Invalid, TooMany) as refused:
        return show(request, user, target, str(refused), refused.status)
    throttle.succeeded_as(f"confirm:{user.pk}")
    sessions.shown_again(request, shown)
    return go(request, target)


def how_shown(request: Any, user: User) -> str:
    """What the form proves. Errors: Invalid when it proves nothing, TooMany."""
    if request.POST.get("credential"):
        passkeys.whose(request.POST["credential"], only=user)
        return "passkey"
    throttle.begin_as(f"confirm:{user.pk}")
    if request.POST.get("password") and user.check_password(request.POST["password"][:200]):
        return "password"
    if request.POST.get("code") and factors.app_code_is_right(user, request.POST["code"][:64]):
        return "app"
    raise Invalid(_("This is not right. Try again."))


def show(request: Any, user: User, target: str, error: str = "", status: int = 200) -> HttpResponseBase:
    return render(request, "access/confirm.html", {
        "error": error, "next": target, "has_password": user.has_usable_password(), "has_passkey": bool(passkeys.of(user)),
        "has_app": factors.of_kind(user, factors.APP) is not None,
    }, status=status)  # fmt: skip
