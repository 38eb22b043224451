"""Maps that were kept: under a name, private or shared, and used again."""

from __future__ import annotations

import pytest

from daftar.exchange.importing.saved_maps import Pass, fitting, forget_name, save_as, share, usable
from daftar.exchange.models import SavedMap
from daftar.kernel.errors import Invalid, Missing
from daftar.records.schema import current_schema

HEADINGS = ("Name", "E-mail", "Colour")
TEXT = "Name,E-mail,Colour\nAnna Smith,anna@acme.example,red\n"
MAP = {"columns": {"Name": ["person_name"], "E-mail": ["emails"], "Colour": []}, "system": "list"}


def keep(desk, name="Monthly list", by=None, **words):
    return save_as(name, [Pass("lead", HEADINGS, MAP)], by=by or desk.olga, **words)


def test_a_kept_map_is_proposed_before_any_guess(desk):
    keep(desk)
    step = desk.one("anything.csv", TEXT)
    assert (step.type, step.map, step.saved) == ("lead", MAP, "Monthly list")
    assert step.words == ["anything.csv: leads, as in “Monthly list”; 1 row."]


def test_a_private_map_is_nobody_elses_and_a_shared_one_everybodys(desk):
    keep(desk, by=desk.hedi)
    assert desk.one("contacts.csv", TEXT).saved == ""
    share("Monthly list", by=desk.hedi, shared=True)
    assert desk.one("contacts.csv", TEXT).saved == "Monthly list"
    assert [row.name for row in usable(desk.olga)] == ["Monthly list"]
    share("Monthly list", by=desk.hedi, shared=False)
    assert list(usable(desk.olga)) == []


def test_a_map_of_fields_that_are_gone_is_not_proposed(desk):
    save_as("Old", [Pass("lead", HEADINGS, {"columns": {"Name": ["no_such_field"]}})], by=desk.olga)
    assert desk.one("contacts.csv", TEXT).saved == ""
    save_as("Gone", [Pass("lead", HEADINGS, {"columns": {"Nom": ["person_name"]}})], by=desk.olga)
    assert fitting(HEADINGS, current_schema(), by=desk.olga) == []


def test_a_name_holds_all_passes_of_an_import_and_replaces_them_together(desk):
    twice = {"columns": {"Name": ["person_name"]}}
    save_as("Both", [Pass("lead", HEADINGS, MAP), Pass("lead", HEADINGS, twice)], by=desk.olga, system="zoho")
    assert [row.map for row in fitting(HEADINGS, current_schema(), by=desk.olga)] == [MAP, twice]
    assert [s.map for s in desk.propose(("list.csv", TEXT)).steps] == [MAP, twice]
    save_as("Both", [Pass("lead", HEADINGS, MAP)], by=desk.olga)
    assert SavedMap.objects.filter(name="Both").count() == 1


def test_names_are_checked(desk):
    keep(desk, by=desk.hedi, shared=True)
    with pytest.raises(Invalid):
        keep(desk)
    with pytest.raises(Invalid):
        keep(desk, name="  ")
    with pytest.raises(Invalid):
        save_as("Empty", [], by=desk.olga)


def test_who_runs_the_company_may_remove_what_others_share_and_nobody_what_is_private(desk):
    (mine,) = keep(desk)
    with pytest.raises(Missing):
        forget_name(mine.pk, by=desk.hedi)
    share("Monthly list", by=desk.olga, shared=True)
    with pytest.raises(Missing):
        forget_name(mine.pk, by=desk.hedi)
    (theirs,) = keep(desk, name="Theirs", by=desk.hedi, shared=True)
    forget_name(theirs.pk, by=desk.olga)
    assert set(SavedMap.objects.values_list("name", flat=True)) == {"Monthly list"}


def test_somebody_elses_map_cannot_be_shared(desk):
    keep(desk)
    with pytest.raises(Missing):
        share("Monthly list", by=desk.hedi, shared=True)
