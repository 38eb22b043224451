"""Rows go into the database in a thread of its own while the next ones are made ready: the drivers work without Python's lock meanwhile.

Whatever else is asked of the database in the block waits until they are in, so nobody can see that they come a moment later.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

Act = Callable[[], None]


class Behind:
    """Acts with the driver's own connection, one after the other, in the order in which they came.

    `ids` keeps ids that were taken for a table and are not used yet, so that nothing is asked for each part.
    """

    def __init__(self, parts: int) -> None:
        self.parts = parts
        """About so many parts are written in the block."""
        self.ids: dict[str, Sequence[int]] = {}
        self.problem: BaseException | None = None
        self.waiting: queue.SimpleQueue[Act | None] = queue.SimpleQueue()
        self.is_idle = threading.Event()
        self.count, self.lock = 0, threading.Lock()
        self.thread = threading.Thread(target=self.work, name="writes-behind", daemon=True)
        self.is_idle.set()
        self.thread.start()

    def add(self, act: Act) -> None:
        self.fail_if_it_did()
        with self.lock:
            self.count += 1
            self.is_idle.clear()
        self.waiting.put(act)

    def work(self) -> None:
        while (act := self.waiting.get()) is not None:
            try:
                if self.problem is None:
                    act()
            except BaseException as problem:  # noqa: BLE001  # it is raised where the rows came from
                self.problem = problem
            with self.lock:
                self.count -= 1
                if not self.count:
                    self.is_idle.set()

    def finish(self) -> None:
        """Wait until all is in. Errors: of the first act that failed, as Django says them; after it none was tried."""
        self.is_idle.wait()
        self.fail_if_it_did()

    def fail_if_it_did(self) -> None:
        if self.problem is not None:
            with connection.wrap_database_errors:
                raise self.problem

    def end(self) -> None:
        self.is_idle.wait()
        self.waiting.put(None)
        self.thread.join()


_open: ContextVar[Behind | None] = ContextVar("behind", default=None)


def current() -> Behind | None:
    return _open.get()


@contextmanager
def behind(parts: int) -> Iterator[None]:
    """Inside, `insert_many` does not wait for the database; at the end all is in. Open it in a transaction.

    Shapes: `parts` is about how often rows are added to each table; for one nothing is gained.
    """
    if parts < 2 or _open.get() is not None or connection.queries_logged or not connection.in_atomic_block:
        yield
        return
    mine = Behind(parts)
    token = _open.set(mine)

    def waits(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        mine.finish()
        return execute(sql, params, many, context)

    try:
        with connection.execute_wrapper(waits):
            yield
            mine.finish()
    finally:
        _open.reset(token)
        mine.end()
