from __future__ import annotations

from types import SimpleNamespace

import pytest

from daftar.access.models import Department, Role, User
from daftar.access.tests.open_desks import open_desks
from daftar.records import schema as schema_module
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines
from daftar.records.tests import site_visit  # noqa: F401  # declares the type
from daftar.records.tests.office import office  # noqa: F401  # the fixture of list and board


@pytest.fixture
def shop(db):
    """A named cast: Olga owns the company, Sara sells, Reza sells in another department, Nima only assists."""
    schema_module._kept = None
    open_desks()
    install_pipelines()
    sales, service = Department.objects.create(name="Sales"), Department.objects.create(name="Service")
    made = User.objects.create_user
    cast = SimpleNamespace(
        olga=made("olga@shop.example", "secret-olga", name="Olga", role=Role.OWNER, department=sales),
        sara=made("sara@shop.example", "secret-sara", name="Sara", role=Role.SELLER, department=sales),
        reza=made("reza@shop.example", "secret-reza", name="Reza", role=Role.SELLER, department=service),
        nima=made("nima@shop.example", "secret-nima", name="Nima", role=Role.ASSISTANT, department=sales),
        schema=current_schema(),
    )
    cast.visits = cast.schema.type("site_visit")
    cast.stage = {s.key: s.id for p in cast.visits.pipelines for s in p.stages}
    cast.reader = lambda user=cast.olga: Reader(user, schema=current_schema())
    return cast
