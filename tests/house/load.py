"""Writers for tests: each transaction adds two rows that belong together, so half of one would show."""

import sqlite3
import threading
import time
from typing import Any, Self

import psycopg

from tests.house.installation import Installation

INSERT = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES ({0}, {0}, '2030-01-01')"
PAIRS = "SELECT session_key FROM django_session WHERE session_key LIKE 'pair-%'"


class Writers:
    """A few threads that write pairs until the end of the `with` block."""

    def __init__(self, house: Installation, threads: int = 3, pause: float = 0.0) -> None:
        self.house, self.pause = house, pause
        self.written = 0
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self._write, args=(number,)) for number in range(threads)]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        while self.written < 20:
            time.sleep(0.01)
        return self

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _write(self, number: int) -> None:
        database = connect(self.house)
        count = 0
        while not self.stopped.is_set():
            count += 1
            add_pair(database, f"{number}-{time.monotonic_ns()}-{count}")
            self.written += 1
            time.sleep(self.pause)
        database.close()


def connect(house: Installation) -> Any:
    if house.database_name:
        return psycopg.connect(house.env["DATABASE_URL"])
    return sqlite3.connect(house.folder / "data" / "daftar.sqlite3", timeout=30, isolation_level="IMMEDIATE")


def add_pair(database: Any, name: str) -> None:
    mark = "?" if isinstance(database, sqlite3.Connection) else "%s"
    for half in "ab":
        database.execute(INSERT.format(mark), (f"pair-{half}-{name}"[:40], "x" * 200)[:1] * 2)
    database.commit()


def halves(rows: list[tuple]) -> set[str]:
    """Names of pairs of which only one half is there."""
    found = [{key.split("-", 2)[2] for (key,) in rows if key.startswith(f"pair-{half}-")} for half in "ab"]
    return found[0] ^ found[1]
