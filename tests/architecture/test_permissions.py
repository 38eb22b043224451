"""The permission matrix, generated from the address table: every route × who comes × whose record; a refusal changes nothing."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access import decide, keys
from daftar.access.models import Department, User
from daftar.access.shipped_roles import SHIPPED, install_roles
from daftar.records import custom_types, writing
from daftar.records import schema as schema_module
from daftar.records.custom_types import FirstField
from daftar.records.schema import current_schema, install_pipelines

from .routes import Route, routes

OURS = [r for r in routes() if r.is_ours]
WITH_RECORD = [r for r in OURS if "record_id" in r.parameters and "slug" in r.parameters]
CLOSED = [r for r in OURS if r.door not in ("everyone", "key")]
WITH_KEY = [r for r in OURS if r.door == "key"]
SETTINGS = [r for r in OURS if r.door == "settings"]
TYPES = ("lead", "deal", "contact", "company", "own_machines")
"""Those that ship, and one that the company made."""
QUICK = {
    ("seller", "foreign"),
    ("seller", "department"),
    ("reader", "own"),
    ("accountant", "own"),
    ("assistant", "missing"),
}
"""The pairs of role and record that the quick tests try; CI tries all."""
SAMPLE: dict[str, Any] = {
    "slug": "deals", "record_id": 1, "key": "name", "file_id": 1, "name": "x", "type": "deal", "type_key": "deal",
    "pipeline_id": 1, "stage_id": 1, "pk": 1, "id": 1, "activity_id": 1, "user_id": 1, "run_id": 1, "kind": "text", "recipe": "opportunities",
    "role_key": "seller", "share_id": 1,
    "person_id": 1, "department_id": 1, "office_id": 1,
}  # fmt: skip
BY_CONVERTER = {"int": 1, "slug": "deals", "str": "x", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}


def thoroughly(role: str) -> Any:
    """A role whose rights are tried when everything is."""
    return pytest.param(role, marks=pytest.mark.thorough)


def address(route: Route, **values: Any) -> str:
    filled = {
        name: values.get(name, SAMPLE.get(name, BY_CONVERTER.get(kind, 1))) for name, kind in route.parameters.items()
    }
    return route.path(**filled)


@pytest.fixture
def house(db):
    """Two departments and somebody of each role, with a record of each type for each owner."""
    schema_module._kept = None
    install_roles()
    install_pipelines()
    own, other = Department.objects.create(name="Own"), Department.objects.create(name="Other")

    def person(role: str, department: Department) -> User:
        name = f"{role}-{department.name}".lower()
        return User.objects.create_user(
            f"{name}@house.example", "a long word 17", name=name, role=role, department=department
        )

    people = {role: person(role, own) for role in SHIPPED}
    colleague, foreign = person("seller", other), person("head", other)
    first = [FirstField("Serial number", "text"), FirstField("Company", "link", to="company")]
    custom_types.add_type("machine", "machines", by=people["owner"], staged=True, fields=first, like="")
    schema = current_schema()
    records = {}
    for key in TYPES:
        type_ = schema.type(key)
        title = type_.title_field.key
        for whose, owner in {"own": people["seller"], "department": people["head"], "foreign": colleague}.items():
            values = {title: f"{key} of {whose}", "owner": owner.pk}
            records[key, whose] = writing.create(type_, values, by=people["owner"], via="page").pk
    return {"people": people, "records": records, "schema": schema, "foreign": foreign}


def fingerprint() -> str:
    """A hash over every row of our tables, but for sign-in bookkeeping."""
    digest = hashlib.sha256()
    for model in apps.get_models():
        if model._meta.app_label in ("sessions", "usersessions", "kernel", "django_tasks_db") or any(
            word in model._meta.model_name for word in ("delay", "audit")
        ):
            continue
        for row in model._default_manager.order_by("pk").values():
            row.pop("last_login", None)
            digest.update(repr(sorted(row.items())).encode())
    return digest.hexdigest()


WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
BOOKKEEPING = ("django_session", "usersessions_usersession", "access_signindelay", "access_audit", "last_login")


class Watch:
    """Asks for pages and keeps what was wrong: an answer that is not among the allowed ones, or a statement that writes."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def ask(self, client: Client, method: str, path: str, allowed: set[int], **data: str) -> str:
        with CaptureQueriesContext(connection) as seen:
            answer = getattr(client, method)(path, data)
            body = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
        if answer.status_code not in allowed:
            self.wrong.append(f"{method} {path} answered {answer.status_code}")
        for query in seen.captured_queries:
            sql = query["sql"]
            if sql.startswith(WRITES) and not any(word in sql for word in BOOKKEEPING):
                self.wrong.append(f"{method} {path} wrote: {sql[:120]}")
        self.location = answer.headers.get("Location", "")
        return body.decode(errors="replace")

    def both(self, client: Client, path: str, allowed: set[int], **data: str) -> str:
        return self.ask(client, "get", path, allowed) + self.ask(client, "post", path, allowed, **data)


@pytest.fixture
def watch(house):
    """A watch; afterwards nothing was wrong, and the database is as it was."""
    before, made = fingerprint(), Watch()
    yield made
    assert not made.wrong, "\n".join(made.wrong)
    assert fingerprint() == before


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_route_says_who_may_come_in():
    silent = [str(r) for r in OURS if r.door not in ("everyone", "signed_in", "settings", "key")]

    assert not silent, f"these views have no @door: {silent}"


