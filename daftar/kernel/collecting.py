"""Python looks again and again for objects that hold each other: while very many are made that stay, in vain and for a quarter of the time."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_open = 0
_was_on = False


@contextmanager
def uncollected() -> Iterator[None]:
    """Do not look for such objects inside (for the whole process, so keep it short: a batch); what nobody holds is freed at once anyway."""
    global _open, _was_on
    with _lock:
        if not _open:
            _was_on = gc.isenabled()
            gc.disable()
        _open += 1
    try:
        yield
    finally:
        with _lock:
            _open -= 1
            if not _open and _was_on:
                gc.enable()
