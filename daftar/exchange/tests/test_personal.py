"""A person is exported and erased everywhere: afterwards no dump of the database and no file has a mark of theirs."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from daftar.access import audit, keys, photos, sessions
from daftar.access.audit.chain import verify
from daftar.access.models import AuditEntry, User
from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.activities.actions.keeping import Target
from daftar.crm.actions import convert_lead
from daftar.crm.models import Contact, Deal, Lead
from daftar.exchange.importing import kept as kept_files
from daftar.exchange.importing.attached import forget
from daftar.exchange.models import ImportRun, Refusal, State
from daftar.exchange.personal import stands_in
from daftar.exchange.tests.odd_workbooks import text_row, xlsx
from daftar.kernel import clock, erasures, personal
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.kernel.outbox import post_mail
from daftar.kernel.personal import Subject
from daftar.records import erasing, files, writing
from daftar.records.fields._typed_list import Typed
from daftar.records.fields.links import Linked
from daftar.records.models import CustomField, Event
from daftar.records.schema import current_schema, schema_changed

NAME, OTHER = "Zyxolina Quabberton", "Brunhilda Fjordsen"
MAIL, PHONE, MARK = "zyx.quab@mark.example", "+989121237654", "Wumpelstick"
MARKS = ["Zyxolina", "Quabberton", MAIL, "9121237654", MARK]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def data(tmp_path, settings):
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    return tmp_path


def dump() -> bytes:
    """Every byte of the database: SQLite's file with its free pages, every row of every table on PostgreSQL."""
    if connection.vendor == "sqlite":
        return connection.connection.serialize()
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found).encode()


def left(data: Path) -> list[str]:
    """Marks that stand in the database or in some file or file name."""
    places = {"the database": dump()}
    for path in data.rglob("*"):
        if path.is_file():
            places[str(path.relative_to(data))] = path.name.encode() + path.read_bytes()
    return [
        f"{mark} in {where}"
        for where, held in places.items()
        for mark in MARKS
        if mark.lower().encode() in held.lower()
    ]


def picture() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (20, 20)).save(made, "PNG")
    return SimpleUploadedFile(f"{MARK}.png", made.getvalue())


def full_of(type_, but=(), **given):
    """A value with the mark for each text field whose class is not among `but`, beside the given ones."""
    texts = [f for f in type_.writable if f.kind in ("text", "long_text") and f.personal not in but]
    words = {f.key: f"{MARK} {f.key}" for f in texts if f.key not in given}
    more = {
        "address": {"street": MARK, "city": MARK},
        "messengers": [Typed(MARK.lower(), "")],
        "webs": [Typed(f"https://{MARK.lower()}.example", "")],
    }
    return words | more | ({} if but else {"tags": [MARK]}) | given


def import_with(shop, text, name=f"{MARK}.csv"):
    upload = SimpleUploadedFile(name, text.encode())
    run = ImportRun.objects.create(by=shop.olga, type="contact", state=State.DONE, files=[kept_files.keep_file(upload)])
    return run


