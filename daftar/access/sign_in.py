"""Signing in and out with e-mail and password; the same words for a wrong password and an unknown address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from daftar.access import throttle
from daftar.access.accounts import LONGEST_PASSWORD, able_to_sign_in
from daftar.access.doors import door
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
        return show(request, target)
    email = request.POST.get("email", "").strip().lower()[:254]
    try:
        throttle.begin(email, request)
    except TooMany as wait:
        return show(request, target, email, str(wait), wait.status, wait.retry_after)
    user = authenticate(request, username=email, password=request.POST.get("password", "")[: LONGEST_PASSWORD + 1])
    if user is None:
        error = _("E-mail or password is not right. Try again, or ask an administrator for a new password.")
        return show(request, target, email, error, 422)
    throttle.succeeded(email, request)
    login(request, user)
    return HttpResponseRedirect(target)


def safe_target(address: str) -> str:
    """An address of our own, "/" for anything else."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else "/"


def show(
    request: Any, target: str, email: str = "", error: str = "", status: int = 200, retry_after: int = 0
) -> HttpResponse:
    context = {"email": email, "error": error, "next": target, "company": request.company.name}
    response = render(request, "access/sign_in.html", context, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


@door("everyone")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/sign-in/")
