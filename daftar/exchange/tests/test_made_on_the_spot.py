"""Fields, options, stages and pipelines that a map makes before its first row."""

import pytest
from django.db import transaction

from daftar.access.models import Role
from daftar.exchange.importing import making, preparing
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.preparing import prepare
from daftar.exchange.importing.targets import NEW_KINDS
from daftar.exchange.importing.unreadable import Unreadable
from daftar.records import custom_fields
from daftar.records.custom_types import FirstField, add_type
from daftar.records.models import ChoiceOption, CustomField, Pipeline, Stage


@pytest.fixture
def noted(monkeypatch):
    """What was noted as made."""
    found = []
    for module in (making, preparing):
        monkeypatch.setattr(module, "note_made", lambda _set, kind, type_key, ref: found.append((kind, type_key, ref)))
    return found


CELLS = {
    "text": "abc", "long_text": "a b", "whole": "7", "decimal": "7.5", "money": "$7.50", "percent": "12 %", "date": "2026-01-02",
    "date_time": "2026-01-02 10:00", "yes_no": "yes", "choice": "Red", "phones": "+1 805 247 8982", "emails": "a@b.example",
    "webs": "b.example", "person": "Sara", "address": "Main Road 3; Milton; ; ; ",
}  # fmt: skip


def test_every_kind_can_be_made_and_is_filled(shop, noted):
    columns = {"name": "name"} | {kind: f"+{kind}:My {kind}" for kind in NEW_KINDS}
    text = f"name,{','.join(NEW_KINDS)}\nOne,{','.join(CELLS[kind] for kind in NEW_KINDS)}\n"
    report = shop.load("deal", text, columns=columns, existing="update")

    assert (report.created, report.errors) == (1, [])
    fields = CustomField.objects.filter(type="deal")
    assert sorted(fields.values_list("kind", flat=True)) == sorted(NEW_KINDS)
    deal, type_ = shop.rows("deal").get(), shop.type("deal")
    assert all(not type_[f.key].is_empty(type_[f.key].get(deal)) for f in fields)
    assert ("field", "deal", fields.get(kind="money").key) in noted
    assert ("option", "deal", f"{fields.get(kind='choice').key}:red") in noted


def test_a_link_to_another_type_can_be_made_and_is_filled_by_the_ids_of_the_source(shop):
    shop.load("company", "id,name\nA7,Acme\n", columns={"id": "@id", "name": "name"}, system="old")
    columns = {"name": "name", "client": "+link.company:Second client@id"}
    report = shop.load("deal", "name,client\nOne,A7\nTwo,A9\n", columns=columns, system="old")

    field = CustomField.objects.get()
    assert (report.created, report.no_links, field.kind, field.settings["to"]) == (2, 1, "link", "company")
    deals = {deal.name: shop.type("deal")[field.key].get(deal) for deal in shop.rows("deal")}
    assert deals == {"One": shop.rows("company").get().pk, "Two": None}


@pytest.mark.parametrize("wrong", ["+link:Client", "+link.moon:Client", "+whole.x:Client", "+link.company:"])
def test_a_new_link_that_leads_nowhere_is_refused(shop, wrong):
    with pytest.raises(Unreadable):
        shop.load("deal", "name,client\nOne,A7\n", columns={"name": "name", "client": wrong})

    assert not CustomField.objects.exists()


def test_a_price_may_stand_in_a_field_of_bare_numbers(shop):
    shop.load(
        "deal", 'name,price\nOne,"$1,009.784"\n', columns={"name": "name", "price": "+decimal:Price"}, decimal="."
    )

    deal, type_ = shop.rows("deal").get(), shop.type("deal")
    assert str(type_[CustomField.objects.get().key].get(deal)) == "1009.784"


def test_a_field_that_is_there_is_used_again(shop, noted):
    columns = {"name": "name", "budget": "+money:Budgeted cost"}
    shop.load("deal", "name,budget\nOne,$5\n", columns=columns)
    first = list(noted)
    shop.load("deal", "name,budget\nTwo,$6\n", columns=columns)

    assert CustomField.objects.count() == 1
    assert noted == first
    budget = CustomField.objects.get().key
    assert [shop.type("deal")[budget].get(d).amount for d in shop.rows("deal")] == [5, 6]


