"""A right given or taken away by another process counts with the next request of a server that knows the rights of before."""

import pytest

from tests.house.test_ended_sessions import PEOPLE, Page

PREPARE = f"""{PEOPLE}
from daftar.records import writing
from daftar.records.schema import current_schema
boss = User.objects.get(email="boss@oak.example")
writing.create(current_schema().type("deal"), {{"name": "Oak stairs", "owner": boss.pk}}, by=boss, via="page")
"""
GIVEN = """
from daftar.access.models import Role
Role.objects.filter(key="seller").update(grants={"types": {"*": {"see": "all"}}})
"""
TAKEN = "from daftar.access.models import Role; Role.objects.filter(key='seller').update(grants=None)"


@pytest.mark.slow
@pytest.mark.on_both
def test_what_another_process_changes_counts_with_the_next_request(whole_house):
    house = whole_house
    house.manage("shell", "-v0", "-c", PREPARE)
    with house.serving("--web-only"):
        sara = Page(house.address, "sara@oak.example")

        def sees():
            return "Oak stairs" in sara.client.get("/deals/").text

        assert not sees()
        assert not sees()
        house.manage("shell", "-v0", "-c", GIVEN)
        assert sees()
        house.manage("shell", "-v0", "-c", TAKEN)
        assert not sees()
