"""A person's own page: how they want to read, and their password."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from daftar.access import audit, choices, sessions, throttle
from daftar.access.accounts import check_password
from daftar.access.doors import door
from daftar.access.models import User
from daftar.access.plain_form import PlainForm
from daftar.kernel.errors import Invalid, TooMany
from daftar.ui.answers import go, toast
from daftar.ui.views import tastes

TASTES = ("language", "calendar", "digits", "time_zone", "theme", "density")


@door("signed_in")
def me(request: Any) -> HttpResponseBase:
    """Preferences of the person; what is left open follows the company and the language."""
    user: User = request.user
    if request.method != "POST":
        return show(request, preferences_of(user))
    form = PlainForm(sent=request.POST)
    values = read(form)
    if form.errors:
        return show(request, form, status=422)
    User.objects.filter(pk=user.pk).update(**values)
    return toast(go(request, "/me/"), _("Saved."))


def read(form: PlainForm) -> dict[str, Any]:
    """The preferences that were sent, each one of its list."""
    allowed = {
        "language": ["", *dict(choices.languages())],
        "calendar": ["", *dict(choices.CALENDARS)],
        "digits": ["", *dict(choices.DIGITS)],
        "time_zone": ["", *choices.zone_names()],
        "theme": [*dict(choices.THEMES)],
        "density": [*dict(choices.DENSITIES)],
    }
    values: dict[str, Any] = {name: form.choice(name, words) for name, words in allowed.items()}
    day = form.choice("first_day", ["", *map(str, range(7))])
    return values | {"first_day": int(day) if day else None}


def show(request: Any, form: PlainForm, password: PlainForm | None = None, status: int = 200) -> HttpResponse:
    company = ("", choices.as_company())
    by_language = ("", _("As the language"))
    password = password or PlainForm()
    has_old = request.user.has_usable_password()
    secret: dict[str, Any] = {"type": "password", "dir": "ltr", "maxlength": 128, "required": True}
    return render(request, "access/me.html", {
        "title": request.user.name,
        "widgets": [
            form.select("language", _("Language"), [company, *choices.languages()]),
            form.select("calendar", _("Calendar"), [by_language, *choices.CALENDARS]),
            form.select("digits", _("Digits"), [by_language, *choices.DIGITS]),
            form.select("time_zone", _("Time zone"), [company, *choices.zones()]),
            form.select("first_day", _("Week begins on"), [by_language, *choices.week_days()]),
            form.select("theme", _("Theme"), choices.THEMES),
            form.select("density", _("Density"), choices.DENSITIES),
        ],
        "password_widgets": [
            *([password.input("old", _("Password now"), **secret, autocomplete="current-password")] if has_old else []),
            password.input(
                "new", _("New password"), help=_("At least 8 characters."), **secret, autocomplete="new-password"
            ),
        ],
    }, status=status)  # fmt: skip


@door("signed_in")
@require_POST
@sensitive_post_parameters("old", "new")
def change_password(request: Any) -> HttpResponseBase:
    """Set a new password; the person's other sessions end, because their sign-in carried the old one."""
    user: User = request.user
    form = PlainForm(sent=request.POST)
    has_old = user.has_usable_password()
    if not has_old and not sessions.fresh(request):
        return go(request, "/confirm/?next=/me/")
    try:
        throttle.begin_as(f"confirm:{user.pk}")
    except TooMany as wait:
        form.errors["old"] = str(wait)
        return show(request, preferences_of(user), form, wait.status)
    with form.about("old"):
        if has_old and not user.check_password(request.POST.get("old", "")[:200]):
            raise Invalid(_("This is not your password."))
        throttle.succeeded_as(f"confirm:{user.pk}")
    with form.about("new"):
        check_password(request.POST.get("new", ""), user)
    if form.errors:
        return show(request, preferences_of(user), form, 422)
    user.set_password(request.POST["new"])
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password=user.password)
        audit.record("password_changed", by=user, about=("user", user.pk))
    sessions.password_changed(request, user)
    return toast(go(request, "/me/"), _("The password is changed. You are signed out everywhere else."))


def preferences_of(user: User) -> PlainForm:
    kept = {name: getattr(user, name) for name in TASTES}
    return PlainForm(kept | {"first_day": "" if user.first_day is None else str(user.first_day)})


@door("everyone")
@require_POST
def keep_tastes(request: Any) -> HttpResponseBase:
    """The switches of the menu: kept in this browser by `ui`, and with the person who is signed in."""
    chosen: dict[str, dict[str, Any]] = {
        "theme": dict(choices.THEMES), "density": dict(choices.DENSITIES), "language": dict(choices.languages()),
    }  # fmt: skip
    values = {name: request.POST[name] for name, words in chosen.items() if request.POST.get(name) in words}
    if values and request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(**values)
    return tastes(request)
