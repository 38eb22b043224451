"""The steps of an import: which file goes into which record type, by which map, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from daftar.exchange.importing.maps import ImportMap

NEW = "+"
"""With this begins the key of a record type that the import makes itself."""


@dataclass(frozen=True)
class Step:
    """One pass over one file.

    Shapes: `file` is its place among the run's files; `type` a record type's key, or that of one of the run's new types ("+campaigns");
    `map` is an `ImportMap` in its JSON form. A step that is `off` is left out. `stage_order` are texts of the file in the order in which
    stages are made, for a JSON column of PostgreSQL keeps none. `told` says why a column goes where it goes, and under "" what the file is.
    With `said` it is for rows alone that waited in another step, those of `lines` (`importing/lines.py`), of which all the same was said.
    """

    file: int
    type: str
    title: str
    map: Mapping[str, Any] = field(default_factory=dict)
    off: bool = False
    stage_order: tuple[str, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    lines: str = ""

    def import_map(self, made: Mapping[str, str] | None = None) -> ImportMap:
        """The map, with the real keys of the record types that the import made. Errors: Unreadable."""
        map_ = ImportMap.from_json(self.map)
        places = {text: n for n, text in enumerate(self.stage_order)}
        stages = sorted(map_.stages.items(), key=lambda stage: places.get(stage[0], len(places)))
        columns = {heading: tuple(real(t, made or {}) for t in targets) for heading, targets in map_.columns.items()}
        return replace(map_, stages=dict(stages), columns=columns)

    def but(self, **changes: Any) -> Step:
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        kept = {"file": self.file, "type": self.type, "title": self.title, "map": dict(self.map)}
        kept |= {"off": True} if self.off else {}
        kept |= {"stage_order": list(self.stage_order)} if self.stage_order else {}
        kept |= {"said": self.said, "lines": self.lines} if self.said else {}
        return kept | ({"told": dict(self.told)} if self.told else {})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Step:
        return cls(
            int(kept["file"]), str(kept["type"]), str(kept["title"]), dict(kept["map"]), bool(kept.get("off", False)),
            tuple(kept.get("stage_order", ())), dict(kept.get("told") or {}),
            str(kept.get("said", "")), str(kept.get("lines", "")),
        )  # fmt: skip


def real(target: str, made: Mapping[str, str]) -> str:
    """A new link to a record type that the import makes, with the type's real key ("+link.+campaigns:Campaign@id")."""
    for key, type_key in made.items():
        if target.startswith(f"+link.{key}:"):
            return f"+link.{type_key}:{target.partition(':')[2]}"
    return target


def steps_of(kept: Iterable[Mapping[str, Any]]) -> list[Step]:
    return [Step.from_json(step) for step in kept]


def to_json(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [step.to_json() for step in steps]
