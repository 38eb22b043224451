"""The index over the column `search` of every table of records: made after migrations and restores, kept by the database itself.

SQLite has a full-text table of trigrams beside each table, filled by triggers; PostgreSQL a generated column with the text in ASCII and
an index of pg_trgm over it. Both only name
rows that may hold a text; the condition itself (`holding.py`) is asked of the row. Where PostgreSQL's role may not
use pg_trgm, everything is found by reading all rows.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.apps import apps as installed
from django.db import DatabaseError, connection, connections, transaction
from django.db.models import BooleanField, F, Func, Model, Q

from daftar.access.models import Row
from daftar.kernel import triggers
from daftar.kernel.after_migrate import is_whole
from daftar.kernel.derived import PREFIX
from daftar.records.query.indexes import settle
from daftar.records.searching.asked import INDEXED, Asked, Token

log = logging.getLogger(__name__)
FEW = 10_000
"""Up to so many rows are gathered by the index; of more, the first ones are sooner met along the order of a list."""
MOST_GRAMS = 5
START = "^ "
_SCRIPTS = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџ",
    "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "אבגדהוזחטיכלמנסעפצקרשתםןץףך",
)
COLUMN = f"{PREFIX}ascii"
_ASCII = "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijkl"
LETTERS = "".join(_SCRIPTS)
BECOME = "".join(_ASCII[: len(script)] for script in _SCRIPTS)
"""pg_trgm knows the letters of the database's locale only, which may be C: so the index is over the text in ASCII, one
letter for one. Two letters that become the same only name a row too many. Part of the column: never change it.

It is a column and no expression of the index, because the database asks each row that an index of trigrams names once more, and to turn
the letters of a row costs it a quarter of a millisecond."""


def indexed_tables() -> dict[str, type[Model]]:
    """Table → model, of everything that has a search text."""
    return {m._meta.db_table: m for m in installed.get_models() if issubclass(m, Row) and m._meta.managed}


def name_of(table: str) -> str:
    return f"{PREFIX}search_{table}"


# -- making it -------------------------------------------------------------------------------------------


def install(apps: Any = None, using: str = "default", **_ignored: Any) -> None:
    """Make what lacks (after each migrate; safe to repeat). SQLite drops triggers with a table that it makes anew."""
    if not is_whole(apps):
        return
    made_on = connections[using]
    if made_on.vendor == "sqlite":
        lost = set(triggers.missing(made_on, [name for table in indexed_tables() for name in sqlite_triggers(table)]))
        without = lacking(made_on)
        for table in indexed_tables():
            if table in without or lost & set(sqlite_triggers(table)):
                fill(made_on, table)
        return
    able = can_use_trigrams(made_on)
    for table in indexed_tables():
        settle()
        with made_on.cursor() as cursor:
            for statement in postgres_column(table) + (postgres_index(table) if able else []):
                cursor.execute(statement)


def fill(made_on: Any, table: str) -> None:
    """Make the full-text table of a table anew from its rows, with its triggers: whole or not at all."""
    name = name_of(table)
    with transaction.atomic(using=made_on.alias), made_on.cursor() as cursor:
        for trigger in sqlite_triggers(table):
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE VIRTUAL TABLE {name} USING fts5(words, content='', detail=none, tokenize='trigram')")
        cursor.execute(f"INSERT INTO {name}(rowid, words) SELECT id, {words('')} FROM {table}")  # noqa: S608  # our own names
        for statement in sqlite_triggers(table).values():
            cursor.execute(statement)


def words(of: str) -> str:
    return f"'{START}' || {of}search || ' '"


def sqlite_triggers(table: str) -> dict[str, str]:
    """Name → statement."""
    name = name_of(table)
    add = f"INSERT INTO {name}(rowid, words) VALUES (NEW.id, {words('NEW.')});"  # noqa: S608  # our own names
    drop = f"INSERT INTO {name}({name}, rowid, words) VALUES ('delete', OLD.id, {words('OLD.')});"  # noqa: S608  # our own names
    acts = {
        "insert": f"INSERT ON {table} BEGIN {add} END",
        "update": f"UPDATE OF search ON {table} WHEN OLD.search IS NOT NEW.search BEGIN {drop} {add} END",
        "delete": f"DELETE ON {table} BEGIN {drop} END",
    }
    return {f"{name}_{act}": f"CREATE TRIGGER {name}_{act} AFTER {rest}" for act, rest in acts.items()}


def postgres_column(table: str) -> list[str]:
    """Most texts are ASCII already, and to look for 150 letters in them costs more than to store the row; older databases have it without that."""
    turned = f"CASE WHEN octet_length(search) = char_length(search) THEN search ELSE translate(search, '{LETTERS}', '{BECOME}') END"
    return [f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {COLUMN} text GENERATED ALWAYS AS ({turned}) STORED"]


def postgres_index(table: str) -> list[str]:
    # A short list of what waits to be sorted in: searches read it, too. The first release had the index over the expression.
    options = "WITH (fastupdate = on, gin_pending_list_limit = 512)"
    return [
        f"CREATE INDEX IF NOT EXISTS {index_of(table)} ON {table} USING gin ({COLUMN} gin_trgm_ops) {options}",
        f"DROP INDEX IF EXISTS {name_of(table)}",
    ]


def index_of(table: str) -> str:
    """The name of PostgreSQL's index."""
    return f"{PREFIX}find_{table}"


def can_use_trigrams(made_on: Any) -> bool:
    """Whether pg_trgm is there, or could be added to the database."""
    try:
        with transaction.atomic(using=made_on.alias), made_on.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as problem:
        log.warning("search reads all rows, for pg_trgm cannot be added", extra={"reason": str(problem).strip()})
        return False
    return True


