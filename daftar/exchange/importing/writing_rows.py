"""The rows of one batch become records, in rounds: no two rows of a round mean the same record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from daftar.access.models import Row, User
from daftar.exchange.importing.applying import LEAVE, NEW, UPDATE, Applying
from daftar.exchange.importing.attached import Attachments
from daftar.exchange.importing.by_hand import changed_by_hand
from daftar.exchange.importing.candidates import candidates_for
from daftar.exchange.importing.cells import system_of
from daftar.exchange.importing.differences import compare
from daftar.exchange.importing.existing import Known, Unclear, find_existing, keys_of, taken_back
from daftar.exchange.importing.held import Held
from daftar.exchange.importing.made_here import of_this_import
from daftar.exchange.importing.making import Made, make_all, put_in
from daftar.exchange.importing.maps import CHANGED
from daftar.exchange.importing.opening_stock import open_stock
from daftar.exchange.importing.outcomes import CREATED, MOST_ROWS, UNCHANGED, UPDATED, Candidate, RowTold
from daftar.exchange.importing.readings import Parsed, ToMake
from daftar.exchange.importing.report import RefusedRow
from daftar.exchange.importing.sums import add_rows
from daftar.exchange.importing.work import Work
from daftar.exchange.reading.rows import RawRow
from daftar.exchange.taking_back.made import note_moved_ids
from daftar.kernel.errors import DaftarError, Invalid
from daftar.records import files, writing
from daftar.records.accounts import start_in_role
from daftar.records.models import ExternalId

In = list[tuple[Parsed, Mapping[str, Any], Row | int]]
"""Rows that went in, with their values and records: new ones themselves, of others the number."""


def write_rows(work: Work, rows: Sequence[Parsed]) -> list[RefusedRow]:
    """Make or change the records of these rows, in the caller's transaction; the rows that could not."""
    refused: list[RefusedRow] = []
    made: Made = {}
    waiting = list(rows)
    Round(work, made).make(waiting)
    while waiting:
        now, later = first_of_each(waiting, work)
        a_round = Round(work, made)
        some, again = a_round.write(now)
        refused += some
        waiting = sorted([*later, *again], key=lambda row: row.line)
    return refused


def first_of_each(rows: Sequence[Parsed], work: Work) -> tuple[list[Parsed], list[Parsed]]:
    """(rows that mean different records, rows that repeat one of them and come after)."""
    taken: set[tuple[str, str]] = set()
    now: list[Parsed] = []
    later: list[Parsed] = []
    for row in rows:
        row.keys = keys_of(row, work.type, work.map)
        (later if not taken.isdisjoint(row.keys) else now).append(row)
        taken.update(row.keys)
    return now, later


