"""Places in the layout that rooms above fill from their own side (due count, search box, banners)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from django.http import HttpRequest
from markupsafe import Markup

Part = Callable[[HttpRequest], str]
_slots: dict[str, list[tuple[int, Part]]] = defaultdict(list)


def add(slot: str, part: Part, *, order: int = 50) -> None:
    """Let `part(request)` fill a slot of the layout; it returns HTML that escapes its own data ("" for nothing).

    Shapes: `slot` is "bar" (end of the app bar), "top" (one line above everything, e.g. a notice), "body" (end of
    the page), "over_errors" (above a page that says what failed; asks nothing of the database) or "me" (a person's own page).
    """
    if all(part is not known for _, known in _slots[slot]):
        _slots[slot].append((order, part))


def fill(slot: str, request: HttpRequest | None) -> Markup:
    """The HTML of one slot, in order."""
    if request is None:
        return Markup("")
    parts = sorted(_slots[slot], key=lambda pair: pair[0])
    return Markup("").join(Markup(part(request)) for _, part in parts)  # noqa: S704 - parts escape their own data
