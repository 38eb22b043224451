"""What this room tells others, after it is stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HoldEnded:
    """The day of a hold is over; its goods are free again. Shapes: `owner_id` is whose hold it was."""

    hold_id: int
    owner_id: int | None
