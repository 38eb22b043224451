"""The cast of the engine's tests: two departments, and one type that only tests know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from daftar.access.models import Department, Installation, Role, User
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.models import Pipeline, Stage
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines, install_stages, schema_changed
from daftar.records.tests import home_visit  # noqa: F401  # declares the type
from daftar.records.types import DECLARED, RecordType


@dataclass
class Office:
    """Two departments that do not see each other's visits, and their chief."""

    chief: User
    seller: User
    mate: User
    rival: User
    reader: User
    key: str = "home_visit"
    stages: dict[str, int] = field(default_factory=dict)

    @property
    def type(self) -> RecordType:
        return current_schema().type(self.key)

    def visit(self, subject: str = "Hall", stage: str = "asked", *, by: User | None = None, **values: Any) -> Any:
        if isinstance(values.get("cost"), int):
            values["cost"] = Money(Decimal(values["cost"]), "USD")
        given = {"subject": subject, "stage": self.stages[stage], **values}
        return writing.create(self.type, given, by=by or self.seller, via="page")

    def client(self, user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def stage_of(self, row: Any) -> str:
        field_ = self.type.by_key["stage"]
        row.refresh_from_db()
        return next(name for name, id_ in self.stages.items() if id_ == field_.get(row))

    def reads(self, user: User) -> Reader:
        return Reader(user)


@pytest.fixture(params=["declared", pytest.param("made", marks=pytest.mark.thorough)])
def office(request: Any, db: Any) -> Iterator[Office]:
    """The type is declared in code; when everything runs, all tests are run again with the same type made on the page."""
    cache.clear()
    company = Installation.load()
    company.name, company.currency, company.language = "Hardware", "USD", "en"
    company.save()
    here, there = Department.objects.create(name="North"), Department.objects.create(name="South")
    people = {
        name: User.objects.create_user(f"{name}@example.com", "secret-word", name=name.capitalize(), role=role, department=place)
        for name, role, place in [
            ("chief", Role.OWNER, None), ("seller", Role.SELLER, here), ("mate", Role.SELLER, here),
            ("rival", Role.SELLER, there), ("reader", Role.READER, None),
        ]
    }  # fmt: skip
    if request.param == "declared":
        install_pipelines()
        schema_changed()
        yield with_stages(Office(**people))
        return
    declared = DECLARED.pop("home_visit")
    try:
        install_pipelines()
        schema_changed()
        yield with_stages(Office(**people, key=make_home_visits(people["chief"])))
    finally:
        DECLARED["home_visit"] = declared


def with_stages(office: Office) -> Office:
    office.stages = {s.key: s.id for p in office.type.pipelines for s in p.stages}
    return office


def make_home_visits(chief: User) -> str:
    """The type of `home_visit.py`, made by who runs the company on the pages that do it; its key."""
    client = Client()
    client.force_login(chief)
    made = client.post("/settings/types/new", {
        "name": "home visit", "plural": "home visits", "slug": "home-visits", "title_label": "Subject", "icon": "home", "in_menu": "1",
        "staged": "1", "like": "", "first_label": ["Cost", "Colleague", "Day", "Kind", "Phones"],
        "first_kind": ["money", "link:user", "date", "choice", "phones"], "first_options": ["", "", "", "Measure, Repair", ""],
    })  # fmt: skip
    assert made.status_code == 302, made.content.decode()
    key = "own_home_visits"
    client.post(f"/settings/types/{key}/link", {"between": f"to:{key}", "label": "Belongs"})
    options = {
        "option_key": ["measure", "repair"],
        "option_label": ["Measuring", "Repair"],
        "option_colour": ["blue", "amber"],
    }
    client.post(f"/settings/fields/{key}/kind/", {"label": "Kind", **options})
    client.post(f"/settings/fields/{key}/belongs/", {"label": "Belongs to"})
    client.post(f"/settings/fields/{key}/cost/", {"label": "Cost", "total": "1"})
    shipped = home_visit.HomeVisit.shipped_pipelines
    Stage.objects.filter(pipeline__type=key).delete()
    Pipeline.objects.filter(type=key).delete()
    for place, pipeline in enumerate(shipped):
        install_stages(
            Pipeline.objects.create(type=key, key=pipeline.key, name=pipeline.name, position=place), pipeline
        )
    for pipeline in shipped:
        for stage in pipeline.stages:
            Stage.objects.filter(pipeline__type=key, pipeline__key=pipeline.key, key=stage.key).update(name=stage.name)
    schema_changed()
    return key
