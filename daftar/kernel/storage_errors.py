"""What a failing disk or database means for the person who waits: full, or busy, or stopped for taking too long; or a mistake of ours."""

import errno
import sqlite3
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

from daftar.kernel.errors import Busy, StorageFull, TookTooLong

_FULL_ERRNO = {errno.ENOSPC, errno.EDQUOT}
# A full disk often shows as a failed write of SQLite's log or of its index.
_FULL_SQLITE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_WRITE,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_FSYNC,
    sqlite3.SQLITE_IOERR_TRUNCATE,
}
_BUSY_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR}
_TOO_LONG_STATES = {"57014"}
_FULL_STATES = {"53100"}
# Too many connections, no lock in time, deadlock, serialization failure, shutting down or starting.
_BUSY_STATES = {"53300", "55P03", "40P01", "40001", "57P01", "57P02", "57P03"}
_LOST = ("connection", "server closed", "could not connect", "timeout expired", "the database system is")


def storage_failure(problem: BaseException) -> StorageFull | Busy | TookTooLong | None:
    """The error to answer with when a disk or database failure is behind `problem`, else None.

    The exceptions it was raised from are looked at too, so a failure inside a template or a task is recognised.
    """
    for error in _with_causes(problem):
        if _is_full(error):
            return StorageFull()
        if _is_stopped(error):
            return TookTooLong()
        if _is_busy(error):
            return Busy()
    return None


def _with_causes(problem: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    error: BaseException | None = problem
    while error and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _sqlite_code(error) in _FULL_SQLITE
    return (isinstance(error, OSError) and error.errno in _FULL_ERRNO) or _state(error) in _FULL_STATES


def _is_stopped(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _sqlite_code(error) == sqlite3.SQLITE_INTERRUPT
    return _state(error) in _TOO_LONG_STATES


def _is_busy(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        return _sqlite_code(error) & 0xFF in _BUSY_SQLITE
    if _state(error):
        return _state(error) in _BUSY_STATES or _state(error).startswith("08")
    is_database = isinstance(error, OperationalError | InterfaceError)
    return is_database and any(words in str(error).lower() for words in _LOST)


def _sqlite_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))


def _state(error: BaseException) -> str:
    return getattr(error, "sqlstate", None) or ""
