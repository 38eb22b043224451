"""A private copy of SQLite's database for long work that is taken back: others go on saving meanwhile."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

SPARE = 3
"""A copy is made when the disk has room for so many of them: the work in it grows the copy, too."""
OLD_SECONDS = 6 * 3600


@contextmanager
def on_a_copy() -> Iterator[bool]:
    """Inside, this thread reads and writes a copy of the database as it was a moment ago, and nobody else sees that.

    False, and the database itself, where a copy would help nobody (PostgreSQL locks rows only), inside an open
    transaction (what it wrote is not in the copy) and where the disk has no room.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield False
        return
    forget_old_copies()
    original = Path(str(connection.settings_dict["NAME"]))
    if not has_room(original):
        yield False
        return
    with tempfile.TemporaryDirectory(dir=folder(), ignore_cleanup_errors=True) as place:
        copy = Path(place) / "copy.sqlite3"
        with closing(sqlite3.connect(original, timeout=30)) as source, closing(sqlite3.connect(copy)) as target:
            target.execute("PRAGMA synchronous=OFF")
            source.backup(target, pages=-1)
        connect_to(copy)
        try:
            yield True
        finally:
            connection.close()


def connect_to(copy: Path) -> None:
    """Open the copy. The settings go on naming the original: what is kept for it in memory holds for its copy, too."""
    connection.close()
    own = connection.settings_dict
    connection.settings_dict = {**own, "NAME": str(copy)}
    try:
        connection.connect()
    finally:
        connection.settings_dict = own


def folder() -> Path:
    made = Path(settings.DATA) / "copies"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def has_room(original: Path) -> bool:
    return shutil.disk_usage(folder()).free > SPARE * original.stat().st_size


def forget_old_copies() -> None:
    """Remove what a process left that was killed meanwhile."""
    for left in folder().iterdir():
        if left.stat().st_mtime < time.time() - OLD_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
