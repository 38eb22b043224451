"""A full disk is 507 and a locked or absent database 503, whatever it was wrapped in."""

import errno
import sqlite3

import pytest
from django.db import IntegrityError, OperationalError, connection

from daftar.kernel.errors import Busy, StorageFull
from daftar.kernel.storage_errors import storage_failure


def test_a_full_sqlite_database_says_full(tmp_path):
    database = sqlite3.connect(tmp_path / "small.sqlite3")
    database.execute("CREATE TABLE t (x)")
    database.execute("PRAGMA max_page_count=3")

    with pytest.raises(sqlite3.OperationalError) as problem:
        database.execute("INSERT INTO t VALUES (?)", ("x" * 100_000,))

    assert isinstance(storage_failure(problem.value), StorageFull)


def test_a_locked_sqlite_database_says_busy(tmp_path):
    first = sqlite3.connect(tmp_path / "one.sqlite3", isolation_level=None)
    second = sqlite3.connect(tmp_path / "one.sqlite3", isolation_level=None, timeout=0)
    first.execute("BEGIN EXCLUSIVE")

    with pytest.raises(sqlite3.OperationalError) as problem:
        second.execute("BEGIN IMMEDIATE")

    assert isinstance(storage_failure(problem.value), Busy)


def test_the_cause_counts():
    wrapped = OperationalError("wrapped")
    wrapped.__cause__ = OSError(errno.ENOSPC, "No space left on device")

    assert isinstance(storage_failure(wrapped), StorageFull)


def test_a_cut_connection_says_busy():
    assert isinstance(storage_failure(OperationalError("connection failed: Connection refused")), Busy)


@pytest.mark.parametrize(
    "problem",
    [ValueError("x"), IntegrityError("unique"), OperationalError("no such table: x"), OSError(errno.ENOENT, "x")],
)
def test_our_own_mistakes_are_no_storage_failures(problem):
    assert storage_failure(problem) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLSTATE is PostgreSQL's")
def test_a_lock_not_got_in_time_on_postgres_says_busy():
    import psycopg

    other = psycopg.connect(
        **{
            k: v
            for k, v in connection.get_connection_params().items()
            if k in {"dbname", "user", "host", "port", "password"}
        }
    )
    with other, connection.cursor() as cursor:
        other.execute("LOCK TABLE django_session")
        cursor.execute("SET lock_timeout = '50ms'")
        with pytest.raises(OperationalError) as problem:
            cursor.execute("SELECT * FROM django_session")
        cursor.execute("SET lock_timeout = 0")

    assert isinstance(storage_failure(problem.value), Busy)
