"""What a row does to the record that it means: the policy of the import, or what somebody said of this row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from daftar.access.models import Row
from daftar.exchange.importing.attached import Attachments
from daftar.exchange.importing.existing import differences, form_of
from daftar.exchange.importing.maps import ROW
from daftar.exchange.importing.outcomes import (
    LONGEST,
    REPEATED,
    UNCHANGED,
    UPDATED,
    WAITING,
    Candidate,
    Change,
    RowTold,
)
from daftar.exchange.importing.readings import Note, Parsed
from daftar.exchange.importing.targets import LABELLED
from daftar.exchange.importing.work import Work
from daftar.records import writing
from daftar.records.fields.base import Field
from daftar.records.schema import current_schema

UPDATE, NEW, LEAVE = "update", "new", "leave"
"""What can be said of a row: take it ("update:12" into which record), make a new record, leave the record as it is."""
LISTS = ("files", *LABELLED)
"""Kinds whose values are told as a file holds them, with their labels."""
Told = tuple[RowTold, Sequence[tuple[Field, Any, Any]]]


class Applying:
    """Changes the records that the rows of one batch mean; `told` are changes whose texts are still to be written.

    What this import made (`made_here`) keeps the times of its file, and what nobody sets by hand may still be told of it.
    """

    def __init__(
        self,
        work: Work,
        by_hand: Mapping[int, Collection[str]],
        attachments: Attachments,
        made_here: Collection[int] = (),
    ) -> None:
        self.work, self.by_hand, self.attachments, self.made_here = work, by_hand, attachments, made_here
        self.told: list[Told] = []

    def apply(self, known: Row, row: Parsed, *, by_id: bool) -> str:
        """Do what the policy says of one row; what became of it."""
        work, said = self.work, self.work.decided.get(row.line, "").partition(":")[0]
        repeats = known.pk in work.seen.met
        differ = differences(known, self.wanted(known, row, by_id=by_id), work.type)
        if work.map.existing == "ask" and not said and not repeats and differ:
            self.attachments.drop(row.files)
            work.note_made(row)
            self.note(WAITING, work.tell(WAITING, row, known.pk, title=work.type.title_of(known)), known, differ)
            return WAITING
        policy = {UPDATE: "update", LEAVE: "leave"}.get(said, "fill" if repeats else work.map.existing)
        changed = self.taken(known, differ, row, policy)
        self.attachments.drop([file for file in row.files if file.field not in changed])
        if policy == "leave":
            row.late.clear()
        is_own = known.pk in self.made_here
        was = self.told_late(known, row) if is_own else {}
        if changed or was:
            with transaction.atomic():
                writing.change(
                    work.type,
                    known.pk,
                    changed,
                    by=work.by,
                    via="import",
                    change_set=work.change_set,
                    moved_at=row.moved,
                    at=known.changed_at if is_own else None,
                    derived=was,
                )
        outcome = UPDATED if changed or was else REPEATED if repeats else UNCHANGED
        told = work.tell(outcome, row, known.pk, title=work.type.title_of(known), repeats=repeats)
        self.note(outcome, told, known, changed)
        work.done(row, known.pk, repeats=repeats or policy == "fill")
        return outcome

    def told_late(self, known: Row, row: Parsed) -> dict[str, Any]:
        """What nobody sets by hand, of a record that this import made: who made it, and what is still empty."""
        found = {}
        for key, value in row.was.items():
            here = self.work.type[key].get(known)
            if value != here and (key == "created_by" or self.work.type[key].is_empty(here)):
                found[key] = value
        return found

    def wanted(self, known: Row, row: Parsed, *, by_id: bool) -> dict[str, Any]:
        """The values of the row: a key in another spelling is no change, and who was recognised by a phone keeps the others."""
        type_ = self.work.type
        single = {key for key in self.work.map.match if key != ROW and not type_[key].many}
        values = {
            key: value
            for key, value in row.values.items()
            if key not in single or form_of(type_[key].get(known)) != form_of(value)
        }
        if by_id:
            return values
        return {
            key: added(type_[key].get(known), value) if type_[key].kind in LABELLED and value else value
            for key, value in values.items()
        }

    def taken(self, known: Row, differ: dict[str, Any], row: Parsed, policy: str) -> dict[str, Any]:
        """Of the values that differ those that the record takes; what is kept against the file is told."""
        work = self.work
        if policy == "leave":
            return {}
        if policy == "fill":
            return {key: v for key, v in differ.items() if work.type[key].is_empty(work.type[key].get(known))}
        if policy != "keep":
            return differ
        by_hand = self.by_hand.get(known.pk, ())
        for key in [key for key in differ if key in by_hand]:
            here = work.type[key].export(work.type[key].get(known), work.reader.told_to)
            heading, text = work.cell_of(row, key)
            row.notes.append(Note(heading, text, "kept", here[:80] or "—"))
        return {key: value for key, value in differ.items() if key not in by_hand}

    def wait(self, row: Parsed, records: Sequence[Row], why: str) -> None:
        """Set a row aside that can mean several records."""
        title_of = self.work.type.title_of
        others = [Candidate(one.pk, title_of(one)[:LONGEST], 0, []) for one in records]
        self.work.note_made(row)
        self.work.tell(WAITING, row, None, others=others, why=why)

    # -- old and new in words ------------------------------------------------------------------------

    def note(self, outcome: str, told: RowTold, known: Row, changed: Mapping[str, Any]) -> None:
        """Remember old and new of a row that is listed; its texts are written with those of the whole batch."""
        type_ = self.work.type
        if self.work.report.lists(outcome, told):
            self.told.append((told, [(type_[key], type_[key].get(known), new) for key, new in changed.items()]))

    def write_texts(self) -> None:
        """Old → new of every listed row; names of linked records come by one query for each type."""
        reader = self.work.reader.told_to
        if self.told and self.work.matcher.fresh:  # options that were made a moment ago have their names there
            type_ = current_schema().type(self.work.type.key)
            self.told = [(told, [(type_[f.key], old, new) for f, old, new in changes]) for told, changes in self.told]
        for field, old, new in self.changes():
            reader.names.want([*field.wants(old), *field.wants(new)])
        reader.names.fetch()
        for told, changes in self.told:
            told.changes = [Change(str(f.label), self.text(f, old), self.text(f, new)) for f, old, new in changes]
        self.told.clear()

    def changes(self) -> Iterable[tuple[Field, Any, Any]]:
        return (change for _told, changes in self.told for change in changes)

    def text(self, field: Field, value: Any) -> str:
        reader = self.work.reader.told_to
        if field.is_empty(value):
            return ""
        said = field.export(value, reader) if field.kind in LISTS else field.show(value, reader).text
        return said[:LONGEST]


def added(here: Sequence[Any], new: Sequence[Any]) -> list[Any]:
    """The items of both, those that are here first."""
    known = {item.value for item in here or ()}
    return [*(here or ()), *(item for item in new if item.value not in known)]