class Round:
    """One round of a batch."""

    def __init__(self, work: Work, made: Made) -> None:
        self.work, self.made = work, made
        self.went_in: In = []
        self.ids: list[ExternalId] = []
        self.moved: list[ExternalId] = []

    def write(self, rows: Sequence[Parsed]) -> tuple[list[RefusedRow], list[Parsed]]:
        """(rows that could not, rows that mean a record which another row of the round means too)."""
        work = self.work
        if work.held and (asked := work.held.asked_for(rows)):
            self.write_held(asked)
        known = find_existing(rows, work.type, work.map, work.matcher, work.by, work.seen)
        rows, again = one_row_each(rows, known)
        here = {row.pk: row for row in known.rows.values() if isinstance(row, Row)}
        self.attachments = Attachments(work.bag, work.type, work.by)
        self.attachments.learn([row.all_values for row in rows], list(here.values()))
        by_hand = changed_by_hand(work.type, list(here)) if work.map.existing == "keep" else {}
        made_here = of_this_import(work, here) if CHANGED in work.map.targets else set[int]()
        applying = Applying(work, by_hand, self.attachments, made_here)
        refused: list[RefusedRow] = []
        new: list[Parsed] = []
        for row in rows:
            try:
                if row.wants:
                    row.values, row.first = put_in(row.values, self.made), put_in(row.first, self.made)
                    row.was = put_in(row.was, self.made)
                if self.one(row, known, applying):
                    new.append(row)
            except DaftarError as problem:
                self.attachments.drop(row.files)
                refused.append(work.refused(row, problem))
        refused += self.create(new, known)
        applying.write_texts()
        self.keep_ids()
        add_rows(work, self.went_in)
        compare(work, self.went_in)
        return refused, again

    def one(self, row: Parsed, known: Known, applying: Applying) -> bool:
        """Do what a row does to the record that it means; whether it is a new one. Errors: what refuses the row."""
        found = known.rows.get(row.line)
        said, _colon, chosen = self.work.decided.get(row.line, "").partition(":")
        if isinstance(found, Unclear) and (said or self.work.map.existing == "ask"):
            if said == LEAVE:
                self.work.tell(UNCHANGED, row)
                return False
            named = [one for one in found.records if said == UPDATE and chosen == str(one.pk)]
            if not named and said != NEW:
                applying.wait(row, found.records, str(found))
                return False
            found = named[0] if named else None
        if isinstance(found, Invalid):
            raise found
        if found is None or said == NEW:
            self.attachments.put_into(row.values, None, row.files)
            self.attachments.put_into(row.first, None, row.files)
            return True
        self.attachments.put_into(row.values, found, row.files)
        is_first = found.pk not in self.work.seen.met
        outcome = applying.apply(found, row, by_id=row.line in known.by_id)
        if outcome == UPDATED and is_first:
            self.went_in.append((row, row.values, found.pk))
        if row.external_id and row.line not in known.by_id and outcome != "waiting":
            self.name(row, found.pk, known)
        return False

    def make(self, rows: Sequence[Parsed]) -> None:
        """What the rows want beside themselves."""
        wants = [want for row in rows for want in row.wants if want.key not in self.made]
        work = self.work
        work.matcher.fresh.update(want.key for want in wants)
        self.made.update(make_all(wants, work.type, work.matcher, by=work.by, change_set=work.change_set))
        keep_called(rows, self.made, work)

    def create(self, rows: Sequence[Parsed], known: Known) -> list[RefusedRow]:
        """New records; in a rehearsal they are written only when another row asks for them, or when they take over an id."""
        held = self.work.held
        if not rows or held is None:
            return self.create_now(rows, known)
        now = [row for row in rows if row.external_id in known.free]
        later = [row for row in rows if row.external_id not in known.free] if now else rows
        return [*self.create_now(now, known), *self.hold(later, held)]

    def create_now(self, rows: Sequence[Parsed], known: Known) -> list[RefusedRow]:
        if not rows:
            return []
        work, same = self.work, self.same(rows)
        answers = writing.create_many(
            work.type, [row.all_values for row in rows], by=work.by, via="import", change_set=work.change_set,
            ready=[row.ready for row in rows], derived=[row.was for row in rows], **times(rows),
        )  # fmt: skip
        refused: list[RefusedRow] = []
        opening: list[tuple[Parsed, int]] = []
        for row, answer in self.told(rows, answers, same, refused):
            files.give(row.files, answer.pk)
            work.done(row, answer.pk)
            opening += [(row, answer.pk)] if row.stock is not None else []
            if row.external_id:
                self.name(row, answer.pk, known)
        open_stock(work, opening)
        if work.map.role:
            made = [answer for answer in answers if isinstance(answer, User)]
            start_in_role(made, work.map.role, by=work.by, change_set=work.change_set)
        return refused

    def hold(self, rows: Sequence[Parsed], held: Held) -> list[RefusedRow]:
        work, same = self.work, self.same(rows)
        making = writing.Making(work.type, work.by, "import")
        answers = writing.check_many(
            making, [making.drafted(row.all_values, derived=row.was, **row.times) for row in rows]
        )
        refused: list[RefusedRow] = []
        for row, _answer in self.told(rows, answers, same, refused):
            work.note(row)
            held.keep(row)
        return refused

    def same(self, rows: Sequence[Parsed]) -> Sequence[Sequence[Candidate]]:
        """For each row the records here that may be the same; looked for before the rows are here themselves."""
        work = self.work
        if not work.look_for_same:
            return ()
        return candidates_for(work.type, [row.all_values for row in rows], work.reader.reader, but=work.seen.made)

    def told(
        self,
        rows: Sequence[Parsed],
        answers: Sequence[Row | Invalid],
        same: Sequence[Sequence[Candidate]],
        refused: list[RefusedRow],
    ) -> Iterator[tuple[Parsed, Row]]:
        """The new ones among them, counted and listed; the others become `refused`."""
        work = self.work
        for n, (row, answer) in enumerate(zip(rows, answers, strict=True)):
            if isinstance(answer, Invalid):
                self.attachments.drop(row.files)
                refused.append(work.refused(row, answer))
                continue
            if answer.pk is not None:
                self.is_in(answer)
            title = row.title or str(work.type.title_field.get(answer) or "")
            if work.keep_outcome or work.report.has_room(CREATED, row.line):
                work.tell(CREATED, row, answer.pk, title=title)
            else:
                work.report.created += 1
            if same and same[n]:
                self.tell_same(RowTold(row.line, title, others=list(same[n])))
            self.went_in.append((row, row.all_values, answer))
            yield row, answer

    def is_in(self, record: Row) -> None:
        """The record is there: later rows and links find it."""
        self.work.seen.made.add(record.pk)
        self.work.matcher.add(self.work.type, record.pk, self.work.type.title_of(record))

    def write_held(self, asked: Sequence[tuple[RawRow, str]]) -> None:
        """Rows that were held are written as if they had been at once; they are told already."""
        work = self.work
        work.reader.learn([row for row, _row_key in asked])
        rows = [work.reader.parse(row) for row, _row_key in asked]
        self.make(rows)
        answers = writing.create_many(
            work.type, [put_in(row.all_values, self.made) for row in rows], by=work.by, via="import", change_set=work.change_set,
            derived=[put_in(row.was, self.made) for row in rows], **times(rows),
        )  # fmt: skip
        for row, answer, (_raw, row_key) in zip(rows, answers, asked, strict=True):
            row.row_key = row_key
            if isinstance(answer, Invalid):  # it was fine a moment ago
                raise answer
            self.is_in(answer)
            work.seen.met.add(answer.pk)
            if row.title and work.map.repeated == "one":
                work.seen.keep_title(row.title, answer.pk)
            if row.external_id:
                self.name(row, answer.pk, Known())
        self.keep_ids()
        self.ids.clear()

    def tell_same(self, told: RowTold) -> None:
        report = self.work.report
        report.candidates += 1
        listed = report.rows_told.setdefault("candidates", [])
        if len(listed) < MOST_ROWS:
            listed.append(told)

    # -- ids of the source system --------------------------------------------------------------------

    def name(self, row: Parsed, record_id: int, known: Known) -> None:
        """The row's id leads to this record from now on."""
        work = self.work
        one = ExternalId(system=system_of(work.map), type=work.type.key, key=row.external_id, record_id=record_id)
        if row.line in known.by_id:  # somebody said that it is another record after all
            one.pk = known.taken.get(row.external_id)
        else:
            one.pk = known.free.get(row.external_id)
        (self.moved if one.pk else self.ids).append(one)

    def keep_ids(self) -> None:
        if self.ids:
            ExternalId.objects.bulk_create(self.ids)
        if self.moved:
            note_moved_ids(self.work.change_set, self.moved)
            ExternalId.objects.bulk_update(self.moved, ["record_id"])


