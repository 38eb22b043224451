"""Killing the server in the middle of acts on many records and of their undoing, again and again.

One person begins acts (give, tag, change, delete, take back, go on, stop) without waiting for them. A redirect is an
acknowledgement: that act must be there after the kill. Whatever was killed goes on or stands still; never is a row done twice,
half done, or done without its history. In the end every run comes to rest, and each record is what its history says.
"""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.house.installation import Installation
from tests.house.killing import SET_UP, sign_in

LEADS = 700
REST_SECONDS = 120.0
FILL = f"""
from daftar.access.models import User
from daftar.records.writing import create_many
from daftar.records.schema import current_schema
olga = User.objects.get(email="olga@example.com")
User.objects.create_user(email="sara@example.com", password="a long password for the test", name="Sara", role="owner")
leads = [{{"title": f"m-{{n}}", "owner": olga.pk}} for n in range({LEADS})]
create_many(current_schema().type("lead"), leads, by=olga, via="import")
"""
LATER = """
from datetime import timedelta
from django.db.models import F
from daftar.records.bulk import runs
from daftar.records.models import BulkRun
BulkRun.objects.update(at=F("at") - timedelta(minutes=5))
runs.go_on_with_interrupted()
"""


@dataclass
class Told:
    """What was answered: acts that were acknowledged by the number of their run, and how often what happened."""

    runs: set[int] = field(default_factory=set)
    undone: int = 0
    merged: int = 0
    kills: int = 0
    inside: int = 0
    sequences: int = 0


class Person:
    """Begins acts by the forms of the pages; every answer that is not a clear yes or a clear no is an error."""

    def __init__(self, house: Installation, cookies: dict[str, str], rng: random.Random, told: Told) -> None:
        self.house, self.cookies, self.rng, self.told = house, cookies, rng, told

    def one_sequence(self, client: httpx.Client) -> None:
        for _ in range(self.rng.randrange(1, 5)):
            self.rng.choice([self.act, self.act, self.merge, self.take_back, self.take_back, self.steer])(client)
            # To be in the middle of one, or to find it done and take it back.
            time.sleep(self.rng.choice([0.0, 0.1, 2.0]))

    def act(self, client: httpx.Client) -> None:
        act = self.rng.choice(["owner", "tags", "change", "delete"])
        values: dict[str, str] = {"once": f"k{self.rng.getrandbits(60)}", "asked": "1"}
        if act == "owner":
            values |= {"field": "owner", "owner": str(self.rng.choice(self.people()))}
        elif act == "tags":
            values |= {"add": f"t{self.rng.randrange(6)}"}
        elif act == "change":
            values |= {"field": "comments", "comments": f"c{self.rng.randrange(99)}"}
        # Deletions are few rows; larger ones ask again who it is, and empty the list for the next act.
        if act == "delete" or self.rng.random() < 0.3:
            ids = [str(row[0]) for row in self.house.query("SELECT id FROM crm_lead WHERE deleted_at IS NULL")]
            values["ids"] = ",".join(self.rng.sample(ids, min(len(ids), self.rng.randrange(1, 60))))
        else:
            values["all"] = "1"
        self.saved(client.post(f"/leads/bulk/{act}", data=values, headers=self.headers()))

    def merge(self, client: httpx.Client) -> None:
        """Two or three of them become one, with the versions that are read now."""
        rows = self.house.query("SELECT id, version FROM crm_lead WHERE deleted_at IS NULL")
        if len(rows) > 20:
            picked = dict(self.rng.sample(rows, self.rng.randrange(2, 4)))
            values = {
                "ids": ",".join(map(str, picked)),
                "into": str(min(picked)),
                "once": f"m{self.rng.getrandbits(60)}",
            }
            values |= {f"version.{id_}": str(version) for id_, version in picked.items()}
            if self.saved(client.post("/leads/merge", data=values, headers=self.headers())):
                self.told.merged += 1

    def take_back(self, client: httpx.Client) -> None:
        rows = self.house.query("SELECT id FROM records_bulkrun")
        if rows and self.saved(
            client.post(f"/changes/{self.rng.choice(rows)[0]}/undo", data={}, headers=self.headers())
        ):
            self.told.undone += 1

    def steer(self, client: httpx.Client) -> None:
        rows = self.house.query("SELECT id FROM records_bulkrun")
        if rows:
            word = self.rng.choice(["stop", "continue"])
            self.saved(client.post(f"/changes/{self.rng.choice(rows)[0]}/{word}", data={}, headers=self.headers()))

    def people(self) -> list[int]:
        return [row[0] for row in self.house.query("SELECT id FROM access_user ORDER BY id")]

    def headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self.cookies["daftar_csrf"], "Origin": self.house.address}

    def saved(self, answer: httpx.Response) -> bool:
        assert answer.status_code in {302, 303, 400, 404, 409, 422, 503}, (
            f"{answer.status_code} {answer.url}: {answer.text[:400]}"
        )
        if found := re.match(r"/changes/(\d+)/$", answer.headers.get("Location", "")):
            self.told.runs.add(int(found[1]))
        return answer.status_code in {302, 303}


