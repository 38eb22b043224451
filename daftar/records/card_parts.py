"""Places of a record's card that rooms above fill from their own side: the timeline, buttons in the head, blocks in the rail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from daftar.access.models import Row
from daftar.records.types import RecordType

Place = Literal["timeline", "head", "rail", "above_fields", "below_fields", "dialogs"]
Part = Callable[[Any, RecordType, Row], str]
"""(request, type, row) → HTML that escapes its own data; "" for nothing. `request.reader` is the reader."""


@dataclass(frozen=True, slots=True)
class Placed:
    order: int
    part: Part
    types: frozenset[str] | None


_parts: dict[str, list[Placed]] = defaultdict(list)


def add(place: Place, part: Part, *, order: int = 50, types: Collection[str] | None = None) -> None:
    """Let `part` stand on cards, of the given types only when `types` is set. Call it in the room's `apps.ready`."""
    if all(p.part is not part for p in _parts[place]):
        _parts[place].append(Placed(order, part, None if types is None else frozenset(types)))


def fill(place: Place, request: Any, type_: RecordType, row: Row) -> Markup:
    """The HTML of one place of a card, in order."""
    chosen = [p for p in _parts[place] if p.types is None or type_.key in p.types]
    return Markup("").join(Markup(p.part(request, type_, row)) for p in sorted(chosen, key=lambda p: p.order))  # noqa: S704  # parts escape
