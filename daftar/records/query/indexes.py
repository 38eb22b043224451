"""Indexes of custom fields: made when a field is added, matching to the letter what `query.json.JsonValue` asks for."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connection, transaction

from daftar.kernel.after_migrate import is_whole
from daftar.records.fields.base import Field
from daftar.records.models import Entity
from daftar.records.query.json import JsonValue, checked
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

NOT_INDEXED = frozenset({"long_text", "links"})
"""Too long for an index, or kept in a table of its own."""


def can_be_indexed(field: Field) -> bool:
    return field.custom and not field.many and field.json_as != "list" and field.kind not in NOT_INDEXED


def name_of(type_: RecordType, field: Field) -> str:
    """A name that both databases take (63 characters)."""
    digest = hashlib.sha256(f"{type_.key}.{field.key}".encode()).hexdigest()[:10]
    return f"cf_{type_.key}_{field.key}"[:50] + f"_{digest}"


def make(type_: RecordType, field: Field) -> None:
    """Make the index (expression, created, id) of a custom field, unless it is there or the kind has none.

    In the general table it holds the rows of its type only: those of other types cost it nothing.
    """
    if not can_be_indexed(field):
        return
    quote = connection.ops.quote_name
    columns = [expression_sql(type_, field), quote("created_at"), quote("id")]
    only = f" WHERE {quote('type')} = '{checked(type_.key)}'" if type_.model is Entity else ""
    table = quote(type_.model._meta.db_table)
    settle()
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE INDEX IF NOT EXISTS {quote(name_of(type_, field))} ON {table} ({', '.join(columns)}){only}"
        )


def settle() -> None:
    """PostgreSQL changes no table whose foreign keys still wait to be checked in this transaction."""
    if connection.vendor == "postgresql":
        connection.check_constraints()


def drop(type_: RecordType, field: Field) -> None:
    settle()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {connection.ops.quote_name(name_of(type_, field))}")


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
            if can_be_indexed(field):
                with transaction.atomic():
                    make(type_, field)
