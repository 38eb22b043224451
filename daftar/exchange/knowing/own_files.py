"""Our own files: whole exports of an installation, known by what their records are called and by the headings of a type."""

from __future__ import annotations

from daftar.exchange.exporting.headings import SIGNS, own_targets, spellings
from daftar.exchange.importing.targets import WAS, parse_target
from daftar.exchange.knowing.systems.shape import Shape, System
from daftar.exchange.knowing.table import Table
from daftar.exchange.own_ids import SYSTEM, is_name
from daftar.records.fields.base import Field
from daftar.records.schema import Schema
from daftar.records.types import RecordType

DAFTAR = System(SYSTEM, "Daftar", "Daftar", ())
MOST = 0.7
"""So many of the declared fields of a type must stand in its file: a whole export has them all, but for those that are closed to somebody."""
NEARLY_ALL, FEW = 0.9, 5
"""So many headings of a file without rows, or for a type of few fields, must be those of the type."""


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


def is_foreign(table: Table, schema: Schema) -> bool:
    """Whether a file that is of no type here is one of ours all the same: of a type that another installation made."""
    spelled = next(iter(schema.types.values()))
    return any(
        set(known.values()) >= SIGNS and names_in(table, known) and is_ours(table, known)
        for words in spellings(spelled)
        for known in [{heading: words[heading] for heading in set(table.headings) & words.keys()}]
    )


def likeness(table: Table, type_: RecordType) -> float:
    """How alike the headings and those of the type's whole export are, from 0 (not ours) to 1."""
    found, best = set(table.headings), 0.0
    for spelled in spellings(type_):
        known = {heading: spelled[heading] for heading in found & spelled.keys()}
        if not set(known.values()) >= SIGNS or not is_ours(table, known):
            continue
        expected = {h for h in spelled if "." not in h and not h.endswith(")")}
        declared = {h for h in expected if (field := field_of(type_, spelled[h])) is not None and not field.custom}
        least = NEARLY_ALL * len(found) if len(declared) < FEW else 0
        if len(declared & found) < MOST * len(declared) or len(known) < least:
            continue
        best = max(best, len(known) / len(found | expected))
    return best


def field_of(type_: RecordType, target: str) -> Field | None:
    return type_.field(parse_target(target).key.removeprefix(WAS))


def names_in(table: Table, known: dict[str, str]) -> list[str]:
    """What stands in the column of ids."""
    return [text for heading, target in known.items() if target == "@id" for text in table.column(heading).some]


def is_ours(table: Table, known: dict[str, str]) -> bool:
    names = names_in(table, known)
    return all(map(is_name, names)) and (bool(names) or len(known) >= NEARLY_ALL * len(table.headings))
