"""A wrong list was loaded, the server started anew, a colleague worked on: all of it is taken back but for what she edited."""

import json

import pytest

from tests.house.desk import Desk
from tests.house.installation import stop
from tests.house.killing import SET_UP

KNOWN, ROWS, EDITED = 500, 10_000, 20
FILL = f"""
from daftar.access.models import User
from daftar.records.reader import Reader
from daftar.records.schema import current_schema
from daftar.records.writing import create_many
User.objects.create_user(email="sara@example.com", password="a long password for the test", name="Sara", role="owner")
olga = User.objects.get(email="olga@example.com")
schema, reader = current_schema(), Reader(olga)
contacts, company = schema.type("contact"), schema.type("company")
firms = create_many(company, [{{"name": f"Firm {{n}}"}} for n in range(10)], by=olga, via="import")
raw = [
    {{"name": f"Known {{n}}", "emails": f"known{{n}}@x.example", "position": "Old", "companies": str(firms[n % 10].pk)}}
    for n in range({KNOWN})
]
create_many(contacts, [{{key: contacts[key].parse(text, reader) for key, text in one.items()}} for one in raw], by=olga, via="import")
create_many(schema.type("deal"), [{{"name": f"Deal {{n}}"}} for n in range(100)], by=olga, via="import")
"""
PHOTO = """
import json
from django.apps import apps
kept = ("records.pipeline", "records.stage", "records.stagespan", "records.recordlink", "records.contactpoint", "records.externalid",
        "records.customfield", "records.choiceoption", "access.user", "activities.activity", "catalogue.product")
left_out = ("version", "changed_at", "changed_by_id", "last_login", "password")
late = ("access.user", "search")  # the server writes it when it starts
found = {}
for model in [*apps.get_app_config("crm").get_models(), *map(apps.get_model, kept)]:
    columns = [f.attname for f in model._meta.concrete_fields if f.attname not in left_out and (model._meta.label_lower, f.attname) != late]
    if "record_id" in columns:
        columns.remove("id")
    found[model._meta.label_lower] = [dict(zip(columns, map(str, row))) for row in model.objects.values_list(*columns)]
print(json.dumps(found))
"""
"""Every row of the tables of people, as texts; without what says only that somebody was here."""


def wrong_list():
    """A list that meets everybody who is there, says something else of them, and brings many more."""
    known = [f"Known {n},known{n}@x.example,Boss,Firm {n % 10},42,Olga" for n in range(KNOWN)]
    new = [f"New {n},new{n}@x.example,Clerk,Other {n % 30},41,Rozario Diego" for n in range(ROWS - KNOWN)]
    return "Full name,E-mail,Position,Company,Shoe size,Owner\n" + "\n".join(known + new) + "\n"


MAP = {
    "mapped": "1",
    "column-0": "name",
    "column-1": "emails",
    "column-2": "position",
    "column-3": "companies",
    "column-4": "+whole:Shoe size",
    "column-5": "owner",
    "match": "emails",
    "existing": "update",
    "unknown_choice": "report",
    "unknown_link": "create",
    "unknown_person": "create",
}


def photo(house):
    return json.loads(house.manage("shell", "-v0", "-c", PHOTO).stdout.splitlines()[-1])


def of_others(rows, table, aside):
    """Rows that are none of these records and do not hang on one of them. Shapes: `aside` are (type, id)."""
    return [row for row in rows if about(row, table) not in aside]


def about(row, table):
    room, _dot, type_ = table.partition(".")
    return (type_, int(row["id"])) if room == "crm" else (row.get("type"), int(row.get("record_id", 0)))


def texts(rows):
    return {json.dumps(row, sort_keys=True) for row in rows}


def in_use(rows):
    return [row for row in rows if row.get("deleted_at", "None") == "None"]


@pytest.mark.slow
@pytest.mark.on_both
def test_a_wrong_list_is_taken_back_after_a_restart_but_for_what_was_edited(whole_house):
    house = whole_house
    house.manage("shell", "-v0", "-c", SET_UP)
    house.manage("shell", "-v0", "-c", FILL)
    before = photo(house)

    server = house.start()
    olga = Desk(house)
    sent = {"file": ("list.csv", wrong_list().encode(), "text/csv")}
    place = olga.post("/contacts/import/", files=sent).headers["Location"]
    olga.post(place, **MAP, do="load")
    olga.wait_for("exchange_importrun", 1)
    ids = [row[0] for row in house.query("SELECT id FROM crm_contact ORDER BY id")]
    assert len(ids) == ROWS, house.query("SELECT reports FROM exchange_importrun")

    stop(server)
    server = house.start()
    edited = {*ids[: KNOWN : KNOWN * 2 // EDITED], *ids[KNOWN :: (ROWS - KNOWN) * 2 // EDITED]}
    assert len(edited) == EDITED
    sara = Desk(house, "sara@example.com")
    for id_ in sorted(edited):
        sara.post(f"/contacts/{id_}/field/comments", comments=f"Called {id_}")

    stop(server)
    with house.serving():
        back = olga.run(place, do="undo")
        listed = olga.client.get(f"/changes/{back}/").text

    firms = 30
    assert house.query(f"SELECT done, moved_on, refused FROM records_bulkrun WHERE id = {back}") == [
        (ROWS - EDITED + firms, EDITED, 1)
    ]
    left = house.query(f"SELECT record_id FROM records_bulkitem WHERE run_id = {back} AND state = 'moved_on'")
    assert {row[0] for row in left} == edited
    assert all(f"Called {id_}" in listed for id_ in edited)
    after = photo(house)
    stays = {"access.user": ("name", "Rozario Diego"), "records.customfield": ("label", "Shoe size")}
    aside = {("contact", id_) for id_ in edited} | {
        (type_, int(row["id"]))
        for type_ in ("contact", "company")
        for row in after[f"crm.{type_}"]
        if row["deleted_at"] != "None"
    }
    for table, rows in before.items():
        now = of_others(in_use(after[table]), table, aside)
        if table in stays:  # some of those who were edited are his, or have a value in it
            column, name = stays[table]
            here = [row for row in now if row[column] == name]
            assert len(here) == 1, f"{name} is used by who was edited, and went"
            now.remove(here[0])
        wanted = of_others(in_use(rows), table, aside)
        wrong = texts(now) ^ texts(wanted)
        assert len(now) == len(wanted) and not wrong, (table, sorted(wrong)[:4])
    assert "Something is theirs: Contacts: 10." in listed
    assert f"“Shoe size”: {EDITED} records use it." in listed
