"""Killing the server in the middle of acts on many records, of merges, of changes of a field's kind and of their undoing, again and again.

One person begins acts (give, move, tag, change, delete, merge, edit, turn a field into another kind, put it into the bin, take back,
go on, stop). The kill comes at any moment: in a request, or while the worker goes on with what was begun. A redirect is an
acknowledgement: that act must be there after the kill. Whatever was killed goes on or stands still; never is a row done twice,
half done, or done without its history. In the end every run comes to rest, and each record is what its history says.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

from daftar.records.retyping.kinds import TARGETS
from tests.house.examining_many import AT_WORK, Book, Told
from tests.house.installation import Installation, is_alive, worker_pids
from tests.house.killing import SET_UP, open_stages, sign_in

LEADS = 1_200
"""More than what a request turns into another kind or changes by itself: the worker has its part."""
REST_SECONDS = 240.0
KINDS = {"text", "long_text", "whole", "decimal", "money", "choice", "choices", "tags", "phones", "yes_no"}
RAW = ("12", "7.5", "-3", "1200.50", "about 40", "+49 30 5550001", "yes", "red", "")
"""As typed into a form; some fit one kind, some another."""
FIELDS = {
    "Size": ("12", "7.5", "-3", "1 200", "about 40", "12"),
    "Sum": ("1,200.50 USD", "300 EUR", "12.00", "much", "", "7"),
    "Sort": ("red", "green", "blue", "", "red", "green"),
    "Reach": ("+49 30 5550001", "+7 495 5550002", "ask Olga", "", "", "+49 30 5550003"),
}
FILL = f"""
from daftar.access.models import User
from daftar.activities.models import Activity
from daftar.records import custom_fields
from daftar.records.custom_fields import OptionEdit
from daftar.records.models import ExternalId
from daftar.records.reader import Reader
from daftar.records.same import keeping
from daftar.records.schema import current_schema
from daftar.records.writing import create_many
olga = User.objects.get(email="olga@example.com")
User.objects.create_user(email="sara@example.com", password="a long password for the test", name="Sara", role="owner")
wanted, keys = {FIELDS!r}, {{}}
for label in wanted:
    more = {{"options": [OptionEdit(word) for word in ("red", "green", "blue")]}} if label == "Sort" else {{}}
    kind = "choice" if label == "Sort" else "text"
    keys[label] = custom_fields.add_field(current_schema().type("lead"), kind, label, by=olga, **more).key
code = custom_fields.add_field(current_schema().type("lead"), "text", "Code", by=olga, unique=True).key
type_, reader = current_schema().type("lead"), Reader(olga)
leads = []
for n in range({LEADS}):
    raw = {{key: wanted[label][n % 6] for label, key in keys.items()}} | {{code: f"C{{n}}", "phones": f"+49 30 555{{n % 400:04}}"}}
    if n % 100 == 0:
        raw[keys["Size"]] = "none"
    values = {{key: type_[key].parse(text, reader) for key, text in raw.items()}}
    leads.append(values | {{"title": f"m {{n}}", "person_name": f"Person {{n % 400}} Family{{n % 40}}", "owner": olga.pk}})
made = create_many(type_, leads, by=olga, via="import")
ExternalId.objects.bulk_create(ExternalId(system="old", type="lead", key=str(row.pk), record_id=row.pk) for row in made)
Activity.objects.bulk_create(Activity(kind="note", subject=str(row.pk), about_type="lead", about_id=row.pk) for row in made)
for one in keeping.types():
    keeping.look_through(one)
"""
LATER = """
from datetime import timedelta
from django.db.models import F
from daftar.records.bulk import runs
from daftar.records.models import BulkRun, Retyping
from daftar.records.retyping import runs as retypings
for model, at_work in ((BulkRun, runs), (Retyping, retypings)):
    model.objects.update(at=F("at") - timedelta(minutes=5))
    at_work.go_on_with_interrupted()
