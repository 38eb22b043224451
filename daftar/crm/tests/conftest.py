from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import pytest

from daftar.access.models import Department, Installation, Role, User
from daftar.access.tests.open_desks import open_desks
from daftar.kernel.money import Money
from daftar.records import schema as schema_module
from daftar.records import writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked
from daftar.records.models import CustomField
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines, schema_changed


class Shop(SimpleNamespace):
    """The hardware shop: Olga owns it, Sara and Sam sell, Reza sells in another department, Rita only reads."""

    @property
    def schema(self):
        return current_schema()

    def type(self, key):
        return current_schema().type(key)

    def stage(self, key, type_key="deal"):
        return next(s.id for p in self.type(type_key).pipelines for s in p.stages if s.key == key)

    def stage_of(self, row, type_key="deal"):
        return self.schema.stage(row.stage_id).key

    def reader(self, user=None):
        return Reader(user or self.olga, schema=current_schema())

    def make(self, type_key, by=None, **values):
        return writing.create(self.type(type_key), values, by=by or self.sara, via="page")

    def lead(self, by=None, **values):
        given = {
            "title": "Twenty drills",
            "person_name": "Ali Rezaei",
            "company_name": "Alvand Tools",
            "phones": [Typed("+982188776655", "work")],
            "emails": [Typed("ali@alvand.example", "")],
            "amount": Money(Decimal("4200"), "USD"),
            "source": "web",
            **values,
        }
        return self.make("lead", by, **given)

    def deal(self, by=None, **values):
        return self.make("deal", by, **{"name": "Drills for Alvand", **values})

    def fresh(self, type_key, row):
        return self.type(type_key).model.objects.get(pk=row.pk)

    def field(self, type_key, key, kind="text", **settings):
        CustomField.objects.create(type=type_key, key=key, kind=kind, label=key.title(), settings=settings)
        schema_changed()


@pytest.fixture
def shop(db):
    schema_module._kept = None
    open_desks()
    install_pipelines()
    sales, service = Department.objects.create(name="Sales"), Department.objects.create(name="Service")
    made = User.objects.create_user
    return Shop(
        olga=made("olga@shop.example", "secret-olga", name="Olga", role=Role.OWNER, department=sales),
        sara=made("sara@shop.example", "secret-sara", name="Sara", role=Role.SELLER, department=sales),
        sam=made("sam@shop.example", "secret-sam", name="Sam", role=Role.SELLER, department=sales),
        reza=made("reza@shop.example", "secret-reza", name="Reza", role=Role.SELLER, department=service),
        rita=made("rita@shop.example", "secret-rita", name="Rita", role=Role.READER, department=sales),
    )


@pytest.fixture
def deals(shop):
    """Two groups of companies and three deals; Reza (another department) owns one of the companies."""
    shop.group = shop.make("company", name="Alvand Group", sector="retail")
    shop.alvand = shop.make("company", name="Alvand", sector="medical", parent=shop.group.pk)
    shop.hidden = shop.make("company", by=shop.reza, name="Zagros", sector="retail", owner=shop.reza.pk)
    shop.ali = shop.make("contact", name="Ali", companies=[Linked(shop.alvand.pk)])
    shop.made = {
        "group": shop.deal(name="Group", company=shop.group.pk),
        "alvand": shop.deal(name="Alvand", company=shop.alvand.pk, contacts=[Linked(shop.ali.pk)]),
        "zagros": shop.deal(by=shop.olga, name="Zagros", company=shop.hidden.pk, owner=shop.sara.pk),
        "none": shop.deal(name="None"),
    }
    return shop


@pytest.fixture
def without_leads(shop):
    company = Installation.load()
    company.uses_leads = False
    company.save()
    return shop


@pytest.fixture
def at(client):
    """A signed-in browser: `at(shop.sara).get("/deals/")`."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
