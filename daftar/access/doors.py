"""Every route says who may come in. A route that says nothing lets nobody in, and a test finds it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

from django.http import HttpResponseBase

from daftar.access import sessions
from daftar.ui.answers import go

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


def before_second_factor(view: View) -> View:
    """Mark a view that is open also to those who must first set up a second factor. Stands below `door`."""
    view.before_second_factor = True  # type: ignore[attr-defined]  # read by the middleware
    return view


def fresh_sign_in(back: str = "") -> Callable[[View], View]:
    """Ask again who it is when that was shown more than 15 minutes ago; then go on to the page, or after a form to `back`.

    Stands below `door`, on views that change how one signs in, make keys, or take out or delete much.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def asked(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if sessions.fresh(request):
                answer: HttpResponseBase = view(request, *args, **kwargs)
                return answer
            return ask_again(request, back)

        return asked  # type: ignore[return-value]  # the same signature

    return mark


def ask_again(request: Any, back: str = "") -> HttpResponseBase:
    """The way to the page that asks who it is, and back: to this address, or after a form to `back`."""
    target = request.get_full_path() if request.method == "GET" else back or "/"
    return go(request, "/confirm/?" + urlencode({"next": target}))
