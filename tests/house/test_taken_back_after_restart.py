"""What was done before a restart is taken back after it, by the pages of a real server: a change of 500 deals, and a merge that got a note."""

import pytest

from tests.house.desk import Desk
from tests.house.installation import stop
from tests.house.killing import SET_UP

FILL = """
from daftar.access.models import User
from daftar.records.schema import current_schema
from daftar.records.writing import create, create_many
olga = User.objects.get(email="olga@example.com")
mary = User.objects.create_user(email="mary@example.com", name="Maryam", role="seller")
schema = current_schema()
deals = schema.type("deal")
create_many(deals, [{"name": f"Deal {n}", "owner": olga.pk} for n in range(500)], by=olga, via="import")
for name in ("Tess Tucker", "Tucker Tess"):
    person = create(schema.type("contact"), {"name": name, "first_name": name.split()[0]}, by=olga, via="page")
    for n in range(3):
        create(deals, {"name": f"{name} {n}", "contact": person.pk, "owner": mary.pk}, by=olga, via="page")
"""
HANGING = (
    "SELECT contact_id, count(*) FROM crm_deal WHERE contact_id IS NOT NULL GROUP BY contact_id ORDER BY contact_id"
)


def owners(house):
    return dict(house.query("SELECT id, owner_id FROM crm_deal WHERE name LIKE 'Deal %' ORDER BY id"))


@pytest.mark.slow
@pytest.mark.on_both
def test_what_was_done_before_a_restart_is_taken_back_after_it(whole_house):
    house = whole_house
    house.manage("shell", "-v0", "-c", SET_UP)
    house.manage("shell", "-v0", "-c", FILL)
    before = owners(house)
    people = dict(house.query("SELECT name, id FROM access_user"))
    (first,), (second,) = house.query("SELECT id FROM crm_contact ORDER BY id")

    server = house.start()
    desk = Desk(house)
    given = desk.run(
        "/deals/bulk/owner", all="1", of=f"?owner={people['Olga']}", owner=str(people["Maryam"]), once="a", asked="1"
    )
    versions = {f"version.{id_}": str(v) for id_, v in house.query("SELECT id, version FROM crm_contact")}
    merged = desk.run("/contacts/merge", ids=f"{first},{second}", into=str(first), once="b", **versions)
    assert set(owners(house).values()) == {people["Maryam"]}
    assert house.query(HANGING) == [(first, 6)]

    stop(server)
    with house.serving():
        edited = sorted(before)[::71][:7]
        for id_ in edited:
            desk.post(f"/deals/{id_}/field/owner", owner="")
        desk.post(f"/timeline/contacts/{first}/add", kind="note", body="They called after the merge.", once="c")
        back = desk.run(f"/changes/{given}/undo")
        apart = desk.run(f"/changes/{merged}/undo")
        asked = desk.client.get(f"/changes/{apart}/").text
        listed = desk.client.get(f"/changes/{back}/").text

    now = owners(house)
    assert {id_: owner for id_, owner in now.items() if id_ not in edited} == {
        id_: owner for id_, owner in before.items() if id_ not in edited
    }
    assert {now[id_] for id_ in edited} == {None}
    assert house.query(f"SELECT done, moved_on, refused FROM records_bulkrun WHERE id = {back}") == [(493, 7, 0)]
    assert all(f"/deals/{id_}/" in listed for id_ in edited)
    assert house.query(HANGING) == [(first, 3), (second, 3)]
    assert "Added meanwhile" in asked
    assert "They called after the merge." in asked
