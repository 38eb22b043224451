"""The database is asked how it runs: a setting that was made and ignored must not stay hidden."""

import pytest
from django.db import connection

from config.databases import database
from daftar.kernel import soundness


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="pragmas are SQLite's")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("journal_size_limit", 67_108_864),
    ],
)
def test_sqlite_runs_as_promised(pragma, value):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")

        assert cursor.fetchone()[0] == value


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="pragmas are SQLite's")
def test_sqlite_waits_ten_seconds_and_locks_at_once():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")

        assert cursor.fetchone()[0] >= 10_000
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="pragmas are SQLite's")
def test_a_wrong_pragma_stops_the_start(transactional_db):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            assert any("synchronous=1" in sentence for sentence in soundness.troubles())
        finally:
            cursor.execute("PRAGMA synchronous=FULL")


def test_postgres_by_its_address_alone(tmp_path):
    made = database("postgres://sara:p%40ss@db.example:6432/shop?sslmode=require", tmp_path)

    assert made["ENGINE"].endswith("postgresql")
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == (
        "sara",
        "p@ss",
        "db.example",
        "6432",
        "shop",
    )
    assert made["OPTIONS"]["sslmode"] == "require"


def test_an_unknown_database_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="sqlite: or postgres:"):
        database("mysql://somewhere/x", tmp_path)