def lacking(asked_of: Any = connection) -> list[str]:
    """Tables whose rows are found by reading all of them, because they have no index."""
    with asked_of.cursor() as cursor:
        if asked_of.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE %s", [f"{PREFIX}search_%"])
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE %s", [f"{PREFIX}find_%"])
        there = {name for (name,) in cursor.fetchall()}
    named = name_of if asked_of.vendor == "sqlite" else index_of
    return sorted(table for table in indexed_tables() if named(table) not in there)


HAS_COLUMN = """SELECT 1 FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped"""


# -- asking it -------------------------------------------------------------------------------------------


class Candidates(Func):
    """Whether the index names the row as one that may hold the tokens."""

    arity = 1
    conditional = True

    def __init__(self, table: str, tokens: tuple[Token, ...], at_start: str = "") -> None:
        self.table, self.tokens, self.at_start = table, tokens, at_start
        super().__init__(F("pk"), output_field=BooleanField())

    def as_sqlite(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        select, more = names_by_sqlite(self.table, self.tokens, self.at_start)
        return f"{inner} IN ({select})", [*params, *more]

    def as_postgresql(self, compiler: Any, connection: Any, **_more: Any) -> Any:
        inner, params = compiler.compile(self.source_expressions[0])
        select, more = names_by_postgres(self.table, self.tokens, self.at_start)
        return f"{inner} = ANY(ARRAY({select}))", [*params, *more]


def names_by_sqlite(table: str, tokens: tuple[Token, ...], at_start: str = "") -> tuple[str, list[str]]:
    every = [" OR ".join(f"({all_of(grams(s))})" for s in token.sought) for token in tokens]
    if at_start:
        every.append(all_of(grams(START + at_start)))
    name = name_of(table)
    return f"SELECT rowid FROM {name} WHERE {name} MATCH %s", [" AND ".join(f"({one})" for one in every)]  # noqa: S608  # our own names


def all_of(texts: list[str]) -> str:
    return " AND ".join('"{}"'.format(text.replace('"', '""')) for text in texts)


def grams(spelling: str) -> list[str]:
    """Three letters each; of a long text some spread over it, for the row itself is asked afterwards."""
    text = spelling if len(spelling) >= INDEXED else f" {spelling}"
    every = [text[n : n + 3] for n in range(len(text) - 2)]
    step = -(-len(every) // MOST_GRAMS)
    return every[::step] + ([every[-1]] if (len(every) - 1) % step else [])


def names_by_postgres(table: str, tokens: tuple[Token, ...], at_start: str = "") -> tuple[str, list[str]]:
    patterns = [[pattern for s in token.sought for pattern in likes(s)] for token in tokens]
    if at_start:
        patterns.append([f"{at_start}%"])
    where = " AND ".join("({})".format(" OR ".join([f"{COLUMN} LIKE %s"] * len(one))) for one in patterns)
    change = str.maketrans(LETTERS, BECOME)
    return f'SELECT id FROM "{table}" WHERE {where}', [p.translate(change) for one in patterns for p in one]  # noqa: S608  # our own names


def likes(spelling: str) -> list[str]:
    """LIKE patterns; a folded text has no sign that means something in them."""
    return [f"%{spelling}%"] if len(spelling) >= INDEXED else [f"{spelling}%", f"% {spelling}%"]


def by_index(model: type[Model], asked: Asked, at_start: str = "") -> Q:
    """The condition that lets the index name the rows; all rows where it cannot."""
    table, tokens = model._meta.db_table, known(asked)
    if (tokens or len(at_start) > 1) and is_ready(connection, table):
        return Q(Candidates(table, tokens, at_start if len(at_start) > 1 else ""))
    return Q()


def known(asked: Asked) -> tuple[Token, ...]:
    """The tokens that the index can look for: of two letters or more."""
    return tuple(token for token in asked.tokens if all(len(spelling) > 1 for spelling in token.sought))


def is_ready(asked_of: Any, table: str) -> bool:
    """Whether the table has what is asked: SQLite's index, PostgreSQL's column (which is read of all rows where it has no index).

    Remembered once it is there.
    """
    ready: set[str] | None = getattr(asked_of, "search_ready", None)
    if ready is None:
        ready = asked_of.search_ready = set()
    if table not in ready:
        with asked_of.cursor() as cursor:
            if asked_of.vendor == "sqlite":
                cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [name_of(table)])
            else:
                cursor.execute(HAS_COLUMN, [table, COLUMN])
            if cursor.fetchone():
                ready.add(table)
    return table in ready


def how_few(models: list[type[Model]], asked: Asked) -> dict[str, int | None]:
    """Table → how many rows the index names, where they are so few that they are best gathered by it, else None; one query for all tables.

    Whatever holds what was asked is among them: where none is named, nothing is found.
    """
    found: dict[str, int | None] = dict.fromkeys(m._meta.db_table for m in models)
    tokens, names_by = known(asked), names_by_sqlite if connection.vendor == "sqlite" else names_by_postgres
    ready = [table for table in found if tokens and is_ready(connection, table)]
    if not ready:
        return found
    parts, params = [], []
    for table in ready:
        select, more = names_by(table, tokens)
        parts.append(f"SELECT '{table}', (SELECT count(*) FROM ({select} LIMIT {FEW + 1}) AS named)")  # noqa: S608  # our own names
        params += more
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        for table, count in cursor.fetchall():
            found[table] = count if count <= FEW else None
    return found


def doctor_says() -> Iterator[str]:
    if tables := lacking():
        yield (
            f"Search reads all rows of {len(tables)} tables, for they have no index. "
            + (
                "Let an administrator of PostgreSQL run: CREATE EXTENSION pg_trgm; then start the server anew."
                if connection.vendor == "postgresql"
                else "Run bin/daftar migrate."
            )
        )
