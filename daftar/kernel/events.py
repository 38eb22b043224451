"""One event per fact: upper rooms hear what lower rooms did, after it is stored.

An event is a frozen dataclass named in the past (`InvoicePaid`). Listeners live in the listener's `handlers.py`,
run in the publishing process right after commit, and may be skipped by a crash: what must happen goes through
a job or the outbox, written in the same transaction. `@joins` is for that: its listener runs inside of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import is_dataclass
from typing import Any, TypeVar

from django.db import transaction

log = logging.getLogger("daftar.events")

E = TypeVar("E")
Listener = Callable[[E], object]

_listeners: dict[type, dict[str, Listener[Any]]] = {}
_joining: dict[type, dict[str, Listener[Any]]] = {}


def listens(event_class: type[E]) -> Callable[[Listener[E]], Listener[E]]:
    """Decorator: call this function with every published `event_class` (and its subclasses), in order of loading."""
    return registering(_listeners, event_class)


def joins(event_class: type[E]) -> Callable[[Listener[E]], Listener[E]]:
    """Decorator: call this function inside the transaction that publishes, for rows that must be stored with the fact or not at all.

    It must be quick and ask nothing of the outside; its error undoes the fact.
    """
    return registering(_joining, event_class)


def registering(
    listeners: dict[type, dict[str, Listener[Any]]], event_class: type[E]
) -> Callable[[Listener[E]], Listener[E]]:
    if not (is_dataclass(event_class) and event_class.__dataclass_params__.frozen):  # type: ignore[attr-defined]
        raise TypeError(f"{event_class.__name__} must be a frozen dataclass")

    def register(listener: Listener[E]) -> Listener[E]:
        # By name, so that a module loaded twice still hears once.
        listeners.setdefault(event_class, {})[_name(listener)] = listener
        return listener

    return register


def publish(event: object, *, using: str | None = None) -> None:
    """Deliver `event` to its listeners when the transaction commits (at once outside of one); never after a rollback.

    Errors: those of listeners that joined the transaction. Another failing listener is logged and does not stop the others.
    """
    for event_class in type(event).__mro__:
        for joined in list(_joining.get(event_class, {}).values()):
            joined(event)
    transaction.on_commit(lambda: _deliver(event), using=using)


@contextmanager
def silenced() -> Iterator[None]:
    """For tests: no listener of before hears anything inside; those registered inside are forgotten."""
    global _listeners, _joining
    before, _listeners, _joining = (_listeners, _joining), {}, {}
    try:
        yield
    finally:
        _listeners, _joining = before


def _deliver(event: object) -> None:
    for event_class in type(event).__mro__:
        for name, listener in list(_listeners.get(event_class, {}).items()):
            try:
                listener(event)
            except Exception:
                log.exception("listener failed", extra={"listener": name, "event": type(event).__name__})


def _name(listener: Listener[Any]) -> str:
    return f"{listener.__module__}.{getattr(listener, '__qualname__', repr(listener))}"