@pytest.fixture
def person(shop, data):
    """A lead that became a contact, with marks in everything that the house keeps; and somebody else, who stays."""
    for type_key in ("lead", "contact"):
        CustomField.objects.create(type=type_key, key="nick", kind="text", label="Nick")
    CustomField.objects.create(type="deal", key="advisor", kind="link", label="Advisor", settings={"to": "contact"})
    schema_changed()
    schema = current_schema()
    reach = {"phones": [Typed(PHONE, "work")], "emails": [Typed(MAIL, "")]}
    leads, title = schema.type("lead"), f"Thirty chairs for {NAME}"
    values = full_of(leads, ["internal"], title=title, person_name=NAME, company_name="", **reach)
    lead = writing.create(leads, values, by=shop.olga, via="page", once="form-of-zyx")
    made = convert_lead(
        lead.pk,
        by=shop.olga,
        contact={},
        deal={"name": f"Chairs, {NAME}", "comments": f"Ask Zyxolina, {MAIL} or 0912 123 76 54"},
    )
    contact, deal = made.contact, made.deal
    contacts = schema.type("contact")
    writing.change(contacts, contact.pk, full_of(contacts, name=NAME, **reach), by=shop.olga, via="page")
    writing.change(contacts, contact.pk, {"comments": f"{MARK} again", "position": ""}, by=shop.olga, via="page")
    second = writing.create(
        schema.type("deal"),
        {"name": "Tables", "advisor": contact.pk, "contacts": [Linked(contact.pk, "")]},
        by=shop.olga,
        via="page",
    )
    other = writing.create(contacts, {"name": OTHER}, by=shop.olga, via="page")
    mine, theirs = Target("contact", contact.pk), Target("deal", deal.pk)
    actions.comment(mine, f"@Sara {MARK} called", by=shop.olga)
    actions.plan(
        mine, Plan("call", clock.now() + dt.timedelta(days=1), f"Call {NAME}", owner=shop.sara.pk), by=shop.olga
    )
    actions.plan(
        theirs, Plan("task", clock.now() + dt.timedelta(days=1), f"Chairs to {NAME}", owner=shop.sara.pk), by=shop.olga
    )
    files.keep("contact", contact.pk, picture(), by=shop.olga)
    files.remove(files.keep("contact", contact.pk, SimpleUploadedFile("b.txt", MARK.encode()), by=shop.olga))
    run = import_with(shop, f"name,phone\n{OTHER},\nZ,0912-123-7654\n")
    run.report = {"title": "x", "odd": [], "errors": [{"line": 3, "column": "name", "value": NAME, "sentence": "?"}]}
    run.save()
    Refusal.objects.create(run=run, file="x", line=3, cells=[NAME, MARK], why=MAIL)
    Refusal.objects.create(run=run, file="x", line=4, cells=[OTHER], why="")
    post_mail("to-her", to=MAIL, subject=MARK, text=MARK)
    post_mail("about-her", to="sara@shop.example", subject=f"{NAME} waits", text=f"Write to {MAIL}")
    writing.remove(contacts, contact.pk, by=shop.olga, via="page")
    writing.bring_back(contacts, contact.pk, by=shop.olga, via="page")
    audit.record("exported", by=shop.olga, details={"type": "contact", "rows": 1, "address": f"/contacts/?q={NAME}"})
    audit.record("exported", by=shop.olga, about=("contact", contact.pk), details={"type": MARK})
    return {"lead": lead, "contact": contact, "deal": deal, "second": second, "other": other, "run": run}


def test_nothing_that_grep_finds_is_left_of_an_erased_contact(shop, data, person):
    assert [line for line in left(data) if "database" in line] == [f"{mark} in the database" for mark in MARKS]
    assert len(list(data.glob("imports/*"))) == 1 and len(list(data.glob("files/*"))) == 3

    counts = erasing.erase_person("contact", person["contact"].pk, by=shop.olga)

    assert left(data) == []
    assert not list(data.glob("imports/*")) and not list(data.glob("files/*"))
    assert all(
        counts[place]
        for place in (
            "records",
            "history",
            "files",
            "timeline",
            "linking",
            "beside",
            "imports",
            "refused",
            "mails",
            "audit",
            "points",
        )
    )
    assert not Contact.objects.filter(pk=person["contact"].pk).exists()
    assert not Lead.objects.filter(pk=person["lead"].pk).exists()


@pytest.mark.parametrize("type_key", ["lead", "contact"])
def test_nothing_is_left_of_any_field(shop, data, type_key):
    for number, kind in enumerate(("text", "long_text")):
        CustomField.objects.create(type=type_key, key=f"nick{number}", kind=kind, label="Nick")
    schema_changed()
    type_ = current_schema().type(type_key)
    row = writing.create(
        type_, full_of(type_, phones=[Typed(PHONE, "")], emails=[Typed(MAIL, "")]), by=shop.olga, via="page"
    )

    erasing.erase_person(type_key, row.pk, by=shop.olga)

    assert left(data) == []


def test_what_belongs_to_others_stays(shop, data, person):
    erasing.erase_person("contact", person["contact"].pk, by=shop.olga)

    deal, second = Deal.objects.get(pk=person["deal"].pk), Deal.objects.get(pk=person["second"].pk)
    assert (deal.name, deal.contact_id, deal.lead_id) == ("Chairs, …", None, None)
    assert second.custom == {} and second.name == "Tables"
    assert Contact.objects.get(pk=person["other"].pk).name == OTHER
    assert Event.objects.filter(type="contact", record_id=person["other"].pk).exists()
    assert list(Refusal.objects.values_list("cells", flat=True)) == [[OTHER]]
    assert verify().bad is None
    assert AuditEntry.objects.filter(what="personal_data_erased", about_id=person["contact"].pk).count() == 1


