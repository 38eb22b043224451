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
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines, schema_changed
from daftar.records.tests import home_visit  # noqa: F401  # declares the type
from daftar.records.tests.made_on_the_page import made_on_the_page
from daftar.records.types import RecordType


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
    with made_on_the_page(home_visit.HomeVisit, by=people["chief"], title="Subject", fields={
        "Cost": "money", "Colleague": "link:user", "Day": "date", "Kind": "choice", "Phones": "phones",
    }, options={"Kind": [("measure", "Measuring", "blue"), ("repair", "Repair", "amber")]}) as key:  # fmt: skip
        client = Client()
        client.force_login(people["chief"])
        client.post(f"/settings/types/{key}/link", {"between": f"to:{key}", "label": "Belongs"})
        client.post(f"/settings/fields/{key}/belongs/", {"label": "Belongs to"})
        yield with_stages(Office(**people, key=key))


def with_stages(office: Office) -> Office:
    office.stages = {s.key: s.id for p in office.type.pipelines for s in p.stages}
    return office
