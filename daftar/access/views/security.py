"""A person's own page of signing in: password, authenticator app, passkeys, recovery codes, and where they are signed in."""

from __future__ import annotations

import base64
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from daftar.access import audit, factors, passkeys, sessions
from daftar.access.doors import before_second_factor, door, fresh_sign_in
from daftar.access.models import User
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.ids import parse_id
from daftar.kernel.secrets import seal, unseal
from daftar.ui.answers import go, toast

HERE = "/me/security/"
NEW_SECRET = "new_app_secret"  # noqa: S105 - the name of a place in the session


@door("signed_in")
@before_second_factor
def security(request: Any) -> HttpResponseBase:
    return show(request)


def show(request: Any, error: str = "", status: int = 200) -> HttpResponse:
    user: User = request.user
    return render(request, "access/security.html", {
        "title": _("Ways to sign in"), "error": error, "is_lacking": factors.is_lacking(request),
        "has_password": user.has_usable_password(), "app": factors.of_kind(user, factors.APP),
        "passkeys": [(row.pk, row.data["name"], row.created_at, row.last_used_at) for row in passkeys.of(user)],
        "has_second": factors.has_second_factor(user), "codes_left": factors.codes_left(user),
        "places": sessions.places(user, request.session.session_key),
    }, status=status)  # fmt: skip


def with_codes(request: Any, sentence: str) -> HttpResponseBase:
    """Back to the page; after the first second factor, over the page that shows the recovery codes once."""
    if factors.codes_left(request.user):
        return toast(go(request, HERE), sentence)
    return show_codes(request, factors.make_codes(request.user), sentence)


# -- authenticator app ----------------------------------------------------------------------------------


@door("signed_in")
@before_second_factor
@fresh_sign_in()
@sensitive_post_parameters("code")
def app(request: Any) -> HttpResponseBase:
    """A key to scan or to type, and a code that proves that it arrived."""
    if factors.of_kind(request.user, factors.APP):
        return go(request, HERE)
    place = f"new app:{request.user.pk}"
    kept = request.session.get(NEW_SECRET)
    secret = unseal(kept, place) if kept else factors.new_app_secret()
    request.session[NEW_SECRET] = kept or seal(secret, place)
    form = PlainForm(sent=request.POST if request.method == "POST" else None)
    if form.sent is not None:
        with form.about("code"):
            factors.add_app(request.user, secret, form.typed("code")[:64])
            del request.session[NEW_SECRET]
            sessions.shown_again(request, "app")
            return with_codes(request, _("The authenticator app is set up."))
    picture = factors.app_picture(request.user, secret)
    return render(request, "access/security_app.html", {
        "title": _("Authenticator app"), "secret": " ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        "picture": "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode(),
        "widget": form.input(
            "code", _("Code of the app"), required=True, inputmode="numeric", dir="ltr", maxlength=10, autocomplete="one-time-code"
        ),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in")
@before_second_factor
@require_POST
@fresh_sign_in(HERE)
def remove_app(request: Any) -> HttpResponseBase:
    row = factors.of_kind(request.user, factors.APP)
    if row is None:
        raise Missing()
    return removed(request, row, _("The authenticator app is removed."))


def removed(request: Any, row: Authenticator, sentence: str) -> HttpResponseBase:
    try:
        factors.remove(request.user, row)
    except Invalid as refused:
        return show(request, str(refused), refused.status)
    return toast(go(request, HERE), sentence)


# -- passkeys -------------------------------------------------------------------------------------------


@door("signed_in")
@before_second_factor
@fresh_sign_in()
def new_passkey(request: Any) -> HttpResponseBase:
    """The page that names and makes one; GET shows it, POST keeps what the device answered."""
    form = PlainForm(
        {"name": sessions.device(request.headers.get("User-Agent", ""))},
        request.POST if request.method == "POST" else None,
    )
    if form.sent is not None:
        name = form.text("name", max_length=100)
        with form.about("name"):
            if not form.errors:
                passkeys.add(request.user, name, form.typed("credential"))
                sessions.shown_again(request, "passkey")
                return with_codes(request, _("The passkey is set up."))
    return render(request, "access/security_passkey.html", {
        "title": _("New passkey"), "widget": form.input("name", _("Name"), required=True, maxlength=100),
    }, status=422 if form.errors else 200)  # fmt: skip


@door("signed_in")
@before_second_factor
@require_POST
@fresh_sign_in("/me/security/passkeys/new")
def passkey_question(request: Any) -> HttpResponseBase:
    return JsonResponse(passkeys.question_for_new(request.user))


@door("signed_in")
@before_second_factor
@require_POST
@fresh_sign_in(HERE)
def rename_passkey(request: Any, passkey_id: str) -> HttpResponseBase:
    form = PlainForm(sent=request.POST)
    row, name = own_passkey(request, passkey_id), form.text("name", max_length=100, required=True)
    if form.errors:
        return show(request, str(form.errors["name"]), 422)
    passkeys.rename(row, name)
    return toast(go(request, HERE), _("Saved."))


@door("signed_in")
@before_second_factor
@require_POST
@fresh_sign_in(HERE)
def remove_passkey(request: Any, passkey_id: str) -> HttpResponseBase:
    return removed(request, own_passkey(request, passkey_id), _("The passkey is removed."))


def own_passkey(request: Any, passkey_id: str) -> Authenticator:
    row = Authenticator.objects.filter(user=request.user, type=factors.PASSKEY, pk=parse_id(passkey_id)).first()
    if row is None:
        raise Missing()
    return row


# -- recovery codes -------------------------------------------------------------------------------------


@door("signed_in")
@before_second_factor
@require_POST
@fresh_sign_in(HERE)
def codes(request: Any) -> HttpResponseBase:
    """Ten new recovery codes instead of the old ones."""
    if not factors.has_second_factor(request.user):
        return show(request, _("Set up an authenticator app or a passkey first."), 422)
    return show_codes(request, factors.make_codes(request.user), "")


def show_codes(request: Any, made: list[str], sentence: str) -> HttpResponse:
    as_file = "\r\n".join([f"Daftar · {request.company.name} · {request.user.email}", "", *made, ""])
    response = render(request, "access/security_codes.html", {
        "title": _("Recovery codes"), "codes": made, "sentence": sentence,
        "file": "data:text/plain;charset=utf-8;base64," + base64.b64encode(as_file.encode()).decode(),
    })  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


# -- sessions -------------------------------------------------------------------------------------------


@door("signed_in")
@before_second_factor
@require_POST
def end_session(request: Any, session_id: str) -> HttpResponseBase:
    rows = list(UserSession.objects.filter(user=request.user, pk=parse_id(session_id)))
    if not rows:
        raise Missing()
    with transaction.atomic():
        sessions.end(rows)
        audit.record("session_ended", by=request.user, about=("user", request.user.pk))
    return toast(go(request, HERE), _("This session is ended."))


@door("signed_in")
@before_second_factor
@require_POST
def end_other_sessions(request: Any) -> HttpResponseBase:
    with transaction.atomic():
        sessions.end_all(request.user, but=request.session.session_key)
        audit.record("session_ended", by=request.user, about=("user", request.user.pk))
    return toast(go(request, HERE), _("You are signed out everywhere else."))
