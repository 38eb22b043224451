from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from daftar.access.models import Department, Installation, Role, User
from daftar.access.tests.open_desks import open_desks
from daftar.kernel import clock, formats
from daftar.records import schema as schema_module
from daftar.records import writing
from daftar.records.fields.any_link import Target
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines

MONDAY = "2026-11-23T09:00:00+00:00"
"""A Monday: 9:00 in London, 12:30 in Tehran."""


class Shop(SimpleNamespace):
    """Olga owns the shop, Hana heads a department, Sara and Sam sell there, Reza sells elsewhere, Rita only reads."""

    def type(self, key):
        return current_schema().type(key)

    def reader(self, user=None, **changes):
        given = formats.Formats(**changes) if changes else None
        return Reader(user or self.sara, schema=current_schema(), formats=given)

    def deal(self, by=None, **values):
        given = {"name": "Drills for Alvand", **values}
        return writing.create(self.type("deal"), given, by=by or self.sara, via="page")

    def about(self, row, key="deal"):
        return Target(key, row.pk)

    def fresh(self, row):
        return type(row).objects.get(pk=row.pk)

    def stage(self, key):
        return next(s.id for p in self.type("deal").pipelines for s in p.stages if s.key == key)

    def browser(self, user=None):
        client = Client()
        client.force_login(user or self.sara)
        return client


@pytest.fixture
def shop(db):
    schema_module._kept = None
    open_desks()
    install_pipelines()
    Installation.objects.update_or_create(pk=1, defaults={"name": "Hammer & Nail", "time_zone": "UTC"})
    sales, service = Department.objects.create(name="Sales"), Department.objects.create(name="Service")

    def person(name, role, department):
        mail = f"{name.split()[0].lower()}@shop.example"
        return User.objects.create_user(mail, "a long word 17", name=name, role=role, department=department)

    return Shop(
        olga=person("Olga Orlova", Role.OWNER, sales),
        hana=person("Hana Karimi", Role.HEAD, sales),
        sara=person("Sara Ahmadi", Role.SELLER, sales),
        sam=person("Sam Reed", Role.SELLER, sales),
        reza=person("Reza Rezaei", Role.SELLER, service),
        rita=person("Rita Moss", Role.READER, sales),
    )


@pytest.fixture
def monday():
    with clock.frozen(MONDAY):
        yield clock.now()