def test_strangers_are_sent_to_sign_in(house, watch):
    stranger = Client()
    for route in CLOSED:
        for method in ("get", "post"):
            watch.ask(stranger, method, address(route), {302})
            if not watch.location.startswith(("/sign-in/", "/welcome/")):
                watch.wrong.append(f"{route} sent a stranger to {watch.location!r}")


def test_programs_need_a_key_and_a_session_is_none(house, watch):
    assert WITH_KEY and all(route.pattern.startswith("api/") for route in WITH_KEY)
    for client in (Client(), signed_in(house["people"]["owner"])):
        for route in WITH_KEY:
            watch.both(client, address(route), {401, 405, 429})


KEYS: dict[str, dict[str, Any]] = {
    "proposes only": {"propose_only": True},
    "reaches one thing": {"scopes": {"deal": ["see"]}},
}


@pytest.mark.parametrize("sort", KEYS)
def test_a_key_that_may_not_write_writes_nowhere(house, sort):
    """Not on the routes of programs, and on those of people a key is nothing at all."""
    _key, raw = keys.make_key("Robot", by=house["people"]["owner"], **KEYS[sort])
    robot = Client(HTTP_AUTHORIZATION=f"Bearer {raw}")
    assert robot.get("/api/me").status_code == 200
    watch, before = Watch(), fingerprint()
    for route in [*CLOSED, *WITH_KEY]:
        allowed = {403, 405} if route in WITH_KEY else {302}
        for method in ("post", "put", "patch", "delete"):
            watch.ask(robot, method, address(route), allowed, name="taken")
            if route in CLOSED and not watch.location.startswith("/sign-in/"):
                watch.wrong.append(f"{method} {route} let a key in: {watch.location!r}")

    assert not watch.wrong, "\n".join(watch.wrong)
    assert fingerprint() == before


@pytest.mark.parametrize("role", [r for r in SHIPPED if not SHIPPED[r].grants.settings])
def test_settings_are_closed_to_those_who_do_not_run_the_company(house, watch, role):
    client = signed_in(house["people"][role])
    for route in SETTINGS:
        watch.both(client, address(route), {403}, name="x")


def of_somebody(house: dict[str, Any], key: str, whose: str, person: User) -> int:
    """Id of a record that is the person's own, a colleague's of the same department, a stranger's, or nobody's at all."""
    if whose == "missing":
        return 987_654_321
    if whose != "own":
        return house["records"][key, whose]
    type_ = house["schema"].type(key)
    values = {type_.title_field.key: f"{key} of own", "owner": person.pk}
    return writing.create(type_, values, by=house["people"]["owner"], via="page").pk


def judged(route: Route, person: User, key: str, record_id: int) -> str:
    """What the rights say of the route for this record: "missing", "refused" or "allowed"."""
    row = current_schema().type(key).model.objects.filter(pk=record_id).first()
    if row is None or not decide.may(person, "see", key, row):
        return "missing"
    action = getattr(route.view, "door_action", "see")
    return "allowed" if decide.may(person, action, key, row) else "refused"


EACH = [
    pytest.param(role, whose, marks=() if (role, whose) in QUICK else pytest.mark.thorough)
    for role in SHIPPED for whose in ("own", "department", "foreign", "missing")
]  # fmt: skip


@pytest.mark.parametrize(("role", "whose"), EACH)
def test_every_route_answers_every_role_as_the_rights_say(house, role, whose):
    """A record that may not be seen is a missing one; a refused call writes nothing; what is allowed opens."""
    person = house["people"][role]
    ids = {key: of_somebody(house, key, whose, person) for key in TYPES}
    client, watch, before = signed_in(person), Watch(), fingerprint()
    for route in WITH_RECORD:
        for key in TYPES:
            type_ = house["schema"].type(key)
            title = type_.title_field.key
            path = address(route, slug=type_.slug, record_id=ids[key], key=title)
            verdict = judged(route, person, key, ids[key])
            sent = {title: "taken", "to": "1", "version": "1"}
            if verdict == "missing":
                said = watch.both(client, path, {404, 405}, **sent)
                if f"{key} of {whose}" in said:
                    watch.wrong.append(f"{path} names a record that {role} may not see")
            elif verdict == "refused":
                watch.ask(client, "post", path, {403, 404, 405}, **sent)
            elif getattr(route.view, "door_action", "see") == "see":
                watch.ask(client, "get", path, {200, 204, 302, 400, 404, 405})
    assert not watch.wrong, "\n".join(watch.wrong)
    assert fingerprint() == before


@pytest.mark.parametrize("role", ["seller", thoroughly("assistant")])
def test_pages_of_a_type_do_not_name_foreign_records(house, watch, role):
    client = signed_in(house["people"][role])
    for route in [r for r in OURS if list(r.parameters) == ["slug"]]:
        for key in TYPES:
            path = address(route, slug=house["schema"].type(key).slug)
            if f"{key} of foreign" in watch.ask(client, "get", path, {200, 302, 403, 404, 405}):
                watch.wrong.append(f"{path} names a foreign record")


def test_a_route_without_a_door_would_be_found():
    def view(request):
        return None

    view.__module__ = "daftar.somewhere"

    assert Route("x/", view).is_ours and Route("x/", view).door is None
