"""A file becomes records, batch by batch: each batch is one transaction, each row goes in whole or is listed with its reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from daftar.access import decide
from daftar.access.models import User
from daftar.exchange.importing.ahead import Ahead
from daftar.exchange.importing.attached import Bag
from daftar.exchange.importing.cells import RowReader
from daftar.exchange.importing.held import Held, can_hold, is_plain
from daftar.exchange.importing.late import set_late_links
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.matching import Matcher
from daftar.exchange.importing.mixed import questions
from daftar.exchange.importing.odd import near
from daftar.exchange.importing.outcomes import REFUSED, KeepOutcome
from daftar.exchange.importing.preparing import makes_something, prepare
from daftar.exchange.importing.readings import Parsed
from daftar.exchange.importing.report import CellError, RefusedRow, Report
from daftar.exchange.importing.resuming import see_again
from daftar.exchange.importing.turns import take_turn
from daftar.exchange.importing.work import Keep, Place, Work
from daftar.exchange.importing.writing_rows import write_rows
from daftar.exchange.reading.rows import BrokenRow, RawRow
from daftar.exchange.reading.source import Source
from daftar.kernel.collecting import uncollected
from daftar.kernel.database_copy import on_a_copy
from daftar.kernel.errors import NotAllowed
from daftar.kernel.turns import Turns
from daftar.records import writing
from daftar.records.draft import Draft
from daftar.records.models import ChangeSet
from daftar.records.rates import rates_kept
from daftar.records.reader import Reader
from daftar.records.schema import current_schema

__all__ = ["BATCH", "Importer", "Keep", "Place", "rehearsed"]

BATCH, LEAST, MOST = 500, 200, 4_000
"""Rows of the first batch, and at least and at most of the others."""


class Importer:
    """Loads one file into one record type. Errors: NotAllowed, Unreadable before anything is written; rows that break a rule are in the report.

    Shapes: `decided` maps lines to what somebody said of rows that waited (`applying.py`); with `only` no other lines are read.
    `look_for_same` lists new rows that may be the same as a record here. `keep_outcome` is told of every row.
    `holds`: what is taken back anyway need not be written, as far as no other row asks for it (`held.py`).
    `is_first`: this transaction has made nothing before, so that another connection sees what this one sees.
    """

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
        decided: Mapping[int, str] | None = None,
        only: Collection[int] | None = None,
        look_for_same: bool = False,
        keep_outcome: KeepOutcome | None = None,
        holds: bool = False,
        is_first: bool = True,
    ) -> None:
        if not decide.may(by, "import", type_key):
            raise NotAllowed()
        self.type_key, self.source, self.map, self.by = type_key, source, map_, by
        self.keep, self.is_inside, self.holds, self.is_first = keep, False, holds, is_first
        self.ahead: Ahead | None = None
        if only is not None:
            self.source = source.only(only)
        self.mixed: Collection[str] = ()
        type_ = current_schema().type(type_key)
        map_.check_for(type_, source.headings)
        map_ = self.map = map_.in_order_of(source.headings)
        reader = Reader(by, schema=type_.schema)
        matcher, bag = Matcher(reader), bag or Bag()
        self.work = Work(
            type_, map_, by, source.headings, matcher,
            RowReader(type_, map_, source.headings, reader, matcher, bag),
            report or Report(title or type_.plural, type_key), place or Place(),
            change_set=change_set, bag=bag, decided=decided or {}, look_for_same=look_for_same, keep_outcome=keep_outcome,
        )  # fmt: skip

    @property
    def report(self) -> Report:
        return self.work.report

    def open(self) -> None:
        """Take the schema as it is now; again after fields or options were added."""
        work = self.work
        work.type, work.map = current_schema().type(self.type_key), self.map
        reader = Reader(self.by, schema=work.type.schema)
        work.matcher.reader = reader
        work.reader = RowReader(work.type, self.map, self.source.headings, reader, work.matcher, work.bag, self.mixed)

    def prepare(self) -> None:
        """Make what the map wants beside records, and look for columns that can be read in two ways."""
        self.is_inside = connection.in_atomic_block
        """A rehearsal is one long transaction: others need not wait for it."""
        self.makes = makes_something(self.map)
        if self.makes:
            with transaction.atomic():
                if not self.is_inside:
                    take_turn(self.type_key)
                self.map = prepare(self.type_key, self.map, by=self.by, change_set=self.work.change_set)
        if self.report.mixed is None:
            found = questions(current_schema().type(self.type_key), self.map, self.source)
            self.report.mixed = [question.heading for question in found]
        self.mixed = self.report.mixed
        self.open()

    def run(self) -> Report:
        """Load every row behind `place`."""
        self.prepare()
        if self.holds and can_hold(self.work.type, self.work.reader):
            self.work.held = Held()
        if self.may_read_ahead():
            self.ahead = Ahead(self.source, self.map, self.work.reader, self.by)
        place = self.work.place.line
        if place:
            see_again(self.work, self.source, place, BATCH)
        self.turns = Turns(BATCH, least=LEAST, most=MOST)
        for batch in batches(self.rows(place), self.turns):
            with uncollected():
                self.do_batch(batch)
        set_late_links(self.work, self.keep)
        self.look_for_slips()
        return self.report

    def may_read_ahead(self) -> bool:
        """Whether another process can read the rows: in the rehearsal of a long file whose rows depend on nothing that only this transaction sees.

        While it loads, others save and open pages: there the second core is theirs, and with three at work on two each waits for the others.
        """
        if not self.holds or not self.is_first or self.makes or not is_plain(self.work.type, self.work.reader):
            return False
        return self.source.picked is None and self.source.count_lines() >= settings.READ_AHEAD_LINES

    def rows(self, behind: int) -> Iterator[RawRow | BrokenRow]:
        return self.source.rows(behind) if self.ahead is None else self.ahead.rows(behind)

    # -- one batch ---------------------------------------------------------------------------------

    def do_batch(self, batch: Sequence[RawRow | BrokenRow]) -> None:
        work = self.work
        whole = [row for row in batch if isinstance(row, RawRow)]
        refused = [refused_whole(row) for row in batch if isinstance(row, BrokenRow)]
        parsed = self.parsed(whole)
        for row in parsed:
            self.see(row.line, row.title)
            if work.reader.has_row_key(row.row):
                row.row_key = work.seen.equals.key_of(row.row.cells)
            if row.line in work.decided:
                work.report.untell_waiting(row.line)
        refused += [RefusedRow(p.line, p.row.cells, tuple(p.errors), p.title) for p in parsed if p.errors]
        fine = [p for p in parsed if not p.errors]
        self.make_ready(fine)
        with self.turns.turn(len(batch)), transaction.atomic(), rates_kept():
            if not self.is_inside:
                take_turn(self.type_key)
            refused += self.write(fine)
            refused.sort(key=lambda one: one.line)
            for one in refused:
                work.report.refuse(one)
                if work.keep_outcome:
                    work.keep_outcome(one.line, REFUSED, None, " · ".join(e.sentence for e in one.errors))
            work.place.line = batch[-1].line
            if self.keep:
                self.keep(work.report, work.place, refused)
        if any(want.kind == "option" for row in parsed for want in row.wants):
            self.open()

    def parsed(self, rows: Sequence[RawRow]) -> list[Parsed]:
        """The rows with their values; what another process has made ready is taken as it is."""
        reader, ready = self.work.reader, self.ahead.ready if self.ahead else {}
        given = [ready.pop(row.line, None) for row in rows]
        some = [None if reader.names_fresh(row) else one for row, one in zip(rows, given, strict=True)]
        reader.learn([row for row, one in zip(rows, some, strict=True) if one is None])
        return [one or reader.parse(row) for row, one in zip(rows, some, strict=True)]

    def make_ready(self, rows: Sequence[Parsed]) -> None:
        """Use the pause before the batch: most rows are new records, and what these will be needs no database."""
        if self.turns.left <= 0 or not is_plain(self.work.type, self.work.reader):
            return
        making = writing.Making(self.work.type, self.by, "import")
        with rates_kept():
            for row in rows:
                if self.turns.left <= 0:
                    return
                if not row.wants:
                    row.ready = making.drafted(row.all_values, derived=row.was, **row.times)
                    if isinstance(row.ready, Draft):
                        row.ready.put()

    def write(self, rows: Sequence[Parsed]) -> list[RefusedRow]:
        """Make or change the records of these rows; the rows that could not."""
        return write_rows(self.work, rows)

    def see(self, line: int, title: str) -> None:
        """Tell a row whose title stands above; picked rows were told before."""
        if title and (above := self.work.seen.titles.see(title, line)) is not None and self.source.picked is None:
            first, is_second = above
            self.report.group(title, first, line, is_new=is_second)

    def look_for_slips(self) -> None:
        """A new option beside a more frequent new one that differs by a letter or two is a slip, too."""
        new = [odd for odd in self.report.odd.values() if odd.what == "new_option"]
        for odd in new:
            others = [o.value for o in new if o.column == odd.column and o.count > odd.count]
            if guess := near(odd.value, others):
                odd.what, odd.near = "near_option", guess


def batches(rows: Iterator[RawRow | BrokenRow], turns: Turns) -> Iterator[list[RawRow | BrokenRow]]:
    batch: list[RawRow | BrokenRow] = []
    for row in rows:
        batch.append(row)
        if len(batch) >= turns.size:
            yield batch
            batch = []
    if batch:
        yield batch


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
