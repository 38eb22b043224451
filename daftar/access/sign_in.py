"""Signing in and out with e-mail and password; the same words for a wrong password and an unknown address."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from daftar.access import throttle
from daftar.access.accounts import LONGEST_PASSWORD, able_to_sign_in
from daftar.access.company import page
from daftar.access.doors import before_second_factor, door
from daftar.access.entering import enter, safe_target
from daftar.kernel.errors import TooMany


@door("everyone")
@sensitive_post_parameters("password")
def sign_in(request: Any) -> HttpResponse:
    target = safe_target(request.POST.get("next") or request.GET.get("next") or "/")
    if request.method != "POST":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        if not able_to_sign_in().exists():
            return HttpResponseRedirect("/welcome/")
        return page(request, target=target)
    email = request.POST.get("email", "").strip().lower()[:254]
    try:
        throttle.begin(email, request)
    except TooMany as wait:
        response = page(request, target=target, email=email, error=str(wait), status=wait.status)
        response.headers["Retry-After"] = str(wait.retry_after)
        return response
    user: Any = authenticate(request, username=email, password=request.POST.get("password", "")[: LONGEST_PASSWORD + 1])
    if user is None or user.deleted_at:
        error = _("E-mail or password is not right. Try again, or ask for a new password.")
        return page(request, target=target, email=email, error=error, status=422)
    throttle.succeeded(email, request)
    return enter(request, user, "password", target)


@door("everyone")
@before_second_factor
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()
    logout(request)
    return HttpResponseRedirect("/sign-in/")
