# ruff: noqa: F811 - the house is a fixture of the permission matrix
"""Each safeguard holds by itself: its attack is refused while it stands, and succeeds once it is taken away.

So whoever removes one of them makes a test red, here and not only where it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client

from config.middleware import headers
from daftar.access import bearer, decide, keys, sessions, throttle
from daftar.access.audit import triggers
from daftar.access.grants import ACTIONS, read
from daftar.access.middleware import ReaderMiddleware
from daftar.access.models import ApiKey, Role, User
from daftar.access.standing import Standing
from daftar.activities import notices
from daftar.exchange.exporting import csv_file as exporting
from daftar.kernel import egress, logs
from daftar.kernel.live import channels
from daftar.records import reading, writing
from daftar.records.draft import Draft
from daftar.records.fields.link import Link
from daftar.records.schema import Schema, current_schema, schema_changed
from daftar.records.types import RecordType

from . import attacks
from .attacks import House, refused, seller
from .test_permissions import house, signed_in  # noqa: F401  # a fixture


def lists_foreign(house: House) -> bool:
    return b"deal of foreign" in seller(house).get("/deals/").content


def changes_what_is_only_read(house: House) -> bool:
    record, reader = house["records"]["deal", "own"], house["people"]["reader"]
    return not refused(
        lambda: writing.change(current_schema().type("deal"), record, {"name": "taken"}, by=reader, via="page")
    )


def walks_in(house: House) -> bool:
    answer = Client(raise_request_exception=False).get("/me/")
    return not answer.headers.get("Location", "").startswith("/sign-in/")


def opens_settings(house: House) -> bool:
    return seller(house).get("/settings/company/").status_code == 200


def posts_from_elsewhere(house: House) -> bool:
    client = Client(enforce_csrf_checks=True)
    client.force_login(house["people"]["owner"])
    return client.post("/me/password", {}).status_code != 403


def guesses_on(house: House) -> bool:
    said = [
        Client().post("/sign-in/", {"username": "seller-own@house.example", "password": f"guess {n}"}) for n in range(9)
    ]
    return all(answer.status_code != 429 for answer in said)


def calls_inwards(house: House) -> bool:
    return not refused(lambda: egress.check_host("127.0.0.1", 80))


def runs_their_script(house: House) -> bool:
    return "script-src 'self' 'nonce-" not in seller(house).get("/deals/").headers.get("Content-Security-Policy", "")


def hears_another(house: House) -> bool:
    return bool(channels.heard_of(house["people"]["seller"], f"user:{house['foreign'].pk}"))


def links_to_what_is_hidden(house: House) -> bool:
    person, company = house["people"]["seller"], house["records"]["company", "foreign"]
    values = {"name": "mine", "company": company, "owner": person.pk}
    return not refused(lambda: writing.create(current_schema().type("deal"), values, by=person, via="page"))


def makes_a_key_at_an_open_desk(house: House) -> bool:
    seller(house).post("/me/keys/new", {"name": "Robot", "rights": "all"})
    return ApiKey.objects.exists()


def proposes_and_changes(house: House) -> bool:
    _key, raw = keys.make_key("Robot", by=house["people"]["seller"], propose_only=True)
    return Client().post("/api/me", HTTP_AUTHORIZATION=f"Bearer {raw}").status_code != 403


def smuggles_a_formula(house: House) -> bool:
    return "'=1+1" not in exporting.lines([["=1+1"]])


def reads_a_secret_in_the_log(house: House) -> bool:
    return "hunter22" in logs.masked("password=hunter22")


def reads_a_hidden_field(house: House) -> bool:
    grants = read({"types": {"*": dict.fromkeys(ACTIONS, "all")}, "fields": {"contact": {"phones": "hidden"}}})
    Role.objects.create(key="blind", name="Blind", grants=grants.to_json())
    schema_changed()
    blind = User.objects.create_user("blind@house.example", "a long word 17", name="Blind", role="blind")
    return b'name="phones' in signed_in(blind).get("/contacts/new").content


def takes_out_very_much(house: House) -> bool:
    return "/confirm/" not in signed_in(house["people"]["owner"]).get("/settings/audit/export.csv").headers.get(
        "Location", ""
    )


@dataclass(frozen=True)
class Safeguard:
    """What stands where; `instead` is what is there once it is taken away."""

    name: str
    attack: Callable[[House], bool]
    place: Any
    attribute: str
    instead: Any


def sets_anything(draft: Draft, values: dict[str, Any]) -> None:
    draft.derive(values)


WITHIN = Standing.within
BY_SIGHT = (Standing, "within", lambda self, rows, type_key, action, **_: WITHIN(self, rows, type_key, "see"))
ALL_ROWS = (Standing, "within", lambda self, rows, *_, **_way: rows)
ANY_FIELD = (Schema, "seen_with", lambda self, limits: self)
ANY_ROW = (reading, "get", lambda type_, record_id, by, **_: reading.of_type(type_).get(pk=record_id))
ANY_VALUE = (Draft, "fill", sets_anything)
NOTHING_HIDDEN = (RecordType, "hidden_from", lambda self, user: frozenset())
ANY_NEWS = (channels, "_rules", {"records": lambda user, rest: {f"records:{rest}:all"}})

GUARDS = [
    Safeguard("lists hold what one may see", lists_foreign, Standing, "within", lambda self, rows, *_, **_way: rows),
    Safeguard("a right is asked before writing", changes_what_is_only_read, Standing, "reaches", lambda *_: True),
    Safeguard("the door keeps strangers out", walks_in, ReaderMiddleware, "process_view", lambda *_: None),
    Safeguard("settings are for those who run the company", opens_settings, decide, "may_settings", lambda user: True),
    Safeguard("forms of other sites are refused", posts_from_elsewhere, CsrfViewMiddleware, "process_view", lambda *_: None),
    Safeguard("guessing passwords gets slower", guesses_on, throttle, "count", lambda counted: None),
    Safeguard("inner addresses are not called", calls_inwards, egress, "is_public", lambda address: True),
    Safeguard("foreign scripts do not run", runs_their_script, headers, "POLICY", "default-src *"),
    Safeguard("channels are for those whom they are for", hears_another, channels, "_rules", {"user": lambda user, rest: True}),
    Safeguard("a link needs the right to see its target", links_to_what_is_hidden, Link, "check_target", lambda *_: None),
    Safeguard("keys need a fresh sign-in", makes_a_key_at_an_open_desk, sessions, "fresh", lambda request: True),
    Safeguard("files of the log need one too", takes_out_very_much, sessions, "fresh", lambda request: True),
    Safeguard("proposing keys change nothing", proposes_and_changes, bearer, "SAFE", frozenset({"POST"})),
    Safeguard("formulas are made harmless", smuggles_a_formula, exporting, "neutral", lambda cell: cell),
    Safeguard("secrets do not reach the log", reads_a_secret_in_the_log, logs, "_SECRET_TEXTS", []),
    Safeguard("hidden fields are in no form", reads_a_hidden_field, *ANY_FIELD),
    Safeguard("fields to be read are not written", attacks.writes_what_is_read_only, *ANY_VALUE),
    Safeguard("nor by a file", attacks.imports_what_is_read_only, *ANY_VALUE),
    Safeguard("nor from their own past", attacks.restores_what_is_read_only, *ANY_VALUE),
    Safeguard("hidden fields are in no sum", attacks.sums_up_a_hidden_field, *ANY_FIELD),
    Safeguard("hidden fields are in no file", attacks.takes_out_a_hidden_field, *ANY_FIELD),
    Safeguard("hidden fields have no past", attacks.reads_the_past_of_a_hidden_field, *ANY_FIELD),
    Safeguard("hidden words are in no timeline", attacks.reads_hidden_words_in_a_timeline, *ANY_FIELD),
    Safeguard("hidden phones are not guessed", attacks.guesses_whose_phone_it_is, *NOTHING_HIDDEN),
    Safeguard("files hold what may be taken out", attacks.takes_out_what_is_only_seen, *BY_SIGHT),
    Safeguard("sums are of what one may see", attacks.sums_up_what_is_foreign, *ALL_ROWS),
    Safeguard("suggestions are too", attacks.suggests_what_is_foreign, *ALL_ROWS),
    Safeguard("page marks are too", attacks.reads_foreign_names_in_page_marks, Link, "sort_value", lambda self, reader: self.sort_expression()),
    Safeguard("so is the past", attacks.reads_the_past_of_what_is_foreign, *ANY_ROW),
    Safeguard("taking needs the right", attacks.takes_what_is_only_seen, Standing, "reaches", lambda *_: True),
    Safeguard("a mention tells nothing hidden", attacks.tells_by_a_mention, notices, "may_know", lambda *_: True),
    Safeguard("notices forget what was lost from sight", attacks.reads_a_notice_of_what_was_lost_from_sight, *ALL_ROWS),
    Safeguard("their mails too", attacks.is_mailed_what_was_lost_from_sight, *ALL_ROWS),
    Safeguard("news is of what one may see", attacks.hears_of_everything, *ANY_NEWS),
    Safeguard("timelines are told to those who may see them", attacks.hears_a_foreign_timeline, *ANY_ROW),
    Safeguard("a file needs the right to its record", attacks.reads_a_foreign_file, *ANY_ROW),
    Safeguard("a file of a hidden field is hidden", attacks.reads_a_file_of_a_hidden_field, *ANY_FIELD),
    Safeguard("a file of a closed field stays", attacks.removes_a_file_of_a_closed_field, *ANY_FIELD),
    Safeguard("the database keeps the log", attacks.rewrites_the_log, triggers, "made_on", lambda connection: {}),
]  # fmt: skip
EACH = [pytest.param(guard, id=guard.attack.__name__) for guard in GUARDS]


@pytest.fixture(autouse=True)
def fresh_counter(monkeypatch):
    monkeypatch.setattr(bearer, "counter", bearer.Counter())


@pytest.mark.parametrize("guard", EACH)
def test_the_attack_is_refused(house, guard):
    assert not guard.attack(house), guard.name


@pytest.mark.thorough
@pytest.mark.parametrize("guard", EACH)
def test_without_the_safeguard_the_attack_succeeds(house, guard, monkeypatch):
    monkeypatch.setattr(guard.place, guard.attribute, guard.instead)

    assert guard.attack(house), f"nothing would tell that this is gone: {guard.name}"


def test_there_are_at_least_ten():
    assert len({(id(guard.place), guard.attribute) for guard in GUARDS}) >= 10
