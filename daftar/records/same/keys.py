"""The signs of records as numbers in the table `SameKey`: worked out from their columns, a batch at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b, sha256
from itertools import islice
from struct import Struct
from typing import Any

from django.db import connection

from daftar.records.models import RecordLink, SameKey
from daftar.records.reading import of_type
from daftar.records.same.declaring import SameBy, Values, in_order
from daftar.records.types import RecordType

Row = tuple[str, str, int, int]
"""One of the table `SameKey`: type, rule, number, record."""
Which = Mapping[str, Any]
"""Lookups of record ids: `{"in": [1, 2]}`, `{"gt": 0, "lte": 9}`; a range is far cheaper to ask for than ten thousand ids."""
MOST = 40
"""So many signs of one rule a record has at most."""


def rules_of(type_: RecordType) -> list[SameBy]:
    """The rules of a type of which it has every field."""
    known = type_.whole.by_key
    return [rule for rule in in_order(type_.same_by) if known.keys() >= set(rule.field_keys)]


def fingerprint(type_: RecordType) -> str:
    """Changes when the signs become others, so that everything is looked through anew. Raise the number when the code does that."""
    said = [(r.key, r.weight, r.fields, r.point, r.rare, r.differs) for r in rules_of(type_)]
    return sha256(repr((1, said)).encode()).hexdigest()[:32]


def number_of(type_key: str, rule: str, sign: str) -> int:
    """One number for a type, a rule and a text, with the sign that columns of the database have."""
    mixed = begun(type_key, rule).copy()
    mixed.update(sign.encode())
    return int(unpacked(mixed.digest())[0])


@lru_cache(maxsize=256)
def begun(type_key: str, rule: str) -> blake2b:
    """What all signs of a rule begin with; to go on from a copy takes half the time."""
    return blake2b(f"{type_key}\0{rule}\0".encode(), digest_size=8)


unpacked = Struct(">q").unpack


def signs_of(type_key: str, rules: Iterable[SameBy], values: Values) -> list[tuple[str, int]]:
    """(rule, number) of every sign that these values have; phones and mail addresses are not among them."""
    found = []
    for rule in rules:
        if not rule.point:
            for sign in islice(dict.fromkeys(filter(None, rule.signs(values))), MOST):
                found.append((rule.key, number_of(type_key, rule.key, sign)))
    return found


# -- keeping -------------------------------------------------------------------------------------------------


def keep(type_: RecordType, ids: Sequence[int]) -> None:
    """Write the signs of these records anew, in the caller's transaction; those of records in the bin go."""
    SameKey.objects.filter(type=type_.key, record_id__in=list(ids)).delete()
    rules = kept_rules(type_)
    insert(rows_of(type_, rules, values_of(type_, rules, {"in": list(ids)})))


def next_values(type_: RecordType, rules: Sequence[SameBy], after: int, most: int) -> tuple[Mapping[int, Values], int]:
    """What the rules read of the next records behind this id, and the last of them; 0 when there are none."""
    ids = of_type(type_).filter(pk__gt=after, deleted_at=None).order_by("pk").values_list("pk", flat=True)
    last = next(iter(ids[most - 1 : most]), 0) or ids.reverse().first() or 0
    return values_of(type_, rules, {"gt": after, "lte": last}) if last else {}, last


def kept_rules(type_: RecordType) -> list[SameBy]:
    return [rule for rule in rules_of(type_) if not rule.point]


def rows_of(type_: RecordType, rules: Sequence[SameBy], found: Mapping[int, Values]) -> list[Row]:
    """What the table is to hold of these records; asks no database, so that another thread may do it."""
    return [
        (type_.key, rule, key, id_) for id_, values in found.items() for rule, key in signs_of(type_.key, rules, values)
    ]


def insert(rows: Sequence[Row]) -> None:
    """Plain SQL: a first look at a million records writes some millions of these."""
    if not rows:
        return
    quote = connection.ops.quote_name
    columns = ",".join(quote(name) for name in ("type", "rule", "key", "record_id"))
    into = f"{quote(SameKey._meta.db_table)} ({columns})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:  # one statement for all: while it runs, other threads of Python do as well
            parts = ",".join(f"json_extract(value, '$[{n}]')" for n in range(4))
            cursor.execute(f"INSERT INTO {into} SELECT {parts} FROM json_each(%s)", [json.dumps(rows)])  # noqa: S608  # names of our columns


def values_of(type_: RecordType, rules: Sequence[SameBy], which: Which) -> Mapping[int, Values]:
    """Record id → the values that the rules read, of those that are not in the bin; without objects in between, for speed."""
    keys = list(dict.fromkeys(key for rule in rules for key in rule.field_keys))
    columns = {key: column for key in keys if (column := type_.whole.by_key[key].column)}
    linked = [key for key in keys if type_.whole.by_key[key].kind == "links"]
    stored = [key for key in keys if key not in columns and key not in linked]
    wanted = ["pk", *columns.values(), *(["custom"] if stored else [])]
    rows = of_type(type_).filter(**on("pk", which), deleted_at=None).order_by()
    found: dict[int, dict[str, Any]] = {}
    for id_, *values in rows.values_list(*wanted):
        found[id_] = dict(zip(columns, values, strict=False))
        if stored:
            found[id_].update((key, (values[-1] or {}).get(key)) for key in stored)
    if linked:
        for id_, of in links_of(type_, linked, which).items():
            if id_ in found:
                found[id_].update(of)
    return found


def links_of(type_: RecordType, keys: Sequence[str], which: Which) -> Mapping[int, dict[str, list[int]]]:
    found: dict[int, dict[str, list[int]]] = defaultdict(dict)
    rows = RecordLink.objects.filter(type=type_.key, field__in=keys, **on("record_id", which)).order_by()
    for id_, key, to in rows.values_list("record_id", "field", "to_id"):
        found[id_].setdefault(key, []).append(to)
    return found


def on(column: str, which: Which) -> dict[str, Any]:
    return {f"{column}__{lookup}": value for lookup, value in which.items()}
