"""Killing the server in the middle of writing, again and again, and looking at what is left.

Writers send real forms. An answer of 2xx or 3xx is an acknowledgement: what it acknowledged must be there after the
kill, whole (row, history and form key), and once. What got no answer may be there or not, but never half; it is sent
again with the same form key, which must not make a second record. A card that was moved stands in its column with one open
stay there; a file that was uploaded lies on the disk with its bytes, its row and its line in the history.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.house.installation import Installation, stop

OWNER = "olga@example.com"
LONGEST_WORK_SECONDS = 10.0
PASSWORD = "a long password for the test"
SET_UP = f"""
from daftar.access.models import Installation, User
from daftar.records.schema import install_pipelines
install_pipelines()
Installation.objects.update_or_create(pk=1, defaults={{"name": "Shop"}})
User.objects.create_user(email="{OWNER}", password="{PASSWORD}", name="Olga", role="owner")
"""


Wish = tuple[str, set[str]]
"""What was acknowledged last, and what was sent since and may be saved."""


@dataclass
class Ledger:
    """What the writers were told. Tokens are the titles of leads; comments and stages are by the address of the lead."""

    saved: set[str] = field(default_factory=set)
    unknown: dict[str, str] = field(default_factory=dict)  # token → form key
    comments: dict[str, Wish] = field(default_factory=dict)
    stages: dict[str, Wish] = field(default_factory=dict)
    sent_files: dict[str, str] = field(default_factory=dict)  # name → SHA-256 of its bytes
    files: set[str] = field(default_factory=set)
    moves: int = 0
    refused: list[str] = field(default_factory=list)
    repeated: int = 0
    answers: int = 0


class Writer:
    """One seller: makes leads, comments and moves them and adds files, until the server is gone."""

    def __init__(
        self, house: Installation, ledger: Ledger, number: int, cookies: dict[str, str], stages: list[str]
    ) -> None:
        self.house, self.ledger, self.stages = house, ledger, stages
        self.name = f"w{number}"
        self.cookies = cookies
        self.rng = random.Random(number)
        self.made: list[str] = []
        self.count = 0

    def work(self, stopped: threading.Event) -> None:
        try:
            with httpx.Client(base_url=self.house.address, cookies=self.cookies, timeout=20) as client:
                for token, key in [item for item in list(self.ledger.unknown.items()) if item[0].startswith(self.name)]:
                    self._make(client, token, key)
                    self.ledger.repeated += 1
                while not stopped.is_set():
                    self._act(client)
        except httpx.TransportError:
            return  # the server was killed

    def _act(self, client: httpx.Client) -> None:
        chance = self.rng.random()
        if not self.made or chance < 0.4:
            self._make_fresh(client)
        elif chance < 0.6:
            self._comment(client, self.rng.choice(self.made[-20:]))
        elif chance < 0.8:
            self._move(client, self.rng.choice(self.made[-20:]))
        else:
            self._upload(client, self.rng.choice(self.made[-20:]))

    def _make_fresh(self, client: httpx.Client) -> None:
        self.count += 1
        token = f"{self.name}-{time.monotonic_ns()}-{self.count}"
        self._make(client, token, f"key-{token}")

    def _make(self, client: httpx.Client, token: str, key: str) -> None:
        self.ledger.unknown[token] = key
        answer = self._post(client, "/leads/new", {"title": token, "once": key})
        del self.ledger.unknown[token]
        if self._is_saved(answer):
            self.ledger.saved.add(token)
            self.made.append(answer.headers["Location"])

    def _comment(self, client: httpx.Client, address: str) -> None:
        text = f"{self.name}-{time.monotonic_ns()}"
        before, maybe = self.ledger.comments.get(address, ("", set()))
        self.ledger.comments[address] = (before, {*maybe, text})
        answer = self._post(client, f"{address}field/comments", {"comments": text})
        if self._is_saved(answer):
            self.ledger.comments[address] = (text, set())

    def _move(self, client: httpx.Client, address: str) -> None:
        to = self.rng.choice(self.stages)
        before, maybe = self.ledger.stages.get(address, (self.stages[0], set()))
        self.ledger.stages[address] = (before, {*maybe, to})
        answer = self._post(client, f"{address}move", {"to": to})
        if self._is_saved(answer):
            self.ledger.stages[address] = (to, set())
            self.ledger.moves += 1

    def _upload(self, client: httpx.Client, address: str) -> None:
        name = f"{self.name}-{time.monotonic_ns()}.txt"
        content = self.rng.randbytes(self.rng.randrange(1, 200_000))
        self.ledger.sent_files[name] = hashlib.sha256(content).hexdigest()
        answer = self._post(client, f"{address}files/", {}, files={"file": (name, content)})
        if self._is_saved(answer):
            self.ledger.files.add(name)

    def _post(self, client: httpx.Client, path: str, values: dict[str, str], **more: Any) -> httpx.Response:
        headers = {"X-CSRFToken": self.cookies["daftar_csrf"], "Origin": self.house.address}
        return client.post(path, data=values, headers=headers, **more)

    def _is_saved(self, answer: httpx.Response) -> bool:
        if answer.status_code in {503, 429}:
            return False
        if answer.status_code not in {200, 302, 303}:
            self.ledger.refused.append(f"{answer.status_code} {answer.url}: {answer.text[:300]}")
            return False
        self.ledger.answers += 1
        return True


def sign_in(house: Installation, email: str = OWNER) -> dict[str, str]:
    """The cookies of somebody who signed in: the owner, or another one with the same password."""
    with httpx.Client(base_url=house.address, follow_redirects=False, timeout=20) as client:
        page = client.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, f"{page.status_code} no form to sign in with: {page.text[:500]}"
        answer = client.post(
            "/sign-in/",
            data={"email": email, "password": PASSWORD, "csrfmiddlewaretoken": token[1]},
            headers={"Origin": house.address},
        )
        assert answer.status_code == 302, answer.text[:500]
        return dict(client.cookies)


def kill_again_and_again(
    house: Installation,
    kills: int,
    *,
    writers: int = 4,
    seed: int = 1,
    say: Callable[[str], object] = lambda line: None,
) -> Ledger:
    """Kill the server that many times under writing. Errors: AssertionError at the first thing lost, halved or doubled."""
    house.manage("shell", "-v0", "-c", SET_UP)
    ledger, rng = Ledger(), random.Random(seed)
    cookies: dict[str, str] = {}
    staff: list[Writer] = []
    for number in range(kills):
        server = house.start()
        if not cookies:
            cookies = sign_in(house)
            stages = open_stages(house)
            staff = [Writer(house, ledger, n, cookies, stages) for n in range(writers)]
        _work_then_kill(server, staff, ledger, answers=rng.randrange(1, 40), pause=rng.uniform(0, 0.05))
        examine(house, ledger)
        say(
            f"kill {number + 1}: {len(ledger.saved)} leads acknowledged, {len(ledger.unknown)} without an answer, {ledger.repeated} sent again"
        )
    with house.serving():
        for writer in staff:
            done = threading.Event()
            done.set()
            writer.work(done)
    examine(house, ledger)
    return ledger


def open_stages(house: Installation) -> list[str]:
    """Ids of the stages between which leads move freely, the first one first."""
    of_leads = "SELECT id FROM records_pipeline WHERE type = 'lead'"
    found = house.query(
        f"SELECT id FROM records_stage WHERE kind = 'open' AND pipeline_id IN ({of_leads}) ORDER BY position"
    )
    return [str(id_) for (id_,) in found]


def _work_then_kill(
    server: subprocess.Popen[bytes], staff: list[Writer], ledger: Ledger, *, answers: int, pause: float
) -> None:
    stopped = threading.Event()
    threads = [threading.Thread(target=writer.work, args=(stopped,)) for writer in staff]
    enough, end = ledger.answers + answers, time.monotonic() + LONGEST_WORK_SECONDS
    for thread in threads:
        thread.start()
    while ledger.answers < enough and time.monotonic() < end:
        time.sleep(0.002)
    time.sleep(pause)
    server.send_signal(signal.SIGKILL)
    server.wait()
    stopped.set()
    for thread in threads:
        thread.join(30)


def examine(house: Installation, ledger: Ledger) -> None:
    """Compare the database with what was acknowledged."""
    house.settle()
    leads = house.query("SELECT id, title, comments, version, stage_id FROM crm_lead WHERE title LIKE 'w%-%'")
    titles = [title for _id, title, *_rest in leads]
    assert len(titles) == len(set(titles)), "a form that was sent twice made two leads"
    assert ledger.saved <= set(titles), f"acknowledged and lost: {sorted(ledger.saved - set(titles))[:5]}"
    _no_halves(house, {row[0]: row for row in leads})
    _as_told("comment", ledger.comments, {f"/leads/{row[0]}/": row[2] or "" for row in leads})
    _as_told("stage", ledger.stages, {f"/leads/{row[0]}/": str(row[4]) for row in leads})
    _files_are_whole(house, ledger)
    assert not ledger.refused, ledger.refused[:3]
    if not house.database_name:
        assert house.query("PRAGMA quick_check") == [("ok",)]


def _as_told(what: str, wishes: dict[str, Wish], there: dict[str, str]) -> None:
    for address, (last, maybe) in wishes.items():
        found = there[address]
        assert found == last or found in maybe, f"{address}: the {what} {last} was acknowledged, {found} is there"
        wishes[address] = (found, set())


def _files_are_whole(house: Installation, ledger: Ledger) -> None:
    rows = house.query("SELECT name, sha256, path FROM records_storedfile")
    names = [name for name, _digest, _path in rows]
    told = house.query("SELECT data FROM records_event WHERE type = 'lead' AND kind = 'file'")
    lines = sorted((json.loads(data) if isinstance(data, str) else data)["name"] for (data,) in told)
    assert len(names) == len(set(names)), "a file that was sent once is there twice"
    assert ledger.files <= set(names), f"acknowledged and lost: {sorted(ledger.files - set(names))[:5]}"
    assert lines == sorted(names), (
        f"files without history, or the other way round: {sorted(set(lines) ^ set(names))[:5]}"
    )
    for name, digest, path in rows:
        content = (house.folder / "data" / "files" / path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest == ledger.sent_files[name], f"{name} is not what was sent"


def _no_halves(house: Installation, leads: dict[int, tuple[Any, ...]]) -> None:
    events: dict[int, list[int]] = {}
    for record, version in house.query(
        "SELECT record_id, version FROM records_event WHERE type = 'lead' AND kind IN ('created', 'changed', 'moved')"
    ):
        events.setdefault(record, []).append(version)
    keys = {record for (record,) in house.query("SELECT record_id FROM records_once WHERE type = 'lead'")}
    assert set(events) == set(leads), (
        f"leads without history, or history without its lead: {sorted(set(events) ^ set(leads))[:5]}"
    )
    assert keys == set(leads), f"leads without the key of their form: {sorted(keys ^ set(leads))[:5]}"
    stays = house.query("SELECT record_id, stage_id FROM records_stagespan WHERE type = 'lead' AND left_at IS NULL")
    assert sorted(stays) == sorted((record, row[4]) for record, row in leads.items()), (
        "a stay is not where its lead stands"
    )
    for record, (_id, _title, _comments, version, _stage) in leads.items():
        assert max(events[record]) == version, (
            f"lead {record} has version {version} but history {sorted(events[record])}"
        )


__all__ = ["Ledger", "examine", "kill_again_and_again", "stop"]
