"""What the database holds only to be quick: made anew from the records whenever it lacks, so no backup carries it.

Rooms give such tables, indexes and triggers names that begin with `PREFIX`, and make them after each migration.
"""

from __future__ import annotations

import sqlite3
from typing import Any

PREFIX = "derived_"


def take_out(copy: sqlite3.Connection) -> None:
    """Leave a copy of SQLite's database without anything derived; what stood there is overwritten."""
    copy.execute("PRAGMA secure_delete=ON")
    for kind in ("trigger", "table"):
        for name in names(copy, kind):
            copy.execute(f'DROP {kind} IF EXISTS "{name}"')  # our own names, as the database lists them
    copy.commit()


def forget_erased(cursor: Any) -> None:
    """Let SQLite's full-text indexes write themselves anew, without what was deleted from them and only struck out so far."""
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE %s AND sql LIKE 'CREATE VIRTUAL%%'",
        [f"{PREFIX}%"],
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f'INSERT INTO "{name}"("{name}") VALUES (\'optimize\')')  # noqa: S608  # our own names


def names(database: sqlite3.Connection, kind: str) -> list[str]:
    """Derived tables (without the inner ones of a virtual table, which go with it) or triggers."""
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = ? AND name LIKE ? AND (type <> 'table' OR sql LIKE 'CREATE VIRTUAL%')",
        [kind, f"{PREFIX}%"],
    )
    return [name for (name,) in rows.fetchall()]
