"""The signs of records as numbers in the table `SameKey`: worked out from their columns, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b, sha256
from itertools import islice
from typing import Any

from django.db import connection

from daftar.records.models import RecordLink, SameKey
from daftar.records.reading import of_type
from daftar.records.same.declaring import SameBy, Values, in_order
from daftar.records.types import RecordType

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
    return int.from_bytes(blake2b(f"{type_key}\0{rule}\0{sign}".encode(), digest_size=8).digest(), "big", signed=True)


def signs_of(type_key: str, rules: Iterable[SameBy], values: Values) -> list[tuple[str, int]]:
    """(rule, number) of every sign that these values have; phones and mail addresses are not among them."""
    found = []
    for rule in rules:
        if not rule.point:
            signs = {sign for sign in rule.signs(values) if sign}
            found += [(rule.key, number_of(type_key, rule.key, sign)) for sign in islice(signs, MOST)]
    return found


# -- keeping -------------------------------------------------------------------------------------------------


def keep(type_: RecordType, ids: Sequence[int]) -> None:
    """Write the signs of these records anew, in the caller's transaction; those of records in the bin go."""
    SameKey.objects.filter(type=type_.key, record_id__in=list(ids)).delete()
    insert(rows_of(type_, ids))


def rows_of(type_: RecordType, ids: Sequence[int]) -> list[tuple[str, str, int, int]]:
    """What the table is to hold of these records: type, rule, number, record."""
    rules = [rule for rule in rules_of(type_) if not rule.point]
    found = values_of(type_, rules, ids)
    return [
        (type_.key, rule, key, id_) for id_, values in found.items() for rule, key in signs_of(type_.key, rules, values)
    ]


def insert(rows: Sequence[tuple[str, str, int, int]]) -> None:
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
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES (%s, %s, %s, %s)", rows)  # noqa: S608  # names of our columns


def values_of(type_: RecordType, rules: Sequence[SameBy], ids: Sequence[int]) -> Mapping[int, Values]:
    """Record id → the values that the rules read, of those that are not in the bin; without objects in between, for speed."""
    keys = list(dict.fromkeys(key for rule in rules for key in rule.field_keys))
    columns = {key: column for key in keys if (column := type_.whole.by_key[key].column)}
    linked = [key for key in keys if type_.whole.by_key[key].kind == "links"]
    stored = [key for key in keys if key not in columns and key not in linked]
    wanted = ["pk", *columns.values(), *(["custom"] if stored else [])]
    rows = of_type(type_).filter(pk__in=list(ids), deleted_at=None).order_by()
    found: dict[int, dict[str, Any]] = {}
    for id_, *values in rows.values_list(*wanted):
        found[id_] = dict(zip(columns, values, strict=False))
        if stored:
            found[id_].update((key, (values[-1] or {}).get(key)) for key in stored)
    if linked:
        for id_, of in links_of(type_, linked, ids).items():
            if id_ in found:
                found[id_].update(of)
    return found


def links_of(type_: RecordType, keys: Sequence[str], ids: Sequence[int]) -> Mapping[int, dict[str, list[int]]]:
    found: dict[int, dict[str, list[int]]] = defaultdict(dict)
    rows = RecordLink.objects.filter(type=type_.key, field__in=keys, record_id__in=list(ids))
    for id_, key, to in rows.values_list("record_id", "field", "to_id"):
        found[id_].setdefault(key, []).append(to)
    return found
