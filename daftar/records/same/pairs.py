"""Pairs of records that may be the same, found by the database: whoever has a sign in common is compared, and nobody else.

Two records with the same key stand in one block. A block of more than `BLOCK` says nothing (the number of a switchboard). No pair is
looked at in Python, so a million records take some tens of seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from daftar.kernel.turns import let_others_save
from daftar.records.models import ContactPoint, Entity, SameKey, SamePair
from daftar.records.same.declaring import LEAST, RARE, SHARED, SameBy
from daftar.records.same.keys import rules_of
from daftar.records.types import RecordType

BLOCK = 50
"""So many records with one sign are compared with each other; of more the sign tells nothing."""
WRITTEN_AT_ONCE = 5_000
FOUND = "same_found"
Part = tuple[str, list[Any]]


def find_all(type_: RecordType) -> int:
    """Look through the whole type; how many pairs there are. What somebody said of a pair stays."""
    with found_in(type_, None):
        return written(type_)


def find_of(type_: RecordType, ids: Sequence[int]) -> None:
    """Look anew at the pairs of these records, in the caller's transaction."""
    with found_in(type_, ids):
        forget(type_, ids)
        write(type_, 0, None)


def forget(type_: RecordType, ids: Sequence[int]) -> None:
    """Take away the pairs of these records of which nobody said anything."""
    for column in ("low", "high"):
        SamePair.objects.filter(type=type_.key, verdict="", **{f"{column}__in": list(ids)}).delete()


# -- finding -------------------------------------------------------------------------------------------------


@contextmanager
def found_in(type_: RecordType, ids: Sequence[int] | None) -> Any:
    """A table of this connection alone with what was found: (n, low, high, score, reasons). It locks nothing that others write."""
    rules = rules_of(type_)
    sql, params = found_sql(type_, rules, ids)
    with connection.cursor() as cursor:
        if ids is None and connection.vendor == "postgresql":
            measure(cursor)
        cursor.execute(f"DROP TABLE IF EXISTS {FOUND}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {FOUND} (n bigint, low bigint, high bigint, score integer, reasons text)"
        )
        try:
            cursor.execute(f"INSERT INTO {FOUND} SELECT row_number() OVER (), * FROM ({sql}) found", params)  # noqa: S608  # made here
            yield
        finally:
            if not connection.needs_rollback:
                cursor.execute(f"DROP TABLE IF EXISTS {FOUND}")


def measure(cursor: Any) -> None:
    """Millions of signs were written a moment ago: PostgreSQL still takes the table for a small one, and would go through all of it for each sign."""
    for model in (SameKey, ContactPoint):
        cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def found_sql(type_: RecordType, rules: Sequence[SameBy], ids: Sequence[int] | None) -> Part:
    """Every pair of the type that reaches `LEAST`, of all records or of those."""
    blocks, block_params = blocks_of(type_, rules, ids)
    parts = [*by_keys(rules, ids), *(by_points(type_, rule, ids) for rule in rules if rule.point)]
    union = " UNION ALL ".join(sql for sql, _params in parts)
    said = "string_agg(rule, ' ')" if connection.vendor == "postgresql" else "group_concat(rule, ' ')"
    table, names = row_table(type_)
    loses, lose_params = losing(type_, rules)
    sql = f"""
        WITH block AS MATERIALIZED ({blocks})
        SELECT low, high, score, reasons FROM (
            SELECT p.low, p.high, p.score + {loses} AS score, p.reasons FROM (
                SELECT low, high, SUM(weight) AS score, ' ' || {said} || ' ' AS reasons
                FROM (SELECT DISTINCT low, high, rule, weight FROM ({union}) every) once
                GROUP BY low, high HAVING SUM(weight) >= {LEAST}
            ) p
            JOIN {table} a ON a.id = p.low AND a.deleted_at IS NULL{names("a")}
            JOIN {table} b ON b.id = p.high AND b.deleted_at IS NULL{names("b")}
        ) scored WHERE score >= {LEAST}
    """  # noqa: S608  # names of our tables and numbers
    return sql, [*block_params, *lose_params, *(value for _sql, values in parts for value in values)]


