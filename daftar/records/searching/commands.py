"""What can be done or gone to from the search box; rooms add theirs from their own side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from daftar.kernel.text import fold
from daftar.records.reader import Reader
from daftar.ui import menu


@dataclass(frozen=True, slots=True)
class Command:
    """Shapes: `href` is a page; `is_form` opens in the dialog where scripts run; `also` are more words by which it is found."""

    label: str
    href: str
    icon: str
    is_form: bool = False
    also: str = ""


Part = Callable[[Any], Iterable[Command]]
_parts: list[Part] = []


def add(part: Part) -> None:
    """Let `part(request)` give commands that this request's person may use; safe to repeat."""
    if part not in _parts:
        _parts.append(part)


def all_of(request: Any, reader: Reader) -> list[Command]:
    made = [
        Command(
            _("New %(what)s") % {"what": type_.name}, f"/{type_.slug}/quick", "plus", is_form=True, also=type_.plural
        )
        for type_ in sorted(reader.schema.types.values(), key=lambda t: t.menu_order)
        if type_.in_menu and type_.may_be_made(reader.user)
    ]
    made += [
        Command(_("Go to %(place)s") % {"place": item.label}, item.href, item.icon)
        for place in ("bar", "user")
        for item in menu.flat(request, place)
    ]
    return made + [command for part in _parts for command in part(request)]


def matching(commands: Iterable[Command], text: str, limit: int) -> list[Command]:
    """Those of which each typed word begins a word."""
    words = fold(text).split()
    found = (c for c in commands if words and all(begins(c, word) for word in words))
    return sorted(found, key=lambda c: not fold(c.label).startswith(words[0]))[:limit]


def begins(command: Command, word: str) -> bool:
    return any(known.startswith(word) for known in fold(f"{command.label} {command.also}").split())
