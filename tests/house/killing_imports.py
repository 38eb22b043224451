"""Killing the server in the middle of imports: of their rehearsal, of loading, of taking them back, again and again.

One person sends files of deals, rehearses, loads, pauses and continues them, takes them back and does it again, and edits deals meanwhile.
Small files are done in the request, large ones by the worker. The kill comes at any moment. After it every row of a file up to the line
that the import says is in once, or told as refused once, and none behind it; what was rehearsed left nothing. In the end everything that
was begun is whole.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

import httpx

from tests.house.examining_imports import Book, Import, Told, imports, undoings
from tests.house.import_sheets import MET, Sheet
from tests.house.installation import Installation
from tests.house.killing import SET_UP, sign_in
from tests.house.killing_many import REST_SECONDS, one_life

SIZES = (150, 600, 1_100, 2_600)
"""The last two are more than what a request loads: the worker has its part."""
FILL = f"""
from daftar.access.models import User
from daftar.records.models import ExternalId
from daftar.records.schema import current_schema
from daftar.records.writing import create_many
olga = User.objects.get(email="olga@example.com")
made = create_many(current_schema().type("deal"), [{{"name": f"Base {{n}}"}} for n in range({MET})], by=olga, via="import")
ExternalId.objects.bulk_create(
    ExternalId(system="old", type="deal", key=f"base-{{n}}", record_id=row.pk) for n, row in enumerate(made)
)
"""
LATER = """
from datetime import timedelta
from django.db.models import F
from daftar.exchange.importing import runs as importing
from daftar.exchange.models import AT_WORK, ImportRun
from daftar.kernel.jobs import take_back_tasks
from daftar.records.bulk import runs
from daftar.records.models import BulkRun
take_back_tasks(all_others_are_gone=True)
ImportRun.objects.filter(state__in=AT_WORK).update(at=F("at") - timedelta(minutes=11))
BulkRun.objects.update(at=F("at") - timedelta(minutes=5))
importing.stop_interrupted()
runs.go_on_with_interrupted()
"""
"""As if the server had been away for a while: what a dead request left can be continued, and dead workers are known as dead."""


class Person:
    """Sends files and steers imports by the forms of the pages; every answer that is not a clear yes or a clear no is an error."""

    def __init__(self, house: Installation, cookies: dict[str, str], rng: random.Random, told: Told) -> None:
        self.house, self.cookies, self.rng, self.told = house, cookies, rng, told

    def one_sequence(self, client: httpx.Client, fatal: Callable[[], None] | None) -> None:
        """Some acts; `fatal` is called right before one of them."""
        acts = self.rng.randrange(2, 7)
        last = self.rng.randrange(acts) if fatal else acts
        for number in range(acts):
            if fatal and number == last:
                fatal()
            self.act(client)
            time.sleep(self.rng.choice([0.0, 0.1, 0.5, 1.5]))

    def act(self, client: httpx.Client) -> None:
        """Something that can be done now."""
        all_ = imports(self.house)
        can: list[Callable[[], None]] = [lambda: self.edit(client)]
        waiting = [one for one in all_ if one.state in ("mapping", "rehearsed")]
        if len(waiting) < 3:
            can += [lambda: self.upload(client)] * (1 if waiting else 4)
        if waiting:
            one = self.rng.choice(waiting)
            can += [lambda: self.rehearse(client, one)] * 2 + [lambda: self.load(client, one)] * 3
        if stopped := [one for one in all_ if one.state in ("failed", "paused")]:
            can += [lambda: self.go_on(client, self.rng.choice(stopped))] * 3
        if working := [one for one in all_ if one.is_at_work]:
            can += [lambda: self.pause(client, self.rng.choice(working))]
        if loaded := [
            one for one in all_ if one.state in ("done", "failed", "paused") and one.id not in self.told.undone
        ]:
            can += [lambda: self.take_back(client, self.rng.choice(loaded))] * 2
        if undoings(self.house):
            can += [lambda: self.steer(client)] * 2
        self.rng.choice(can)()

    # -- imports -------------------------------------------------------------------------------------

    def upload(self, client: httpx.Client) -> None:
        sheet = Sheet(len(self.told.sheets) + 1, self.rng.choice(SIZES))
        self.told.sheets[sheet.file] = sheet
        sent = {"file": (sheet.file, sheet.text().encode(), "text/csv")}
        answer = client.post("/deals/import/", files=sent, headers=self.headers())
        if self.saved(answer):
            found = re.match(r"/import/(\d+)/$", answer.headers.get("Location", ""))
            assert found, f"{answer.status_code}: a file was not taken in: {answer.text[:400]}"
            self.told.uploaded.add(int(found[1]))

    def rehearse(self, client: httpx.Client, one: Import) -> None:
        self.told.rehearsed += self.say(client, one, "rehearse")

    def load(self, client: httpx.Client, one: Import) -> None:
        if self.say(client, one, "load"):
            self.told.loaded.add(one.id)

    def go_on(self, client: httpx.Client, one: Import) -> None:
        """Of an import that failed in its rehearsal this loads it."""
        if self.say(client, one, "load"):
            self.told.loaded.add(one.id)
            self.told.continued += 1

    def pause(self, client: httpx.Client, one: Import) -> None:
        self.told.paused += self.say(client, one, "pause")

    def take_back(self, client: httpx.Client, one: Import) -> None:
        if self.say(client, one, "undo"):
            self.told.undone.add(one.id)

    def say(self, client: httpx.Client, one: Import, do: str) -> bool:
        form = self.told.sheets[one.name].form() if one.state == "mapping" else {}
        return self.saved(client.post(f"/import/{one.id}/", data={**form, "do": do}, headers=self.headers()))

    # -- what is beside them -------------------------------------------------------------------------

    def steer(self, client: httpx.Client) -> None:
        """Stop an undo, continue it, or do again what was taken back."""
        run = self.rng.choice(undoings(self.house)[-6:])
        word = "stop" if run.is_at_work else "continue" if run.state == "stopped" else "undo"
        if self.saved(client.post(f"/changes/{run.id}/{word}", data={}, headers=self.headers())):
            self.told.again += word == "undo"

    def edit(self, client: httpx.Client) -> None:
        """A colleague's word on some deals: these are left when the import is taken back."""
        ids = [row[0] for row in self.house.query("SELECT id FROM crm_deal WHERE deleted_at IS NULL")]
        for _ in range(self.rng.randrange(1, 4)):
            values = {"comments": f"edit {self.rng.randrange(1000)}"}
            address = f"/deals/{self.rng.choice(ids)}/field/comments"
            self.told.edited += self.saved(client.post(address, data=values, headers=self.headers()))

    # -- answers -------------------------------------------------------------------------------------

    def headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self.cookies["daftar_csrf"], "Origin": self.house.address}

    def saved(self, answer: httpx.Response) -> bool:
        assert answer.status_code in {200, 302, 303, 400, 404, 409, 422, 503}, (
            f"{answer.status_code} {answer.url}: {answer.text[:400]}"
        )
        return answer.status_code in {200, 302, 303}


