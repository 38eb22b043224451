"""Comparing rows, their history and what runs say of themselves, by plain SQL beside a server that was killed.

It is read after each kill: history is never edited, so only what came since the last time is read anew.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.house.installation import Installation

AT_WORK = "('waiting', 'working', 'stopping')"
HANGING = {
    "activities_activity": ("about_id", "subject"),
    "records_externalid": ("record_id", "key"),
}
"""Table → the columns with the record on which a row hangs and with the name of the one on which it hung first."""


@dataclass
class Told:
    """What was answered: acts that were acknowledged by the number of their run, and how often what happened."""

    runs: set[int] = field(default_factory=set)
    retypings: set[int] = field(default_factory=set)
    swapped: set[int] = field(default_factory=set)
    taken_back_kinds: int = 0
    undone: int = 0
    merged: int = 0
    edited: int = 0
    binned: int = 0
    kills: int = 0
    inside: int = 0
    inside_retypings: int = 0
    cut: int = 0
    """Requests that got no answer because the server died in them."""
    sequences: int = 0

    def __str__(self) -> str:
        kinds = f"{len(self.retypings)} changes of a kind ({len(self.swapped)} seen done, {self.taken_back_kinds} taken back)"
        rows = f"{len(self.runs)} runs, {self.merged} merges, {self.undone} taken back, {self.edited} edits"
        said = f"acknowledged {rows}, {kinds}, {self.binned} fields binned or brought back"
        inside = f"{self.inside} in the middle of a run ({self.inside_retypings} of a change of a kind), {self.cut} in a request"
        return f"{said}; kills: {inside}"


@dataclass
class Record:
    """What the history of one lead says so far."""

    versions: list[int] = field(default_factory=list)
    last: dict[str, tuple[int, Any]] = field(default_factory=dict)
    """Field key → the newest event that says it, and the value after it."""
    is_gone: bool = False
    merges: list[int | None] = field(default_factory=list)
    """Into whom it was merged each time it went into the bin, None where it was simply deleted."""


class Book:
    """All history that was read so far."""

    def __init__(self, house: Installation, leads: int) -> None:
        self.house, self.count = house, leads
        self.read_to = 0
        self.records: dict[int, Record] = defaultdict(Record)
        self.touched: dict[int, list[tuple[str, int]]] = defaultdict(list)
        """Change set → the records that it changed."""
        self.emptied: dict[int, list[int]] = defaultdict(list)
        """Change of a kind → the records whose value did not fit."""

    def read(self) -> None:
        rows = self.house.query(
            "SELECT id, type, record_id, version, kind, changes, data, change_set_id FROM records_event"
            f" WHERE id > {self.read_to} ORDER BY id"
        )
        for id_, type_, record, version, kind, changes, data, set_id in rows:
            self.read_to = id_
            if set_id is not None:
                self.touched[set_id].append((type_, record))
            if type_ == "lead":
                self.one(id_, self.records[record], record, version, kind, loaded(changes), loaded(data))

    def one(self, id_: int, of: Record, record: int, version: int, kind: str, changes: Any, data: Any) -> None:
        if data.get("why") == "retyped":  # the old value stays where it was, and the version too
            self.emptied[data["retyping"]].append(record)
            return
        of.versions.append(version)
        for key, (before, after) in changes.items():
            if key in ("owner", "comments", "stage") and key in of.last:
                assert before == of.last[key][1], (
                    f"lead {record}: history of {key} jumps from {of.last[key][1]} to {before}"
                )
            of.last[key] = (id_, after)
        if kind == "deleted":
            of.is_gone = True
            of.merges.append(data.get("into"))
        elif kind == "restored":
            of.is_gone = False

    def examine(self, told: Told, *, at_rest: bool = False) -> None:
        """Errors: AssertionError at the first thing that is lost, half done or done twice."""
        self.read()
        self.leads_are_as_told()
        self.values_are_as_told()
        self.stays_are_whole()
        self.runs_are_whole(told, at_rest)
        self.retypings_are_whole(told, at_rest)
        self.nothing_hangs_on_nothing()
        if not self.house.database_name:
            assert self.house.query("PRAGMA quick_check") == [("ok",)]

    def leads_are_as_told(self) -> None:
        """Each lead is what its history says: version, owner, comments, stage, in the bin or not."""
        rows = self.house.query("SELECT id, version, owner_id, comments, stage_id, deleted_at FROM crm_lead")
        assert len(rows) == self.count, "records came or went"
        for id_, version, owner, comments, stage, deleted_at in rows:
            of = self.records[id_]
            assert of.versions == list(range(1, version + 1)), (
                f"lead {id_} has version {version}, its history {of.versions[-5:]}"
            )
            for key, here in (("owner", owner), ("comments", comments or ""), ("stage", stage)):
                said = of.last.get(key, (0, here))[1]
                assert (said or None) == (here or None), f"lead {id_}: {key} is {here!r}, its history says {said!r}"
            assert of.is_gone == (deleted_at is not None), f"lead {id_}: in the bin, or not, against its history"

    def values_are_as_told(self) -> None:
        """What the newest event says of a custom field stands in the record, in the place of the kind in which it was written."""
        fields = self.custom_fields()
        for id_, custom in self.house.query("SELECT id, custom FROM crm_lead"):
            values = loaded(custom)
            for key, (event, said) in self.records[id_].last.items():
                if key in fields:
                    slot = next((was["slot"] for was in fields[key]["past"] if event <= was["to"]), fields[key]["slot"])
                    here = values.get(slot)
                    assert without_base(here) == without_base(said), (
                        f"lead {id_}: {key} ({slot}) is {here!r}, its history says {said!r}"
                    )

    def custom_fields(self) -> dict[str, dict[str, Any]]:
        rows = self.house.query("SELECT key, slot, past, kind FROM records_customfield WHERE type = 'lead'")
        return {
            key: {"slot": slot or key, "past": loaded(past or "[]"), "kind": kind} for key, slot, past, kind in rows
        }

    def stays_are_whole(self) -> None:
        """A lead stands in one stage at a time, in the one of its last stay."""
        rows = self.house.query(
            "SELECT l.id, l.stage_id, count(s.id), min(s.stage_id) FROM crm_lead l LEFT JOIN records_stagespan s"
            " ON s.type = 'lead' AND s.record_id = l.id AND s.left_at IS NULL WHERE l.deleted_at IS NULL GROUP BY l.id, l.stage_id"
        )
        wrong = [row for row in rows if row[2:] != (1, row[1])]
        assert not wrong, f"stays that do not fit the stage (lead, stage, open stays, where): {wrong[:5]}"

    def runs_are_whole(self, told: Told, at_rest: bool) -> None:
        """Every run that was acknowledged is there, and did each record once and what it says."""
        runs = self.house.query(
            "SELECT id, act, state, total, done, left_alone, refused, moved_on, change_set_id, undoes_id FROM records_bulkrun"
        )
        lost = told.runs - {run[0] for run in runs}
        assert not lost, f"acts were acknowledged and are lost: {sorted(lost)}"
        merges = {run[-2] for run in runs if run[1] == "merge"}
        counted: dict[int, dict[str, int]] = defaultdict(dict)
        for run, state, count in self.house.query(
            "SELECT run_id, state, count(*) FROM records_bulkitem GROUP BY run_id, state"
        ):
            counted[run][state] = count
        for id_, act, state, total, done, left, refused, moved_on, set_id, undoes in runs:
            touched = self.touched.get(set_id, [])
            if act == "merge":  # in one transaction: all of it is there
                of_leads = sum(type_ == "lead" for type_, _ in touched)
                assert state == "done", f"merge {id_} is {state}"
                assert done in (of_leads, len(touched)), f"merge {id_} says {done} and touched {len(touched)}"
                continue
            assert sum(counted[id_].values()) == total, f"run {id_} has {counted[id_]} of {total} rows"
            assert counted[id_].get("done", 0) == done, f"run {id_}: says {done}, items {counted[id_]}"
            assert len(touched) == len(set(touched)), f"run {id_} ({act}) did a record twice"
            # Of a merge that is taken back some fields of a record can go back, and others wait for somebody's word.
            is_part = undoes in merges and done <= len(touched) <= done + moved_on
            assert len(touched) == done or is_part, f"run {id_} ({act}) says {done}, history {len(touched)}"
            assert done + left + refused + moved_on <= total
            if at_rest:
                assert state in ("done", "stopped"), f"run {id_} is {state}"
                assert state == "stopped" or done + left + refused + moved_on == total

    def retypings_are_whole(self, told: Told, at_rest: bool) -> None:
        """A field has the kind and place of the last change that says it is done: all of it, or nothing."""
        rows = self.house.query(
            "SELECT id, key, state, slot_from, slot_to, kind_to, done, misfits, is_tidy, undoes_id FROM records_retyping ORDER BY id"
        )
        lost = told.retypings - {row[0] for row in rows}
        assert not lost, f"changes of a kind were acknowledged and are lost: {sorted(lost)}"
        assert told.swapped <= {row[0] for row in rows if row[2] == "done"}, "a change that was done is done no more"
        for key, kept in self.custom_fields().items():
            done = [row for row in rows if row[1] == key and row[2] == "done"]
            way = [*(was["slot"] for was in kept["past"]), kept["slot"]]
            wanted = [
                key,
                *(row[4] for row in sorted(done, key=lambda row: way.index(row[4]) if row[4] in way else -1)),
            ]
            assert way == wanted, f"{key} went {way}, its changes say {wanted}"
            assert all(row[3] == before for row, before in zip(done, way, strict=False)), f"{key}: {done} against {way}"
            assert not done or done[-1][5] == kept["kind"], (
                f"{key} is {kept['kind']}, its last change says {done[-1][5]}"
            )
        for id_, key, state, _from, _to, _kind, count, misfits, is_tidy, _undoes in rows:
            emptied = self.emptied.get(id_, [])
            assert count <= self.count, f"the change {id_} of {key} turned {count} values of {self.count} records"
            assert len(emptied) == len(set(emptied)), f"the change {id_} of {key} emptied a record twice"
            assert len(emptied) == (misfits if state == "done" else 0), (
                f"{id_} of {key}: {state}, {misfits} misfits, {len(emptied)} told"
            )
            if at_rest:
                assert state in ("done", "ready", "dropped") and (state != "done" or is_tidy), (
                    f"{id_} of {key} is {state}"
                )

    def nothing_hangs_on_nothing(self) -> None:
        """Notes and names of other systems hang on a record that was not merged away, each once; after a merge that was taken back on their own."""
        away = {id_: of.merges[-1] for id_, of in self.records.items() if of.is_gone and of.merges[-1] is not None}
        ever_away = {id_ for id_, of in self.records.items() if any(of.merges)}
        for table, (column, name) in HANGING.items():
            rows = self.house.query(f"SELECT {name}, {column} FROM {table}")  # noqa: S608  # our own names
            assert len(rows) == len({row[0] for row in rows}) == self.count, (
                f"{table}: {len(rows)} rows of {self.count}"
            )
            for first, here in rows:
                assert here not in away, (
                    f"{table}: what hung on {first} hangs on {here}, which was merged into {away[here]}"
                )
                went = [into for into in self.records[int(first)].merges if into]
                if not went:
                    assert here == int(first), f"{table}: what hung on {first} hangs on {here} without a merge"
                elif int(first) not in away and len(went) == 1 and went[0] not in ever_away:
                    assert here == int(first), f"{table}: the merge of {first} was taken back, its row hangs on {here}"

    def is_inside(self) -> tuple[bool, bool]:
        """Whether a run, and whether a change of a kind, stands in the middle."""
        run = self.house.query(f"SELECT 1 FROM records_bulkrun WHERE state IN {AT_WORK}")  # noqa: S608  # our own words
        kind = self.house.query("SELECT 1 FROM records_retyping WHERE state = 'working'")
        return bool(run), bool(kind)


def loaded(stored: Any) -> Any:
    return json.loads(stored) if isinstance(stored, str) else stored


def without_base(stored: Any) -> Any:
    """An amount in the base currency moves with its rate and is no part of what somebody wrote."""
    return {**stored, "base": None} if isinstance(stored, dict) and "base" in stored else stored
