"""Many new rows of one table by few statements: INSERT of many rows on SQLite, COPY on PostgreSQL.

Django makes each value of each row ready by itself; here a whole column is looked at once, and what the driver takes as it is stays as
it is. The ids are taken before the rows go in, so that what hangs on them needs no question.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain, repeat
from typing import Any

import orjson
from django.db import connection, models, transaction
from django.db.models.fields import NOT_PROVIDED

from daftar.records.query import behind

Column = Sequence[Any]
PLAIN: dict[type[models.Field[Any, Any]], frozenset[type]] = {
    models.CharField: frozenset({str}),
    models.TextField: frozenset({str}),
    models.IntegerField: frozenset({int}),
    models.BigAutoField: frozenset({int}),
    models.BooleanField: frozenset({bool}),
}
"""Kind of column → types of values that every driver takes as they are; None always goes."""
NOTHING = type(None)
AT_ONCE, MOST_VALUES = 200, 32_000
"""Rows of one statement on SQLite, and values of one that runs behind; a statement takes 32,766 values."""
AS_JSON = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
encode = json.JSONEncoder(check_circular=False).encode
"""As Django's JSON columns write it, letter by letter."""


def insert_many(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    alike: Mapping[str, Any] | None = None,
) -> Sequence[int]:
    """Add the rows and return their ids, in order; in the caller's transaction if there is one.

    Shapes: `columns` are attribute names (`by_id`), `rows` have the Python values of each in that order, `alike` those of columns
    in which all rows agree; what is named in neither has the column's default. The model has a whole number as its key, made by the
    database, no parents and no columns that change by themselves.
    Errors: those of the database, as Django says them (IntegrityError); TypeError for another model.
    """
    if not rows:
        return ()
    fields = fields_of(model)
    given = dict(alike or {})
    given |= {name: field.get_default() for name, field in fields.items() if name not in given and name not in columns}
    with transaction.atomic(savepoint=False):
        ids = new_ids(model, len(rows))
        ready: dict[str, Column] = {
            name: ready_column(fields[name], of) for name, of in zip(columns, zip(*rows, strict=True), strict=True)
        }
        ready |= {name: repeat(ready_column(fields[name], (value,))[0], len(rows)) for name, value in given.items()}  # type: ignore[misc]  # it is only walked through
        write(model, (model._meta.pk.attname, *ready), zip(ids, *ready.values(), strict=True))
    return ids


@cache
def fields_of(model: type[models.Model]) -> Mapping[str, models.Field[Any, Any]]:
    """Attribute name → column, but for the key. Errors: TypeError for a model that `insert_many` does not know how to fill."""
    meta = model._meta
    found = {f.attname: f for f in meta.concrete_fields if not f.primary_key}
    strange = [
        f.attname for f in found.values() if f.generated or f.db_default is not NOT_PROVIDED or changes_itself(f)
    ]
    if meta.parents or strange or not isinstance(meta.pk, models.AutoField | models.BigAutoField):
        raise TypeError(f"{meta.label} cannot be filled by insert_many: {strange or meta.pk}")
    return found


def can_fill(model: type[models.Model]) -> bool:
    """Whether `insert_many` knows how to fill the model."""
    try:
        fields_of(model)
    except TypeError:
        return False
    return True


def changes_itself(field: models.Field[Any, Any]) -> bool:
    """Whether saving changes the value: `auto_now` and the like, files."""
    own = type(field).pre_save is not models.Field.pre_save
    return own and (
        bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))
        or isinstance(field, models.FileField)
    )


# -- values ------------------------------------------------------------------------------------------------


def ready_column(field: models.Field[Any, Any], values: Column) -> Column:
    """What the driver takes for these values: the same as `get_db_prep_save` gives, a whole column at once."""
    kinds = set(map(type, values))
    if kinds - {NOTHING} <= plain_kinds(field):
        return values
    if isinstance(field, models.JSONField) and field.encoder is None:
        text = quick_json_text if connection.vendor == "postgresql" else json_text
        return [None if value is None else text(value) for value in values]
    if isinstance(field, models.DateTimeField) and kinds <= {dt.datetime, NOTHING} and connection.timezone is dt.UTC:
        as_text = connection.vendor == "sqlite"
        return [value if value is None else moment(field, value, as_text) for value in values]
    if isinstance(field, models.DateField) and kinds <= {dt.date, NOTHING}:
        known = {value: field.get_db_prep_save(value, connection) for value in set(values)}
        return [known[value] for value in values]
    return [field.get_db_prep_save(value, connection) for value in values]


