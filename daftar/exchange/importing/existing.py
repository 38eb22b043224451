"""Which rows of a batch are here already: by the id of the source system, or by a field that tells records apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from daftar.access.models import Row, User
from daftar.exchange.importing.cells import Parsed
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.matching import Matcher
from daftar.kernel.errors import Invalid
from daftar.kernel.text import fold
from daftar.records.fields.base import Field
from daftar.records.fields.links import Linked, load_links
from daftar.records.models import ExternalId
from daftar.records.reading import visible
from daftar.records.types import RecordType


def key_of(parsed: Parsed, map_: ImportMap) -> str:
    """What tells this row from others, or "" when every row is a new record."""
    if parsed.source_id:
        return parsed.source_id
    value = {**parsed.first, **parsed.values}.get(map_.match) if map_.match else None
    return "" if value is None or value == "" else fold(value) if isinstance(value, str) else str(value)


def find_existing(
    rows: Sequence[Parsed], type_: RecordType, map_: ImportMap, matcher: Matcher, by: User
) -> dict[str, Row | Invalid]:
    """Key → the record that is here; a fixed number of queries for the batch."""
    keys = {key for row in rows if (key := key_of(row, map_))}
    if not keys:
        return {}
    if map_.source_column:
        known = ExternalId.objects.filter(system=system_of(map_, type_), type=type_.key, key__in=keys)
        ids: dict[str, int] = dict(known.values_list("key", "record_id"))
    elif type_[map_.match].title:
        return by_title(keys, rows, type_, map_, matcher, by)
    else:
        values = {key_of(row, map_): row.values[map_.match] for row in rows if map_.match in row.values}
        field = type_[map_.match]
        found = visible(type_, by).filter(field.where("in", [field.sql_value(v) for v in values.values()]))
        return one_each((text_of(field.get(row)), row) for row in with_links(found, type_))
    rows_by_id = {row.pk: row for row in with_links(visible(type_, by).filter(pk__in=ids.values()), type_)}
    return {key: rows_by_id.get(id_) or gone(key) for key, id_ in ids.items()}


def by_title(
    keys: set[str], rows: Sequence[Parsed], type_: RecordType, map_: ImportMap, matcher: Matcher, by: User
) -> dict[str, Row | Invalid]:
    matcher.learn(type_, keys)
    index = matcher.indexes[type_.key]
    found: dict[str, Row | Invalid] = {}
    ids: dict[str, int] = {}
    for key in keys:
        same = index.folded.get(key) or {}
        if len(same) > 1:
            found[key] = several(next(iter(same.values())))
        elif same:
            ids[key] = next(iter(same))
    rows_by_id = {row.pk: row for row in with_links(visible(type_, by).filter(pk__in=ids.values()), type_)}
    return found | {key: rows_by_id[id_] for key, id_ in ids.items() if id_ in rows_by_id}


def one_each(pairs: Any) -> dict[str, Row | Invalid]:
    found: dict[str, Row | Invalid] = {}
    for key, row in pairs:
        found[key] = several(key) if key in found else row
    return found


def with_links(rows: Any, type_: RecordType) -> list[Row]:
    kept = list(rows)
    load_links(kept, [f for f in type_.fields if f.kind == "links"])
    return kept


def text_of(value: Any) -> str:
    return fold(value) if isinstance(value, str) else str(value)


def several(name: str) -> Invalid:
    return Invalid(
        _("There are several records “%(name)s” here, so it is not known which one this row means.")
        % {"name": name[:80]}
    )


def gone(key: str) -> Invalid:
    return Invalid(
        _("“%(key)s” was loaded before, but its record lies in the bin or is closed to you. Bring it back first.")
        % {"key": key[:80]}
    )


def system_of(map_: ImportMap, type_: RecordType) -> str:
    return (map_.system or "file")[:64]


def differences(row: Row, values: Mapping[str, Any], type_: RecordType) -> dict[str, Any]:
    """The values that the record does not have yet; an empty cell never takes a value away."""
    changed = {}
    for key, value in values.items():
        field = type_[key]
        if not field.is_empty(value) and not same(field, field.get(row), value):
            changed[key] = value
    return changed


def same(field: Field, old: Any, new: Any) -> bool:
    if field.kind == "links":
        return {link.id for link in old or ()} == {link.id for link in new if isinstance(link, Linked)}
    return bool(old == new)
