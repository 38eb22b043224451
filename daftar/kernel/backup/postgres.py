"""PostgreSQL's rows in and out, by its own COPY: no client tools are needed, and any version reads any other's."""

import zipfile
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from daftar.kernel.backup.archive import CHUNK, RESTORING, ROWS, ArchiveWriter, Manifest

_TABLES = """
    SELECT c.table_name, array_agg(c.column_name::text ORDER BY c.ordinal_position)
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
    GROUP BY c.table_name ORDER BY c.table_name
"""
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1"


def add_rows(archive: ArchiveWriter) -> None:
    """Copy each table's rows as of one moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        manifest = archive.manifest
        manifest.columns = our_tables(cursor)
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        manifest.migrations = [list(row) for row in cursor.fetchall()]
        cursor.execute(_SEQUENCES)
        for (name,) in cursor.fetchall():
            cursor.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name)))
            manifest.sequences[name] = list(cursor.fetchone())
        for table, columns in manifest.columns.items():
            archive.add(f"{ROWS}{table}.copy", lambda write, t=table, c=columns: _copy_out(cursor, t, c, write))  # type: ignore[misc]
            manifest.tables[table] = cursor.rowcount


def our_tables(cursor: Any) -> dict[str, list[str]]:
    """Table → its columns, without generated ones."""
    cursor.execute(_TABLES)
    return dict(cursor.fetchall())


def _copy_out(cursor: Any, table: str, columns: list[str], write: Any) -> None:
    with cursor.copy(_copy(table, columns, "TO STDOUT")) as rows:
        for chunk in rows:
            write(bytes(chunk))


def _copy(table: str, columns: list[str], direction: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table), names)


def replace_rows(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Put the backup's rows in place of the present ones, in one transaction: whole or not at all.

    A backup of an older version is put into tables of that version, which are then migrated, in the same transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(sql.SQL("SET LOCAL {} = 'on'").format(sql.SQL(RESTORING)))
        is_same = _applied(cursor) == {tuple(row) for row in manifest.migrations}
        if not is_same:
            _make_tables_as_of(cursor, manifest)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # tables come in the order of their names
        present = our_tables(cursor)
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(map(sql.Identifier, present))))
        for table, columns in manifest.columns.items():
            with (
                archive.open(f"{ROWS}{table}.copy") as member,
                cursor.copy(_copy(table, columns, "FROM STDIN")) as rows,
            ):
                while chunk := member.read(CHUNK):
                    rows.write(chunk)
        for name, (last, is_called) in manifest.sequences.items():
            cursor.execute(
                "SELECT setval(%s::regclass, %s, %s)", [sql.Identifier(name).as_string(cursor.cursor), last, is_called]
            )
        if not is_same:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # pending checks would forbid changing the tables
            call_command("migrate", verbosity=0, interactive=False)  # with what rooms put in place after it


def _applied(cursor: Any) -> set[tuple[str, str]]:
    cursor.execute("SELECT to_regclass('django_migrations')")
    if cursor.fetchone()[0] is None:
        return set()
    cursor.execute("SELECT app, name FROM django_migrations")
    return set(cursor.fetchall())


def _make_tables_as_of(cursor: Any, manifest: Manifest) -> None:
    for table in our_tables(cursor):
        cursor.execute(sql.SQL("DROP TABLE {} CASCADE").format(sql.Identifier(table)))
    executor = MigrationExecutor(connection)
    executor.migrate([(app, name) for app, name in manifest.migrations])
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
