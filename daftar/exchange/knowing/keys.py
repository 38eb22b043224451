"""Ids: which column names a row in its system, and which columns name rows of the other files.

Ids of different types overlap as numbers (contacts 2201 to 3465 lie within leads 1001 to 4900), so headings decide what a column
of ids names, and values only confirm it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from daftar.exchange.importing.targets import WAS, parse_target
from daftar.exchange.knowing.kinds import Look
from daftar.exchange.knowing.recognising import Known
from daftar.exchange.knowing.systems.shape import squash
from daftar.exchange.knowing.table import Column, id_stem
from daftar.exchange.knowing.vocabulary import Vocabulary

CONTAINED = 0.95
EMPTY = frozenset({"0", "-", "null", "none", "NULL", "None"})
"""What stands in a column of ids where nothing is meant."""
OWN_STEMS = ("", "record", "external", "source", "system", "row", "pipedrive system")


@dataclass
class Ids:
    """What the id columns of one file are. Shapes: `links` maps a heading to the type that it names."""

    own: str = ""
    links: dict[str, str] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    """Heading → "user", of columns that name people."""
    missing: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Heading → (type or "", how many) of ids that no file here holds."""
    doubles: dict[str, list[str]] = field(default_factory=dict)
    """Heading → id columns that say the same."""


def find_ids(known: Sequence[Known], looks: Sequence[Sequence[Look]], vocabulary: Vocabulary) -> list[Ids]:
    """The ids of all files together."""
    found = [Ids(own=own_id(k, some, vocabulary)) for k, some in zip(known, looks, strict=True)]
    keys: dict[str, list[set[str]]] = {}
    for k, ids in zip(known, found, strict=True):
        if ids.own:
            keys.setdefault(k.type or f"file:{k.table.place}", []).append(set(k.table.column(ids.own).counts))
    for k, some, ids in zip(known, looks, found, strict=True):
        for look in some:
            if look.kind and look.heading != ids.own and is_id_column(k, look):
                judge(k, look, ids, keys, vocabulary)
        find_doubles(k, ids)
    return found


def is_id_column(known: Known, look: Look) -> bool:
    targets = known.targets.get(squash(look.heading), ())
    if any(target.endswith("@id") for target in targets):
        return True
    return id_stem(look.heading) is not None and look.kind in ("whole", "text", "choice", "decimal")


def own_id(known: Known, looks: Sequence[Look], vocabulary: Vocabulary) -> str:
    """The heading of the column that names each row, or ""."""
    best, chosen = 0.0, ""
    for look in looks:
        column, stem = look.column, id_stem(look.heading)
        targets = known.targets.get(squash(look.heading), ())
        if not (column.is_unique and column.is_full) or (stem is None and "@id" not in targets):
            continue
        named = vocabulary.type_of_stem(stem or "")
        if targets and "@id" not in targets:
            continue
        score = 3.0 if "@id" in targets else 0.0
        score += 2.0 if stem in OWN_STEMS else 0.0
        score += 3.0 if named and named == known.type else -5.0 if named and known.type else 0.0
        score += 1.5 if column.place == 0 else 0.0
        if score > best:
            best, chosen = score, look.heading
    return chosen


def judge(known: Known, look: Look, ids: Ids, keys: dict[str, list[set[str]]], vocabulary: Vocabulary) -> None:
    """What a column of ids names: a type whose file is here and holds them, people, or nothing that is here."""
    named = named_type(known, look, vocabulary)
    values = filled(look.column)
    if not values:
        return
    if any(share_in(values, one) >= CONTAINED for one in keys.get(named, ())):
        (ids.owners if named == "user" else ids.links)[look.heading] = named
    else:
        lost = len(values) - max((sum(v in one for v in values) for one in keys.get(named, ())), default=0)
        ids.missing[look.heading] = named, lost


def named_type(known: Known, look: Look, vocabulary: Vocabulary) -> str:
    """The type that a heading names, by the system's table before its words."""
    for target in known.targets.get(squash(look.heading), ()):
        found = parse_target(target)
        if found.by:
            key = found.key.removeprefix(WAS)
            if key == "owner":
                return "user"
            type_ = vocabulary.schema.types.get(known.type)
            linked = type_.field(key) if type_ else None
            if linked is not None and linked.kind in ("link", "links"):
                return str(linked.to)  # type: ignore[attr-defined]  # links have it
    return vocabulary.type_of_stem(id_stem(look.heading) or "")


def filled(column: Column) -> list[str]:
    if column.heading.lower().endswith(("ids", "ids (primary)")):
        return list({piece.strip() for value in column.counts for piece in value.split(";")} - EMPTY - {""})
    return [value for value in column.counts if value not in EMPTY]


def share_in(values: Sequence[str], known: Iterable[str]) -> float:
    keys = known if isinstance(known, set) else set(known)
    return sum(value in keys for value in values) / len(values)


def find_doubles(known: Known, ids: Ids) -> None:
    """Columns of ids whose every value stands in another id column of its row ("Who Id" beside contact and lead ids)."""
    table = known.table
    resolved = [h for h in table.headings if h in ids.links or (h in ids.missing and ids.missing[h][0])]
    for heading in [h for h, (named, _n) in ids.missing.items() if not named]:
        n, places = table.headings.index(heading), [table.headings.index(h) for h in resolved]
        rows = [cells for _line, cells in table.sample if cells[n]]
        if rows and all(cells[n] in {cells[p] for p in places} for cells in rows):
            used = {h for cells in rows for h, p in zip(resolved, places, strict=True) if cells[p] == cells[n]}
            ids.doubles[heading] = [h for h in resolved if h in used]
            del ids.missing[heading]
