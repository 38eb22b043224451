"""Options, stages and pipelines as pages and the gate read them; names are in the reader's language while nobody renamed them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Label = Any


@dataclass(frozen=True, slots=True)
class StageInfo:
    """A stage as pages and the gate read it; see `models.Stage` for the units."""

    id: int
    pipeline_id: int
    key: str
    name: str
    shipped_name: Label
    kind: str
    colour: str
    position: int
    probability: int
    idle_days: int | None
    days_allowed: int | None
    required: tuple[str, ...]
    next_stages: frozenset[int]
    script: str
    shipped_script: Label
    archived: bool

    @property
    def label(self) -> str:
        return self.name or str(self.shipped_name) or self.key

    @property
    def words_for_seller(self) -> str:
        return self.script or str(self.shipped_script)


@dataclass(frozen=True, slots=True)
class PipelineInfo:
    """A pipeline; `field` is the key of a custom stage field, "" for the type's declared one."""

    id: int
    type: str
    field: str
    key: str
    name: str
    shipped_name: Label
    archived: bool
    stages: tuple[StageInfo, ...]

    @property
    def label(self) -> str:
        return self.name or str(self.shipped_name) or self.key

    @property
    def open_stages(self) -> list[StageInfo]:
        return [s for s in self.stages if s.kind == "open" and not s.archived]


@dataclass(frozen=True, slots=True)
class OptionInfo:
    key: str
    name: Label
    colour: str
    archived: bool = False

    @property
    def label(self) -> str:
        return str(self.name) or self.key
