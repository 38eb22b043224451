from __future__ import annotations

from types import SimpleNamespace

import pytest

from daftar.access.models import Department, Role, User
from daftar.access.tests.open_desks import open_desks
from daftar.records import schema as schema_module
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines
from daftar.records.tests import site_visit
from daftar.records.tests.made_on_the_page import made_on_the_page
from daftar.records.tests.office import office  # noqa: F401  # the fixture of list and board


@pytest.fixture(params=["declared", pytest.param("made", marks=pytest.mark.thorough)])
def shop(request, db):
    """A named cast: Olga owns the company, Sara sells, Reza sells in another department, Nima only assists.

    The type of their visits is declared in code; when everything runs, all tests are run again with it made on the page.
    """
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
        reader=lambda user=None: Reader(user or cast.olga, schema=current_schema()),
    )
    if request.param == "declared":
        yield with_visits(cast, "site_visit")
        return
    with made_on_the_page(site_visit.SiteVisitType, by=cast.olga, title="Name", fields={
        "Cost": "money", "Day": "date", "Roof": "choice", "Urgent": "yes_no", "Phones": "phones", "Remarks": "long_text",
    }, options={"Roof": [("flat", "Flat", "blue"), ("gable", "Gable", "green")]}) as key:  # fmt: skip
        yield with_visits(cast, key)


def with_visits(cast, key):
    cast.schema = current_schema()
    cast.visits = cast.schema.type(key)
    cast.stage = {s.key: s.id for p in cast.visits.pipelines for s in p.stages}
    return cast
