"""What reading gives: of a cell a value, perhaps with things to make in it, of a row all its values and faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from daftar.exchange.importing.report import CellError
from daftar.exchange.importing.targets import Target
from daftar.exchange.reading.rows import RawRow
from daftar.kernel.text import fold
from daftar.records.models import StoredFile
from daftar.records.writing import Ready


@dataclass(frozen=True, slots=True)
class ToMake:
    """An option or a record that a row needs and that is not there yet; made just before the row is.

    Shapes: `place` is the field key of an option, or the type key of a record; equal names in one file are one thing.
    """

    kind: str
    place: str
    name: str
    called: str = ""
    """Its id in the file, where one stands beside the name: two of one name are two records."""
    role: str = ""
    """What it is to the record that links to it."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind, self.place, self.called or fold(self.name)


Fresh = set[tuple[str, str, str]]
"""Keys of things that rows of this import wanted first: every row that names one tells it as new, in whichever batch it stands."""


@dataclass(frozen=True, slots=True)
class Note:
    """An odd value of a row, for the report."""

    column: str
    value: str
    what: str
    near: str = ""


@dataclass(slots=True)
class Reading:
    """What one cell gave: a value (perhaps with things to make in it), how it reads, and what was odd.

    Without `is_said` the cell says nothing of the field: it is as if it were empty.
    """

    value: Any
    shown: str = ""
    notes: tuple[Note, ...] = ()
    wants: tuple[ToMake, ...] = ()
    is_said: bool = True
    called: tuple[tuple[str, str, Any], ...] = ()
    """(type, id in the file, record or what is to be made) of records that were found or made by the name beside an id that is not known yet."""


class Filled(NamedTuple):
    """A cell that is not empty, and where it goes."""

    heading: str
    target: Target
    text: str


@dataclass(slots=True)
class Parsed:
    """A row on its way; `first` are values for new records only, `late` links to records of the same type (target, heading, text),
    `files` what was stored for it, `was` fields that nobody sets by hand. `title` is its name as it stands in the file; `row_key` stands
    for the whole row, where that is its key, `keys` are all by which it is known (`existing.keys_of`), `ready` is the new record that it
    would be, where it was made ready before.
    """

    row: RawRow
    values: dict[str, Any] = field(default_factory=dict)
    first: dict[str, Any] = field(default_factory=dict)
    was: dict[str, Any] = field(default_factory=dict)
    called: list[tuple[str, str, Any]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    wants: list[ToMake] = field(default_factory=list)
    late: list[tuple[str, str, str]] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    source_id: str = ""
    row_key: str = ""
    keys: Sequence[tuple[str, str]] = ()
    ready: Ready | None = None
    title: str = ""
    at: datetime | None = None
    changed: datetime | None = None
    moved: datetime | None = None
    stock: Decimal | None = None
    """How much of a new product is there."""

    @property
    def line(self) -> int:
        return self.row.line

    @property
    def all_values(self) -> dict[str, Any]:
        return {**self.first, **self.values}

    @property
    def times(self) -> dict[str, datetime | None]:
        """When it was made, changed and moved, as `writing` takes it."""
        changed = max(self.changed, self.at or self.changed) if self.changed else None
        return {"at": self.at, "changed_at": changed, "moved_at": self.moved}

    @property
    def external_id(self) -> str:
        """Its name in the source system: an id, or what stands for the whole row."""
        return self.source_id or self.row_key


def listed(found: Sequence[Reading]) -> Reading:
    """Readings of one cell's entries as one."""
    return Reading(
        [r.value for r in found if r.value is not None],
        "; ".join(r.shown for r in found),
        tuple(note for r in found for note in r.notes),
        tuple(want for r in found for want in r.wants),
        called=tuple(one for r in found for one in r.called),
    )