def test_erasing_the_lead_erases_the_contact_that_it_became(shop, data, person):
    erasing.erase_person("lead", person["lead"].pk, by=shop.olga)

    assert left(data) == []


def test_the_rehearsal_counts_and_changes_nothing(shop, data, person):
    before = len(left(data))

    counts = {one.key: one.count for one in erasing.rehearse(erasing.subject_of("contact", person["contact"].pk))}

    assert counts["records"] == 2 and counts["files"] == 2 and counts["refused"] == 1
    assert len(left(data)) == before


def test_whom_a_backup_brings_back_is_erased_again(shop, data, person):
    contact, made_at = person["contact"], person["contact"].created_at
    erasing.erase_person("contact", contact.pk, by=shop.olga)
    Contact.objects.create(pk=contact.pk, name=NAME, emails=[{"value": MAIL, "label": ""}], created_at=made_at)
    post_mail("again", to=MAIL, subject="x", text="x")

    assert erasing.erase_again() == 1
    assert left(data) == []
    assert erasing.erase_again() == 0


def test_somebody_else_who_got_the_number_later_stays(shop, data, person):
    erasing.erase_person("contact", person["contact"].pk, by=shop.olga)
    Contact.objects.create(pk=person["contact"].pk, name=OTHER)

    assert erasing.erase_again() == 0
    assert Contact.objects.filter(name=OTHER).count() == 2
    assert NAME not in erasures.path().read_text()


def test_an_account_becomes_an_empty_one(shop, data, client):
    user = User.objects.create_user(MAIL, "secret-zyx", name=NAME, phones=[{"value": PHONE}], position=MARK)
    User.objects.filter(pk=user.pk).update(photo=photos.keep_photo(picture()))
    client.force_login(user)
    client.get("/me/", HTTP_USER_AGENT=f"{MARK}/1.0")
    keys.make_key(MARK, by=user)
    audit.record("sign_in_failed", about=("user", user.pk), details={"email": MAIL})
    audit.record("person_changed", by=shop.olga, about=("user", user.pk), details={"changes": {"name": ["x", NAME]}})
    deal = writing.create(current_schema().type("deal"), {"name": "Tables"}, by=shop.olga, via="page")
    actions.comment(Target("deal", deal.pk), f"@{NAME} look", by=shop.olga)
    with pytest.raises(Invalid, match="can still sign in"):
        erasing.erase_person("user", user.pk, by=shop.olga)
    User.objects.filter(pk=user.pk).update(is_active=False)

    erasing.erase_person("user", user.pk, by=shop.olga)

    assert left(data) == []
    assert not list(data.glob("files/*"))
    assert User.objects.get(pk=user.pk).name == f"#{user.pk}"
    assert client.get("/me/").status_code == 302


def test_nobody_erases_themselves(shop, data):
    with pytest.raises(NotAllowed):
        erasing.erase_person("user", shop.olga.pk, by=shop.olga)


def test_a_table_that_is_being_loaded_waits(shop, data, person):
    ImportRun.objects.filter(pk=person["run"].pk).update(state=State.RUNNING)

    with pytest.raises(Invalid, match="being loaded"):
        erasing.erase_person("contact", person["contact"].pk, by=shop.olga)
    assert Contact.objects.filter(pk=person["contact"].pk).exists()


def test_the_file_of_a_person_holds_everything_and_nothing_secret(shop, data, person, client):
    client.force_login(shop.olga)
    fresh(client)

    answer = client.get(f"/settings/personal/contact/{person['contact'].pk}/export.zip")

    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    told = json.loads(archive.read("data.json"))["places"]
    text = archive.read("data.json").decode() + archive.read("index.html").decode()
    assert all(mark in text for mark in MARKS)
    assert len(told["Record"]) == 2 and "History" in told and "Timeline" in told
    assert any(name.endswith(f"{MARK}.png") for name in archive.namelist())
    assert AuditEntry.objects.filter(what="personal_data_exported", about_id=person["contact"].pk).count() == 1


def fresh(client):
    session = client.session
    now = sessions.seconds_now()
    session[sessions.MARKS] = {"began": now, "fresh": now, "seen": now, "how": ["password"]}
    session.save()


