"""What is left after a kill in the middle of imports and of their undoing, compared with what was answered and with the files.

Imports are reached by `imports` alone, runs that take back by `undoings`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.house.examining_many import loaded
from tests.house.import_sheets import Sheet
from tests.house.installation import Installation

LOADING = ("running", "pausing")
EVERYTHING = 10**9
CREATED, UPDATED = "created", "updated"


@dataclass
class Told:
    """What was answered, and how often what happened."""

    sheets: dict[str, Sheet] = field(default_factory=dict)
    """Files that were sent, by name; what got no answer may be there or not."""
    uploaded: set[int] = field(default_factory=set)
    loaded: set[int] = field(default_factory=set)
    finished: set[int] = field(default_factory=set)
    undone: set[int] = field(default_factory=set)
    rehearsed: int = 0
    paused: int = 0
    continued: int = 0
    again: int = 0
    edited: int = 0
    sequences: int = 0
    cut: int = 0
    """Requests that got no answer because the server died in them."""
    kills: int = 0
    inside_rehearsal: int = 0
    inside_loading: int = 0
    inside_undo: int = 0

    @property
    def inside(self) -> int:
        return self.inside_rehearsal + self.inside_loading + self.inside_undo

    def __str__(self) -> str:
        begun = f"{len(self.uploaded)} files, {self.rehearsed} rehearsals, {len(self.loaded)} loads ({len(self.finished)} seen done)"
        more = f"{self.paused} paused, {self.continued} continued, {len(self.undone)} taken back, {self.again} done again, {self.edited} edits"
        inside = (
            f"{self.inside_rehearsal} in a rehearsal, {self.inside_loading} in loading, {self.inside_undo} in an undo"
        )
        return f"acknowledged {begun}, {more}; kills: {inside}, {self.cut} in a request"


@dataclass
class Import:
    """An import as its row says it. Shapes: `line` is the last one that is in, `EVERYTHING` when its step is done; `told` its report."""

    id: int
    name: str
    state: str
    line: int
    told: dict[str, Any]
    change_set: int | None

    @property
    def is_at_work(self) -> bool:
        return self.state in (*LOADING, "rehearsing")


def imports(house: Installation) -> list[Import]:
    rows = house.query(
        "SELECT id, files, state, line, report, reports, change_set_id FROM exchange_importrun ORDER BY id"
    )
    found = []
    for id_, files, state, line, report, reports, change_set in rows:
        done = loaded(reports)
        told = done[0] if done else loaded(report)
        is_in = change_set is not None
        found.append(
            Import(
                id_, loaded(files)[0]["name"], state, (EVERYTHING if done else line) if is_in else 0, told, change_set
            )
        )
    return found


@dataclass
class Undoing:
    """A run that takes a change set back. Shapes: `items` state → how many."""

    id: int
    state: str
    total: int
    done: int
    rest: int
    change_set: int
    undoes: int
    items: dict[str, int]

    @property
    def is_at_work(self) -> bool:
        return self.state in ("waiting", "working", "stopping")


def undoings(house: Installation) -> list[Undoing]:
    items: dict[int, dict[str, int]] = defaultdict(dict)
    for run, state, count in house.query("SELECT run_id, state, count(*) FROM records_bulkitem GROUP BY run_id, state"):
        items[run][state] = count
    rows = house.query(
        "SELECT id, state, total, done, left_alone + refused + moved_on, change_set_id, undoes_id FROM records_bulkrun ORDER BY id"
    )
    return [Undoing(*row, items[row[0]]) for row in rows]


@dataclass
class Past:
    """What the history of one record says so far."""

    versions: list[int] = field(default_factory=list)
    comments: str = ""
    is_gone: bool = False


class Book:
    """All history that was read so far."""

    def __init__(self, house: Installation) -> None:
        self.house = house
        self.read_to = 0
        self.stood: set[tuple[str, int, int]] = set()
        self.past: dict[tuple[str, int], Past] = defaultdict(Past)
        self.of_set: dict[int, list[tuple[str, int, str]]] = defaultdict(list)
        """Change set → (type, record, kind) of its events."""
        self.places: dict[int, tuple[int, int]] = {}
        """Change set → its first and its last event."""

    def read(self) -> None:
        rows = self.house.query(
            "SELECT id, type, record_id, version, kind, changes, change_set_id FROM records_event"
            f" WHERE id > {self.read_to} AND type IN ('deal', 'company') ORDER BY id"
        )
        for id_, type_, record, version, kind, changes, change_set in rows:
            self.read_to = id_
            past = self.past[type_, record]
            past.versions.append(version)
            if "comments" in (said := loaded(changes)):
                before, after = said["comments"]
                assert (before or "") == past.comments, (
                    f"{type_} {record}: comments jump from {past.comments} to {before}"
                )
                past.comments = after or ""
            past.is_gone = kind == "deleted" or (past.is_gone and kind != "restored")
            if change_set is not None:
                self.of_set[change_set].append((type_, record, kind))
                self.places[change_set] = (self.places.get(change_set, (id_, id_))[0], id_)

    def examine(self, told: Told, *, at_rest: bool = False) -> None:
        """Errors: AssertionError at the first row that is lost, there twice, half in, or told twice."""
        self.read()
        self.records_are_as_told()
        self.stays_are_whole()
        deals = self.house.query("SELECT id, name, company_id, repeat_of_id FROM crm_deal WHERE name LIKE 's%'")
        by_name: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in deals:
            by_name[row[1]].append(row)
        ids = dict(self.house.query("SELECT key, record_id FROM records_externalid WHERE type = 'deal'"))
        all_ = imports(self.house)
        missing = told.uploaded - {one.id for one in all_}
        assert not missing, f"files were taken in and are lost: {missing}"
        assert len({one.name for one in all_}) == len(all_), "a file that was sent once was taken in twice"
        for one in all_:
            self.rows_are_in_once(one, told, by_name, ids, at_rest=at_rest)
        known = {row.name for one in all_ for row in told.sheets[one.name].rows}
        assert set(by_name) <= known, f"deals of no file: {sorted(set(by_name) - known)[:5]}"
        self.things_are_made_once()
        self.undoings_are_whole(told, at_rest=at_rest)
        if not self.house.database_name:
            assert self.house.query("PRAGMA quick_check") == [("ok",)]

    def records_are_as_told(self) -> None:
        """Each deal and company has every version in its history once, and lies in the bin only when that says so."""
        for type_, comments in (("deal", "comments"), ("company", "''")):
            rows = self.house.query(f"SELECT id, version, deleted_at, {comments} FROM crm_{type_}")  # noqa: S608  # our own names
            assert {("deal", row[0]) if type_ == "deal" else ("company", row[0]) for row in rows} == {
                key for key in self.past if key[0] == type_
            }, f"{type_}: records without history, or history without records"
            for id_, version, deleted_at, said in rows:
                past = self.past[type_, id_]
                assert past.versions == list(range(1, version + 1)), (
                    f"{type_} {id_} has version {version}, its history {past.versions}"
                )
                assert past.is_gone == (deleted_at is not None), (
                    f"{type_} {id_}: in the bin, or not, against its history"
                )
                assert type_ != "deal" or past.comments == (said or ""), (
                    f"deal {id_}: comments {said!r}, history {past.comments!r}"
                )

    def stays_are_whole(self) -> None:
        rows = self.house.query(
            "SELECT d.id, d.stage_id, count(s.id), min(s.stage_id) FROM crm_deal d LEFT JOIN records_stagespan s"
            " ON s.type = 'deal' AND s.record_id = d.id AND s.left_at IS NULL WHERE d.deleted_at IS NULL GROUP BY d.id, d.stage_id"
        )
        wrong = [row for row in rows if row[2:] != (1, row[1])]
        assert not wrong, f"stays that do not fit the stage (deal, stage, open stays, where): {wrong[:5]}"

    def rows_are_in_once(
        self, one: Import, told: Told, by_name: dict[str, list[Any]], ids: dict[str, int], *, at_rest: bool
    ) -> None:
        """Every row of the file up to the line of the import is in, or told as refused, once; none behind it is."""
        assert one.name in told.sheets, f"{one.name} was never sent"
        sheet, what = told.sheets[one.name], f"import {one.id} ({one.state}, line {one.line})"
        assert one.id not in told.loaded or one.state not in ("mapping", "rehearsing"), (
            f"{what}: loading was acknowledged and is lost"
        )
        assert one.id not in told.finished or one.state == "done", f"{what}: was done, and is not any more"
        events = self.of_set.get(one.change_set or 0, [])
        made = {record for type_, record, kind in events if type_ == "deal" and kind == "created"}
        counted: Counter[str] = Counter()
        for row in sheet.rows:
            here = by_name.get(row.name, [])
            if row.kind == "met":
                counted["met"] += row.line <= one.line
                continue
            is_in = row.kind == "new" and row.line <= one.line
            assert len(here) == is_in, f"{what}: row {row.line} ({row.kind}) is there {len(here)} times"
            assert (row.id in ids) == is_in, f"{what}: row {row.line}: its id is noted, or not, against its record"
            if is_in:
                assert ids[row.id] == here[0][0] in made, f"{what}: row {row.line} is {here[0]}, its id {ids[row.id]}"
                assert here[0][2] is not None, f"{what}: row {row.line} has no company"
                if row.repeats and one.state == "done" and one.id not in told.undone:
                    assert here[0][3] == ids[row.repeats], f"{what}: row {row.line} lost its link"
            counted[row.kind] += row.line <= one.line
        assert len(made) == counted["new"], f"{what}: made {len(made)} of {counted['new']}"
        changed = Counter(record for type_, record, kind in events if type_ == "deal" and kind == "changed")
        base = [record for record in changed if record not in made]
        assert len(base) == counted["met"] and all(changed[record] == 1 for record in base), (
            f"{what}: {len(base)} of {counted['met']} changed, {[n for n in changed.values() if n > 1][:5]} of them twice"
        )
        self.refused_are_told(one, sheet, counted, what)
        self.counts_are_right(one, counted, what)
        if one.state == "done":
            told.finished.add(one.id)
        if at_rest:
            assert one.state == "done", f"{what} did not come to rest"
            assert one.line == EVERYTHING or one.id in told.undone, f"{what} is not whole"

    def refused_are_told(self, one: Import, sheet: Sheet, counted: Counter[str], what: str) -> None:
        rows = self.house.query(f"SELECT line FROM exchange_refusal WHERE run_id = {one.id}")
        lines = [line for (line,) in rows]
        assert len(lines) == len(set(lines)), f"{what}: refused rows are listed twice"
        wanted = {row.line for row in sheet.rows if row.kind == "refused"}
        if one.change_set is not None:
            wanted = {line for line in wanted if line <= one.line}
            assert set(lines) == wanted, f"{what}: refused {sorted(wanted)[:5]}, listed {sorted(lines)[:5]}"
        else:
            assert set(lines) == (wanted if one.state == "rehearsed" else set(lines) & wanted), (
                f"{what}: {len(lines)} listed"
            )

    def counts_are_right(self, one: Import, counted: Counter[str], what: str) -> None:
        if one.change_set is None or not one.told:
            return
        here = (one.told.get(CREATED, 0), one.told.get(UPDATED, 0), one.told.get("refused", 0))
        assert here == (counted["new"], counted["met"], counted["refused"]), f"{what}: says {here}, did {counted}"

    def things_are_made_once(self) -> None:
        """Companies, options and fields that imports made, in the bin or not."""
        for what, sql in {
            "companies": "SELECT name, count(*) FROM crm_company GROUP BY name HAVING count(*) > 1",
            "options": "SELECT label, count(*) FROM records_choiceoption WHERE type = 'deal' GROUP BY field, label HAVING count(*) > 1",
            "fields": "SELECT label, count(*) FROM records_customfield WHERE type = 'deal' GROUP BY label HAVING count(*) > 1",
        }.items():
            assert not (twice := self.house.query(sql)), f"{what} were made twice: {twice[:5]}"

    def undoings_are_whole(self, told: Told, *, at_rest: bool) -> None:
        """A run that takes back touches each of its records once, and says how many; then what it made beside them is gone."""
        runs = undoings(self.house)
        undone_again, sets = {run.undoes for run in runs}, {one.change_set for one in imports(self.house)}
        for run in runs:
            what = f"undo {run.id} ({run.state})"
            touched = Counter((type_, record) for type_, record, _kind in self.of_set.get(run.change_set, []))
            assert sum(run.items.values()) == run.total, f"{what} has {run.items} of {run.total} rows"
            assert run.items.get("done", 0) == run.done, f"{what} says {run.done}, items {run.items}"
            assert max(touched.values(), default=1) == 1, f"{what} did a record twice"
            assert len(touched) == run.done, f"{what} says {run.done} and touched {len(touched)}"
            if run.undoes in sets and run.change_set in self.places:
                assert self.places[run.undoes][1] < self.places[run.change_set][0], f"{what}: its import went on"
            if at_rest:
                assert run.state in ("done", "stopped"), f"{what} did not come to rest"
                assert run.state == "stopped" or run.done + run.rest == run.total, what
            if run.state == "done" and run.change_set not in undone_again:
                self.things_are_away(run, what)

    def things_are_away(self, run: Undoing, what: str) -> None:
        """Of an import that was taken back and not done again: no field and no option is in use that it made, but for those told to stay."""
        fields = self.house.query(
            "SELECT m.ref FROM exchange_made m JOIN records_customfield f ON f.type = m.type AND f.key = m.ref"
            f" WHERE m.change_set_id = {run.undoes} AND m.kind = 'field' AND m.stays = '' AND f.deleted_at IS NULL"
        )
        options = self.house.query(
            "SELECT m.ref FROM exchange_made m JOIN records_choiceoption o ON o.type = m.type AND o.field || ':' || o.key = m.ref"
            f" WHERE m.change_set_id = {run.undoes} AND m.kind = 'option' AND m.stays = '' AND NOT o.archived"
        )
        assert not fields and not options, f"{what}: still in use: {fields} {options}"

    def is_inside(self) -> tuple[bool, bool, bool]:
        """Whether a rehearsal, a loading, an undo stands in the middle, and did not stand there already after the last kill."""
        here = {
            ("rehearsal" if one.state == "rehearsing" else "loading", one.id, one.line)
            for one in imports(self.house)
            if one.is_at_work
        }
        here |= {("undo", run.id, run.done) for run in undoings(self.house) if run.is_at_work}
        fresh = {what for what, _id, _place in here - self.stood}
        self.stood = here
        return "rehearsal" in fresh, "loading" in fresh, "undo" in fresh
