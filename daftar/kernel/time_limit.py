"""No statement of a page runs for longer than ten seconds: PostgreSQL stops it itself, SQLite asks us every so many steps.

Only the web server switches it on (config/wsgi.py). The worker, imports and commands may take their time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db.backends.signals import connection_created

WEB_SECONDS = 10.0
STEPS = 100_000
"""How many steps of SQLite's machine lie between two looks at the clock: some milliseconds, and no cost that can be measured."""


class Watch:
    """Knows when the statement of one SQLite connection began."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.began = seconds, time.monotonic()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.began = time.monotonic()
        return execute(sql, params, many, context)

    def is_over(self) -> bool:
        return time.monotonic() - self.began > self.seconds


def limit_statements() -> None:
    """From now on each new connection of this process has the limit; safe to repeat."""
    connection_created.connect(on_connection, dispatch_uid="daftar.kernel.time_limit")


def on_connection(*, connection: Any, **_more: Any) -> None:
    limit(connection, WEB_SECONDS)


def limit(connection: Any, seconds: float) -> None:
    """Let this connection stop what runs longer; the page then says `TookTooLong`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", [str(round(seconds * 1_000))])
        return
    watch = Watch(seconds)
    connection.connection.set_progress_handler(watch.is_over, STEPS)
    wrappers = connection.execute_wrappers
    wrappers[:] = [watch, *(one for one in wrappers if not isinstance(one, Watch))]
