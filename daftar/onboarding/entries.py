"""What this room puts into menus and layout: settings, people, first steps."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from daftar.access.decide import may_settings
from daftar.onboarding.models import DemoCompany
from daftar.onboarding.places import settings_places
from daftar.onboarding.views import profile
from daftar.records import card_parts
from daftar.records.models import Event
from daftar.records.searching import commands
from daftar.ui import menu, slots


def add() -> None:
    menu.add("settings", _("Settings"), url="/settings/", icon="settings", order=20, place="user", shown=runs_it)
    menu.add("people", _("People"), url="/settings/people/", icon="users", order=30, place="user", shown=runs_it)
    menu.add(
        "first_steps", _("First steps"), url="/first-steps/", icon="footprints", order=40, place="user", shown=runs_it
    )

    commands.add(settings_pages)
    slots.add("top", to_first_steps)
    slots.add("me", profile.my_part)
    card_parts.add("head", profile.card_part, order=10, types=("user",))


def settings_pages(request: Any) -> list[commands.Command]:
    """Every page of settings, for the search box of who may change them."""
    if not runs_it(request):
        return []
    places = settings_places(request.user)
    return [commands.Command(str(p.name), p.url, p.icon, also=f"{_('Settings')} {p.about}") for p in places]


_has_begun = False


def to_first_steps(request: HttpRequest) -> str:
    """A line that leads to the first steps, for those who run the company, until there is any record."""
    global _has_begun
    if _has_begun or request.path not in ("/", "/due/") or not runs_it(request):
        return ""
    _has_begun = Event.objects.exclude(type="user").exists() or DemoCompany.objects.exists()
    return "" if _has_begun else render_to_string("onboarding/_to_first_steps.html", request=request)


def runs_it(request: HttpRequest) -> bool:
    user: Any = getattr(request, "user", None)
    return may_settings(user)
