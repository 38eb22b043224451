"""From where something is done: the request that is being answered, if there is one, told in a few words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

current: ContextVar[Any] = ContextVar("audited_request", default=None)
"""The request of this thread, so that a verb deep inside need not carry it."""

BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Yandex Browser"), ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


unattended: ContextVar[bool] = ContextVar("unattended", default=False)
"""Whether a command does this with the rights of somebody who may not know of it."""


@contextmanager
def at_the_command_line() -> Iterator[None]:
    """What is recorded inside was done by whoever sits at the machine, not by the person with whose rights it is done."""
    token = unattended.set(True)
    try:
        yield
    finally:
        unattended.reset(token)


@dataclass(frozen=True, slots=True)
class Origin:
    """Address, device in words ("Firefox · Windows"), and the door: page, api or command."""

    address: str = ""
    device: str = ""
    door: str = "command"
    acting_id: int | None = None
    real: Any = None
    key_id: int | None = None


@contextmanager
def during(request: Any) -> Iterator[None]:
    """What is recorded inside comes from this request."""
    token = current.set(request)
    try:
        yield
    finally:
        current.reset(token)


def origin_of(request: Any = None) -> Origin:
    """The origin of this request, else of the one being answered, else a command at the machine.

    Shapes: `request.api_key` is the key that opened it, `request.looking` says as whom somebody looks, and who really asks.
    """
    request = request if request is not None else current.get()
    if request is None:
        return Origin()
    key, looking = getattr(request, "api_key", None), getattr(request, "looking", None)
    return Origin(
        str(request.META.get("REMOTE_ADDR", ""))[:45],
        device_words(str(request.META.get("HTTP_USER_AGENT", ""))),
        "api" if key is not None or request.path.startswith("/api/") else "page",
        looking.person.pk if looking is not None else None,
        looking.real if looking is not None else None,
        key.pk if key is not None else None,
    )


def device_words(agent: str) -> str:
    """ "Chrome · Android" of what a browser says of itself; the first word of a program's name."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser or system:
        return " · ".join(filter(None, (browser, system)))
    found = re.match(r"[\w.-]{1,40}", agent, re.ASCII)
    return found.group() if found else ""
