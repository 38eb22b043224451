"""The main menu: rooms add their entries from their own side, the layout draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch

from daftar.ui.addresses import address


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu; `letter` is the second key of its "g" shortcut, `shown` decides per request.

    Shapes: one that leads nowhere itself is a group and opens what stands `inside`.
    """

    key: str
    label: Any
    url_name: str = ""
    url: str = ""
    kwargs: tuple[tuple[str, Any], ...] = ()
    icon: str = "circle"
    order: int = 50
    letter: str = ""
    shown: Callable[[HttpRequest], bool] | None = None
    count: Callable[[HttpRequest], int] | None = None
    place: str = "bar"
    colour: str = ""
    group: str = ""
    inside: tuple[Item, ...] = ()

    @property
    def href(self) -> str:
        if self.url:
            return self.url
        try:
            return address(self.url_name, **dict(self.kwargs))
        except NoReverseMatch:
            return ""


More = Callable[[HttpRequest], Iterable[Item]]

_items: dict[str, Item] = {}
_groups: dict[str, Item] = {}
_more: list[More] = []


def add(
    key: str,
    label: Any,
    *,
    url_name: str = "",
    url: str = "",
    kwargs: dict[str, Any] | None = None,
    icon: str = "circle",
    order: int = 50,
    letter: str = "",
    shown: Callable[[HttpRequest], bool] | None = None,
    count: Callable[[HttpRequest], int] | None = None,
    place: str = "bar",
    group: str = "",
) -> None:
    """Put one entry into the menu; the same key replaces the earlier one.

    Shapes: `place` is "bar" (the app bar, at most eight), "new" (the menu behind the plus) or "user" (the user menu).
    `letter` is a Latin letter, matched by the place of the key, so it works on every keyboard layout.
    `group` names the group of the bar (`add_group`) under which the entry stands.
    """
    _items[key if place == "bar" else f"{place}:{key}"] = Item(
        key, label, url_name, url, tuple((kwargs or {}).items()), icon, order, letter, shown, count, place, group=group
    )


def add_group(key: str, label: Any, *, icon: str, order: int) -> None:
    """Let entries stand under one of the bar. Of whom only one of them is for, finds that one in the bar itself."""
    _groups[key] = Item(key, label, icon=icon, order=order)


def also(entries: More) -> More:
    """Decorator: entries that are known only when somebody asks; `entries(request)` gives those that this request may see."""
    if entries not in _more:
        _more.append(entries)
    return entries


def remove(key: str, *, place: str = "bar") -> None:
    """Take an entry out again (a module that is switched off)."""
    _items.pop(key if place == "bar" else f"{place}:{key}", None)


def items(request: HttpRequest | None, place: str = "bar") -> list[Item]:
    """The entries this request may see, in order; asked for once in a request."""
    kept: dict[str, list[Item]] = request.__dict__.setdefault("_menu", {}) if request is not None else {}
    if place not in kept:
        kept[place] = found(request, place)
    return kept[place]


def flat(request: HttpRequest | None, place: str = "bar") -> list[Item]:
    """The entries that lead somewhere, those of groups among them."""
    return [one for item in items(request, place) for one in (item.inside or (item,))]


def found(request: HttpRequest | None, place: str) -> list[Item]:
    late = [item for entries in _more for item in entries(request)] if request is not None else []
    mine = (item for item in (*_items.values(), *late) if item.place == place)
    seen = [item for item in mine if item.href and (item.shown is None or request is None or item.shown(request))]
    return sorted(grouped(seen), key=lambda item: item.order)


def grouped(seen: Iterable[Item]) -> list[Item]:
    """The entries with those of a group put together under it; a group of one is that one, at the group's place."""
    alone: list[Item] = []
    together: dict[str, list[Item]] = {}
    for item in seen:
        (together.setdefault(item.group, []) if item.group in _groups else alone).append(item)
    for key, members in together.items():
        inside = tuple(sorted(members, key=lambda item: item.order))
        group = _groups[key]
        alone.append(replace(group, inside=inside) if len(inside) > 1 else replace(inside[0], order=group.order))
    return alone
