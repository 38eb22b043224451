"""A page's statement that runs too long is stopped, and the page says so; the connection goes on working."""

import pytest
from django.db import DatabaseError, connection, transaction

from daftar.kernel import time_limit
from daftar.kernel.errors import TookTooLong
from daftar.kernel.storage_errors import storage_failure

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000000) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
}


@pytest.fixture
def hurried(transactional_db):
    connection.ensure_connection()
    time_limit.limit(connection, 0.2)
    yield
    connection.close()
    connection.execute_wrappers.clear()


def ask(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_a_statement_that_takes_too_long_is_stopped(hurried):
    with pytest.raises(DatabaseError) as problem:
        ask(ENDLESS[connection.vendor])

    assert isinstance(storage_failure(problem.value), TookTooLong)
    assert ask("SELECT 7") == 7


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL counts by itself")
def test_many_short_statements_are_no_long_one(hurried):
    watch = connection.execute_wrappers[0]
    watch.began -= 100

    assert watch.is_over()
    assert ask("SELECT count(*) FROM access_user") == 0
    assert not watch.is_over()