def times(rows: Sequence[Parsed]) -> dict[str, Any]:
    """Those of each row, as `writing.create_many` takes them."""
    each = [row.times for row in rows]
    return {name: [of[name] for of in each] for name in ("at", "changed_at", "moved_at")}


def keep_called(rows: Sequence[Parsed], made: Made, work: Work) -> None:
    """Records that were found or made by a name are known by the id beside it from now on; an id whose record was taken back moves."""
    found: dict[tuple[str, str], ExternalId] = {}
    for type_key, key, value in {one for row in rows for one in row.called}:
        record = made.get(value.key) if isinstance(value, ToMake) else value
        if isinstance(record, int):
            found[type_key, key] = ExternalId(system=system_of(work.map), type=type_key, key=key, record_id=record)
    if not found:
        return
    ExternalId.objects.bulk_create(found.values(), ignore_conflicts=True)
    for type_key in {type_key for type_key, _key in found}:
        keys = [key for of, key in found if of == type_key]
        kept = ExternalId.objects.filter(system=system_of(work.map), type=type_key, key__in=keys)
        other = [one for one in kept if one.record_id != found[type_key, one.key].record_id]
        dead = taken_back(work.type.schema.type(type_key), {one.record_id for one in other}) if other else set()
        moved = [one for one in other if one.record_id in dead]
        for one in moved:
            one.record_id = found[type_key, one.key].record_id
        if moved:
            note_moved_ids(work.change_set, moved)
            ExternalId.objects.bulk_update(moved, ["record_id"])


def one_row_each(rows: Sequence[Parsed], known: Known) -> tuple[list[Parsed], list[Parsed]]:
    """(rows that mean different records, later rows that mean one of these by other keys)."""
    met: set[int] = set()
    now: list[Parsed] = []
    again: list[Parsed] = []
    for row in rows:
        found = known.rows.get(row.line)
        if isinstance(found, Row) and found.pk in met:
            again.append(row)
            continue
        if isinstance(found, Row):
            met.add(found.pk)
        now.append(row)
    return now, again
