"""Which rows have one of many numbers: one parameter however many they are, so that a statement for thousands is made at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, F, Func


class Among(Func):
    """Whether the whole number in this column is one of these."""

    arity = 1
    conditional = True

    def __init__(self, column: str, numbers: Iterable[int]) -> None:
        self.numbers = list(numbers)
        super().__init__(F(column), output_field=BooleanField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{inner} IN (SELECT value FROM JSON_EACH(%s))", [*params, json.dumps(self.numbers)]  # noqa: S608  # the name of a column

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        return f"{inner} = ANY(%s)", [*params, self.numbers]
