"""Whoever writes batch after batch lets others have a turn between them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

BREATH_SECONDS = 0.11
"""A little more than the 0.1 seconds that SQLite lets pass between two tries to lock the database."""
AIM_SECONDS = 0.3
"""Nobody is to wait much longer than that for a batch of somebody else."""


def let_others_save(since: float | None = None) -> None:
    """Between two batches, pause long enough on SQLite that whoever waits to save gets a turn; otherwise the next batch is nearly always faster.

    Units: `since` is when the last batch ended (`time.monotonic`), for those who have made the next one ready meanwhile: only what
    is left of the pause is waited for.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        passed = 0.0 if since is None else time.monotonic() - since
        time.sleep(max(0.0, BREATH_SECONDS - passed))


class Turns:
    """Batches of a long work: how many rows the next one takes, and when it may begin.

    Shapes: the first has `first` rows; the next ones as many as were written in about `aim` seconds, at least `least`, at most `most`.
    """

    def __init__(self, first: int, *, least: int, most: int, aim: float = AIM_SECONDS) -> None:
        self.size, self.least, self.most, self.aim = first, least, most, aim
        self.ended: float | None = None

    @property
    def left(self) -> float:
        """Seconds of the pause before the next turn that are still to pass: time for what needs no database."""
        if self.ended is None or connection.vendor != "sqlite" or connection.in_atomic_block:
            return 0.0
        return BREATH_SECONDS - (time.monotonic() - self.ended)

    @contextmanager
    def turn(self, rows: int) -> Iterator[None]:
        """Wait until others had theirs; then the block writes so many rows in one transaction. Make them ready before it."""
        if self.ended is not None:
            let_others_save(self.ended)
        began = time.monotonic()
        yield
        self.ended = time.monotonic()
        quick_enough = round(rows * self.aim / max(self.ended - began, 0.001))
        self.size = max(self.least, min(rows * 2, quick_enough, self.most))