@pytest.mark.parametrize("target", ["+text:Budgeted COST", "+text:Amount"])
def test_a_field_of_another_kind_is_not_made_over(shop, target):
    custom_fields.add_field(shop.type("deal"), "money", "Budgeted cost", by=shop.olga)

    with pytest.raises(Unreadable, match="of another kind: Money"):
        shop.load("deal", "name,x\nOne,1\n", columns={"name": "name", "x": target})
    assert not shop.rows("deal").exists()


def test_who_may_not_change_settings_makes_nothing(shop):
    with pytest.raises(Unreadable, match="Only those who run the company"):
        shop.load("deal", "name,x\nOne,1\n", columns={"name": "name", "x": "+text:New"}, by=shop.hedi)
    assert not CustomField.objects.exists()


@pytest.mark.parametrize("target", ["+moon:X", "+text:", "+link:Company"])
def test_a_kind_that_cannot_be_made_is_refused(shop, target):
    with pytest.raises(Unreadable):
        shop.load("deal", "name,x\nOne,1\n", columns={"name": "name", "x": target})


def test_a_rehearsal_leaves_no_field_behind(shop):
    words = {
        "columns": {"name": "name", "x": "+choice:Colour", "s": "stage"},
        "pipeline": "+Old sales",
        "stages": {"Hot": "+open:Hot"},
    }
    text = "name,x,s\nOne,Red,Hot\nTwo,Blue,Hot\n"
    rehearsal = shop.load("deal", text, rehearse=True, **words)
    assert not CustomField.objects.exists()
    assert not Pipeline.objects.filter(name="Old sales").exists()

    run = shop.load("deal", text, **words)
    assert rehearsal.to_json() == run.to_json()
    assert run.created == 2


def test_stages_of_the_file_become_stages_of_a_new_pipeline(shop, noted):
    stages = {
        "Needs Analysis": "+open:Needs analysis", "Closed Won": "+won:Closed won", "Closed Lost": "+lost:Closed lost", "Junk": "",
        "Fresh": "New",
    }  # fmt: skip
    text = "name,stage\nOne,needs analysis\nTwo,Closed Won\nThree,Closed Lost\nFour,Junk\nFive,Fresh\nSix,Nowhere\n"
    report = shop.load("deal", text, columns={"name": "name", "stage": "stage"}, pipeline="+Old sales", stages=stages)

    pipeline = Pipeline.objects.get(name="Old sales")
    kinds = dict(Stage.objects.filter(pipeline=pipeline).values_list("name", "kind"))
    assert (kinds["Needs analysis"], kinds["Closed won"], kinds["Closed lost"]) == ("open", "won", "lost")
    assert [shop.schema.stage(d.stage_id).label for d in shop.rows("deal")][:3] == [
        "Needs analysis",
        "Closed won",
        "Closed lost",
    ]
    assert shop.schema.stage(shop.rows("deal")[4].stage_id).pipeline_id == pipeline.pk
    assert (report.created, report.refused) == (5, 1)
    assert "no stage “Nowhere” in this pipeline" in report.errors[0].sentence
    assert [kind for kind, _type, _ref in noted] == ["pipeline", "stage", "stage", "stage"]


def test_a_stage_that_is_there_with_another_kind_is_not_made_over(shop):
    with pytest.raises(Unreadable, match="not of the kind “won”"):
        shop.load(
            "deal", "name,stage\nOne,New\n", columns={"name": "name", "stage": "stage"}, stages={"New": "+won:New"}
        )


