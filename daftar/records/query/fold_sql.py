"""Texts compared in SQL in the one normal form of `kernel.text.fold`, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models import BooleanField, F, Func, TextField

from daftar.kernel.text import fold
from daftar.records.query.json import checked

FUNCTION = "daftar_fold"


class Fold(Func):
    """The folded form of a text expression; NULL stays NULL."""

    function = FUNCTION
    arity = 1

    def __init__(self, expression: Any) -> None:
        super().__init__(expression, output_field=TextField())

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        return folded_by_postgresql(inner, params, lower_by(connection))


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
        folded, more = folded_by_postgresql("item.value" if self.lines else item, [], lower_by(connection))
        # CASE, because SQL may unfold the list before it looks whether it is one.
        list_ = f"CASE jsonb_typeof({kept}) WHEN '{shape}' THEN {kept} ELSE '{'{}' if self.lines else '[]'}'::jsonb END"
        sql = f"EXISTS(SELECT 1 FROM {each}({list_}) AS item WHERE {folded} LIKE %s)"  # noqa: S608  # checked words
        return sql, [*params, *params, *more, self.pattern]


# PostgreSQL has no `fold`, and its `translate` walks the whole table for every character: 1,200 entries took 25 s for
# 100,000 names. So accents go by decomposition, marks and signs by ranges, and only what is left by a short table.

KEPT_WHOLE = "йїўѓќѐѝ"
"""Letters that would lose what looks like an accent; hidden in private code points meanwhile."""
HIDDEN = "".join(chr(0xE000 + n) for n in range(len(KEPT_WHOLE)))
TWO_LETTERS = {c: fold(c) for c in "ßæœþ"}


@cache
def tables() -> tuple[str, str, str, str]:
    """(letters, what each becomes, pattern of what is dropped, pattern of what becomes a space); made when asked."""
    codes = (*range(0xA0, 0x250), *range(0x370, 0x460), *range(0x600, 0x700))
    letters = [c for c in map(chr, codes) if c == c.lower() == unicodedata.normalize("NFKD", c)]
    single = {c: fold(c) for c in letters if fold(c) != c and len(fold(c)) == 1}
    dropped = ranges(lambda c: fold(f"a{c}a") == "aa")
    signs = ranges(lambda c: fold(f"a{c}a") == "a a")
    return "".join(single) + HIDDEN, "".join(single.values()) + KEPT_WHOLE, dropped, signs


def ranges(wanted: Callable[[str], bool]) -> str:
    """A pattern of one or more of the characters that are wanted."""
    found: list[list[int]] = []
    for code in (*range(0x01, 0xD800), *range(0xE000 + len(HIDDEN), 0x10000), *range(0x1F000, 0x1FB00)):
        if wanted(chr(code)):
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return "[" + "".join(f"\\U{low:08X}-\\U{high:08X}" for low, high in found) + "]+"


def folded_by_postgresql(inner: str, params: Any, lower_by: str) -> tuple[str, list[Any]]:
    """`fold` in PostgreSQL's own functions: equal for every text of our three languages."""
    letters, become, dropped, signs = tables()
    plain = f"btrim(regexp_replace(lower({inner}), '[^a-z0-9]+', ' ', 'g'))"
    sql = f"normalize(translate(lower(normalize({inner}, NFKC){lower_by}), %s, %s), NFKD)"
    sql = f"translate(regexp_replace({sql}, %s, '', 'g'), %s, %s)"
    more: list[Any] = [KEPT_WHOLE, HIDDEN, dropped, letters, become]
    for letter, two in TWO_LETTERS.items():
        sql, more = f"replace({sql}, %s, %s)", [*more, letter, two]
    sql = f"normalize(btrim(regexp_replace({sql}, %s, ' ', 'g')), NFC)"
    whole = f"CASE WHEN octet_length({inner}) = length({inner}) THEN {plain} ELSE {sql} END"
    return whole, [*params, *params, *params, *params, *more, signs]


def lower_by(connection: Any) -> str:
    """The collation for `lower()`, found out when the connection was opened."""
    return str(getattr(connection, "fold_lower_by", ""))


def find_lower_by(connection: Any) -> str:
    """A collation that knows all letters, for a database whose own knows only ASCII; "" when it needs or has none."""
    with connection.connection.cursor() as cursor:  # the driver's own: this is no query of a page
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        if cursor.fetchone()[0] not in ("C", "POSIX"):
            return ""
        cursor.execute("SELECT count(*) FROM pg_collation WHERE collname = 'und-x-icu'")
        return ' COLLATE "und-x-icu"' if cursor.fetchone()[0] else ""


def fold_or_null(value: Any) -> str | None:
    return None if value is None else fold(str(value))


def add_to(connection: Any) -> None:
    """Teach one connection the folded form."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, fold_or_null, deterministic=True)
    elif connection.vendor == "postgresql" and not hasattr(connection, "fold_lower_by"):
        connection.fold_lower_by = find_lower_by(connection)


def on_connection(connection: Any, **_ignored: Any) -> None:
    add_to(connection)


def register() -> None:
    """Teach every connection, those already open too; safe to repeat. Called when the room is ready."""
    connection_created.connect(on_connection, dispatch_uid=FUNCTION)
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            add_to(connection)
