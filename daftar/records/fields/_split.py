"""Lists as text: "a; b" or one on a line."""

from __future__ import annotations

import re

BREAKS = re.compile(r"[;؛\r\n]+")


def split(text: str | None, breaks: re.Pattern[str] = BREAKS) -> list[str]:
    """The entries of a typed list, without those that are blank."""
    return [entry for entry in (part.strip() for part in breaks.split(text or "")) if entry]
