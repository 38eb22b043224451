"""A file becomes records, batch by batch: each batch is one transaction, each row goes in whole or is listed with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from daftar.access import decide
from daftar.access.models import Row, User
from daftar.exchange.importing.attached import Attachments, Bag
from daftar.exchange.importing.by_hand import changed_by_hand
from daftar.exchange.importing.cells import Note, Parsed, RowReader
from daftar.exchange.importing.existing import differences, find_existing, key_of, system_of, with_links
from daftar.exchange.importing.making import make_all, put_in
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.odd import near
from daftar.exchange.importing.report import CellError, RefusedRow, Report
from daftar.exchange.reading.rows import BrokenRow, RawRow
from daftar.exchange.reading.source import Source
from daftar.kernel.database_copy import on_a_copy
from daftar.kernel.errors import DaftarError, Invalid, NotAllowed
from daftar.kernel.turns import let_others_save
from daftar.records import files, writing
from daftar.records.accounts import start_in_role
from daftar.records.models import ChangeSet, ExternalId
from daftar.records.rates import rates_kept
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.schema import current_schema

BATCH = 500


@dataclass
class Place:
    """Where an import stands, so that it goes on there after a crash: the last line done and the links still to be set."""

    line: int = 0
    late: list[list[Any]] = field(default_factory=list)


Keep = Callable[[Report, Place, Sequence[RefusedRow]], None]
"""Told after each batch, inside its transaction."""


class Importer:
    """Loads one file into one record type. Errors: NotAllowed, Unreadable before anything is written; rows that break a rule are in the report."""

    def __init__(
        self,
        type_key: str,
        source: Source,
        map_: ImportMap,
        *,
        by: User,
        title: str = "",
        change_set: ChangeSet | None = None,
        report: Report | None = None,
        place: Place | None = None,
        keep: Keep | None = None,
        bag: Bag | None = None,
    ) -> None:
        if not decide.may(by, "import", type_key):
            raise NotAllowed()
        self.type_key, self.source, self.map, self.by = type_key, source, map_, by
        self.change_set, self.keep, self.bag = change_set, keep, bag or Bag()
        self.open()
        map_.check_for(self.type, source.headings)
        self.report = report or Report(title or self.type.plural, type_key)
        self.place = place or Place()

    def open(self) -> None:
        """Take the schema as it is now; again after options were added."""
        self.type = current_schema().type(self.type_key)
        reader = Reader(self.by, schema=self.type.schema)
        self.matcher = getattr(self, "matcher", None) or Matcher(reader)
        self.matcher.reader = reader
        self.reader = RowReader(self.type, self.map, self.source.headings, reader, self.matcher, self.bag)

    def run(self) -> Report:
        """Load every row behind `place`."""
        for number, batch in enumerate(batches(self.source.rows(), self.place.line)):
            if number:
                let_others_save()
            self.do_batch(batch)
        self.set_late_links()
        self.look_for_slips()
        return self.report

    # -- one batch ---------------------------------------------------------------------------------

    def do_batch(self, batch: Sequence[RawRow | BrokenRow]) -> None:
        whole = [row for row in batch if isinstance(row, RawRow)]
        for key, names in self.reader.names_for(whole).items():
            self.matcher.learn(self.type.schema.type(key), names)
        refused = [refused_whole(row) for row in batch if isinstance(row, BrokenRow)]
        parsed = [self.reader.parse(row) for row in whole]
        refused += [RefusedRow(p.line, p.row.cells, tuple(p.errors)) for p in parsed if p.errors]
        with transaction.atomic(), rates_kept():
            waiting, is_repeat = [p for p in parsed if not p.errors], False
            while waiting:
                now, waiting = first_of_each(waiting, self.map)
                refused += self.write(now, is_repeat)
                is_repeat = True
            refused.sort(key=lambda row: row.line)
            for row in refused:
                self.report.refuse(row)
            self.place.line = batch[-1].line
            if self.keep:
                self.keep(self.report, self.place, refused)

    def write(self, rows: Sequence[Parsed], is_repeat: bool) -> list[RefusedRow]:
        """Make or change the records of these rows; no two of them mean the same record."""
        wants = [want for row in rows for want in row.wants]
        made = make_all(wants, self.type, self.matcher, by=self.by, change_set=self.change_set)
        here = find_existing(rows, self.type, self.map, self.matcher, self.by)
        self.attachments = Attachments(self.bag, self.type, self.by)
        self.attachments.learn(
            [{**row.first, **row.values} for row in rows], [known for known in here.values() if isinstance(known, Row)]
        )
        refused: list[RefusedRow] = []
        new: list[Parsed] = []
        by_hand = self.by_hand([known.pk for known in here.values() if isinstance(known, Row)])
        for row in rows:
            try:
                row.values, row.first = put_in(row.values, made), put_in(row.first, made)
                known = here.get(key_of(row, self.map))
                if isinstance(known, Invalid):
                    raise known
                self.attachments.put_into(row.values, known, row.files)
                if known is None:
                    self.attachments.put_into(row.first, None, row.files)
                    new.append(row)
                    continue
                self.change(known, row, is_repeat, by_hand.get(known.pk, ()))
            except DaftarError as problem:
                self.attachments.drop(row.files)
                refused.append(self.refused(row, problem))
        refused += self.create(new)
        if any(want.kind == "option" for want in wants):
            self.open()
        return refused

    def by_hand(self, record_ids: Sequence[int]) -> dict[int, set[str]]:
        return changed_by_hand(self.type, record_ids) if self.map.existing == "keep" else {}

    def taken(self, known: Row, changed: dict[str, Any], by_hand: Collection[str], row: Parsed) -> dict[str, Any]:
        """Of the values that differ those that an existing record takes; what is kept against the file is told."""
        if self.map.existing == "leave":
            return {}
        if self.map.existing == "fill":
            return {key: v for key, v in changed.items() if self.type[key].is_empty(self.type[key].get(known))}
        for key in [key for key in changed if key in by_hand]:
            here = self.type[key].export(self.type[key].get(known), self.reader.reader)
            heading, text = self.cell_of(row, key)
            row.notes.append(Note(heading, text, "kept", here[:80] or "—"))
        return {key: value for key, value in changed.items() if key not in by_hand}

    def change(self, known: Row, row: Parsed, is_repeat: bool, by_hand: Collection[str]) -> None:
        values = {key: value for key, value in row.values.items() if key != self.map.match}
        changed = self.taken(known, differences(known, values, self.type), by_hand, row)
        self.attachments.drop([file for file in row.files if file.field not in changed])
        if self.map.existing == "leave":
            row.late.clear()
        if changed:
            with transaction.atomic():
                writing.change(
                    self.type,
                    known.pk,
                    changed,
                    by=self.by,
                    via="import",
                    change_set=self.change_set,
                    moved_at=row.moved,
                )
            self.report.updated += 1
        elif is_repeat:
            self.report.repeated += 1
        else:
            self.report.unchanged += 1
        self.done(row, known.pk)

    def create(self, rows: Sequence[Parsed]) -> list[RefusedRow]:
        if not rows:
            return []
        answers = writing.create_many(
            self.type,
            [{**row.first, **row.values} for row in rows],
            by=self.by,
            via="import",
            at=[row.at for row in rows],
            moved_at=[row.moved for row in rows],
            change_set=self.change_set,
        )
        refused, ids = [], []
        for row, answer in zip(rows, answers, strict=True):
            if isinstance(answer, Invalid):
                self.attachments.drop(row.files)
                refused.append(self.refused(row, answer))
                continue
            files.give(row.files, answer.pk)
            self.report.created += 1
            self.matcher.add(self.type, answer.pk, self.type.title_of(answer))
            self.done(row, answer.pk)
            if row.source_id:
                ids.append(
                    ExternalId(
                        system=system_of(self.map, self.type),
                        type=self.type.key,
                        key=row.source_id,
                        record_id=answer.pk,
                    )
                )
        ExternalId.objects.bulk_create(ids)
        if self.map.role:
            made = [answer for answer in answers if isinstance(answer, User)]
            start_in_role(made, self.map.role, by=self.by)
        return refused

    def done(self, row: Parsed, record_id: int) -> None:
        for note in row.notes:
            self.report.note(note.column, note.value, note.what, row.line, note.near)
        self.place.late += [[record_id, *late, row.line] for late in row.late]

    def refused(self, row: Parsed, problem: DaftarError) -> RefusedRow:
        """The reasons of the gate and of required fields, at the columns they are about."""
        errors = problem.errors if isinstance(problem, Invalid) else {problem.field: problem.sentence}
        found = []
        for key, sentence in errors.items():
            heading, text = self.cell_of(row, key)
            found.append(CellError(row.line, heading, text[:80], str(sentence)))
        return RefusedRow(row.line, row.row.cells, tuple(found))

    def cell_of(self, row: Parsed, key: str) -> tuple[str, str]:
        """Heading and text of the cell that fills the field; else the field's name."""
        heading = next(
            (h for h, ts in self.map.columns.items() if key and any(t.partition(".")[0] == key for t in ts)), ""
        )
        if heading:
            return heading, row.row.cells[self.source.headings.index(heading)]
        return (str(self.type[key].label) if key in self.type.by_key else ""), ""

    # -- after all rows ----------------------------------------------------------------------------

    def set_late_links(self) -> None:
        """Links to records of the same file: set when all of them are there."""
        if not self.place.late:
            return
        self.matcher.indexes.pop(self.type.key, None)
        late, self.place.late = self.place.late, []
        self.matcher.learn(self.type, [text for _id, _key, _heading, text, _line in late])
        for start in range(0, len(late), BATCH):
            let_others_save()
            some = late[start : start + BATCH]
            rows = with_links(visible(self.type, self.by).filter(pk__in={entry[0] for entry in some}), self.type)
            known = {row.pk: row for row in rows}
            by_hand = self.by_hand(list(known))
            for record_id, key, heading, text, line in some:
                try:
                    self.set_late_link(known[record_id], key, heading, text, line, by_hand.get(record_id, ()))
                except (DaftarError, KeyError) as problem:
                    why = problem if isinstance(problem, DaftarError) else _("The record is gone.")
                    sentence = _("The row is in, but without this link. %(why)s") % {"why": why}
                    self.report.errors.append(CellError(line, heading, text[:80], sentence))
        if self.keep:
            self.keep(self.report, self.place, ())

    def set_late_link(self, row: Row, key: str, heading: str, text: str, line: int, by_hand: Collection[str]) -> None:
        reading = self.reader.one(self.type[key], heading, text)
        with transaction.atomic():
            made = make_all(reading.wants, self.type, self.matcher, by=self.by, change_set=self.change_set)
            changed = differences(row, put_in({key: reading.value}, made), self.type)
            is_filled = not self.type[key].is_empty(self.type[key].get(row))
            if changed and key in by_hand:
                here = self.type[key].export(self.type[key].get(row), self.reader.reader)
                self.report.note(heading, text, "kept", line, here[:80] or "—")
            elif changed and not (self.map.existing == "fill" and is_filled):
                writing.change(self.type, row.pk, changed, by=self.by, via="import", change_set=self.change_set)
        for note in reading.notes:
            self.report.note(note.column, note.value, note.what, line, note.near)

    def look_for_slips(self) -> None:
        """A new option beside a more frequent new one that differs by a letter or two is a slip, too."""
        new = [odd for odd in self.report.odd.values() if odd.what == "new_option"]
        for odd in new:
            others = [o.value for o in new if o.column == odd.column and o.count > odd.count]
            if guess := near(odd.value, others):
                odd.what, odd.near = "near_option", guess


