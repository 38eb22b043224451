"""The permission matrix, generated from the address table: every route × who comes × whose record; a refusal changes nothing."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from daftar.access.models import Department, Role, User
from daftar.records import schema as schema_module
from daftar.records import writing
from daftar.records.schema import current_schema, install_pipelines

from .routes import Route, routes

OURS = [r for r in routes() if r.is_ours]
WITH_RECORD = [r for r in OURS if "record_id" in r.parameters and "slug" in r.parameters]
CLOSED = [r for r in OURS if r.door != "everyone"]
SETTINGS = [r for r in OURS if r.door == "settings"]
TYPES = ("lead", "deal", "contact", "company")
SAMPLE: dict[str, Any] = {
    "slug": "deals", "record_id": 1, "key": "name", "file_id": 1, "name": "x", "type": "deal", "type_key": "deal",
    "pipeline_id": 1, "stage_id": 1, "pk": 1, "id": 1, "activity_id": 1, "user_id": 1, "run_id": 1, "kind": "text", "recipe": "opportunities",
}  # fmt: skip
BY_CONVERTER = {"int": 1, "slug": "deals", "str": "x", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}


def address(route: Route, **values: Any) -> str:
    filled = {name: values.get(name, SAMPLE.get(name, BY_CONVERTER.get(kind, 1))) for name, kind in route.parameters.items()}
    return route.path(**filled)


@pytest.fixture
def house(db):
    """Two departments and somebody of each role, with a record of each type for each owner."""
    schema_module._kept = None
    install_pipelines()
    own, other = Department.objects.create(name="Own"), Department.objects.create(name="Other")

    def person(role: str, department: Department) -> User:
        name = f"{role}-{department.name}".lower()
        return User.objects.create_user(f"{name}@house.example", "a long word 17", name=name, role=role, department=department)

    people = {role: person(role, own) for role in Role.values}
    colleague, foreign = person("seller", other), person("head", other)
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
        if model._meta.app_label in ("sessions", "kernel", "django_tasks_db") or "delay" in model._meta.model_name:
            continue
        for row in model._default_manager.order_by("pk").values():
            row.pop("last_login", None)
            digest.update(repr(sorted(row.items())).encode())
    return digest.hexdigest()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_route_says_who_may_come_in():
    silent = [str(r) for r in OURS if r.door not in ("everyone", "signed_in", "settings")]

    assert not silent, f"these views have no @door: {silent}"


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_strangers_are_sent_to_sign_in(house, route):
    before = fingerprint()
    path = address(route)

    answers = [Client().get(path), Client().post(path)]

    for answer in answers:
        assert answer.status_code == 302, answer.status_code
        assert answer.headers["Location"].startswith(("/sign-in/", "/welcome/"))
    assert fingerprint() == before


@pytest.mark.parametrize("route", SETTINGS, ids=str)
@pytest.mark.parametrize("role", ["head", "seller", "assistant", "reader"])
def test_settings_are_closed_to_those_who_do_not_run_the_company(house, route, role):
    client, path, before = signed_in(house["people"][role]), address(route), fingerprint()

    assert client.get(path).status_code == 403
    assert client.post(path, {"name": "x"}).status_code == 403
    assert fingerprint() == before


@pytest.mark.parametrize("route", WITH_RECORD, ids=str)
@pytest.mark.parametrize("role", ["seller", "assistant"])
def test_a_foreign_record_and_a_missing_one_are_the_same_404(house, route, role):
    client, before = signed_in(house["people"][role]), fingerprint()
    for key in TYPES:
        type_ = house["schema"].type(key)
        for record_id in (house["records"][key, "foreign"], 987_654_321):
            path = address(route, slug=type_.slug, record_id=record_id, key=type_.title_field.key)
            for answer in (client.get(path), client.post(path, {type_.title_field.key: "taken", "to": "1", "version": "1"})):
                assert answer.status_code in (404, 405), f"{path}: {answer.status_code}"
                assert f"{key} of foreign" not in answer.content.decode(errors="replace")
    assert fingerprint() == before


@pytest.mark.parametrize("route", [r for r in WITH_RECORD if getattr(r.view, "door_action", "") in ("change", "delete")], ids=str)
def test_a_reader_changes_nothing(house, route):
    client, before = signed_in(house["people"]["reader"]), fingerprint()
    for key in TYPES:
        type_ = house["schema"].type(key)
        path = address(route, slug=type_.slug, record_id=house["records"][key, "own"], key=type_.title_field.key)
        answer = client.post(path, {type_.title_field.key: "taken", "to": "1", "version": "1"})
        assert answer.status_code in (403, 404, 405), f"{path}: {answer.status_code}"
    assert fingerprint() == before


@pytest.mark.parametrize("slug_route", [r for r in OURS if list(r.parameters) == ["slug"]], ids=str)
@pytest.mark.parametrize("role", ["seller", "assistant"])
def test_pages_of_a_type_do_not_name_foreign_records(house, slug_route, role):
    client = signed_in(house["people"][role])
    for key in TYPES:
        answer = client.get(address(slug_route, slug=house["schema"].type(key).slug))
        body = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
        assert answer.status_code < 500
        assert f"{key} of foreign" not in body.decode(errors="replace")


def test_a_route_without_a_door_would_be_found():
    def view(request):
        return None

    view.__module__ = "daftar.somewhere"

    assert Route("x/", view).is_ours and Route("x/", view).door is None
