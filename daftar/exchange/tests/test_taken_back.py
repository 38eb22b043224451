"""A whole import is taken back: its records, what it changed, and what it made beside them."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.access.models import User
from daftar.exchange.importing import runs
from daftar.exchange.models import ImportRun, State
from daftar.exchange.taking_back import whole
from daftar.exchange.tests.test_steps import drop, form
from daftar.records import writing
from daftar.records.bulk import runs as bulk_runs
from daftar.records.models import (
    BulkItem,
    BulkRun,
    ChoiceOption,
    ContactPoint,
    CustomField,
    CustomType,
    Pipeline,
    RecordLink,
    Stage,
)

PEOPLE = "USER_ID,First Name,Last Name,Email\n1001,,Rozario Diego,r@x.example\n1002,,Tina Thomas,t@x.example\n"
LEADS = (
    "LEADID,Last Name,Company,Lead Owner,Email,Lead Source,Lead Status,Shoe size\n"
    "1,Denson,Acme,Rozario Diego,d@x.example,Skywriting,Contacted,42\n2,Hall,Bluth,Tina Thomas,h@x.example,Skywriting,Junk Lead,41\n"
)
CAMPAIGNS = "CAMPAIGNID,Campaign Name,Status\n7,Spring,Active\n8,Autumn,Planning\n"


@pytest.fixture
def page(shop, client):
    client.force_login(shop.olga)
    return client


def loaded(page):
    """An import that makes people, a pipeline with stages, a field, options and a record type."""
    place = drop(page, {"Users.csv": PEOPLE, "Leads.csv": LEADS, "Campaigns.csv": CAMPAIGNS})["Location"]
    page.post(place, form(ImportRun.objects.get(), do="load"))
    run = ImportRun.objects.get()
    assert [report["refused"] for report in run.reports] == [0, 0, 0], run.reports
    return place, run


def things():
    """What there is besides records, in use."""
    return {
        "people": set(User.objects.filter(is_active=True, deleted_at=None).values_list("name", flat=True)),
        "fields": set(CustomField.objects.filter(deleted_at=None).values_list("type", "label")),
        "options": set(ChoiceOption.objects.filter(archived=False).values_list("field", "label")),
        "pipelines": set(Pipeline.objects.filter(archived=False).values_list("type", "name")),
        "stages": set(Stage.objects.filter(archived=False, pipeline__archived=False).values_list("name", flat=True)),
        "types": set(CustomType.objects.filter(deleted_at=None).values_list("plural", flat=True)),
    }


def test_what_an_import_made_beside_records_goes_and_comes_back(shop, page):
    before = things()
    place, run = loaded(page)
    after = things()
    assert all(after[kind] > before[kind] for kind in before), after

    told = page.get(f"{place}?do=undo").content.decode()
    assert "What an undo would do" in told and "Shoe size" in told and "Undo the whole import" in told
    answer = page.post(place, {"do": "undo"})
    undo = BulkRun.objects.get()
    assert (undo.state, undo.refused, undo.moved_on) == ("done", 0, 0)
    assert things() == before
    shown = page.get(answer["Location"]).content.decode()
    assert "Shoe size" in shown and "What else went" in shown

    bulk_runs.begin_undo(undo.change_set, by=shop.olga)
    again = things()
    assert {kind: again[kind] for kind in after if kind != "people"} == {k: after[k] for k in after if k != "people"}
    assert again["people"] == after["people"]
    assert shop.rows("lead").filter(deleted_at=None).count() == 2


def test_what_people_use_since_stays_and_says_why(shop, page):
    place, run = loaded(page)
    field = CustomField.objects.get(label="Shoe size")
    lead = shop.rows("lead").get(person_name="Denson")
    own = writing.create(
        shop.type("lead"), {"title": "Mine", "source": lead.source, field.key: 40}, by=shop.sara, via="page"
    )
    writing.change(shop.type("lead"), lead.pk, {"company_name": "Acme Ltd"}, by=shop.olga, via="page")

    answer = page.post(place, {"do": "undo"})

    left = things()
    assert ("lead", "Shoe size") in left["fields"]
    assert ("source", "Skywriting") in left["options"]
    assert "Contacted" in left["stages"] and "Junk Lead" not in left["stages"]
    assert "Rozario Diego" in left["people"] and "Tina Thomas" not in left["people"]
    assert left["types"] == set()
    shown = page.get(answer["Location"]).content.decode()
    assert "What stayed, and why" in shown and "2 records use it." in shown
    assert BulkRun.objects.get().moved_on == 1
    assert shop.rows("lead").filter(deleted_at=None, pk__in=[own.pk, lead.pk]).count() == 2


def test_the_same_files_load_again_as_new_after_an_undo(shop, page):
    place, _run = loaded(page)
    page.post(place, {"do": "undo"})

    second = drop(page, {"Users.csv": PEOPLE, "Leads.csv": LEADS})["Location"]
    page.post(second, form(ImportRun.objects.order_by("pk").last(), do="load"))

    run = ImportRun.objects.order_by("pk").last()
    assert [report["refused"] for report in run.reports] == [0, 0], (run.problem, run.reports)
    assert run.reports[1]["created"] == 2


def test_an_import_does_not_go_on_whose_undo_was_killed_at_its_beginning(shop, page, monkeypatch):
    place, run = loaded(page)
    ImportRun.objects.update(state=State.PAUSED)

    def killed(run):
        raise KeyboardInterrupt

    monkeypatch.setattr(bulk_runs, "now_or_later", killed)
    with pytest.raises(KeyboardInterrupt):
        whole.begin(run, shop.olga)

    assert BulkRun.objects.get().undoes == run.change_set
    assert not runs.claim(run, State.RUNNING)
    assert page.post(place, {"do": "load"}).status_code == 409


def test_corrected_rows_do_not_join_an_import_that_was_taken_back(shop, page):
    place = drop(page, {"Leads.csv": LEADS})["Location"]
    page.post(place, form(ImportRun.objects.get(), do="load"))
    page.post(place, {"do": "undo"})
    files = ImportRun.objects.get().files

    sent = page.post(place, {"do": "again", "corrected": SimpleUploadedFile("Leads.csv", LEADS.encode())})

    assert sent.status_code == 409
    assert "taken back" in sent.content.decode()
    assert ImportRun.objects.get().files == files
    assert not shop.rows("lead").filter(deleted_at=None).exists()


def test_an_import_at_work_is_paused_before_it_is_taken_back(shop, page):
    place, run = loaded(page)
    ImportRun.objects.update(state=State.RUNNING)

    assert page.post(place, {"do": "undo"}).status_code == 409
    assert not BulkRun.objects.exists()


def list_of(count, known):
    rows = [f"Known {n},known{n}@x.example,Boss {n}" for n in range(known)]
    rows += [f"New {n},new{n}@x.example,Clerk" for n in range(count - known)]
    return "Full name,E-mail,Position\n" + "\n".join(rows) + "\n"


def state_of(shop, ids):
    """Everything of these contacts that an import could have changed."""
    rows = (
        shop.rows("contact")
        .filter(pk__in=ids)
        .values("pk", "name", "position", "emails", "phones", "owner", "custom", "deleted_at", "search")
    )
    points = ContactPoint.objects.filter(type="contact", record_id__in=ids).values_list(
        "record_id", "field", "kind", "value"
    )
    links = RecordLink.objects.filter(type="contact", record_id__in=ids).values_list("record_id", "field", "to_id")
    return {row["pk"]: row for row in rows}, sorted(points), sorted(links)


@pytest.mark.parametrize(
    ("count", "known", "edited"), [(600, 50, 5), pytest.param(10_000, 500, 20, marks=pytest.mark.thorough)]
)
def test_the_wrong_list_is_taken_back_but_for_what_was_edited_since(shop, page, count, known, edited):
    type_ = shop.type("contact")
    shop.load(
        "contact", "Full name,E-mail,Position\n" + "".join(f"Known {n},known{n}@x.example,Old\n" for n in range(known))
    )
    ids = list(shop.rows("contact").values_list("pk", flat=True))
    before = state_of(shop, ids)
    place = drop(page, {"list.csv": list_of(count, known)}, "/contacts/import/")["Location"]
    sent = {
        "mapped": "1",
        "column-0": "name",
        "column-1": "emails",
        "column-2": "position",
        "match": "emails",
        "existing": "update",
    }
    words = dict.fromkeys(("unknown_choice", "unknown_person", "unknown_link"), "report")
    page.post(place, sent | words | {"do": "load"})
    run = ImportRun.objects.get()
    assert (run.reports[0]["updated"], run.reports[0]["created"]) == (known, count - known), (run.state, run.problem)
    touched = [
        *ids[: edited // 2],
        *shop.rows("contact").exclude(pk__in=ids).values_list("pk", flat=True)[: edited - edited // 2],
    ]
    for id_ in touched:
        writing.change(type_, id_, {"comments": "Called them"}, by=shop.olga, via="page")

    page.post(place, {"do": "undo"})
    undo = BulkRun.objects.get()
    while undo.is_at_work:
        bulk_runs.carry_out(undo.pk)
        undo.refresh_from_db()

    left = BulkItem.objects.filter(run=undo, state=BulkItem.State.MOVED_ON).values_list("record_id", flat=True)
    assert sorted(left) == sorted(touched)
    assert (undo.done, undo.moved_on, undo.refused) == (count - edited, edited, 0)
    back = [id_ for id_ in ids if id_ not in touched]
    assert state_of(shop, back) == tuple(
        {pk: row for pk, row in part.items() if pk in back}
        if isinstance(part, dict)
        else [one for one in part if one[0] in back]
        for part in before
    )
    assert shop.rows("contact").filter(deleted_at=None).count() == known + edited - edited // 2
    listed = page.get(f"/changes/{undo.pk}/").content.decode()
    assert listed.count("Called them") == edited
