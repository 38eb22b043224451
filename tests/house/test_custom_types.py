"""A record type made in one process is there in every other one with its next request, and comes through backup, restore and migrate."""

import re

import pytest

from tests.house.installation import Installation
from tests.house.test_ended_sessions import PEOPLE, Page

MADE = """
from daftar.access.models import User
from daftar.records import custom_types, writing
from daftar.records.custom_types import FirstField
from daftar.records.schema import current_schema
boss = User.objects.get(email="boss@oak.example")
fields = [FirstField("Kind", "choice", options=("Rent", "Service")), FirstField("Company", "link", to="company")]
row = custom_types.add_type("contract", "contracts", by=boss, staged=True, fields=fields)
writing.create(current_schema().type(row.key), {"name": "Rent of the barn", "kind": "rent"}, by=boss, via="page")
"""
KNOWN = "from daftar.records.schema import current_schema; print(sorted(k for k in current_schema().types if k.startswith('own_')))"


@pytest.mark.slow
@pytest.mark.on_both
def test_a_type_is_known_everywhere_and_survives_backup_restore_and_migrate(whole_house, tmp_path):
    house, path = whole_house, tmp_path / "oak.zip"
    house.manage("shell", "-v0", "-c", PEOPLE)
    with house.serving("--web-only"):
        boss = Page(house.address, "boss@oak.example")
        assert boss.client.get("/contracts/").status_code == 404
        house.manage("shell", "-v0", "-c", MADE)
        assert "Rent of the barn" in boss.client.get("/contracts/").text
        assert boss.client.get("/contracts/board/").status_code == 200

        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', boss.client.get("/settings/types/new").text)
        sent = {"name": "machine", "plural": "machines", "csrfmiddlewaretoken": token[1]}
        answer = boss.client.post("/settings/types/new", data=sent, headers={"Origin": house.address})
        assert answer.status_code == 302, answer.text
        assert "own_machines" in house.manage("shell", "-v0", "-c", KNOWN).stdout
    house.manage("backup", str(path))
    (tmp_path / "other").mkdir()
    other = Installation(tmp_path / "other")
    try:
        other.manage("restore", str(path))
        other.manage("migrate")
        assert "No migrations to apply" in other.manage("migrate").stdout
        with other.serving("--web-only"):
            page = Page(other.address, "boss@oak.example").client.get("/contracts/?kind=rent").text
            assert "Rent of the barn" in page
    finally:
        other.close()