def row_table(type_: RecordType) -> tuple[str, Any]:
    table = connection.ops.quote_name(type_.model._meta.db_table)
    is_general = type_.model is Entity
    return table, lambda name: f" AND {name}.type = '{checked(type_.key)}'" if is_general else ""


def blocks_of(type_: RecordType, rules: Sequence[SameBy], ids: Sequence[int] | None) -> Part:
    """Signs that some records have in common, but not too many.

    A key stands for one type, rule and text. So the index of keys alone tells how many have it, and only of those that several have the rule is read.
    """
    table = connection.ops.quote_name(SameKey._meta.db_table)
    mine, theirs = among(table, "key", type_, ids)
    wanted = "', '".join(checked(rule.key) for rule in rules if rule.weight and not rule.point)
    sql = f"""SELECT b.key, k.rule, b.n FROM (
            SELECT key, COUNT(*) AS n, MIN(record_id) AS first FROM {table} WHERE 1 = 1{mine}
            GROUP BY key HAVING COUNT(*) BETWEEN 2 AND {BLOCK}
        ) b JOIN {table} k ON k.key = b.key AND k.record_id = b.first WHERE k.type || '' = %s AND k.rule IN ('{wanted}')"""  # noqa: S608  # names of our tables and rules
    return sql, [*theirs, type_.key]


def by_key(column: str, ids: Sequence[int] | None) -> str:
    """The column, for few records written so that databases go by the signs and not by an index of this column."""
    return column if ids is None else f"{column} || ''"


def by_keys(rules: Sequence[SameBy], ids: Sequence[int] | None) -> Iterable[Part]:
    """(SQL, parameters) of the pairs that agree in a sign: low, high, rule, weight."""
    weights = {rule.key: rule.weight for rule in rules if rule.weight and not rule.point}
    yield in_blocks("block.rule", weights, BLOCK, ids)
    if rare := {rule.key: rule.rare for rule in rules if rule.rare}:
        yield in_blocks("'rare_' || block.rule", rare, RARE, ids)


def in_blocks(name: str, weights: Mapping[str, int], most: int, ids: Sequence[int] | None) -> Part:
    """A key stands for one type, rule and text, so it alone joins; what is added to nothing keeps databases from other indexes."""
    table = connection.ops.quote_name(SameKey._meta.db_table)
    case = " ".join(f"WHEN '{checked(key)}' THEN {int(weight)}" for key, weight in weights.items())
    names = "', '".join(map(checked, weights))
    sql = f"""
        SELECT a.record_id AS low, b.record_id AS high, {name} AS rule, CASE block.rule {case} ELSE 0 END AS weight
        FROM block
        JOIN {table} a ON a.key = block.key
        JOIN {table} b ON b.key = block.key AND b.record_id + 0 > a.record_id + 0
        WHERE block.rule IN ('{names}') AND block.n <= {int(most)}{either(ids)}
    """  # noqa: S608  # names of our tables and numbers
    return sql, pair_ids(ids)


def by_points(type_: RecordType, rule: SameBy, ids: Sequence[int] | None) -> Part:
    """The same of phones and mail addresses, which stand in their own index already."""
    table = connection.ops.quote_name(ContactPoint._meta.db_table)
    kind = "phone" if rule.point == "phone" else "email"
    mine, theirs = among(table, "value", type_, ids)
    offices = " OR ".join(f"value LIKE '{name}@%%'" for name in SHARED)
    which = {"phone": "", "email": f" AND NOT ({offices})", "office_email": f" AND ({offices})"}[rule.point]
    fields = "', '".join(checked(key) for key in rule.field_keys)
    sql = f"""
        SELECT a.record_id AS low, b.record_id AS high, '{checked(rule.key)}' AS rule, {int(rule.weight)} AS weight
        FROM (SELECT value FROM {table} WHERE kind = %s AND {by_key("type", ids)} = %s AND field IN ('{fields}'){which}{mine}
              GROUP BY value HAVING COUNT(DISTINCT record_id) BETWEEN 2 AND {BLOCK}) points
        JOIN {table} a ON a.kind = %s AND a.value = points.value AND a.type || '' = %s AND a.field IN ('{fields}')
        JOIN {table} b ON b.kind = %s AND b.value = points.value AND b.type || '' = %s AND b.field IN ('{fields}')
            AND b.record_id + 0 > a.record_id + 0{either(ids)}
    """  # noqa: S608  # names of our tables and of declared fields
    return sql, [kind, type_.key, *theirs, kind, type_.key, kind, type_.key, *pair_ids(ids)]


