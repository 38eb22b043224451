"""Conditions on who owns a row, made for lists of hundreds of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import F, Func, Lookup, Q
from django.db.models.lookups import IsNull


class Among(Lookup[Any]):
    """Whether the number is one of `ids`, which stand in the statement themselves.

    Django's `__in` prepares each id four times over as a parameter; with three hundred people in six statements that was a
    fifth of a page. Ids are whole numbers, made so here, and need no quoting.
    """

    prepare_rhs = False

    def __init__(self, lhs: Any, ids: Iterable[int]) -> None:
        super().__init__(lhs, ids if isinstance(ids, str) else ",".join(str(int(id_)) for id_ in sorted(ids)))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            raise EmptyResultSet
        left, params = self.process_lhs(compiler, connection)
        return f"{left} IN ({self.rhs})", tuple(params)


class NotAmong(Among):
    """Whether there is a number and it is none of `ids`."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return (f"{left} NOT IN ({self.rhs})" if self.rhs else f"{left} IS NOT NULL"), tuple(params)


class Walked(Func):
    """The column itself, but SQLite does not look it up in an index: the rows are walked in the order of the list instead.

    PostgreSQL decides by what it knows of the values and needs no word.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def among(column: str, ids: Iterable[int], *, walked: bool = False) -> Q:
    return Q(Among(Walked(F(column)) if walked else F(column), ids))


def owned_by(ids: frozenset[int], everybody: Collection[int], *, walked: bool = False) -> Q:
    """Rows whose owner is one of `ids`; of most of `everybody`, rows that are not of the few others: that is told sooner."""
    others = frozenset(everybody) - ids
    if len(others) * 2 > len(ids):
        return among("owner_id", ids, walked=walked)
    return Q(NotAmong(Walked(F("owner_id")) if walked else F("owner_id"), others))


def nobodys(*, walked: bool = False) -> Q:
    """Rows without an owner."""
    return Q(IsNull(Walked(F("owner_id")) if walked else F("owner_id"), True))
