"""Look as somebody: those who run the company see pages exactly as that person does, and can change nothing meanwhile.

The session keeps who really is there; it remembers the person and the moment when looking ends. `request.user` is the
person looked as, `request.looking` says so and holds who really asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import User
from daftar.access.preferences import formats_for
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Missing, NotAllowed
from daftar.kernel.events import publish
from daftar.kernel.formats import using
from daftar.ui.errors import answer

Handler = Callable[[HttpRequest], HttpResponseBase]

KEY = "look_as"
LONGEST = dt.timedelta(minutes=30)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
STOP = "/look-as/stop"
ALWAYS_OPEN = frozenset({STOP, "/sign-out/"})
OWN_PAGES = ("/me/", "/confirm/", "/settings/keys/")
"""Pages about oneself and one's secrets, which nobody opens in another's name."""


@dataclass(frozen=True, slots=True)
class Looking:
    """Who really asks, as whom they look, and until when."""

    real: User
    person: User
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class LookedAs:
    """Somebody began to look as another person, or stopped; for the audit log."""

    person_id: int
    by_id: int
    is_over: bool


def looking_of(request: Any) -> Looking | None:
    """How the request looks as somebody else; None when it does not."""
    found: Looking | None = getattr(request, "looking", None)
    return found


def start(request: Any, person_id: int) -> User:
    """Begin to look as the person. Errors: NotAllowed, Missing for who is not there or not active, Conflict for oneself."""
    if looking_of(request) is not None:
        raise NotAllowed()
    person = able(request.user, person_id)
    if person is None:
        raise Missing()
    if person.pk == request.user.pk:
        raise Conflict(_("You see everything as yourself already."))
    request.session[KEY] = {"id": person.pk, "until": (clock.now() + LONGEST).timestamp()}
    publish(LookedAs(person.pk, request.user.pk, is_over=False))
    return person


def stop(request: Any) -> None:
    """End it, if it has not ended yet."""
    kept = request.session.pop(KEY, None)
    looking = looking_of(request)
    if kept is not None and looking is not None:
        publish(LookedAs(looking.person.pk, looking.real.pk, is_over=True))


def may_look_as(real: User, person: User) -> bool:
    """Those who run the company look as anybody; as an owner only owners do."""
    return decide.may_settings(real) and person.is_active and (real.is_owner or not person.is_owner)


def able(real: User, person_id: int) -> User | None:
    """The person when they are there and active. Errors: NotAllowed for who may not look as them."""
    person: User | None = User.objects.filter(pk=person_id, deleted_at=None, is_active=True).first()
    if not decide.may_settings(real) or (person is not None and not may_look_as(real, person)):
        raise NotAllowed()
    return person


def banner(request: Any) -> str:
    """The line over every page that says so, in the language of who really looks; "" when nobody does."""
    looking = looking_of(request)
    if looking is None:
        return ""
    formats = formats_for(looking.real, getattr(request, "company", None))
    with using(formats), translation.override(formats.language):
        words = _("You look as %(name)s") % {"name": looking.person.name}
        note = _("Nothing can be changed. It ends by itself at %(time)s.") % {"time": formats.time(looking.until)}
        return render_to_string("access/_looking.html", {"words": words, "note": note}, request)


class LookAs:
    """Puts the person looked as in place of the one who asks, and refuses whatever is not reading."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponseBase:
        request.looking, request.looking_ended = None, False
        if has_session(request) and KEY in request.session:
            begin(request)
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        problem = refusal(request)
        return answer(request, problem) if problem is not None else None


def has_session(request: Any) -> bool:
    """Whether there is a session to read; files and strangers without one cost nothing."""
    return not request.path.startswith("/static/") and bool(getattr(request.session, "session_key", None))


def begin(request: Any) -> None:
    """Look as the person, unless that is over: time is up, a right or an account is gone."""
    kept, real = request.session[KEY], request.user
    until = dt.datetime.fromtimestamp(kept["until"], dt.UTC)
    person = None
    if getattr(real, "is_active", False) and clock.now() < until:
        try:
            person = able(real, kept["id"])
        except NotAllowed:
            person = None
    if person is None:
        stop(request)
        request.looking_ended = True
        return
    request.looking = Looking(real, person, until)
    request.user = person


def refusal(request: Any) -> DaftarError | None:
    """Why the request is refused while somebody looks as another."""
    if request.path in ALWAYS_OPEN:
        return None
    if request.looking_ended and request.method not in SAFE:
        # Sent from a page that was drawn as somebody else; it must not act in one's own name.
        return Conflict(_("Looking as somebody else is over. Nothing was changed; open the page again as yourself."))
    if request.looking is None:
        return None
    name = request.looking.person.name
    if request.method not in SAFE:
        return NotAllowed(_("You look as %(name)s, and only look: nothing was changed.") % {"name": name})
    if request.path.startswith(OWN_PAGES):
        return NotAllowed(_("This page is only for %(name)s. Stop looking as somebody else first.") % {"name": name})
    return None