def among(table: str, column: str, type_: RecordType, ids: Sequence[int] | None) -> Part:
    """The condition that a sign is one of these records'; nothing where all are looked through."""
    if ids is None:
        return "", []
    places = ",".join(["%s"] * len(ids))
    sql = f" AND {column} IN (SELECT {column} FROM {table} WHERE type = %s AND record_id IN ({places}))"  # noqa: S608  # as above
    return sql, [type_.key, *ids]


def either(ids: Sequence[int] | None) -> str:
    if ids is None:
        return ""
    places = ",".join(["%s"] * len(ids))
    return f" AND (a.record_id IN ({places}) OR b.record_id IN ({places}))"


def pair_ids(ids: Sequence[int] | None) -> list[int]:
    return [] if ids is None else [*ids, *ids]


def losing(type_: RecordType, rules: Sequence[SameBy]) -> Part:
    """What a pair loses by signs that both have and in which they do not agree."""
    table = connection.ops.quote_name(SameKey._meta.db_table)
    terms, params = ["0"], []
    for rule in rules:
        if not rule.differs:
            continue
        has = f"SELECT 1 FROM {table} k WHERE k.type = %s AND k.record_id = p.{{}} AND k.rule = '{checked(rule.key)}'"  # noqa: S608  # keys of declared rules
        both = f"""SELECT 1 FROM {table} k JOIN {table} l ON l.type = k.type AND l.key = k.key AND l.record_id = p.high
            WHERE k.type = %s AND k.record_id = p.low AND k.rule = '{checked(rule.key)}'"""  # noqa: S608  # as above
        terms.append(
            f"CASE WHEN EXISTS ({has.format('low')}) AND EXISTS ({has.format('high')}) AND NOT EXISTS ({both}) THEN {int(rule.differs)} ELSE 0 END"
        )
        params += [type_.key] * 3
    return f"({' + '.join(terms)})", params


def checked(word: str) -> str:
    """A word that a programmer declared, fit to stand in SQL."""
    if not word.replace("_", "").isalnum():
        raise ValueError(word)
    return word


# -- writing -------------------------------------------------------------------------------------------------


def written(type_: RecordType) -> int:
    """Put everything that was found among the pairs, a part at a time, and forget what is not found any more."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {FOUND}")  # noqa: S608  # our own table
        count = int(cursor.fetchone()[0])
        cursor.execute(f"CREATE INDEX {FOUND}_pair ON {FOUND} (low, high)")
    forget_lost(type_)
    for start in range(0, count, WRITTEN_AT_ONCE):
        with transaction.atomic():
            write(type_, start, start + WRITTEN_AT_ONCE)
        let_others_save()
    return count


def write(type_: RecordType, after: int, to: int | None) -> None:
    table = connection.ops.quote_name(SamePair._meta.db_table)
    until = "" if to is None else f" AND n <= {int(to)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (type, low, high, score, reasons, verdict, at) "  # noqa: S608  # our own tables and numbers
            f"SELECT %s, low, high, score, reasons, '', CURRENT_TIMESTAMP FROM {FOUND} WHERE n > {int(after)}{until} "
            "ON CONFLICT (type, low, high) DO UPDATE SET score = excluded.score, reasons = excluded.reasons",
            [type_.key],
        )


def forget_lost(type_: RecordType) -> None:
    """Open pairs that are none any more."""
    pair = connection.ops.quote_name(SamePair._meta.db_table)
    sql = f"""SELECT id FROM {pair} p WHERE type = %s AND verdict = ''
        AND NOT EXISTS (SELECT 1 FROM {FOUND} f WHERE f.low = p.low AND f.high = p.high)"""  # noqa: S608  # our own tables
    with connection.cursor() as cursor:
        cursor.execute(sql, [type_.key])
        lost = [id_ for (id_,) in cursor.fetchall()]
    for start in range(0, len(lost), WRITTEN_AT_ONCE):
        SamePair.objects.filter(pk__in=lost[start : start + WRITTEN_AT_ONCE]).delete()
        let_others_save()