def batches(rows: Iterator[RawRow | BrokenRow], behind: int) -> Iterator[list[RawRow | BrokenRow]]:
    """Rows behind that line, in batches."""
    batch: list[RawRow | BrokenRow] = []
    for row in rows:
        if row.line > behind:
            batch.append(row)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def first_of_each(rows: Sequence[Parsed], map_: ImportMap) -> tuple[list[Parsed], list[Parsed]]:
    """(rows that mean different records, rows that repeat one of them and come after)."""
    seen: set[str] = set()
    now: list[Parsed] = []
    later: list[Parsed] = []
    for row in rows:
        key = key_of(row, map_)
        (later if key and key in seen else now).append(row)
        seen.add(key)
    return now, later


def refused_whole(row: BrokenRow) -> RefusedRow:
    return RefusedRow(row.line, row.cells, (CellError(row.line, row.column, row.value, row.sentence),))


class _Undone(Exception):
    """Rolls a rehearsal back."""


def rehearsed(act: Callable[[], Any]) -> Any:
    """Do everything as in earnest and take it back: the counts are exact, and nothing has changed.

    On SQLite it is done in a copy of the database, since a transaction that long would keep everybody else from saving.
    """
    found: list[Any] = []
    try:
        with on_a_copy(), transaction.atomic():
            found.append(act())
            raise _Undone
    except _Undone:
        return found[0]
