"""Which of some days in a row a moment belongs to, as SQL that both databases work out alike and the ORM reads in one go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Func, IntegerField


class DayNumber(Func):
    """The number of the stretch in which the value lies, counted from 0; `starts` are where each begins.

    Halves of halves, so that few comparisons find it. The database's own functions of time zones are slower, and SQLite has none.
    """

    arity = 1

    def __init__(self, value: Any, starts: Sequence[Any]) -> None:
        self.starts = tuple(starts)
        super().__init__(value, output_field=IntegerField())

    def as_sql(  # one way for every database, so the words of templates stay unread
        self,
        compiler: Any,
        connection: Any,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> Any:
        source = self.source_expressions[0]
        inner, params = compiler.compile(source)
        starts = [source.output_field.get_db_prep_value(start, connection) for start in self.starts]
        return written(inner, list(params), starts, 0, len(starts))


def written(inner: str, params: list[Any], starts: Sequence[Any], first: int, behind: int) -> tuple[str, list[Any]]:
    if behind - first == 1:
        return str(first), []
    middle = (first + behind) // 2
    earlier, before = written(inner, params, starts, first, middle)
    later, after = written(inner, params, starts, middle, behind)
    return f"CASE WHEN {inner} < %s THEN {earlier} ELSE {later} END", [*params, starts[middle], *before, *after]
