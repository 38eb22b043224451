"""From "this is who I am" to a session: the second step where the person has one, and the way back to the wanted page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from daftar.access import factors, sessions, throttle
from daftar.access.models import User
from daftar.access.openid import openid

PENDING = "entering"
PENDING_SECONDS = 10 * 60


def enter(request: Any, user: User, how: str, target: str) -> HttpResponse:
    """Sign in, or ask for the second factor first. A passkey is two at once: the device, and what it asks for."""
    if how == "passkey" or not factors.has_second_factor(user) or (how == "company" and openid().asks_second):
        return signed_in(request, user, [how], target)
    request.session.cycle_key()
    sessions.forget_soon(request, PENDING_SECONDS)
    request.session[PENDING] = {
        "person": user.pk,
        "hash": user.get_session_auth_hash(),
        "how": how,
        "target": target,
        "at": sessions.seconds_now(),
    }
    return HttpResponseRedirect("/sign-in/second/")


def signed_in(request: Any, user: User, how: list[str], target: str) -> HttpResponse:
    """The answer that begins the session, and lets this browser be known the next time."""
    request.session.pop(PENDING, None)
    sessions.begin(request, user, how)
    response = HttpResponseRedirect(target)
    throttle.remember_device(request, response, str(user.email))
    return response


def waiting(request: Any) -> tuple[User, dict[str, Any]] | None:
    """Who has shown the first factor in this browser within ten minutes, and is still who they were."""
    pending = request.session.get(PENDING)
    if not pending or not 0 <= sessions.seconds_now() - pending["at"] < PENDING_SECONDS:
        return None
    user: User | None = User.objects.filter(pk=pending["person"], is_active=True, deleted_at=None).first()
    if user is None or user.get_session_auth_hash() != pending["hash"]:
        return None
    return user, pending


def safe_target(address: str) -> str:
    """An address of our own, "/" for anything else."""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else "/"
