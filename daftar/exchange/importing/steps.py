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
    `map` is an `ImportMap` in its JSON form. A step that is `off` is left out.
    """

    file: int
    type: str
    title: str
    map: Mapping[str, Any] = field(default_factory=dict)
    off: bool = False

    def import_map(self) -> ImportMap:
        return ImportMap.from_json(self.map)

    def but(self, **changes: Any) -> Step:
        return replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        kept = {"file": self.file, "type": self.type, "title": self.title, "map": dict(self.map)}
        return kept | ({"off": True} if self.off else {})

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Step:
        return cls(
            int(kept["file"]), str(kept["type"]), str(kept["title"]), dict(kept["map"]), bool(kept.get("off", False))
        )


def steps_of(kept: Iterable[Mapping[str, Any]]) -> list[Step]:
    return [Step.from_json(step) for step in kept]


def to_json(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [step.to_json() for step in steps]
