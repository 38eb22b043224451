"""Signing in and out with e-mail and password; the same words for a wrong password and an unknown address."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from daftar.access.doors import door


@door("everyone")
def sign_in(request: Any) -> HttpResponse:
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    email, error = "", ""
    if request.method == "POST":
        email = request.POST.get("email", "").strip().lower()[:254]
        user = authenticate(request, username=email, password=request.POST.get("password", "")[:128])
        if user is not None:
            login(request, user)
            return HttpResponseRedirect(target)
        error = _("E-mail or password is not right. Try again, or ask an administrator for a new password.")
    context = {"email": email, "error": error, "next": target}
    return render(request, "access/sign_in.html", context, status=422 if error else 200)


@door("everyone")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return HttpResponseRedirect("/sign-in/")
