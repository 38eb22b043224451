"""Who reads very much: rows shown on lists, counted per person in memory; each full thousand within ten minutes is an entry."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from daftar.access.audit.folding import folds
from daftar.access.audit.origin import origin_of
from daftar.access.audit.recording import record

ROWS, MINUTES, MOST_PEOPLE = 1_000, 10, 10_000


@dataclass
class Window:
    began: float
    told: int = 0
    types: Counter[str] = field(default_factory=Counter)


_windows: dict[int, Window] = {}
_lock = threading.Lock()


def rows_shown(by: Any, type_key: str, rows: int) -> None:
    """Count rows that a page showed to this person. Costs no query; each server process counts for itself."""
    now = time.monotonic()
    with _lock:
        window = _windows.get(by.pk)
        if window is None or now - window.began > MINUTES * 60:
            if len(_windows) >= MOST_PEOPLE:
                _windows.clear()
            window = _windows[by.pk] = Window(now)
        window.types[type_key] += rows
        total = window.types.total()
        if total // ROWS <= window.told:
            return
        window.told, types = total // ROWS, [key for key, _count in window.types.most_common(5)]
    origin = origin_of()
    details = {"rows": total, "minutes": MINUTES, "type": types}
    folds.note(("read", by.pk, window.told), lambda _seen: record("bulk_read", by=by, details=details, origin=origin))


def forget() -> None:
    """For tests: as if nobody had read anything."""
    with _lock:
        _windows.clear()
