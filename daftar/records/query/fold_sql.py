"""Texts compared in SQL in the one normal form of `kernel.text.fold`, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models import BooleanField, F, Func, TextField

from daftar.kernel.text import FOLD_MAP, fold
from daftar.records.query.json import checked

FUNCTION = "daftar_fold"
TWO_LETTERS = {c: fold(c) for c in "ßẞæÆœŒþÞ"}


def _sql_table() -> tuple[str, str]:
    """Characters and what each becomes; those without a partner stand last and are dropped.

    Capitals and loose accents are added to `FOLD_MAP`: `lower()` leaves them alone in a database with the locale C.
    """
    table = dict(FOLD_MAP)
    for code in (*range(0x41, 0x250), *range(0x300, 0x370), *range(0x400, 0x530), *range(0x1E00, 0x1F00)):
        folded = fold(chr(code))
        if len(folded) <= 1 and folded != chr(code) and chr(code) not in table and chr(code).isprintable():
            table[chr(code)] = folded
    ordered = sorted(table, key=lambda c: not table[c])
    return "".join(ordered), "".join(table[c] for c in ordered)


FROM, TO = _sql_table()


class Fold(Func):
    """The folded form of a text expression; NULL stays NULL."""

    function = FUNCTION
    arity = 1

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, output_field=TextField())

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        return folded_by_postgresql(inner, params)


class ListTextHas(Func):
    """Whether some item of a JSON list (or line of a JSON object) holds the words, both folded.

    Shapes: as `JsonListHas`; `part` names the text inside items that are objects; `lines` means an object of texts.
    """

    arity = 1
    conditional = True

    def __init__(
        self, words: str, *, key: str = "", column: str = "custom", part: str = "", lines: bool = False
    ) -> None:
        escaped = fold(words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        self.pattern, self.lines = f"%{escaped}%", lines
        self.key, self.part = checked(key) if key else "", checked(part) if part else ""
        super().__init__(F(column), output_field=BooleanField())

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        path = f'$."{self.key}"' if self.key else "$"
        item = f"JSON_EXTRACT(item.value, '$.{self.part}')" if self.part else "item.value"
        where = f"{FUNCTION}({item}) LIKE %s ESCAPE '\\'"
        sql = f"EXISTS(SELECT 1 FROM JSON_EACH({inner}, '{path}') AS item WHERE {where})"  # noqa: S608  # checked words
        return sql, [*params, self.pattern]

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        kept = f"({inner} -> '{self.key}')" if self.key else f"({inner})"
        shape, each = ("object", "jsonb_each_text") if self.lines else ("array", "jsonb_array_elements")
        item = f"(item.value ->> '{self.part}')" if self.part else "(item.value #>> '{}')"
        folded, more = folded_by_postgresql("item.value" if self.lines else item, [])
        # CASE, because SQL may unfold the list before it looks whether it is one.
        list_ = f"CASE jsonb_typeof({kept}) WHEN '{shape}' THEN {kept} ELSE '{'{}' if self.lines else '[]'}'::jsonb END"
        sql = f"EXISTS(SELECT 1 FROM {each}({list_}) AS item WHERE {folded} LIKE %s)"  # noqa: S608  # checked words
        return sql, [*params, *params, *more, self.pattern]


def folded_by_postgresql(inner: str, params: Any) -> tuple[str, list[Any]]:
    """`fold` in PostgreSQL's own functions: equal for every text of our three languages."""
    sql, more = f"lower(normalize({inner}, NFKC))", []
    for letter, two in TWO_LETTERS.items():
        sql, more = f"replace({sql}, %s, %s)", [*more, letter, two]
    sql = f"btrim(regexp_replace(translate({sql}, %s, %s), '\\s+', ' ', 'g'))"
    return sql, [*params, *more, FROM, TO]


def fold_or_null(value: Any) -> str | None:
    return None if value is None else fold(str(value))


def add_to(connection: Any) -> None:
    """Teach one SQLite connection the folded form."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, fold_or_null, deterministic=True)


def on_connection(connection: Any, **_ignored: Any) -> None:
    add_to(connection)


def register() -> None:
    """Teach every SQLite connection, those already open too; safe to repeat. Called when the room is ready."""
    connection_created.connect(on_connection, dispatch_uid=FUNCTION)
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            add_to(connection)
