"""New rows of a rehearsal that were checked and are not written: nearly no row is asked for by a later one, and only these are."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterable

from daftar.exchange.importing.cells import RowReader
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.targets import LINKING
from daftar.exchange.reading.rows import RawRow
from daftar.records.fields.base import Field
from daftar.records.types import RecordType


class Held:
    """Rows as they stand in the file, on the disk, found by what they are known by.

    Keys are kept as numbers of 64 bits: when two have one number, a row is written without need, and nothing else changes.
    """

    def __init__(self) -> None:
        self.file = tempfile.TemporaryFile(buffering=1 << 20)  # noqa: SIM115  # it goes with the import
        self.places: dict[int, int] = {}
        self.given: set[int] = set()
        self.end = 0

    def keep(self, row: Parsed) -> None:
        """A row without keys is asked for by none."""
        if not row.keys:
            return
        kept = marshal.dumps((row.line, tuple(row.row.cells), row.row_key))
        self.file.write(kept)
        for key in row.keys:
            self.places[hash(key)] = self.end
        self.end += len(kept)

    def asked_for(self, rows: Iterable[Parsed]) -> list[tuple[RawRow, str]]:
        """The rows that share a key with one of these, each with its `row_key`, in the order of the file; a row is given once."""
        found = {
            place for row in rows for key in row.keys if (place := self.places.get(hash(key))) is not None
        } - self.given
        self.given |= found
        return [self.read(place) for place in sorted(found)]

    def read(self, place: int) -> tuple[RawRow, str]:
        self.file.seek(place)
        line, cells, row_key = marshal.load(self.file)  # noqa: S302  # written above, in a file without a name
        self.file.seek(self.end)
        return RawRow(line, cells), row_key


def can_hold(type_: RecordType, reader: RowReader) -> bool:
    """Whether later rows find a row of this import by its keys alone: nothing that may stand only once, and no people, who can sign in."""
    return stand_alone(type_, reader) and type_.key != "user" and not any(field.unique for field in type_.fields)


def stand_alone(type_: RecordType, reader: RowReader) -> bool:
    """Whether what a row says does not depend on records of the rows above, nor on files beside them."""
    return is_plain(type_, reader) and not any(leads_to_own(field, type_) for field in filled(type_, reader))


def is_plain(type_: RecordType, reader: RowReader) -> bool:
    """Whether nothing but the links among the rows, which are set when all are in, depends on rows above or on files."""
    return not any(
        field.kind == "files"
        or (
            field.kind == "any_link"
            and any(target.part in ("", type_.key) for _n, _heading, target in reader.plan[field.key])
        )
        for field in filled(type_, reader)
    )


def filled(type_: RecordType, reader: RowReader) -> list[Field]:
    return [type_.by_key[key] for key in reader.plan if key in type_.by_key]


def leads_to_own(field: Field, type_: RecordType) -> bool:
    return field.kind in LINKING and field.to == type_.key  # type: ignore[attr-defined]  # these kinds have it
