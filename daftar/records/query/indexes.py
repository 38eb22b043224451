"""Indexes of custom fields: made when a field is added, matching to the letter what `query.json.JsonValue` asks for."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection, transaction

from daftar.kernel.after_migrate import is_whole
from daftar.records.fields.base import Field
from daftar.records.models import Entity
from daftar.records.query import unique
from daftar.records.query.json import JsonValue, checked
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

NOT_INDEXED = frozenset({"long_text", "links"})
"""Too long for an index, or kept in a table of its own."""


BIG = 50_000
"""Rows from which PostgreSQL builds an index beside the work of others."""


def can_be_indexed(field: Field) -> bool:
    return field.custom and not field.many and field.json_as != "list" and field.kind not in NOT_INDEXED


def name_of(type_: RecordType, field: Field) -> str:
    """A name that both databases take (63 characters)."""
    return named(type_, field, f"{type_.key}.{field.slot}.live")


def older_names(type_: RecordType, field: Field) -> list[str]:
    """What its index was called while it did not hold `deleted_at`."""
    return [named(type_, field, f"{type_.key}.{field.slot}")]


def named(type_: RecordType, field: Field, words: str) -> str:
    digest = hashlib.sha256(words.encode()).hexdigest()[:10]
    return f"cf_{type_.key}_{field.slot}"[:50] + f"_{digest}"


def make(type_: RecordType, field: Field) -> None:
    """Make the index (expression, created, id, deleted) of a custom field, unless it is there or the kind has none.

    With `deleted_at` in it a count need not look at the rows.
    Empty values stand first in it as in lists; PostgreSQL walks an index in no other order. Outside of a transaction PostgreSQL
    builds it while others write. In the general table it holds the rows of its type only: those of other types cost it nothing.
    """
    if field.unique:
        settle()
        unique.make(type_, field)
    if not can_be_indexed(field):
        return
    quote = connection.ops.quote_name
    is_new = connection.vendor == "postgresql" and not is_there(name_of(type_, field))
    first = " NULLS FIRST" if connection.vendor == "postgresql" else ""
    columns = [expression_sql(type_, field) + first, *map(quote, ("created_at", "id", "deleted_at"))]
    only = f" WHERE {quote('type')} = '{checked(type_.key)}'" if type_.model is Entity else ""
    table = quote(type_.model._meta.db_table)
    beside = ""
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        beside = "CONCURRENTLY "
        drop_broken(name_of(type_, field))
    else:
        settle()
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX {beside}IF NOT EXISTS {quote(name_of(type_, field))} ON {table} ({', '.join(columns)}){only}"
        )
        for name in older_names(type_, field):
            cursor.execute(f"DROP INDEX IF EXISTS {quote(name)}")
        if is_new:
            cursor.execute(f"ANALYZE {table}")  # or it guesses how often a value stands in the field


def make_soon(type_: RecordType, field: Field) -> None:
    """Make the index at once; of a type with very many records the worker makes it, so that nobody waits to save."""
    if connection.vendor == "postgresql" and can_be_indexed(field) and is_big(type_):
        from daftar.records.jobs import make_indexes

        make_indexes.enqueue(type_.key)
        if field.unique:
            settle()
            unique.make(type_, field)
        return
    with transaction.atomic():
        make(type_, field)


def make_all(type_: RecordType) -> None:
    """Make the indexes of a type that are not there, each outside of a transaction."""
    for field in type_.fields:
        if can_be_indexed(field):
            make(type_, field)


def is_big(type_: RecordType) -> bool:
    """Whether the table holds so many rows that building an index would be felt; as the database estimates it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [type_.model._meta.db_table])
        return bool(cursor.fetchone()[0] > BIG)


def is_there(name: str) -> bool:
    """Whether PostgreSQL has the index, whole."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND indisvalid", [f'"{name}"'])
        return cursor.fetchone() is not None


def drop_broken(name: str) -> None:
    """Take away what is left of an index whose building was cut short: it is never used, and would count as there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s AND NOT indisvalid",
            [name],
        )
        if cursor.fetchone():
            cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(name)}")


def settle() -> None:
    """PostgreSQL changes no table whose foreign keys still wait to be checked in this transaction."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def drop(type_: RecordType, field: Field) -> None:
    settle()
    unique.drop(type_, field)
    with connection.cursor() as cursor:
        for name in (name_of(type_, field), *older_names(type_, field)):
            cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(name)}")


def expression_sql(type_: RecordType, field: Field) -> str:
    """The SQL of the field's value as every query writes it, without the name of the table."""
    expression: Any = field.expression()
    if not isinstance(expression, JsonValue):
        raise TypeError(f"{field.key} does not live in JSON")
    rows = type_.model.objects.annotate(value=expression).values_list("value").query
    compiler = rows.get_compiler(connection=connection)
    sql, params = compiler.compile(expression.resolve_expression(rows))
    if params:
        raise TypeError("an index cannot hold parameters")
    table = connection.ops.quote_name(type_.model._meta.db_table)
    return f"({sql.replace(f'{table}.', '')})"


def make_missing(apps: Any = None, **_ignored: Any) -> None:
    """Make the indexes that are not there: after a migration that made a table anew, or after a restore."""
    if not is_whole(apps):
        return
    for type_ in current_schema().types.values():
        for field in type_.fields:
            if can_be_indexed(field) or field.unique:
                with transaction.atomic():
                    make(type_, field)
