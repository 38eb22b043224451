"""Formula fields worked out: for many rows at once when they are stored, and again when something changes that they read."""

from __future__ import annotations

import datetime as dt
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation

from daftar.access.models import Installation, Row
from daftar.records.draft import Draft
from daftar.records.fields.base import Field
from daftar.records.fields.formula import Formula
from daftar.records.formula.tree import Name, names_in
from daftar.records.formula.working import Moment, work_out
from daftar.records.formula_sources import Source, in_order, source_of
from daftar.records.models import RecordLink
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

AT_ONCE, BATCH = 100, 500
"""So many dependent records are worked out in the transaction of a change; more by the worker."""


# -- working out ---------------------------------------------------------------------------------------


def fill(type_: RecordType, rows: Sequence[Row]) -> list[Row]:
    """Work out every formula field of these rows of one type, on the row objects; those whose values changed.

    Queries: one for each link that the formulas go along, none without.
    """
    type_ = type_.whole
    fields = in_order(type_)
    if not fields or not rows:
        return []
    company = Installation.load()
    at = Moment.of(company.time_zone)
    with translation.override(company.language):
        linked = Linked(type_, fields, rows)
        return [row for row in rows if fill_row(row, fields, linked, at)]


def fill_row(row: Row, fields: Sequence[Formula], linked: Linked, at: Moment) -> bool:
    custom = dict(row.custom)
    before, row.custom = row.custom, custom
    for field in fields:
        value = work_out(field.tree, lambda name: linked.value(name, row), at) if field.tree is not None else None
        field.put(row, fitting(field, value))
    return bool(row.custom != before)


def fitting(field: Formula, value: Any) -> Any:
    """The value if it is of the kind that the field keeps: what a formula reads may have become another kind since."""
    kinds = {"number": Decimal, "text": str, "yes_no": bool, "date": dt.date, "moment": dt.datetime}
    fits = isinstance(value, kinds[field.gives]) and (field.gives != "date" or not isinstance(value, dt.datetime))
    return value if fits else None


class Linked:
    """What the formulas of one type read for some rows; linked records are fetched once for all of them."""

    def __init__(self, type_: RecordType, fields: Iterable[Formula], rows: Sequence[Row]) -> None:
        self.sources: dict[tuple[str, ...], Source | None] = {}
        self.forward: dict[str, dict[int, Row]] = {}
        self.back: dict[tuple[str, str], dict[int, list[Row]]] = {}
        for field in fields:
            for name in names_in(field.tree) if field.tree else ():
                self.sources[name.path] = source_of(name, type_)
        for source in self.sources.values():
            if source and source.link is not None:
                self.fetch(source, rows)

    def fetch(self, source: Source, rows: Sequence[Row]) -> None:
        link = source.link
        if link is None:
            return
        if not source.back:
            if link.key not in self.forward:
                ids = {id_ for row in rows if (id_ := link.get(row))}
                target = source.field.type
                self.forward[link.key] = {row.pk: row for row in of_type(target).filter(pk__in=ids, deleted_at=None)}
            return
        key = (source.field.type.key, link.key)
        if key not in self.back:
            self.back[key] = linking_rows(source.field.type, link, [row.pk for row in rows if row.pk])

    def value(self, name: Name, row: Row) -> Any:
        source = self.sources.get(name.path)
        if source is None:
            return None
        if source.link is None:
            return value_of(source.field, row)
        if not source.back:
            other = self.forward[source.link.key].get(source.link.get(row) or 0)
            return value_of(source.field, other) if other is not None else None
        others = self.back[source.field.type.key, source.link.key].get(row.pk or 0, [])
        return [value_of(source.field, other) for other in others]


def linking_rows(other: RecordType, link: Field, ids: Sequence[int]) -> dict[int, list[Row]]:
    """Record id → the live records of the other type that link to it."""
    found: dict[int, list[Row]] = defaultdict(list)
    if not ids:
        return found
    if link.kind == "links":
        pairs = RecordLink.objects.filter(type=other.key, field=link.key, to_id__in=ids).values_list(
            "record_id", "to_id"
        )
        to = defaultdict(set)
        for record_id, to_id in pairs:
            to[record_id].add(to_id)
        for row in of_type(other).filter(pk__in=list(to), deleted_at=None).order_by("pk"):
            for to_id in to[row.pk]:
                found[to_id].append(row)
        return found
    for row in of_type(other).filter(link.where("in", list(ids)), deleted_at=None).order_by("pk"):
        found[link.get(row)].append(row)
    return found


