"""Who was erased stays erased: a backup of before brings the person back, and the restore erases them again, down to the bytes."""

import json

import pytest

NAME, MAIL, PHONE, WORDS = (
    "Zarathustra Quixotic",
    "zarathustra@quixotic.example",
    "+982177665544",
    "Zarathustra wants it blue",
)


def shell(house, script):
    """What a script prints that runs inside of the installation."""
    return house.manage("shell", "-c", script).stdout.strip().splitlines()[-1]


PREPARE = f"""
from django.core.files.uploadedfile import SimpleUploadedFile
from daftar.access.models import Role, User
from daftar.activities.models import Activity
from daftar.records import files, writing
from daftar.records.fields._typed_list import Typed
from daftar.records.schema import current_schema
owner = User.objects.create_user("olga@shop.example", "a long word 17", name="Olga", role=Role.OWNER)
type_ = current_schema().type("contact")
values = {{"name": {NAME!r}, "emails": [Typed({MAIL!r}, "")], "phones": [Typed({PHONE!r}, "")]}}
person = writing.create(type_, values, by=owner, via="page")
writing.change(type_, person.pk, {{"comments": {WORDS!r}}}, by=owner, via="page")
deal = writing.create(current_schema().type("deal"), {{"name": "Sale to " + {NAME!r}, "contact": person.pk}}, by=owner, via="page")
Activity.objects.create(kind="note", about_type="contact", about_id=person.pk, body={WORDS!r}, subject="Note")
files.keep("contact", person.pk, SimpleUploadedFile("letter.txt", {WORDS!r}.encode() * 50), by=owner)
print(person.pk)
"""
ERASE = """
from daftar.access.models import User
from daftar.kernel.jobs import vacuum
from daftar.records import erasing
erasing.erase_person("contact", {id}, by=User.objects.get())
vacuum.call()
print("erased")
"""
COUNT = "from daftar.crm.models import Contact; print(Contact.objects.count())"


def traces(house):
    """Where the bytes of the name, the address, the digits or the words are found below the data folder, but for backups."""
    wanted = [NAME.encode(), b"Zarathustra", MAIL.encode(), PHONE[1:].encode(), b"Quixotic"]
    data = house.folder / "data"
    found = []
    for path in sorted(data.rglob("*")):
        if path.is_file() and "backups" not in path.relative_to(data).parts:
            content = path.read_bytes()
            found += [f"{path.relative_to(data)}: {word!r}" for word in wanted if word in content]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("is_running", [False, pytest.param(True, marks=pytest.mark.on_both)])
def test_a_person_who_was_erased_is_erased_again_by_the_restore(whole_house, tmp_path, is_running):
    id_ = shell(whole_house, PREPARE)
    whole_house.manage("backup", str(tmp_path / "before.zip"))
    if not whole_house.database_name:
        assert traces(whole_house), "the test looks where the person stands"

    assert shell(whole_house, ERASE.format(id=id_)) == "erased"
    assert traces(whole_house) == []
    if is_running:
        with whole_house.serving("--web-only"):
            whole_house.manage("restore", str(tmp_path / "before.zip"))
            assert traces(whole_house) == [], "while the server runs"
    else:
        whole_house.manage("restore", str(tmp_path / "before.zip"))

    assert traces(whole_house) == []
    assert shell(whole_house, COUNT) == "0"
    kept = [json.loads(line) for line in (whole_house.folder / "data" / "erasures.jsonl").read_text().splitlines()]
    assert [(line["type"], line["id"]) for line in kept] == [("contact", int(id_))], "the restore adds no line"
    for table, column in (("crm_deal", "name"), ("records_event", "changes"), ("access_auditdetail", "body")):
        rows = str(whole_house.query(f'SELECT "{column}" FROM {table}'))
        assert "Zarathustra" not in rows, table
