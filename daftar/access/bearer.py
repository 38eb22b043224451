"""`Authorization: Bearer daftar_…` opens what lies under /api/, and nothing else; a session opens nothing there.

`@key_required` stands on API views: it sets `request.user`, `request.api_key` and `request.grant`, or answers 401 or 429.
"""

from __future__ import annotations

import functools
import re
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponseBase
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from daftar.access.doors import door
from daftar.access.keys import WrongKey, authenticate_key
from daftar.access.preferences import formats_for
from daftar.access.throttle import network_of
from daftar.kernel.errors import TooMany
from daftar.kernel.formats import using
from daftar.ui.errors import answer

BEARER = re.compile(r"bearer +(\S{1,200})", re.ASCII | re.IGNORECASE)
SECONDS, CALLS_OF_A_KEY, FAILURES_OF_A_NETWORK, MOST_COUNTED = 60, 600, 30, 20_000
View = TypeVar("View", bound=Callable[..., Any])


class Counter:
    """Calls within a minute by key or network, in this process; bounded in size, safe for any number of threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: dict[str, tuple[float, int]] = {}

    def over(self, name: str, most: int, *, add: int = 1) -> int:
        """Count, and say how many seconds to wait; 0 when all is well."""
        now = time.monotonic()
        with self.lock:
            began, count = self.counts.get(name, (now, 0))
            if now - began >= SECONDS:
                began, count = now, 0
            if len(self.counts) >= MOST_COUNTED and name not in self.counts:
                self.counts.clear()
            if add:
                self.counts[name] = (began, count + add)
            return max(1, round(SECONDS - (now - began))) if count + add > most else 0


counter = Counter()


def key_required(action: str = "see") -> Callable[[View], View]:
    """Mark an API view: it is asked only with a key that opens, as the key's person, in their language and formats."""

    def wrap(view: View) -> View:
        @csrf_exempt
        @functools.wraps(view)
        def asked(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                open_by_key(request)
            except (WrongKey, TooMany) as refused:
                refusal = answer(request, refused)
                if isinstance(refused, WrongKey):
                    refusal.headers["WWW-Authenticate"] = 'Bearer realm="Daftar"'
                return refusal
            formats = formats_for(request.user, request.company)
            with using(formats), translation.override(formats.language), timezone.override(formats.tz):
                response: HttpResponseBase = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            return response

        marked: Any = door("key", action)(asked)
        return marked  # type: ignore[no-any-return]  # the same view with its door

    return wrap


def open_by_key(request: Any) -> None:
    """Set who acts. Errors: WrongKey, TooMany (per key, and per network for keys that open nothing)."""
    request.user = AnonymousUser()  # a cookie that came along counts for nothing here
    network = f"network:{network_of(request)}"
    if wait := counter.over(network, FAILURES_OF_A_NETWORK - 1, add=0):
        raise TooMany(retry_after=wait)
    found = BEARER.fullmatch(request.headers.get("Authorization", "")[:300])
    try:
        if found is None:
            raise WrongKey()
        grant = authenticate_key(found.group(1), str(request.META.get("REMOTE_ADDR", "")))
    except WrongKey:
        counter.over(network, FAILURES_OF_A_NETWORK)
        raise
    if wait := counter.over(f"key:{grant.key.pk}", CALLS_OF_A_KEY):
        raise TooMany(retry_after=wait)
    request.user, request.api_key, request.grant = grant.user, grant.key, grant