@cache
def plain_kinds(field: models.Field[Any, Any]) -> frozenset[type]:
    target: Any = field.target_field if isinstance(field, models.ForeignKey) else field
    if type(target).get_db_prep_save is not models.Field.get_db_prep_save:
        return frozenset()
    own = next((types for kind, types in PLAIN.items() if isinstance(target, kind)), None)
    made_by_us = not type(target).__module__.startswith("django.db.models")
    return frozenset() if own is None or made_by_us else own


def moment(field: models.Field[Any, Any], value: dt.datetime, as_text: bool) -> Any:
    if value.tzinfo is not dt.UTC:
        return field.get_db_prep_save(value, connection)
    return value.isoformat(" ")[: -len("+00:00")] if as_text else value


def json_text(value: Any) -> str:
    """As Django's JSON columns keep it, letter by letter."""
    if not value:
        return "{}" if value == {} else "[]" if value == [] else encode(value)
    return encode(value)


def quick_json_text(value: Any) -> str:
    """The same value for PostgreSQL, which keeps no letters but what they mean."""
    if not value:
        return json_text(value)
    try:
        return orjson.dumps(value, option=AS_JSON).decode()
    except TypeError:  # what only the other knows, or refuses with its own words
        return encode(value)


# -- the database ------------------------------------------------------------------------------------------


def new_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """So many ids that nobody else has or gets."""
    held = behind.current()
    if held is None:
        return asked_ids(model, count)
    table = model._meta.db_table
    if len(held.ids.get(table, ())) < count:
        held.ids[table] = asked_ids(model, count * held.parts)
    ids, held.ids[table] = held.ids[table][:count], held.ids[table][count:]
    return ids


def reserve(counts: Mapping[type[models.Model], int]) -> None:
    """Take so many ids of each table ahead, in a block of `behind`: later questions would wait for the rows that are on their way."""
    held = behind.current()
    if held is not None:
        for model, count in counts.items():
            held.ids[model._meta.db_table] = asked_ids(model, count)


def asked_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """On SQLite nobody else writes until this transaction ends."""
    table, key = model._meta.db_table, str(model._meta.pk.column)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [f'"{table}"', key, count]
            )
            return sorted(id_ for (id_,) in cursor.fetchall())
        cursor.execute(
            f'SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0), coalesce((SELECT max("{key}") FROM "{table}"), 0))',  # noqa: S608  # our own names
            [table],
        )
        last: int = cursor.fetchone()[0]
    return range(last + 1, last + 1 + count)


def write(model: type[models.Model], names: tuple[str, ...], rows: Iterable[Sequence[Any]]) -> None:
    """Add the rows now, or behind where a block of `behind` is open."""
    held, ready, raw = behind.current(), list(rows), connection.connection
    if connection.vendor == "postgresql":
        sql = copy_sql(model, names)
        if held is not None:
            held.add(lambda: copy(raw.cursor(), sql, ready))
            return
        with connection.cursor() as cursor, connection.wrap_database_errors:
            copy(cursor, sql, ready)
        return
    if held is not None:
        planned = list(statements(model, names, ready, "?", MOST_VALUES // len(names)))
        held.add(lambda: execute(raw, planned))
        return
    with connection.cursor() as cursor:
        execute(cursor, statements(model, names, ready, "%s", AT_ONCE))


def copy(cursor: Any, sql: str, rows: Sequence[Sequence[Any]]) -> None:
    with cursor.copy(sql) as into:
        for row in rows:
            into.write_row(row)


def execute(on: Any, statements: Iterable[tuple[str, Sequence[Sequence[Any]]]]) -> None:
    for sql, rows in statements:
        on.execute(sql, list(chain.from_iterable(rows)))


def statements(
    model: type[models.Model], names: tuple[str, ...], rows: Sequence[Sequence[Any]], mark: str, at_once: int
) -> Iterator[tuple[str, Sequence[Sequence[Any]]]]:
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        yield insert_sql(model, names, len(some), mark), some


@lru_cache(maxsize=200)
def insert_sql(model: type[models.Model], names: tuple[str, ...], size: int, mark: str) -> str:
    """One statement for many rows: after each statement SQLite sorts what its full-text index waits for, which costs more than a row."""
    one = "(" + ",".join([mark] * len(names)) + ")"
    return f"INSERT INTO {place(model, names)} VALUES {', '.join([one] * size)}"  # noqa: S608  # our own names


@lru_cache(maxsize=200)
def copy_sql(model: type[models.Model], names: tuple[str, ...]) -> str:
    return f"COPY {place(model, names)} FROM STDIN"


def place(model: type[models.Model], names: tuple[str, ...]) -> str:
    quote = connection.ops.quote_name
    by_name = {f.attname: str(f.column) for f in model._meta.concrete_fields}
    return f"{quote(model._meta.db_table)} ({', '.join(quote(by_name[name]) for name in names)})"
