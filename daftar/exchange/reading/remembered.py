"""What was found by looking through a whole file, for the pages that ask again about the same state of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from daftar.exchange.reading.source import Source

MOST = 64
Found = TypeVar("Found")
_found: dict[tuple[str, str, str, str], object] = {}


def remembered(source: Source, look: Callable[[], Found]) -> Found:
    """What `look` found in this file before, in the same encoding; otherwise it looks."""
    key = (source.kind, str(source.path), source.fingerprint, source.encoding)
    if key not in _found:
        found = look()
        if len(_found) >= MOST:
            _found.clear()
        _found[key] = found
        return found
    return _found[key]  # type: ignore[return-value]  # the kind stands in the key
