"""Which value the merged record has of each field: one of the records' own, or, where several fit together, all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from daftar.access.models import Row
from daftar.kernel.text import fold
from daftar.records.fields.base import Field
from daftar.records.fields.links import Linked
from daftar.records.types import RecordType

ALL = "all"
"""The choice of everything together, where a field holds several values."""
LISTS = frozenset({"phones", "emails", "messengers", "webs", "tags", "choices", "links", "files"})
TOGETHER = LISTS | {"long_text"}
"""Kinds whose values fit together; of the others one is chosen."""
Choice = int | str
"""The id of the record whose value is taken, or `ALL`."""


def fields_to_choose(type_: RecordType, rows: Sequence[Row]) -> list[Field]:
    """The fields in which the records differ, as far as this person may set them; `type_` as they see it."""
    return [f for f in type_.writable if len({repr(f.dump(f.get(row))) for row in rows}) > 1]


def first_choice(field: Field, master: Row, others: Sequence[Row]) -> Choice:
    """Everything where values fit together; else what the master has, and where it has nothing, the value that was set last."""
    filled = [row for row in (master, *others) if not field.is_empty(field.get(row))]
    if field.kind in TOGETHER and len(filled) > 1:
        return ALL
    if not filled or filled[0] is master:
        return master.pk
    return max(filled, key=lambda row: (row.changed_at, row.pk)).pk


def value_of(field: Field, choice: Choice, rows: Mapping[int, Row], master: int) -> Any:
    """The value that a choice means. A link never leads to one of the merged records."""
    if choice == ALL and field.kind in TOGETHER:
        value = united(field, [field.get(rows[id_]) for id_ in [master, *(id_ for id_ in rows if id_ != master)]])
    else:
        value = field.get(rows[int(choice)])
    return without(field, value, rows.keys())


def united(field: Field, values: Iterable[Any]) -> Any:
    """The values of several records as one, each thing once, in order."""
    if field.kind == "long_text":
        return "\n\n".join(dict.fromkeys(text.strip() for text in values if text))
    found: dict[Any, Any] = {}
    for value in values:
        for item in value or ():
            key = sign_of(item)
            before = found.get(key)
            found[key] = item if before is None else fuller(before, item)
    return list(found.values())


def sign_of(item: Any) -> Any:
    """By what two items of a list are the same."""
    if isinstance(item, Linked):
        return item.id
    if isinstance(item, str):
        return fold(item) or item
    return getattr(item, "value", item)


def fuller(one: Any, other: Any) -> Any:
    """Of two that are the same the first, with the role or label that only the second has."""
    for name in ("role", "label"):
        if getattr(other, name, "") and not getattr(one, name, ""):
            return replace(one, **{name: getattr(other, name)})
    return one


def without(field: Field, value: Any, ids: Iterable[int]) -> Any:
    """The value without links to these records of the field's own type: a record cannot belong to itself."""
    if getattr(field, "to", "") != field.type.key:
        return value
    gone = set(ids)
    if field.kind == "links":
        return [link for link in value or () if link.id not in gone]
    return None if value in gone else value
