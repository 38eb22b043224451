"""What a system's table says: its files, their headings, and the order of its stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from daftar.kernel.text import fold


def squash(heading: str) -> str:
    """A heading without spaces, signs and case: "Close_Date" and "close date" are one."""
    return fold(heading).replace(" ", "")


@dataclass(frozen=True)
class Shape:
    """One kind of file of a system.

    Shapes: `type` is the key of the record type; `signs` are headings that only this system writes so, parted by "|";
    `columns` maps headings (parted by "|") to targets (parted by blanks), "" for what is left out; `kind` is that of activities. `also` maps headings
    to a second target; `choices` maps targets to tables of texts (folded) and options; `only` and `sums` are words of maps.
    """

    type: str
    signs: str
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    also: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    only: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    sums: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def targets(self) -> dict[str, tuple[str, ...]]:
        """Squashed heading → targets."""
        return {
            squash(heading): tuple(targets.split())
            for headings, targets in self.columns.items()
            for heading in headings.split("|")
        }

    @cached_property
    def spelled_signs(self) -> frozenset[str]:
        """Exactly as the system spells them: "Contact owner" and "Contact Owner" are two systems."""
        return frozenset(self.signs.split("|"))


@dataclass(frozen=True)
class System:
    """A system with its files. Shapes: `stages` are the names of its usual stages in their order, parted by "|"."""

    key: str
    name: str
    short: str
    shapes: tuple[Shape, ...]
    stages: str = ""

    @cached_property
    def stage_order(self) -> dict[str, int]:
        return {squash(name): n for n, name in enumerate(self.stages.split("|"))}
