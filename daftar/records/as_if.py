"""The schema as it would be if one custom field were gone, or another kind: for saying what that would do before it is done."""

from __future__ import annotations

import copy

from daftar.records.fields.base import Field
from daftar.records.schema import Schema
from daftar.records.types import RecordType


def as_if(type_: RecordType, key: str, instead: Field | None) -> Schema:
    """A copy of the schema in which the field is `instead`, or does not exist where that is None."""
    mine = copy.copy(type_.whole.schema)
    mine.seen = {}
    mine.types = {name: one.seen_with({}, mine) for name, one in mine.types.items()}
    mine.by_slug = {one.slug: one for one in mine.types.values()}
    there = mine.types[type_.key]
    fields = [field for field in there.fields if field.key != key]
    if instead is not None:
        place = next((n for n, field in enumerate(there.fields) if field.key == key), len(fields))
        fields.insert(place, instead.bind(there, custom=True))
    there.fields, there.by_key = fields, {field.key: field for field in fields}
    for one in mine.types.values():
        one.whole = one
    return mine
