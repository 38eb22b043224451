"""Reading values out of the JSON column `custom` in SQL, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.db.models import BigIntegerField, BooleanField, DecimalField, F, Func, Q, TextField

KEY = re.compile(r"[a-z][a-z0-9_]{0,62}\Z")
OUTPUT: dict[str, Callable[[], Any]] = {
    "text": TextField,
    "whole": BigIntegerField,
    "number": lambda: DecimalField(max_digits=18, decimal_places=4),
}


def checked(key: str) -> str:
    """The key, which is written into SQL as it is (an expression index needs that), so it must be a plain word."""
    parts = key.split(".")
    if not all(KEY.match(part) for part in parts):
        raise ValueError(f"not a field key: {key!r}")
    return key


class JsonValue(Func):
    """`custom -> key` as text, whole number or decimal; `key` may be a dotted path ("price.base"); NULL when missing."""

    arity = 1

    def __init__(self, key: str, as_: str = "text", column: str = "custom") -> None:
        self.key, self.as_ = checked(key), as_
        super().__init__(F(column), output_field=OUTPUT.get(as_, TextField)())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        path = "$" + "".join(f'."{part}"' for part in self.key.split("."))
        template = f"JSON_EXTRACT(%(expressions)s, '{path}')"
        if self.as_ == "number":
            template = f"CAST({template} AS REAL)"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        path = "{" + ",".join(self.key.split(".")) + "}"
        template = f"(%(expressions)s #>> '{path}')"
        if self.as_ == "number":
            template = f"({template})::numeric"
        if self.as_ == "whole":
            template = f"(CASE {template} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {template} END)::bigint"
        return self.as_sql(compiler, connection, template=template, **extra)


class JsonListHas(Func):
    """Whether a JSON list (a column of its own, or a key of `custom`) holds the text, plainly or as some item's `value`."""

    arity = 1
    conditional = True

    def __init__(self, value: str, *, key: str = "", column: str = "custom", part: str = "") -> None:
        self.value, self.key, self.part = value, checked(key) if key else "", part
        super().__init__(F(column), output_field=BooleanField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        path = f'$."{self.key}"' if self.key else "$"
        item = f"JSON_EXTRACT(item.value, '$.{self.part}')" if self.part else "item.value"
        sql = f"EXISTS(SELECT 1 FROM JSON_EACH({inner}, '{path}') AS item WHERE {item} = %s)"  # noqa: S608  # checked keys only
        return sql, [*params, self.value]

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        list_ = f"({inner} -> '{self.key}')" if self.key else f"({inner})"
        wanted = [{self.part: self.value}] if self.part else [self.value]
        return f"COALESCE({list_} @> %s::jsonb, false)", [*params, json.dumps(wanted)]


def comparison(expression: Any, lookup: str, value: Any) -> Q:
    """A condition on an SQL expression by one of Django's lookups (exact, gte, contains, isnull …)."""
    found = expression.output_field.get_lookup(lookup)
    if found is None:
        raise ValueError(f"no lookup {lookup!r}")
    return Q(found(expression, value))
