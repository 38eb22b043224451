"""Our own files: whole exports of an installation, known by what their records are called and by the headings of a type."""

from __future__ import annotations

from collections.abc import Iterable

from daftar.exchange.exporting.headings import SIGNS, own_targets, spellings
from daftar.exchange.knowing.systems.shape import Shape, System
from daftar.exchange.knowing.table import Table
from daftar.exchange.own_ids import SYSTEM, is_name
from daftar.records.schema import Schema
from daftar.records.types import RecordType

DAFTAR = System(SYSTEM, "Daftar", "Daftar", ())
NEARLY_ALL = 0.9
"""So many headings of a file without rows must be those of the type."""


def own_shape(table: Table, schema: Schema) -> Shape | None:
    """The type of our own export, the one whose columns are most like those of the file; else None."""
    best: tuple[float, RecordType] | None = None
    for type_ in schema.types.values():
        alike = likeness(table, type_)
        if alike and (best is None or alike > best[0]):
            best = alike, type_
    if best is None:
        return None
    return Shape(best[1].key, "", {h: t for h, t in own_targets(best[1], table.headings).items() if "|" not in h})


def likeness(table: Table, type_: RecordType) -> float:
    """How alike the headings and those of the type's whole export are, from 0 (not ours) to 1."""
    found, best = set(table.headings), 0.0
    for spelled in spellings(type_):
        known = {heading: spelled[heading] for heading in found & spelled.keys()}
        if not set(known.values()) >= SIGNS or not is_ours(table, known):
            continue
        expected = {h for h in spelled if "." not in h and not h.endswith(")")}
        best = max(best, len(known) / len(found | expected))
    return best


def is_ours(table: Table, known: dict[str, str]) -> bool:
    ids = [table.column(heading) for heading, target in known.items() if target == "@id"]
    names: Iterable[str] = [text for column in ids for text in column.some]
    return all(map(is_name, names)) and (bool(names) or len(known) >= NEARLY_ALL * len(table.headings))
