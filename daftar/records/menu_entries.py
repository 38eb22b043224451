"""The record types in the main menu, in the order that they declare."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import User
from daftar.records.types import DECLARED, RecordType
from daftar.records.views.opening import reader_of
from daftar.ui import menu

FIRST_PLACE = 20


def register() -> None:
    """Put every declared type that belongs there into the menu; safe to repeat."""
    menu.add(
        "changes", _("Changes of many"), url="/changes/", icon="list-checks", order=35, shown=changes_many, place="user"
    )
    for key, declared in DECLARED.items():
        if declared.in_menu:
            menu.add(
                key,
                heading(declared),
                url=f"/{declared.slug}/",
                icon=declared.icon,
                order=FIRST_PLACE + declared.menu_order,
                letter=declared.letter,
                shown=shown(key),
                group=declared.menu_group,
            )


@menu.also
def of_made_types(request: Any) -> Iterator[menu.Item]:
    """The types that the company made, of which this person sees records."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return
    for key, type_ in reader_of(request).schema.types.items():
        if key not in DECLARED and type_.in_menu and decide.may(user, "see", key):
            yield menu.Item(
                key, type_.heading, url=type_.address(), icon=type_.icon, colour=type_.colour,
                order=FIRST_PLACE + type_.menu_order,
            )  # fmt: skip


def changes_many(request: Any) -> bool:
    """Whether this person may change many records at once, of whatever type."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and any(decide.may(user, "bulk", key) for key in reader_of(request).schema.types)


def heading(declared: type[RecordType]) -> Any:
    return lazy(lambda: capfirst(str(declared.names[1])), str)()


def shown(key: str) -> Callable[[Any], bool]:
    """Whether this request's person sees records of the type, and the type wants to stand there (`is_in_menu`)."""

    def is_shown(request: Any) -> bool:
        user = getattr(request, "user", None)
        if user is None or not decide.may(user, "see", key):
            return False
        type_ = reader_of(request).schema.types.get(key)
        return type_ is not None and getattr(type_, "is_in_menu", lambda request: True)(request)

    return is_shown
