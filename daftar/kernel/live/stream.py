"""/events: one long answer per open page. Asks the database once, when it opens."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import DisallowedHost
from django.db import close_old_connections, connection
from django.http import HttpRequest

from daftar.kernel.live.carriers import PostgresEar, SocketEar, open_ear
from daftar.kernel.live.channels import heard_of
from daftar.kernel.live.hub import Stream, hub

Message = MutableMapping[str, Any]
HEARTBEAT_SECONDS = 15
MAX_CHANNELS = 20
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


def open_streams(loop: asyncio.AbstractEventLoop) -> SocketEar | PostgresEar:
    """Begin to hear what all processes publish; the server calls it once, when it starts."""
    return open_ear(connection.vendor, loop)


async def events(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Answer GET /events?channels=user:3,type:deal&last=<id>; 401 without a session, 429 with too many streams."""
    user_id, channels = await asyncio.to_thread(listener, scope)
    if user_id is None:
        await _refuse(send, 401)
        return
    stream = Stream(user_id, channels)
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


def listener(scope: Message) -> tuple[int | None, frozenset[str]]:
    """Who asks, by the session cookie, and which of the asked channels this person may hear."""
    request = HttpRequest()
    request.META = {"HTTP_HOST": _header(scope, b"host"), "SERVER_NAME": "localhost", "SERVER_PORT": "0"}
    try:
        request.get_host()
        key = SimpleCookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME)
    except (DisallowedHost, CookieError):
        return None, frozenset()
    if key is None:
        return None, frozenset()
    close_old_connections()
    try:
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key.value)
        user = get_user(request)
        if not user.is_authenticated or not user.is_active:
            return None, frozenset()
        asked = _asked(scope, "channels").split(",")[:MAX_CHANNELS]
        allowed = frozenset().union(*(heard_of(user, channel) for channel in asked if channel))
        return user.pk, allowed | {f"user:{user.pk}", "everyone"}
    finally:
        connection.close()


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