"""
INSIDE = "import json; from tests.house.inside_many import troubles; print(json.dumps(troubles()[:20]))"


class Person:
    """Begins acts by the forms of the pages; every answer that is not a clear yes or a clear no is an error."""

    def __init__(self, house: Installation, cookies: dict[str, str], rng: random.Random, told: Told) -> None:
        self.house, self.cookies, self.rng, self.told = house, cookies, rng, told
        self.stages = open_stages(house)
        found = house.query("SELECT label, key FROM records_customfield WHERE type = 'lead'")
        self.labels = {key: label for label, key in found if label in FIELDS}
        self.code = dict(found)["Code"]

    def one_sequence(self, client: httpx.Client, fatal: Callable[[], None] | None) -> None:
        """Some acts; `fatal` is called right before one of them."""
        often = [self.act, self.act, self.merge, self.retype, self.retype, self.take_back, self.take_back]
        acts = self.rng.randrange(2, 9)
        last = self.rng.randrange(acts) if fatal else acts
        for number in range(acts):
            if fatal and number == last:
                fatal()
            self.rng.choice([*often, self.steer, self.edit, self.take_kind_back, self.bin_field])(client)
            # To be in the middle of one, or to find it done and take it back.
            time.sleep(self.rng.choice([0.0, 0.1, 1.0]))

    # -- rows --------------------------------------------------------------------------------------

    def act(self, client: httpx.Client) -> None:
        act = self.rng.choice(["owner", "move", "tags", "change", "change", "change", "delete"])
        values: dict[str, str] = {"once": f"k{self.rng.getrandbits(60)}", "asked": "1"}
        if act == "owner":
            values |= {"field": "owner", "owner": str(self.rng.choice(self.people()))}
        elif act == "move":
            values |= {"field": "stage", "stage": self.rng.choice(self.stages)}
        elif act == "tags":
            values |= {"add": f"t{self.rng.randrange(6)}"}
        elif act == "change":
            values |= self.new_value()
        # Deletions are few rows; larger ones ask again who it is, and empty the list for the next act.
        if act == "delete" or self.rng.random() < 0.3:
            ids = [str(row[0]) for row in self.house.query("SELECT id FROM crm_lead WHERE deleted_at IS NULL")]
            values["ids"] = ",".join(self.rng.sample(ids, min(len(ids), self.rng.randrange(1, 60))))
        else:
            values["all"] = "1"
        self.saved(client.post(f"/leads/bulk/{act}", data=values, headers=self.headers()))

    def new_value(self) -> dict[str, str]:
        """The words of a form for one field, as somebody types who knows of what kind it is, or does not."""
        if self.rng.random() < 0.2:
            return {"field": "comments", "comments": f"c{self.rng.randrange(99)}"}
        key = self.rng.choice(list(self.labels))
        return {"field": key} | self.typed(key)

    def typed(self, key: str) -> dict[str, str]:
        kind = self.house.query(f"SELECT kind FROM records_customfield WHERE type = 'lead' AND key = '{key}'")[0][0]
        raw = self.rng.choice(RAW)
        if kind in ("choice", "choices"):
            options = self.house.query(f"SELECT key FROM records_choiceoption WHERE field = '{key}'")
            raw = self.rng.choice([*options, ("",)])[0]
        return {key: raw, f"{key}.currency": "USD"} if kind == "money" else {key: raw}

    def edit(self, client: httpx.Client) -> None:
        """One field of one record, where it stands; the code may be one that another has."""
        ids = [row[0] for row in self.house.query("SELECT id FROM crm_lead WHERE deleted_at IS NULL")]
        for _ in range(self.rng.randrange(1, 6)):
            is_code = self.rng.random() < 0.4
            key = self.code if is_code else self.rng.choice(list(self.labels))
            values = {key: f"C{self.rng.randrange(LEADS)}"} if is_code else self.typed(key)
            if self.saved(
                client.post(f"/leads/{self.rng.choice(ids)}/field/{key}", data=values, headers=self.headers())
            ):
                self.told.edited += 1

    def merge(self, client: httpx.Client) -> None:
        """Two or three of them become one, with the versions that are read now."""
        rows = self.house.query("SELECT id, version FROM crm_lead WHERE deleted_at IS NULL")
        if len(rows) > 20:
            picked = dict(self.rng.sample(rows, self.rng.randrange(2, 4)))
            values = {
                "ids": ",".join(map(str, picked)),
                "into": str(min(picked)),
                "once": f"m{self.rng.getrandbits(60)}",
                f"pick.{self.rng.choice(list(self.labels))}": str(max(picked)),
            }
            values |= {f"version.{id_}": str(version) for id_, version in picked.items()}
            if self.saved(client.post("/leads/merge", data=values, headers=self.headers())):
                self.told.merged += 1

    def take_back(self, client: httpx.Client) -> None:
        rows = self.house.query("SELECT id FROM records_bulkrun ORDER BY id DESC LIMIT 12")
        if rows and self.saved(
            client.post(f"/changes/{self.rng.choice(rows)[0]}/undo", data={}, headers=self.headers())
        ):
            self.told.undone += 1

    def steer(self, client: httpx.Client) -> None:
        rows = self.house.query("SELECT id FROM records_bulkrun ORDER BY id DESC LIMIT 12")
        if rows:
            word = self.rng.choice(["stop", "continue"])
            self.saved(client.post(f"/changes/{self.rng.choice(rows)[0]}/{word}", data={}, headers=self.headers()))

    # -- kinds of fields ---------------------------------------------------------------------------

    def retype(self, client: httpx.Client) -> None:
        """Begin to turn a field into another kind; agree to what is lost, give it up, or wait to be asked."""
        key = self.rng.choice(list(self.labels))
        kind = self.house.query(f"SELECT kind FROM records_customfield WHERE type = 'lead' AND key = '{key}'")[0][0]
        if self.house.query(f"SELECT 1 FROM records_retyping WHERE key = '{key}' AND state IN ('working', 'ready')"):
            self.kind(client, key, {"act": self.rng.choice(["agree", "agree", "drop"])})
        else:
            wanted = self.rng.choice([one for one in TARGETS[kind] if one in KINDS])
            self.kind(client, key, {"act": "begin", "kind": wanted, "agreed": self.rng.choice(["", "99999", "99999"])})

    def take_kind_back(self, client: httpx.Client) -> None:
        if self.kind(client, self.rng.choice(list(self.labels)), {"act": "undo"}):
            self.told.taken_back_kinds += 1

    def kind(self, client: httpx.Client, key: str, values: dict[str, str]) -> bool:
        answer = client.post(f"/settings/fields/lead/{key}/kind", data=values, headers=self.headers())
        if not self.saved(answer):
            return False
        found = self.house.query(f"SELECT id, state FROM records_retyping WHERE key = '{key}' ORDER BY id DESC LIMIT 1")
        for id_, state in found:
            self.told.retypings.add(id_)
            if state == "done":
                self.told.swapped.add(id_)
        return True

    def bin_field(self, client: httpx.Client) -> None:
        """Bring back what lies in the bin; else put one there, now and then."""
        where = "FROM records_customfield WHERE type = 'lead' AND deleted_at IS NOT NULL"
        gone = [row[0] for row in self.house.query(f"SELECT key {where}")]
        key = self.rng.choice(gone or list(self.labels))
        here = f"/settings/fields/lead/{key}/"
        asked = (here, {"act": "restore"}) if gone else (f"{here}delete", {"typed": self.labels[key]})
        if self.saved(client.post(asked[0], data=asked[1], headers=self.headers())):
            self.told.binned += 1

    # -- answers -----------------------------------------------------------------------------------

    def people(self) -> list[int]:
        return [row[0] for row in self.house.query("SELECT id FROM access_user ORDER BY id")]

    def headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self.cookies["daftar_csrf"], "Origin": self.house.address}

    def saved(self, answer: httpx.Response) -> bool:
        assert answer.status_code in {200, 302, 303, 400, 404, 409, 422, 503}, (
            f"{answer.status_code} {answer.url}: {answer.text[:400]}"
        )
        if found := re.match(r"/changes/(\d+)/$", answer.headers.get("Location", "")):
            self.told.runs.add(int(found[1]))
        return answer.status_code in {200, 302, 303}


def kill_many(
    house: Installation, kills: int, *, seed: int = 1, say: Callable[[str], object] = lambda line: None
) -> Told:
    """That many random sequences with a kill in each. Errors: AssertionError at the first thing lost, halved or done twice."""
    house.manage("shell", "-v0", "-c", SET_UP)
    house.manage("shell", "-v0", "-c", FILL)
    told, rng, cookies = Told(), random.Random(seed), dict[str, str]()
    book = Book(house, LEADS)
    for number in range(kills):
        server = house.start()
        cookies = cookies or sign_in(house)
        one_life(house, server, Person(house, cookies, rng, told), rng)
        house.settle()
        told.kills += 1
        of_rows, of_kinds = book.is_inside()
        told.inside += of_rows or of_kinds
        told.inside_retypings += of_kinds
        book.examine(told)
        say(f"kill {number + 1}: {told}")
        if number % 10 == 9:
            look_inside(house)
    come_to_rest(house)
    book.examine(told, at_rest=True)
    look_inside(house)
    return told


class Death:
    """The end of a server by kill -9, and of its worker at the same moment; or the worker notices, ends its task and goes, too."""

    def __init__(self, server: subprocess.Popen[bytes], *, worker_too: bool) -> None:
        self.server, self.worker_too = server, worker_too
        self.workers: set[int] = set()

    def come(self) -> None:
        with suppress(FileNotFoundError):  # it is dead already
            self.workers.update(worker_pids(self.server.pid))
        self.server.kill()
        for pid in self.workers if self.worker_too else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait(self, seconds: float = 60) -> None:
        """Until nobody writes any more, for only then can it be examined."""
        self.server.wait()
        end = time.monotonic() + seconds
        while any(is_alive(pid) for pid in self.workers):
            assert time.monotonic() < end, "the worker outlives its server"
            time.sleep(0.02)


def one_life(house: Installation, server: subprocess.Popen[bytes], person: Person, rng: random.Random) -> None:
    """A sequence of acts, and the kill in one of them or soon after."""
    death = Death(server, worker_too=rng.random() < 0.7)
    early = threading.Timer(rng.choice([0.05, 0.3, 1.0, 2.5]) * rng.random(), death.come)
    is_early = rng.random() < 0.6
    try:
        with httpx.Client(base_url=house.address, cookies=person.cookies, timeout=60) as client:
            person.one_sequence(client, early.start if is_early else None)
            time.sleep(rng.choice([0.0, 0.05, 0.3, 1.0]) * rng.random())
    except httpx.TransportError:
        assert is_early and server.wait(10) is not None, "the server gave no answer, and nobody had killed it"
        person.told.cut += 1
    finally:
        early.cancel()
        death.come()
        death.wait()
    person.told.sequences += 1


def come_to_rest(house: Installation) -> None:
    """Serve until nothing is at work any more; what a dead server left in a request is taken up as two minutes later."""
    kinds = "SELECT count(*) FROM records_retyping WHERE state = 'working' OR (state = 'done' AND NOT is_tidy)"
    rows = f"SELECT count(*) FROM records_bulkrun WHERE state IN {AT_WORK}"
    with house.serving():
        end, asked = time.monotonic() + REST_SECONDS, 0.0
        while house.query(rows) != [(0,)] or house.query(kinds) != [(0,)]:
            assert time.monotonic() < end, (
                f"never ended: {house.query(f'SELECT id, act, state, total, done FROM records_bulkrun WHERE state IN {AT_WORK}')}"
                f" {house.query('SELECT id, key, state, problem, total, done, is_tidy FROM records_retyping')}"
            )
            if time.monotonic() - asked > 10:
                house.manage("shell", "-v0", "-c", LATER)
                asked = time.monotonic()
            time.sleep(0.2)


def look_inside(house: Installation) -> None:
    """Errors: AssertionError with what the product's own tables say against each other."""
    said: list[Any] = json.loads(house.manage("shell", "-v0", "-c", INSIDE).stdout.splitlines()[-1])
    assert not said, said