def test_prepare_may_be_called_again_after_a_crash(shop, noted):
    map_ = ImportMap.from_json({
        "columns": {"name": "name", "x": "+choice:Colour", "s": "stage"}, "pipeline": "+Old sales", "stages": {"Hot": "+open:Hot"},
        "choices": {"+choice:Colour": {"R": "+Red", "B": "+", "none": ""}}, "only": {"+choice:Colour": ["name", ["One"]]},
    })  # fmt: skip
    with transaction.atomic():
        first = prepare("deal", map_, by=shop.olga, change_set=None)
    made = list(noted)

    assert prepare("deal", map_, by=shop.olga, change_set=None) == first
    assert noted == made
    key = first.columns["x"][0]
    assert first.choices == {key: {"R": "red", "B": "b", "none": "", "*": "+"}}
    assert list(first.only) == [key]
    assert first.pipeline.isdigit()


def test_a_table_says_which_option_a_text_is(shop):
    table = {"Tech": "technology", "Money": "+Money houses", "n/a": "", "Shop": "retail"}
    text = "name,sector\nA,tech\nB,Money\nC,N/A\nD,shop\nE,Retail\nF,Fishery\n"
    report = shop.load("company", text, columns={"name": "name", "sector": "sector"}, choices={"sector": table})

    option = ChoiceOption.objects.get(type="company", field="sector").key
    assert [c.sector for c in shop.rows("company")] == ["technology", option, "", "retail", "retail"]
    assert (report.created, report.refused) == (5, 1)


def test_new_options_need_the_right_and_an_open_list(shop):
    words = {"columns": {"name": "name", "x": "sector"}, "choices": {"sector": {"Y": "+Yachts"}}}
    with pytest.raises(Unreadable, match="Only those who run"):
        shop.load("company", "name,x\nOne,Y\n", by=shop.hedi, **words)
    words = {"columns": {"s": "subject", "x": "kind", "d": "due_at"}, "choices": {"kind": {"Fax": "+Fax"}}}
    with pytest.raises(Unreadable, match="takes no new options"):
        shop.load("activity", "s,x,d\nOne,Fax,2026-01-01\n", **words)


def test_people_that_an_import_adds_are_noted(shop, noted):
    shop.load("deal", "name,owner\nOne,Boris\n", unknown_person="create")
    boris = shop.rows("deal").get().owner
    assert noted == [("person", "user", str(boris.pk))]
    assert Role.OWNER not in boris.roles


def test_a_type_that_was_made_for_the_import_takes_its_fields_and_links(shop):
    """Invoices of an old system and their lines: types that are made first, linked to each other and to companies by id."""
    invoices = add_type(
        "bill", "bills", by=shop.olga, staged=True, fields=[FirstField("Client", "link", to="company")]
    ).key
    lines = add_type("line", "lines", by=shop.olga, fields=[FirstField("Invoice", "link", to=invoices)]).key
    old = {"system": "old"}
    shop.load("company", "id,name\nA1,Acme\n", columns={"id": "@id", "name": "name"}, **old)
    title = shop.type(invoices).title_field.key
    columns = {
        "id": "@id",
        "subject": title,
        "client": "client@id",
        "total": "+money:Total",
        "due": "+date:Due",
        "state": "stage",
    }
    stages = {"Paid": "+won:Paid", "Sent": "+open:Sent"}
    text = 'id,subject,client,total,due,state\nI1,Chairs,A1,"$22,247.635","20 Apr, 2021 07:49:50",Paid\nI2,Desks,A9,$5,,Sent\n'
    first = shop.load(invoices, text, columns=columns, stages=stages, **old)
    again = shop.load(invoices, text, columns=columns, stages=stages, **old)

    assert (first.created, first.errors, first.no_links) == (2, [], 1)
    assert (again.unchanged, again.updated) == (2, 0)
    sums = {stage: s.sums for stage, s in first.by_stage.items()}
    assert sums == {"Paid": {"USD": "22247.64"}, "Sent": {"USD": "5.00"}}
    of_line = shop.type(lines).title_field.key
    report = shop.load(lines, "name,book\nChair,I1\nDesk,I2\n", columns={"name": of_line, "book": "invoice@id"}, **old)
    assert (report.created, report.no_links) == (2, 0)
    chairs, desks = shop.rows(invoices).filter(type=invoices)
    found = [shop.type(lines)["invoice"].get(row) for row in shop.rows(lines).filter(type=lines)]
    assert found == [chairs.pk, desks.pk]