def value_of(field: Field, row: Row) -> Any:
    """What a formula reads of the field, in its own kinds; None for empty."""
    value = field.get(row)
    if field.is_empty(value):
        return False if field.kind == "yes_no" else None
    match field.kind:
        case "money":
            return base_value(field, row)
        case "whole" | "percent" | "decimal":
            return Decimal(value)
        case "duration":
            return Decimal(round(value.total_seconds())) / 3600
        case "choice":
            option: Any = field
            found = option.option(value)
            return str(found.label) if found else str(value)
        case "stage":
            stage = field.type.schema.stage(value)
            return stage.label if stage else None
    return value


def base_value(field: Field, row: Row) -> Decimal | None:
    """The amount in the base currency, at the rate of its day."""
    kept = getattr(row, f"{field.column}_base") if field.column else (row.custom.get(field.slot) or {}).get("base")
    return None if kept is None else Decimal(str(kept))


# -- again ---------------------------------------------------------------------------------------------


def renew(type_: RecordType, ids: Sequence[int]) -> int:
    """Work the formulas of these records out anew and keep what changed; how many. No version moves: nobody changed anything."""
    type_ = type_.whole
    with transaction.atomic():
        rows = list(of_type(type_).filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",)))
        changed = fill(type_, rows)
        type_.model._default_manager.bulk_update(changed, ["custom"], batch_size=BATCH)
    return len(changed)


def renew_all(type_: RecordType, after: int = 0, *, seconds: float = 60) -> int:
    """Work out the formulas of all records behind `after`, a batch in each transaction; the last id that was done, 0 at the end."""
    until = time.monotonic() + seconds
    while True:
        ids = list(of_type(type_).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not ids:
            return 0
        renew(type_, ids)
        after = ids[-1]
        if time.monotonic() > until:
            return after


def dependents(type_key: str, record_ids: Sequence[int], before: Mapping[str, Iterable[int]]) -> dict[str, set[int]]:
    """Type → ids of the records whose formulas read something of these records.

    Shapes: `before` maps keys of the records' link fields to the ids to which they linked before they changed.
    """
    found: dict[str, set[int]] = defaultdict(set)
    schema = current_schema()
    for type_ in schema.types.values():
        for field in (f for f in type_.fields if isinstance(f, Formula) and f.tree is not None):
            for name in names_in(field.tree) if field.tree else ():
                source = source_of(name, type_)
                if source is None or source.link is None or source.field.type.key != type_key:
                    continue
                found[type_.key] |= reading_ids(type_, source, record_ids)
                if source.back:
                    found[type_.key] |= set(before.get(source.link.key, ()))
    return {key: ids for key, ids in found.items() if ids}


def reading_ids(type_: RecordType, source: Source, record_ids: Sequence[int]) -> set[int]:
    link = source.link
    if link is None:
        return set()
    if not source.back:
        return set(of_type(type_).filter(link.where("in", list(record_ids))).values_list("pk", flat=True))
    if link.kind == "links":
        rows = RecordLink.objects.filter(type=source.field.type.key, field=link.key, record_id__in=record_ids)
        return set(rows.values_list("to_id", flat=True))
    others = of_type(source.field.type).filter(pk__in=list(record_ids))
    return {id_ for other in others if (id_ := link.get(other))}


def renew_dependents(drafts: Sequence[Draft]) -> None:
    """Work out the formulas that read something of these records, in the caller's transaction; of very many by the worker."""
    type_ = drafts[0].type.whole
    if not type_.schema.has_formulas:
        return
    before: dict[str, set[int]] = defaultdict(set)
    for draft in drafts:
        for key in draft.changed:
            field = type_.by_key.get(key)
            if field is not None and field.kind in ("link", "links") and not draft.is_new:
                before[key] |= {id_ for _type, id_ in field.wants(draft.old(key))}
    for key, ids in dependents(type_.key, [draft.row.pk for draft in drafts], before).items():
        if len(ids) <= AT_ONCE:
            renew(type_.schema.type(key), sorted(ids))
        else:
            later(key, sorted(ids))


def later(type_key: str, ids: Sequence[int]) -> None:
    from daftar.records.jobs import renew_formulas

    for start in range(0, len(ids), BATCH):
        renew_formulas.enqueue(type_key, list(ids[start : start + BATCH]))