def test_the_way_over_the_pages(shop, data, person, client):
    client.force_login(shop.olga)
    here = f"/settings/personal/contact/{person['contact'].pk}/"
    assert f'href="{here}"' in client.get(f"/contacts/{person['contact'].pk}/").content.decode()
    assert client.get(here)["Location"].startswith("/confirm/")
    fresh(client)
    assert "Timeline" in client.get(here).content.decode()
    assert "no way back" in client.get(f"{here}erase").content.decode()
    assert client.post(f"{here}erase", {}).status_code == 422

    assert client.post(f"{here}erase", {"sure": "1"}).status_code == 302

    assert client.get(here).status_code == 404
    assert [line for line in left(data) if MAIL in line] == []


def test_a_company_is_no_person(shop, data, client):
    client.force_login(shop.olga)
    fresh(client)
    company = writing.create(current_schema().type("company"), {"name": "Acme"}, by=shop.olga, via="page")

    assert client.get(f"/settings/personal/company/{company.pk}/").status_code == 404


@pytest.mark.parametrize(
    "text",
    [
        "0912 123 76 54",
        "+98 (912) 123-7654",
        "۰۹۱۲۱۲۳۷۶۵۴",
        "call 9121237654.",
        "zyx.quab@MARK.example",
        "zyxolina  quabberton",
    ],
)
def test_a_person_is_found_however_they_are_written(text):
    subject = personal.Subject((("contact", 1),), frozenset({NAME, "Zyxolina"}), frozenset({MAIL}), frozenset({PHONE}))

    assert subject.is_in({"a": [text]})
    assert not subject.is_in("1912123765, azyx.quab@mark.example, Zyxolina Quab")


def test_bytes_that_no_row_names_are_cleaned_up_after_a_day(shop, data):
    kept = files.keep("contact", 1, picture(), by=shop.olga)
    orphan, young, foreign = (files.folder() / name for name in ("a" * 32, "b" * 32, "logo.png"))
    for path in (orphan, young, foreign):
        path.write_bytes(b"x")
    for path in (orphan, foreign, files.folder() / kept.path, files.folder() / kept.preview):
        os.utime(path, (1, 1))

    assert files.clean_up() == 1
    assert sorted(p.name for p in files.folder().iterdir()) == sorted(
        [kept.path, kept.preview, young.name, foreign.name]
    )


def test_photos_that_no_person_has_are_cleaned_up_after_a_day(shop, data):
    worn, replaced, fresh = (photos.keep_photo(picture()) for _ in range(3))
    User.objects.filter(pk=shop.olga.pk).update(photo=worn)
    for name in (worn, replaced):
        os.utime(files.folder() / name, (1, 1))

    assert files.clean_up() == 1
    assert {p.name for p in files.folder().iterdir()} == {worn, fresh}


@pytest.mark.parametrize("kind", ["xlsx", "vcf", "jsonl", "second sheet", "damaged"])
def test_a_person_is_found_in_a_kept_table_of_any_kind(data, kind):
    subject = Subject((("contact", 1),), emails=frozenset({"mina@example.com"}))
    (data / "imports").mkdir(exist_ok=True)
    path = data / "imports" / f"x.{kind}"
    sheets = [
        text_row(1, "name") + text_row(2, "other@example.com"),
        text_row(1, "name") + text_row(2, "mina@example.com"),
    ]
    quoted = "".join(f"={byte:02X}" for byte in b"mina@example.com")
    if kind in ("xlsx", "damaged"):
        xlsx(path, sheets[1])
    elif kind == "second sheet":
        xlsx(path, sheets, names=("One", "Two"))
    else:
        card = f"BEGIN:VCARD\nFN:A\nEMAIL;ENCODING=QUOTED-PRINTABLE:{quoted}\nEND:VCARD\n"
        path.write_text(card if kind == "vcf" else '{"mail": "\\u006dina@example.com"}\n')
    if kind == "damaged":
        path.write_bytes(path.read_bytes()[:300])

    assert stands_in({"path": path.name, "name": path.name}, subject)
    other = Subject((("contact", 1),), emails=frozenset({"nobody@example.com"}))
    assert stands_in({"path": path.name, "name": path.name}, other) is (kind == "damaged")

    forget([{"path": path.name}])
    assert not [found for found in path.parent.iterdir() if found.name.startswith(path.name)]
