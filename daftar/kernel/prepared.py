"""Questions that every page asks in the same shape: Django compiles them once, later ones only carry other values.

Compiling is most of what a small question costs (a millisecond, against a tenth of one for asking), and a page asks a dozen of them.
What the database answers is the same; nothing is remembered but the words of the statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators

T = TypeVar("T")
Value = int | str | dt.datetime

MARKS: dict[type, Callable[[int], Value]] = {
    int: lambda place: 1_900_000_011 + place,
    str: lambda place: f"\ue000{place}\ue000",
    dt.datetime: lambda place: dt.datetime(1999, 9, 9, 9, 9, 9, 1 + place, tzinfo=dt.UTC),
}
"""What stands for the n-th value while the statement is made: nothing that a real question would hold."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Shapes: `given` has for each parameter the place of the value that goes there, or -1 for one that stays as it is in `fixed`."""

    sql: str
    fixed: tuple[Any, ...]
    given: tuple[int, ...]
    read: Callable[[Sequence[Any]], Any]
    converted: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]

    def parameters(self, values: Sequence[Any]) -> list[Any]:
        return [
            kept if place < 0 else as_parameter(values[place], kept)
            for kept, place in zip(self.fixed, self.given, strict=True)
        ]


LARGEST = 2**63 - 1
"""The largest whole number that a column holds; of a larger one the driver makes an error and no empty answer."""


class Prepared(Generic[T]):
    """A question to the database whose shape never changes.

    Shapes: `build` gives the rows for values of these kinds (int up to `LARGEST`, str, datetime), whole records or `values_list`; it must
    not look at the values. Errors: TypeError at the first asking, when a value does not stand in the statement as it was given.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]], *kinds: type) -> None:
        self.build, self.kinds = build, kinds
        self.made: dict[str, Statement] = {}

    def rows(self, *values: Value) -> list[T]:
        """What `build(*values)` would give."""
        statement = self.statement()
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, statement.parameters(values))
            found = cursor.fetchall()
        return [statement.read(converted(row, statement)) for row in found]

    def first(self, *values: Value) -> T | None:
        """The first of the rows, in the order in which they are asked for."""
        found = self.rows(*values)
        return found[0] if found else None

    def count(self, *values: Value) -> int:
        """How many there are."""
        statement = self.statement()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({statement.sql}) AS counted", statement.parameters(values))  # noqa: S608  # Django's own statement
            return int(cursor.fetchone()[0])

    def statement(self) -> Statement:
        known = self.made.get(connection.vendor)
        if known is None:
            known = self.made[connection.vendor] = made(self.build, self.kinds)
        return known


def made(build: Callable[..., QuerySet[Any]], kinds: Sequence[type]) -> Statement:
    marks = [MARKS[kind](place) for place, kind in enumerate(kinds)]
    rows = build(*marks)
    compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
    sql, parameters = compiler.as_sql()
    known = {as_parameter(mark, mark): place for place, mark in enumerate(marks)}
    given = tuple(known.get(value, -1) if isinstance(value, int | str | dt.datetime) else -1 for value in parameters)
    if missing := set(range(len(marks))) - set(given):
        raise TypeError(
            f"{build.__qualname__}: the values {sorted(missing)} do not stand in the statement as they were given."
        )
    columns = [column[0] for column in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    turned = [(place, functions, column) for place, (functions, column) in converters.items()]
    return Statement(sql, tuple(parameters), given, reading(rows, compiler), turned)


def as_parameter(value: Any, kept: Any) -> Any:
    """The value as the driver takes it: numbers in the same dress as the mark that stood there."""
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value if type(kept) in (int, str) else type(kept)(value)


def reading(rows: QuerySet[Any], compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """How a row of the answer becomes what the question gives: a record with those it brings along, a tuple, or one value."""
    if not issubclass(rows._iterable_class, ModelIterable):
        flat = rows._iterable_class.__name__ == "FlatValuesListIterable"
        return (lambda row: row[0]) if flat else tuple
    info = compiler.klass_info
    start, end = info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column[0].target.attname for column in compiler.select[start:end]]
    others = get_related_populators(info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # the stubs are of a later Django
    model = info["model"]

    def record(row: Sequence[Any]) -> Any:
        one = model.from_db(DEFAULT_DB_ALIAS, names, row[start:end])
        for other in others:
            other.populate(row, one)
        return one

    return record


def converted(row: Sequence[Any], statement: Statement) -> list[Any]:
    values = list(row)
    for place, functions, column in statement.converted:
        for function in functions:
            values[place] = function(values[place], column, connection)
    return values
