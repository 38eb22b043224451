"""/events: one long answer per open page. Asks the database when it opens; after that one look every few seconds does for all of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, MutableMapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from itertools import islice
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user, get_user_model
from django.contrib.sessions.models import Session
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest

from daftar.kernel import clock
from daftar.kernel.live.carriers import PostgresEar, SocketEar, open_ear
from daftar.kernel.live.channels import heard_of
from daftar.kernel.live.hub import Stream, hub
from daftar.kernel.proxies import caller

Message = MutableMapping[str, Any]
log = logging.getLogger("daftar.live")
HEARTBEAT_SECONDS = 15
RECHECK_SECONDS = 3
AT_ONCE = 500
NOBODY: tuple[None, frozenset[str], str] = (None, frozenset(), "")
MAX_CHANNELS = 20
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def open_streams(loop: asyncio.AbstractEventLoop) -> SocketEar | PostgresEar:
    """Begin to hear what all processes publish; the server calls it once, when it starts."""
    watches.append(loop.create_task(watch_sessions()))
    return open_ear(connection.vendor, loop)


watches: list[asyncio.Task[None]] = []
"""Kept here, for the loop itself holds its tasks weakly."""


async def watch_sessions() -> None:
    """Every few seconds close the streams whose session is over or whose person is no longer active.

    Ending a session tells its streams at once; this is for what nobody told: a message that was lost, a person switched off in
    the database, a session that has run out. One look for all streams of the process, and none while there are none.
    """
    while True:
        await asyncio.sleep(RECHECK_SECONDS)
        if asked := hub.open_sessions():
            try:
                hub.end_sessions(await asyncio.to_thread(over, asked))
            except DatabaseError as problem:
                log.warning("sessions of streams not checked", extra={"reason": str(problem)})


def over(asked: dict[str, int]) -> set[str]:
    """Of these sessions with their people, those that are no more."""
    close_old_connections()
    try:
        living = Session.objects.filter(expire_date__gt=clock.now()).values_list("session_key", flat=True)
        active = get_user_model()._default_manager.filter(is_active=True).values_list("pk", flat=True)
        here: set[str] = set()
        people: set[int] = set()
        for some in batched(asked.items(), AT_ONCE):
            here |= set(living.filter(session_key__in=[key for key, _person in some]))
            people |= set(active.filter(pk__in={person for _key, person in some}))
        return {key for key, person in asked.items() if key not in here or person not in people}
    finally:
        connection.close()


def batched(items: Iterable[tuple[str, int]], most: int) -> Iterator[list[tuple[str, int]]]:
    """Lists of at most so many (Python 3.12 has it as itertools.batched)."""
    left = iter(items)
    while some := list(islice(left, most)):
        yield some


async def events(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer GET /events?channels=user:3,type:deal&last=<id>; 401 without a session, 429 with too many streams."""
    user_id, channels, session_key = await asyncio.to_thread(listener, scope)
    if user_id is None:
        await _refuse(send, 401)
        return
    stream = Stream(user_id, channels, session_key, address_of(scope))
    last = _header(scope, b"last-event-id") or _asked(scope, "last")
    if not hub.join(stream, last):
        await _refuse(send, 429)
        return
    leaving = asyncio.ensure_future(_left(receive, stream))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": _greeting(last).encode(), "more_body": True})
        while not stream.is_ended:
            await _wait(stream)
            body = "".join(stream.waiting) or ": \n\n"
            stream.waiting.clear()
            if not stream.is_ended:
                await send({"type": "http.response.body", "body": body.encode(), "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    except OSError:
        pass  # the client left while we wrote
    finally:
        leaving.cancel()
        hub.leave(stream)


async def _wait(stream: Stream) -> None:
    try:
        await asyncio.wait_for(stream.woken.wait(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return
    stream.woken.clear()


async def _left(receive: Callable[[], Awaitable[Message]], stream: Stream) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def listener(scope: Message) -> tuple[int | None, frozenset[str], str]:
    """Who asks, by the session cookie, which of the asked channels this person may hear, and the session."""
    request = HttpRequest()
    request.META = {"HTTP_HOST": _header(scope, b"host"), "SERVER_NAME": "localhost", "SERVER_PORT": "0"}
    try:
        request.get_host()
        key = SimpleCookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    except (DisallowedHost, CookieError):
        return NOBODY
    if key is None:
        return NOBODY
    close_old_connections()
    try:
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key.value)
        user = get_user(request)
        if not user.is_authenticated or not user.is_active:
            return NOBODY
        asked = _asked(scope, "channels").split(",")[:MAX_CHANNELS]
        allowed = frozenset().union(*(heard_of(user, channel) for channel in asked if channel))
        return user.pk, allowed | {f"user:{user.pk}", "everyone"}, key.value
    finally:
        connection.close()


def address_of(scope: Message) -> str:
    """Where the page is, behind our own proxies."""
    return caller(str((scope.get("client") or ("",))[0]), _header(scope, b"x-forwarded-for"))


def _greeting(last: str) -> str:
    """Where we are, so that a page that rested (a tab in the background) can ask from here on."""
    return "retry: 3000\n\n" if last else f"retry: 3000\nid: {hub.mark}\nevent: here\ndata: {{}}\n\n"


def _asked(scope: Message, name: str) -> str:
    asked: str = parse_qs(scope["query_string"].decode("latin1")).get(name, [""])[0]
    return asked


def _header(scope: Message, name: bytes) -> str:
    return next((value.decode("latin1") for key, value in scope["headers"] if key == name), "")


async def _refuse(send: Callable[[Message], Awaitable[None]], status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"retry-after", b"30")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