def kill_many(
    house: Installation, kills: int, *, seed: int = 1, say: Callable[[str], object] = lambda line: None
) -> Told:
    """That many random sequences with a kill in each. Errors: AssertionError at the first thing lost, halved or done twice."""
    house.manage("shell", "-v0", "-c", SET_UP)
    house.manage("shell", "-v0", "-c", FILL)
    told, rng, cookies = Told(), random.Random(seed), dict[str, str]()
    for number in range(kills):
        server = house.start()
        cookies = cookies or sign_in(house)
        one_life(house, server, Person(house, cookies, rng, told), rng)
        house.settle()
        told.kills += 1
        told.inside += bool(
            house.query("SELECT 1 FROM records_bulkrun WHERE state IN ('waiting', 'working', 'stopping')")
        )
        examine(house, told)
        done = f"{len(told.runs)} runs acknowledged, {told.merged} merges, {told.undone} taken back"
        say(f"kill {number + 1}: {done}, {told.inside} kills in the middle of one")
    come_to_rest(house)
    examine(house, told, at_rest=True)
    return told


def one_life(house: Installation, server: subprocess.Popen[bytes], person: Person, rng: random.Random) -> None:
    """A sequence of acts, and the kill at some moment of it or soon after."""
    try:
        with httpx.Client(base_url=house.address, cookies=person.cookies, timeout=30) as client:
            person.one_sequence(client)
            person.told.sequences += 1
            time.sleep(rng.choice([0.0, 0.05, 0.3, 1.0]) * rng.random())
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


def come_to_rest(house: Installation) -> None:
    """Serve until nothing is at work any more; what a dead server left in a request is taken up as two minutes later."""
    at_work = "SELECT count(*) FROM records_bulkrun WHERE state IN ('waiting', 'working', 'stopping')"
    with house.serving():
        end, asked = time.monotonic() + REST_SECONDS, 0.0
        while house.query(at_work) != [(0,)]:
            assert time.monotonic() < end, (
                f"never ended: {house.query('SELECT id, act, state, total, done FROM records_bulkrun')}"
            )
            if time.monotonic() - asked > 10:
                house.manage("shell", "-v0", "-c", LATER)
                asked = time.monotonic()
            time.sleep(0.2)


def examine(house: Installation, told: Told, *, at_rest: bool = False) -> None:
    """Compare rows, their history and what the runs say of themselves."""
    leads = {row[0]: row[1:] for row in house.query("SELECT id, version, owner_id, comments, deleted_at FROM crm_lead")}
    assert len(leads) == LEADS, "records came or went"
    events = house.query(
        "SELECT record_id, version, kind, changes, change_set_id FROM records_event WHERE type = 'lead' ORDER BY id"
    )
    is_as_told(leads, events)
    runs = house.query(
        "SELECT id, act, state, total, done, left_alone, refused, moved_on, change_set_id, undoes_id FROM records_bulkrun"
    )
    assert told.runs <= {run[0] for run in runs}, "an act was acknowledged and is lost"
    by_set: dict[int, list[int]] = {}
    for record, _version, _kind, _changes, set_id in events:
        by_set.setdefault(set_id, []).append(record)
    merges = {run[-2] for run in runs if run[1] == "merge"}
    states = house.query("SELECT run_id, state, count(*) FROM records_bulkitem GROUP BY run_id, state")
    for id_, act, state, total, done, left, refused, moved_on, set_id, undoes in runs:
        touched = by_set.get(set_id, [])
        counted = {word: count for run_id, word, count in states if run_id == id_}
        if act == "merge":  # in one transaction: all of it is there
            assert (state, done) == ("done", len(touched)), f"merge {id_} says {done} and touched {len(touched)}"
            continue
        assert sum(counted.values()) == total, f"run {id_} has {counted} of {total} rows"
        assert counted.get("done", 0) == done, f"run {id_}: says {done}, items {counted}"
        assert len(touched) == len(set(touched)), f"run {id_} ({act}) did a record twice"
        # Of a merge that is taken back some fields of a record can go back, and others wait for somebody's word.
        is_part = undoes in merges and done <= len(touched) <= done + moved_on
        assert len(touched) == done or is_part, f"run {id_} ({act}) says {done}, history {len(touched)}"
        assert done + left + refused + moved_on <= total
        if at_rest:
            assert state in ("done", "stopped"), f"run {id_} is {state}"
            assert state == "stopped" or done + left + refused + moved_on == total
    if not house.database_name:
        assert house.query("PRAGMA quick_check") == [("ok",)]


def is_as_told(leads: dict[int, tuple[Any, ...]], events: list[tuple[Any, ...]]) -> None:
    """Each lead is what its history says: version, owner, comments, in the bin or not."""
    last: dict[int, dict[str, Any]] = {id_: {} for id_ in leads}
    versions: dict[int, list[int]] = {id_: [] for id_ in leads}
    for record, version, kind, changes, _set in events:
        versions[record].append(version)
        for key, pair in (json.loads(changes) if isinstance(changes, str) else changes).items():
            last[record][key] = pair[1]
        if kind in ("deleted", "restored"):
            last[record][""] = kind
    for id_, (version, owner, comments, deleted_at) in leads.items():
        said = last[id_]
        assert versions[id_] == list(range(1, version + 1)), (
            f"lead {id_} has version {version}, its history {versions[id_][-5:]}"
        )
        assert said.get("owner", owner) == owner, f"lead {id_} belongs to {owner}, its history says {said['owner']}"
        assert (said.get("comments") or "") == (comments or ""), (
            f"lead {id_}: {comments!r}, history {said.get('comments')!r}"
        )
        assert (said.get("") == "deleted") == (deleted_at is not None), (
            f"lead {id_}: in the bin, or not, against its history"
        )
