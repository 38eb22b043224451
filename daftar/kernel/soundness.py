"""What must be right before the server starts, each as a sentence that says how to mend it; `doctor` shows the same."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection

LOCAL = {"127.0.0.1", "localhost", "::1"}
MIN_OPEN_FILES = 512
MIN_FREE_BYTES = 200 * 1_048_576
# What SQLite answers when asked for each pragma that config/databases.py sets.
WANTED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
MIN_BUSY_MS = 10_000


def troubles() -> list[str]:
    """What stands in the way of starting; empty when all is well."""
    return [*_debug_in_public(), *_weak_key(), *_folder(), *_open_files(), *_database()]


def warnings() -> list[str]:
    """What should be looked at but does not stop the server."""
    found = []
    usage = os.statvfs(settings.DATA)
    free = usage.f_bavail * usage.f_frsize
    if free < MIN_FREE_BYTES:
        found.append(f"Only {free // 1_048_576} MB are free where {settings.DATA} is. Make room before saving fails.")
    return found


def _debug_in_public() -> Iterator[str]:
    if settings.DEBUG and settings.HOST not in LOCAL:
        yield f"DAFTAR_DEBUG is on and DAFTAR_HOST is {settings.HOST}: strangers would see secrets. Switch one of them off."
    elif settings.DEBUG and urlsplit(settings.PUBLIC_URL).hostname not in LOCAL:
        yield f"DAFTAR_DEBUG is on and DAFTAR_URL is {settings.PUBLIC_URL}: strangers would see secrets. Switch one of them off."


def _weak_key() -> Iterator[str]:
    key = settings.SECRET_KEY
    if len(key) < 40 or len(set(key)) < 8 or "insecure" in key:
        yield "DAFTAR_SECRET_KEY is too short or a sample. Remove it and a good one is made in the data folder."


def _folder() -> Iterator[str]:
    folder = Path(settings.DATA)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield f"The data folder {folder} cannot be written to. Change its owner or set DAFTAR_DATA."
    keys = Path(settings.KEYS)
    if any(path.exists() and path.stat().st_mode & 0o077 for path in (keys, *keys.glob("*"))):
        yield f"Others on this machine may read {keys}. Run: chmod -R go= {keys}"


def _open_files() -> Iterator[str]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < MIN_OPEN_FILES:
        yield f"Only {soft} open files are allowed; Daftar needs {MIN_OPEN_FILES}. Raise the limit (ulimit -n {min(hard, 65536)})."


def _database() -> Iterator[str]:
    try:
        with connection.cursor() as cursor:
            yield from _sqlite(cursor) if connection.vendor == "sqlite" else _postgres(cursor)
    except DatabaseError as problem:
        yield f"The database does not answer: {str(problem).strip()}. Check DATABASE_URL and that it is running."


def _sqlite(cursor: object) -> Iterator[str]:
    for name, wanted in WANTED_PRAGMAS.items():
        found = _one(cursor, f"PRAGMA {name}")
        if found != wanted:
            yield f"SQLite runs with {name}={found} instead of {wanted}; the data would not be safe. Is the folder on a network share?"
    if int(str(_one(cursor, "PRAGMA busy_timeout"))) < MIN_BUSY_MS:
        yield "SQLite's busy_timeout is under 10 seconds."


def _postgres(cursor: object) -> Iterator[str]:
    if _one(cursor, "SHOW fsync") == "off" and not os.environ.get("DAFTAR_UNSAFE_FSYNC"):
        yield "PostgreSQL runs with fsync=off: a power cut would damage the data. Switch it on in postgresql.conf."
    if _one(cursor, "SHOW synchronous_commit") == "off":
        yield "PostgreSQL runs with synchronous_commit=off: saved records could be lost. Switch it on."
    if int(str(_one(cursor, "SHOW server_version_num"))) < 140_000:
        yield "PostgreSQL is older than 14. Use 15 or newer."


def _one(cursor: object, sql: str) -> object:
    cursor.execute(sql)  # type: ignore[attr-defined]
    return cursor.fetchone()[0]  # type: ignore[attr-defined]
