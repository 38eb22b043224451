"""Where a person is signed in: sessions begin, are seen, grow too old, and are ended one by one or all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _

from daftar.access.models import User
from daftar.kernel import clock, live

MARKS = "signed_in"
SEEN_EVERY_SECONDS = 60
FRESH_SECONDS = 15 * 60


def begin(request: Any, user: User, how: Iterable[str]) -> None:
    """Sign the person in under a new session id; `how` names what they showed ("password", "app", "passkey", "company")."""
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.set_expiry(None)
    now = seconds_now()
    request.session[MARKS] = {"began": now, "fresh": now, "seen": now, "how": list(how)}
    note(request)


def forget_soon(request: Any, seconds: int) -> None:
    """Let the session of somebody who is not signed in yet be forgotten soon."""
    if not request.user.is_authenticated:
        request.session.set_expiry(seconds)


def go_on(request: Any) -> None:
    """Called on each request of somebody signed in: end the session when it is too old or was idle too long, else note its use."""
    marks, now = request.session.get(MARKS) or {}, seconds_now()
    if is_over(marks, now):
        UserSession.objects.filter(session_key=request.session.session_key).delete()
        logout(request)
    elif now - marks.get("seen", 0) >= SEEN_EVERY_SECONDS:
        request.session[MARKS] = {"began": now, "fresh": 0, "how": []} | marks | {"seen": now}
        note(request)


def who_asks(request: Any) -> User:
    """Whose session it is, also while they look as somebody else."""
    looking = getattr(request, "looking", None)
    person: User = looking.real if looking is not None else request.user
    return person


def is_over(marks: dict[str, Any], now: int) -> bool:
    is_idle = now - int(marks.get("seen", now)) > settings.SESSION_COOKIE_AGE
    return is_idle or now - int(marks.get("began", now)) > settings.SESSION_LONGEST_SECONDS


def note(request: Any) -> None:
    """The row that the person sees in the list of their sessions."""
    if not request.session.session_key:
        request.session.save()
    UserSession.objects.update_or_create(session_key=request.session.session_key, defaults={
        "user": who_asks(request), "ip": request.META.get("REMOTE_ADDR") or "0.0.0.0", "last_seen_at": clock.now(),  # noqa: S104
        "user_agent": request.headers.get("User-Agent", "")[:200], "data": {"how": request.session[MARKS]["how"]},
    })  # fmt: skip


def row_of(request: Any) -> UserSession | None:
    """The listed session of the request: what is bound to it ends with it, by sign-out, by age or from afar."""
    found: UserSession | None = UserSession.objects.filter(session_key=request.session.session_key or "").first()
    return found


def began(request: Any) -> int:
    """When this session began, in seconds; 0 when that is not known."""
    return int((request.session.get(MARKS) or {}).get("began", 0))


def seconds_now() -> int:
    return int(clock.now().timestamp())


# -- how sure we are of who is there --------------------------------------------------------------------


def fresh(request: Any) -> bool:
    """Whether the person showed within the last 15 minutes who they are; else ask again (doors.fresh_sign_in does)."""
    shown = int((request.session.get(MARKS) or {}).get("fresh", 0))
    return 0 <= seconds_now() - shown < FRESH_SECONDS


def shown_again(request: Any, how: str) -> None:
    """The person has just shown again who they are: rights rise, so the session gets a new id."""
    marks = request.session.get(MARKS) or {}
    request.session[MARKS] = marks | {"fresh": seconds_now(), "how": sorted({*marks.get("how", []), how})}
    new_id(request, request.session.cycle_key)


def password_changed(request: Any, user: User) -> None:
    """Keep this session, whose sign-in carried the old password; all others end."""
    new_id(request, lambda: update_session_auth_hash(request, user))
    end(of(user, but=request.session.session_key))


def new_id(request: Any, change: Any) -> None:
    before = request.session.session_key
    change()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def how(request: Any) -> list[str]:
    """What was shown at signing in to this session."""
    return list((request.session.get(MARKS) or {}).get("how", []))


# -- listing and ending ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """One session as its person sees it."""

    id: int
    device: str
    address: str
    last_use: Any
    began: Any
    is_this: bool


def places(user: User, this_key: str = "") -> list[Place]:
    """Where the person is signed in, this session first, then the last used."""
    rows = list(UserSession.objects.filter(user=user).order_by("-last_seen_at")[:200])
    keys = [row.session_key for row in rows]
    living = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=clock.now()).values_list("session_key", flat=True)
    )
    listed = [
        Place(row.pk, device(row.user_agent), row.ip, row.last_seen_at, row.created_at, row.session_key == this_key)
        for row in rows
        if row.session_key in living
    ]
    return sorted(listed, key=lambda place: not place.is_this)


def of(user: User, *, but: str | None = None) -> list[UserSession]:
    return list(UserSession.objects.filter(user=user).exclude(session_key=but or ""))


def end(rows: list[UserSession]) -> None:
    """End these sessions: their next request finds none, and open pages of the person hear no more (they ask again)."""
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    UserSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for user_id in {row.user_id for row in rows}:
        live.end_streams(user_id)


def end_all(user: User, *, but: str | None = None) -> None:
    """End every session of the person but one; open streams close even when no session is listed."""
    end(of(user, but=but))
    live.end_streams(user.pk)


def forget_old() -> None:
    """Drop expired sessions and the rows of those that are gone."""
    Session.objects.filter(expire_date__lt=clock.now()).delete()
    old = UserSession.objects.filter(last_seen_at__lt=clock.now() - timedelta(seconds=SEEN_EVERY_SECONDS))
    old.exclude(session_key__in=Session.objects.values("session_key")).delete()


# -- words for a device ---------------------------------------------------------------------------------

BROWSERS = (
    ("Edge", r"Edg(?:A|iOS)?/"), ("Opera", r"OPR/"), ("Yandex", r"YaBrowser/"), ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"), ("Chrome", r"Chrome/|CriOS/"), ("Safari", r"Safari/"),
)  # fmt: skip
SYSTEMS = (
    ("Android", r"Android"), ("iPhone", r"iPhone"), ("iPad", r"iPad"), ("Windows", r"Windows"), ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"), ("Linux", r"Linux"),
)  # fmt: skip


def device(agent: str) -> str:
    """ "Chrome, Windows" from what the browser calls itself; a plain word when it says nothing we know."""
    browser = next((name for name, sign in BROWSERS if re.search(sign, agent)), "")
    system = next((name for name, sign in SYSTEMS if re.search(sign, agent)), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if browser and system else (
        browser or system or _("Unknown device")
    )  # fmt: skip
