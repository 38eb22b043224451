"""A forgotten password: ask for a link by mail, and open it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from daftar.access import password_reset, throttle
from daftar.access.accounts import check_password
from daftar.access.doors import door
from daftar.access.plain_form import PlainForm
from daftar.kernel import outbox
from daftar.kernel.emails import parse_email
from daftar.kernel.errors import Invalid, TooMany


@door("everyone")
def forgotten(request: Any) -> HttpResponse:
    """The same words for every address; a few wishes an hour, then slower, so that no mailbox is flooded."""
    form, email = PlainForm(sent=request.POST if request.method == "POST" else None), ""
    if form.sent is not None and outbox.is_set_up():
        with form.about("email"):
            email = parse_email(form.typed("email"))
        try:
            if email:
                throttle.begin_apart(f"wish:{email}:{throttle.network_of(request)}", email, request, free=3)
                throttle.begin_as(f"wish:{email}", free=20)
                throttle.begin_from("wish", request, free=20)
                password_reset.wish(email)
        except TooMany as wait:
            form.errors["email"], email = str(wait), ""
    return render(request, "access/forgotten.html", {
        "is_sent": bool(email), "email": email, "is_set_up": outbox.is_set_up(),
        "widget": form.input("email", _("E-mail"), required=True, type="email", dir="ltr", maxlength=254, autocomplete="username"),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("everyone")
@sensitive_post_parameters("new")
def new_password(request: Any, token: str) -> HttpResponse:
    """Choose a new password; then sign in with it, second factor and all."""
    user = password_reset.whose(token)
    form = PlainForm(sent=request.POST if request.method == "POST" else None)
    if form.sent is not None:
        try:
            password_reset.set_password(user, check_password(form.typed("new"), user, field="new"))
        except Invalid as refused:
            form.refuse(refused)
        else:
            answer = HttpResponseRedirect("/sign-in/")
            throttle.remember_device(request, answer, str(user.email), has_signed_in=False)
            return answer
    response = render(request, "access/new_password.html", {
        "email": user.email, "action": f"/new-password/{token}/",
        "widget": form.input(
            "new", _("New password"), required=True, help=_("At least 8 characters."), type="password", dir="ltr",
            maxlength=128, autocomplete="new-password",
        ),
    }, status=422 if form.errors else 200)  # fmt: skip
    return with_secret_address(response)


def with_secret_address(response: HttpResponse) -> HttpResponse:
    """For a page whose address opens something: its path is told to nobody, and kept nowhere.

    With "no-referrer" a browser would send its form with the origin "null", which our check against forged forms refuses.
    """
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
