"""Facts that come from outside and may come by the thousand (refusals, failed sign-ins): repeats within a minute are one entry.

The first is written at once, what follows within the minute as one more entry with its count. Both are written by a thread of
their own, after the answer is made: neither the answer nor its time tells what was written. A crash loses at most the counts
of one minute.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.db import close_old_connections

log = logging.getLogger("daftar.audit")
SECONDS = 60.0
MOST_KEYS, MOST_VARIANTS = 1_000, 20
Write = Callable[[Mapping[Hashable, int]], object]
"""Told variant → how often."""


@dataclass
class Fold:
    write: Write
    began: float
    seen: dict[Hashable, int] = field(default_factory=dict)
    is_new: bool = True

    def take(self) -> dict[Hashable, int]:
        seen, self.seen, self.is_new = self.seen, {}, False
        return seen


class Folds:
    """What was noted and is not written yet, bounded in every direction; for any number of threads."""

    def __init__(self) -> None:
        self.lock, self.wake = threading.Lock(), threading.Event()
        self.folds: dict[Hashable, Fold] = {}
        self.thread: threading.Thread | None = None

    def note(self, key: Hashable, write: Write, variant: Hashable = None) -> None:
        """Count one fact under `key`; `write` is called with the counts of each `variant`, now and at the end of the minute."""
        with self.lock:
            if key not in self.folds and len(self.folds) >= MOST_KEYS:
                key = "others"
            fold = self.folds.setdefault(key, Fold(write, time.monotonic()))
            if variant in fold.seen or len(fold.seen) < MOST_VARIANTS:
                fold.seen[variant] = fold.seen.get(variant, 0) + 1
            is_new = fold.is_new
        if not settings.AUDIT_IN_BACKGROUND:
            self.write_due()
        elif is_new or self.thread is None:
            self.awaken()

    def awaken(self) -> None:
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="audit", daemon=True)
                self.thread.start()
        self.wake.set()

    def run(self) -> None:
        while True:
            self.wake.wait(SECONDS if self.folds else None)
            self.wake.clear()
            close_old_connections()
            self.write_due()

    def write_due(self, *, everything: bool = False) -> None:
        """Write what is new, and what its minute is over for."""
        due: list[tuple[Write, dict[Hashable, int]]] = []
        with self.lock:
            for key, fold in list(self.folds.items()):
                is_over = everything or time.monotonic() - fold.began >= SECONDS
                if (fold.is_new or is_over) and fold.seen:
                    due.append((fold.write, fold.take()))
                if is_over:
                    del self.folds[key]
        for write, seen in due:
            try:
                write(seen)
            except Exception:
                log.exception("an audit entry was not written")

    def forget(self) -> None:
        """For tests: as if nothing had been noted."""
        with self.lock:
            self.folds.clear()


folds = Folds()
atexit.register(folds.write_due, everything=True)
