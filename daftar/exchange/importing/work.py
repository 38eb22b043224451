"""One import at work: what it loads, for whom, by which map, and how what becomes of each row is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from daftar.access.models import User
from daftar.exchange.importing.attached import Bag
from daftar.exchange.importing.cells import RowReader
from daftar.exchange.importing.held import Held
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.outcomes import LONGEST, KeepOutcome, RowTold
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.report import MADE, CellError, RefusedRow, Report
from daftar.exchange.importing.seen import Seen
from daftar.exchange.importing.targets import parse_target
from daftar.kernel.errors import DaftarError, Invalid
from daftar.records.models import ChangeSet
from daftar.records.types import RecordType


@dataclass
class Place:
    """Where an import stands, so that it goes on there after a crash: the last line done and the links still to be set."""

    line: int = 0
    late: list[list[Any]] = field(default_factory=list)


Keep = Callable[[Report, Place, Sequence[RefusedRow]], None]
"""Told after each batch, inside its transaction."""


@dataclass
class Work:
    """What every part of an import needs. Shapes: `decided` maps a line to what somebody said of it (`applying.py`)."""

    type: RecordType
    map: ImportMap
    by: User
    headings: Sequence[str]
    matcher: Matcher
    reader: RowReader
    report: Report
    place: Place
    seen: Seen = field(default_factory=Seen)
    change_set: ChangeSet | None = None
    bag: Bag = field(default_factory=Bag)
    decided: Mapping[int, str] = field(default_factory=dict)
    look_for_same: bool = False
    keep_outcome: KeepOutcome | None = None
    held: Held | None = None
    """In a rehearsal: new rows that nobody has asked for yet."""

    def tell(self, outcome: str, row: Parsed, record_id: int | None = None, *, title: str = "", **more: Any) -> RowTold:
        """Count and list what became of a row."""
        known = None if record_id is None or record_id in self.seen.made else record_id
        told = RowTold(row.line, (row.title or title)[:LONGEST], known, **more)
        self.report.tell(outcome, told)
        if self.keep_outcome:
            self.keep_outcome(row.line, outcome, record_id, told.why)
        return told

    def done(self, row: Parsed, record_id: int, *, repeats: bool = False) -> None:
        """A row is in: its odd values count, its links to the same type wait."""
        self.note(row)
        self.place.late += [[record_id, *late, row.line, repeats] for late in row.late]
        self.seen.met.add(record_id)
        if row.title and self.map.repeated == "one":
            self.seen.keep_title(row.title, record_id)

    def note(self, row: Parsed) -> None:
        """Its odd values count."""
        for note in row.notes:
            self.report.note(note.column, note.value, note.what, row.line, note.near)

    def note_made(self, row: Parsed) -> None:
        """What was made for its sake counts also when it does not go in."""
        for note in row.notes:
            if note.what in MADE:
                self.report.note(note.column, note.value, note.what, row.line, note.near)

    def refused(self, row: Parsed, problem: DaftarError) -> RefusedRow:
        """The reasons of the gate and of required fields, at the columns they are about."""
        self.note_made(row)
        errors = problem.errors if isinstance(problem, Invalid) else {problem.field: problem.sentence}
        found = []
        for key, sentence in errors.items():
            heading, text = self.cell_of(row, key)
            found.append(CellError(row.line, heading, text[:80], str(sentence)))
        return RefusedRow(row.line, row.row.cells, tuple(found), row.title)

    def cell_of(self, row: Parsed, key: str) -> tuple[str, str]:
        """Heading and text of the cell that fills the field; else the field's name."""
        heading = next(
            (h for h, ts in self.map.columns.items() if key and any(parse_target(t).key == key for t in ts)), ""
        )
        if heading:
            return heading, row.row.cells[self.headings.index(heading)]
        return (str(self.type[key].label) if key in self.type.by_key else ""), ""