def kill_imports(
    house: Installation, kills: int, *, seed: int = 1, say: Callable[[str], object] = lambda line: None
) -> Told:
    """That many random sequences with a kill in each. Errors: AssertionError at the first row lost, there twice or half in."""
    house.manage("shell", "-v0", "-c", SET_UP)
    house.manage("shell", "-v0", "-c", FILL)
    told, rng, cookies = Told(), random.Random(seed), dict[str, str]()
    book = Book(house)
    for number in range(kills):
        server = house.start()
        cookies = cookies or sign_in(house)
        one_life(house, server, Person(house, cookies, rng, told), rng)
        house.settle()
        told.kills += 1
        rehearsing, loading, undoing = book.is_inside()
        told.inside_rehearsal += rehearsing
        told.inside_loading += loading
        told.inside_undo += undoing
        note_undone(house, told)
        book.examine(told)
        say(f"kill {number + 1}: {told}")
        if rng.random() < 0.7:
            house.manage("shell", "-v0", "-c", LATER)
    come_to_rest(house, Person(house, cookies, rng, told))
    book.examine(told, at_rest=True)
    return told


def note_undone(house: Installation, told: Told) -> None:
    """What was taken back without an answer, because the server died in it."""
    sets = {run.undoes for run in undoings(house)}
    told.undone |= {one.id for one in imports(house) if one.change_set in sets}


def come_to_rest(house: Installation, person: Person) -> None:
    """Serve until nothing is at work any more, and every file that was taken in is loaded to its end."""
    house.manage("shell", "-v0", "-c", LATER)
    with house.serving(), httpx.Client(base_url=house.address, cookies=person.cookies, timeout=120) as client:
        end = time.monotonic() + REST_SECONDS
        while True:
            all_ = imports(house)
            for one in all_:
                if one.state in ("failed", "paused"):
                    person.go_on(client, one)
                elif one.state in ("mapping", "rehearsed"):
                    person.load(client, one)
            busy = [one for one in all_ if one.state != "done"]
            busy_too = [run for run in undoings(house) if run.is_at_work]
            if not busy and not busy_too:
                return
            assert time.monotonic() < end, f"never ended: {busy} {busy_too}"
            time.sleep(0.3)
