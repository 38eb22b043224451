"""Columns of many records as the database driver gives them, for whoever writes a million of them into a file.

Django makes each value of each row a Python value, which costs more than to fetch it; here that is left to who needs it, and may be done
once for all equal ones.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.db.models import DateTimeField, F, Func, JSONField, QuerySet, TextField

from daftar.access.models import Row
from daftar.records.query.among import Among

Read = Callable[[Any], Any]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class RawRows:
    """Shapes: `columns` has for each name what each row keeps, in the order of `ids`; `read` makes of it the value that a model would have."""

    ids: Sequence[int]
    columns: Mapping[str, Sequence[Any]]
    read: Mapping[str, Read]


def raw_rows(rows: QuerySet[Row], ids: Sequence[int], names: Sequence[str]) -> RawRows:
    """These columns of those of the rows that have one of the ids, in the order of the ids; one query."""
    kinds = [rows.model._meta.get_field(name) for name in names]
    asked = [
        PlainMoment(name) if isinstance(kind, DateTimeField) else name for name, kind in zip(names, kinds, strict=True)
    ]
    found_by = rows.filter(Among("pk", ids)).order_by().values_list("pk", *asked)
    compiler = found_by.query.get_compiler(found_by.db)
    sql, parameters = compiler.as_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        found = {row[0]: row for row in cursor.fetchall()}
    there = [found[id_] for id_ in ids if id_ in found]
    here, *columns = zip(*there, strict=True) if there else [()] * (len(names) + 1)
    turned = compiler.get_converters([one[0] for one in compiler.select])
    read = {name: reading(kind, turned.get(n)) for n, (name, kind) in enumerate(zip(names, kinds, strict=True), 1)}
    return RawRows(here, dict(zip(names, columns, strict=True)), read)


class PlainMoment(Func):
    """A moment in a form that the driver does not look at: text in UTC on SQLite, microseconds since 1970 on PostgreSQL."""

    arity = 1

    def __init__(self, column: str) -> None:
        super().__init__(F(column), output_field=TextField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s || '')", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(EXTRACT(EPOCH FROM %(expressions)s) * 1000000)::bigint"
        return self.as_sql(compiler, connection, template=template, **extra)


def moment(plain: str | int | None) -> dt.datetime | None:
    """What `PlainMoment` means."""
    if isinstance(plain, str):
        return dt.datetime.fromisoformat(f"{plain}+00:00")
    return None if plain is None else EPOCH + dt.timedelta(microseconds=plain)


def reading(kind: Any, converters: tuple[Sequence[Callable[..., Any]], Any] | None) -> Read:
    """What makes a value of the driver one of Python, as Django would."""
    if isinstance(kind, DateTimeField):
        return moment
    if isinstance(kind, JSONField):
        return loaded
    if converters is None:
        return as_it_is
    functions, expression = converters

    def read(value: Any) -> Any:
        for convert in functions:
            value = convert(value, expression, connection)
        return value

    return read


def as_it_is(value: Any) -> Any:
    return value


def loaded(text: str | bytes | None) -> Any:
    """The value of a JSON column."""
    if text is None:
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # what only Python's own reader takes, like half of a pair of signs
        return json.loads(text)
