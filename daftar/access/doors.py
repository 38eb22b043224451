"""Every route says who may come in. A route that says nothing lets nobody in, and a test finds it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar

Who = Literal["everyone", "signed_in", "settings", "key"]
View = TypeVar("View", bound=Callable[..., Any])


def door(who: Who, action: str = "see") -> Callable[[View], View]:
    """Mark a view: `everyone` (also strangers), `signed_in`, `settings` (those who run the company), or `key`
    (programs with a key; `bearer.key_required` sets it and opens).

    `action` is the right that the view asks `access.decide` for (see, add, change, delete, export, import, settings), as the
    permission matrix reads it.
    """

    def mark(view: View) -> View:
        view.door, view.door_action = who, action  # type: ignore[attr-defined]  # read by the middleware and by the matrix test
        return view

    return mark
