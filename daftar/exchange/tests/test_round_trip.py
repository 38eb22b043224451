"""Every export is a valid import: what one installation writes, an empty one loads as the page proposes it and writes again, byte for byte."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from daftar.access.models import User
from daftar.exchange.exporting.formats import FORMATS
from daftar.exchange.exporting.rows import begun
from daftar.exchange.importing import runs
from daftar.exchange.importing.running import Importer
from daftar.exchange.knowing.guessing import guess_map
from daftar.exchange.models import ImportRun, State
from daftar.exchange.own_ids import LENGTH, LETTERS, installation_code, numbers_here
from daftar.exchange.reading.opening import open_source
from daftar.exchange.tests import round_company
from daftar.exchange.tests.moving import fresh
from daftar.exchange.tests.test_steps import form
from daftar.kernel.formats import Formats
from daftar.records import pipelines, writing
from daftar.records.fields.links import Linked
from daftar.records.models import CustomField, Event, ExternalId
from daftar.records.reader import Reader
from daftar.records.schema import current_schema

OFFICES = ("office", "department")
RECORDS = ("company", "contact", "lead", "product", "deal", "activity")
"""Types whose files come back whole. People come without what they sign in by, so their file does not."""
ALL = (*OFFICES, "user", *RECORDS)
IN_JSON = ("text", "long_text", "whole", "decimal", "percent", "money", "yes_no", "choice", "date", "date_time", "duration", "person", "link",
           "links", "address", "stage", "formula")  # fmt: skip
"""Kinds of fields that JSON lines tell by their values; there others are lists of texts, which a field made for them would hold as one text."""


def written(by, ending, types=ALL, **formats):
    """Type → the bytes of its whole export; a file of JSON lines without rows is no file."""
    found = {}
    for key in types:
        reader = Reader(by, formats=Formats(**formats))
        type_ = reader.schema.type(key)
        export = begun(type_, f"cols=all&sort={type_.title_field.key}", reader, format_key=ending)
        found[key] = b"".join(FORMATS[ending].pieces(export))
    return {key: content for key, content in found.items() if content}


def loaded(client, by, files, ending):
    """All files as one import, exactly as the page proposes it; created, updated, refused of every step."""
    client.force_login(by)
    sent = [SimpleUploadedFile(f"{key}.{ending}", content) for key, content in files.items()]
    place = client.post("/import/", {"file": sent})["Location"]
    run = ImportRun.objects.order_by("pk").last()
    client.post(place, form(run, do="load"))
    runs.do(run.pk, at_a_stretch=True)
    run.refresh_from_db()
    assert (run.state, run.problem) == (State.DONE, "")
    assert [error["sentence"] for report in run.reports for error in report["errors"]] == []
    return [(r["type"], r["created"], r["updated"], r["refused"]) for r in run.reports]


def differing(first, second):
    """Types whose files differ; a comparison of whole files would be a page of bytes."""
    return [key for key in first if first[key] != second.get(key)]


def rows_of(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.fixture
def company(shop):
    """A company with something of everything, and fields of every kind."""
    round_company.set_up(shop.olga)
    round_company.fill(shop.olga, round_company.people(shop.olga))
    return shop


# -- byte for byte -------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
def test_every_type_comes_back_byte_for_byte(company, client, ending):
    first = written(company.olga, ending)
    owner = fresh("nora@other.example", "Nora")
    round_company.set_up(owner)

    told = loaded(client, owner, first, ending)
    second = written(owner, ending)

    assert sum(refused for _type, _created, _updated, refused in told) == 0
    assert differing(first, second) == ["user"]
    assert [step for step in loaded(client, owner, first, ending) if any(step[1:])] == []
    assert differing(second, written(owner, ending)) == []


@pytest.mark.parametrize("ending", FORMATS)
def test_a_bare_installation_makes_the_fields_stages_and_options_that_the_files_need(shop, client, ending):
    kinds = IN_JSON if ending == "jsonl" else round_company.KINDS
    round_company.set_up(shop.olga, kinds)
    round_company.fill(shop.olga, round_company.people(shop.olga))
    first = written(shop.olga, ending)
    owner = fresh("nora@other.example", "Nora")

    loaded(client, owner, first, ending)

    assert differing(first, written(owner, ending)) == ["user"]
    made = dict(CustomField.objects.filter(type="deal").values_list("key", "kind"))
    wanted = {kind: kind for kind in ("money", "date", "date_time", "address", "link", "links", "yes_no")}
    assert {kind: made[f"my_{kind}"] for kind in wanted} == wanted
    names = {(s.label, s.kind) for p in current_schema().type("deal").pipelines for s in p.stages}
    assert ("Signed", "won") in names or ("Signed", "open") in names


def test_the_file_of_people_lacks_only_what_they_sign_in_by(company, client):
    for number in (0, 2):
        User.objects.filter(email=f"p{number}@shop.example").update(name=f"Sara {number}")
    first = rows_of(written(company.olga, "csv", ("user",))["user"])
    content = written(company.olga, "csv", (*OFFICES, "user"))
    owner = fresh("olga@shop.example", "Olga")

    loaded(client, owner, content, "csv")

    mine = {"E-mail", "Roles", "Active", "Created", "Changed", "Created by", "Created by: ID"}
    second = {row["Full name"]: row for row in rows_of(written(owner, "csv", ("user",))["user"])}
    for row in first:
        assert {k: v for k, v in second[row["Full name"]].items() if k not in mine} == {
            k: v for k, v in row.items() if k not in mine
        }
    assert {row["E-mail"] for row in second.values()} == {"olga@shop.example", ""}


@pytest.mark.parametrize("ending", FORMATS)
def test_one_file_alone_comes_back_with_those_it_links_to(company, client, ending):
    """What a link names and no file holds is made by its name, and is known by its id from then on."""
    for name in ("a; b", "a:b"):  # names of several in one cell cannot be told apart by “;”
        current_schema().type("contact").model.objects.filter(name=name).update(name="a, b")
    first = written(company.olga, ending, ("deal",))
    owner = fresh("nora@other.example", "Nora")
    round_company.set_up(owner)

    loaded(client, owner, first, ending)

    assert differing(first, written(owner, ending, ("deal",))) == []


def test_files_that_come_one_by_one_in_the_wrong_order_meet_the_same_records(company, client):
    files = written(company.olga, "csv", ("company", "contact", "deal"))
    counts = {key: len(rows_of(content)) for key, content in files.items()}
    owner = fresh("nora@other.example", "Nora")
    round_company.set_up(owner)

    for key in ("deal", "contact", "company"):
        loaded(client, owner, {key: files[key]}, "csv")

    assert {key: current_schema().type(key).model.objects.count() for key in counts} == counts
    names = {row["ID"]: row["Name"] for row in rows_of(files["company"])}
    assert {row["ID"]: row["Name"] for row in rows_of(written(owner, "csv", ("company",))["company"])} == names


# -- the same installation -------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_loaded_back_where_it_was_written_changes_nothing(company, client, ending):
    first = written(company.olga, ending)

    told = loaded(client, company.olga, first, ending)

    assert [step for step in told if any(step[1:])] == []
    assert differing(first, written(company.olga, ending)) == []
    assert not ExternalId.objects.exists()


def test_a_file_that_was_edited_changes_the_records_that_it_numbers(shop, client):
    made = [writing.create(shop.type("company"), {"name": name}, by=shop.olga, via="page") for name in ("Acme", "Acme")]
    rows = rows_of(written(shop.olga, "csv", ("company",))["company"])
    second = next(row for row in rows if numbers_here([row["ID"]]) == {row["ID"]: made[1].pk})
    second |= {"Name": "Bolt", "Employees": "12"}
    rows.append(dict.fromkeys(second, "") | {"Name": "Newcomer"})
    content = io.StringIO()
    writer = csv.DictWriter(content, list(second))
    writer.writeheader()
    writer.writerows(rows)
    files = {"company": content.getvalue().encode()}

    assert loaded(client, shop.olga, files, "csv") == [("company", 1, 1, 0)]
    assert list(shop.rows("company").values_list("name", "employees")) == [
        ("Acme", None),
        ("Bolt", 12),
        ("Newcomer", None),
    ]
    assert loaded(client, shop.olga, files, "csv") == [("company", 0, 0, 0)]


def test_what_lies_in_the_bin_is_not_made_again(shop, client):
    acme = writing.create(shop.type("company"), {"name": "Acme"}, by=shop.olga, via="page")
    files = written(shop.olga, "csv", ("company",))
    writing.remove(shop.type("company"), acme.pk, by=shop.olga, via="page")

    source = open_source(shop.file(files["company"], "own.csv"))
    report = Importer("company", source, guess_map(shop.type("company"), source), by=shop.olga).run()

    assert (report.created, report.refused) == (0, 1)
    assert "from the bin" in report.errors[0].sentence


def test_what_is_gone_for_good_comes_back_under_its_old_id(shop, client):
    acme, _bolt = (
        writing.create(shop.type("company"), {"name": name}, by=shop.olga, via="page") for name in ("Acme", "Bolt")
    )
    first = written(shop.olga, "csv", ("company",))
    shop.rows("company").filter(pk=acme.pk)._raw_delete(shop.rows("company").db)

    loaded(client, shop.olga, first, "csv")

    assert differing(first, written(shop.olga, "csv", ("company",))) == []


def test_a_number_that_is_still_to_come_is_not_given_away(shop):
    writing.create(shop.type("company"), {"name": "Acme"}, by=shop.olga, via="page")
    content = written(shop.olga, "csv", ("company",))["company"]
    code = installation_code()
    content = content.replace(f"{code}-{shop.rows('company').get().pk}\r\n".encode(), f"{code}-987654\r\n".encode())

    source = open_source(shop.file(content, "own.csv"))
    report = Importer("company", source, guess_map(shop.type("company"), source), by=shop.olga).run()

    assert (report.created, report.refused) == (0, 1)
    assert not ExternalId.objects.exists()


def test_a_name_of_ours_that_is_closed_to_somebody_is_bound_to_nothing_else(shop, client):
    hidden = writing.create(shop.type("company"), {"name": "Hidden"}, by=shop.olga, via="page")
    shown = writing.create(shop.type("company"), {"name": "Shown", "owner": shop.hedi.pk}, by=shop.olga, via="page")
    writing.create(shop.type("contact"), {"name": "Ana", "companies": [Linked(shown.pk)]}, by=shop.hedi, via="page")
    content = written(shop.olga, "csv", ("contact",))["contact"]
    writing.remove(shop.type("company"), hidden.pk, by=shop.olga, via="page")
    code = installation_code()
    content = content.replace(f"{code}-{shown.pk},".encode(), f"{code}-{hidden.pk},".encode(), 1)
    source = open_source(shop.file(content, "own.csv"))

    Importer("contact", source, guess_map(shop.type("contact"), source), by=shop.hedi).run()

    assert not ExternalId.objects.exists()


# -- two installations -----------------------------------------------------------------------------------


def test_numbers_of_another_installation_are_not_ours(shop, client):
    other = writing.create(shop.type("company"), {"name": "Theirs"}, by=shop.olga, via="page")
    first, theirs = written(shop.olga, "csv", ("company",)), installation_code()
    owner = fresh("nora@other.example", "Nora")
    mine = writing.create(current_schema().type("company"), {"name": "Mine"}, by=owner, via="page")

    loaded(client, owner, first, "csv")

    assert installation_code() != theirs
    rows = {row["Name"]: row["ID"] for row in rows_of(written(owner, "csv", ("company",))["company"])}
    assert rows == {"Mine": f"{installation_code()}-{mine.pk}", "Theirs": f"{theirs}-{other.pk}"}


def test_a_record_keeps_its_name_through_a_third_installation(shop, client):
    writing.create(shop.type("company"), {"name": "Acme"}, by=shop.olga, via="page")
    first = written(shop.olga, "jsonl", ("company",))
    for n in range(2):
        owner = fresh(f"nora{n}@other.example", "Nora")
        loaded(client, owner, first, "jsonl")
        assert differing(first, written(owner, "jsonl", ("company",))) == []


def test_a_code_is_no_word_and_stays(shop):
    code = installation_code()

    assert len(code) == LENGTH and set(code) <= set(LETTERS) and not set(LETTERS) & set("aeiouy")
    assert installation_code() == code


# -- history, roles, rights --------------------------------------------------------------------------------


def test_a_converted_lead_says_what_it_became(shop, client):
    acme = writing.create(shop.type("company"), {"name": "Acme"}, by=shop.olga, via="page")
    deal = writing.create(shop.type("deal"), {"name": "Mill", "company": acme.pk}, by=shop.olga, via="page")
    lead = writing.create(
        shop.type("lead"), {"title": "Wants a mill"}, by=shop.sara, via="page",
        derived={"company": acme.pk, "deal": deal.pk, "converted_at": round_company.WHEN},
    )  # fmt: skip
    writing.change(shop.type("deal"), deal.pk, {"lead": lead.pk}, by=shop.olga, via="page")
    first = written(shop.olga, "csv", ("user", "company", "lead", "deal"))
    owner = fresh("nora@other.example", "Nora")

    loaded(client, owner, first, "csv")

    assert differing(first, written(owner, "csv", tuple(first))) == ["user"]
    row = rows_of(first["lead"])[0]
    assert (row["Became the company"], row["Became the deal"], row["Created by"]) == ("Acme", "Mill", "Sara")


def test_roles_of_links_come_along(shop, client):
    firms = [
        writing.create(shop.type("company"), {"name": name}, by=shop.olga, via="page").pk
        for name in ("Acme", "Bolt; and sons")
    ]
    links = [Linked(firms[0], "buyer; and seller"), Linked(firms[1], "")]
    writing.create(shop.type("contact"), {"name": "Ana", "companies": links}, by=shop.olga, via="page")
    first = written(shop.olga, "jsonl", ("company", "contact"))
    owner = fresh("nora@other.example", "Nora")

    loaded(client, owner, first, "jsonl")

    ana = current_schema().type("contact").model.objects.get()
    assert [link.role for link in current_schema().type("contact")["companies"].get(ana)] == ["buyer, and seller", ""]


def test_only_those_who_run_the_company_say_who_made_a_record(shop):
    writing.create(shop.type("company"), {"name": "Acme"}, by=shop.olga, via="page")
    content = written(shop.olga, "csv", ("company",))["company"].replace(installation_code().encode(), b"bcdfgh")
    source = open_source(shop.file(content, "own.csv"))
    map_ = guess_map(shop.type("company"), source)
    assert map_.columns["Created by"] == ("@was.created_by",)

    Importer("company", source, map_, by=shop.hedi).run()

    assert shop.rows("company").last().created_by_id == shop.hedi.pk


@pytest.mark.parametrize("target", ["@was.email", "@was.roles", "@was.is_active", "@was.name"])
def test_no_file_says_by_what_people_sign_in_or_what_they_may(shop, target):
    report = shop.load  # the map is refused before anything is read
    with pytest.raises(Exception, match="no field"):
        report("user", "name,x\nEve,owner\n", columns={"name": "name", "x": target})


def test_what_a_file_adds_later_to_a_record_of_its_own_keeps_the_time_of_the_file(company, client):
    first = written(company.olga, "csv")
    owner = fresh("nora@other.example", "Nora")
    round_company.set_up(owner)

    loaded(client, owner, first, "csv")

    parents = Event.objects.filter(type="company", kind="changed")
    assert parents.exists() and all(e.at.year < 2027 and e.at == e_changed(e) for e in parents)


def e_changed(event):
    return current_schema().type("company").model.objects.get(pk=event.record_id).changed_at


def test_a_link_to_any_record_is_never_taken_for_one_of_ours(shop, client):
    deal = writing.create(shop.type("deal"), {"name": "Theirs"}, by=shop.olga, via="page")
    values = {
        "subject": "Call",
        "kind": "note",
        "about": shop.type("activity")["about"].parse(f"deal:{deal.pk}", Reader(shop.olga)),
    }
    writing.create(shop.type("activity"), values, by=shop.olga, via="page")
    line = json.loads(written(shop.olga, "jsonl", ("activity",))["activity"])
    assert line["about"] == f"deal:{installation_code()}-{deal.pk}"
    first = written(shop.olga, "csv", ("activity",))
    owner = fresh("nora@other.example", "Nora")
    writing.create(current_schema().type("deal"), {"name": "Mine"}, by=owner, via="page")

    loaded(client, owner, first, "csv")

    assert current_schema().type("activity").model.objects.get().about_id is None


def test_a_persian_export_comes_back_in_an_english_installation(shop, client):
    writing.create(shop.type("deal"), {"name": "آسیاب"}, by=shop.olga, via="page")
    with translation.override("fa"):
        first = written(shop.olga, "csv", ("deal",), language="fa")
    owner = fresh("nora@other.example", "Nora")

    stages = current_schema().type("deal").pipelines[0].stages

    loaded(client, owner, first, "csv")

    with translation.override("fa"):
        assert differing(first, written(owner, "csv", ("deal",), language="fa")) == []
    assert len(current_schema().type("deal").pipelines[0].stages) == len(stages)


def test_stages_of_the_only_pipeline_are_made_in_it(shop, client):
    only = shop.type("deal").pipelines[0]
    made = pipelines.add_stage(
        only.id, {"name": "Offer/Contract", "kind": "open", "colour": "blue", "probability": 50}, by=shop.olga
    )
    rows = [{"name": "Mill", "stage": made.pk}, {"name": "Press"}]
    round_company.create_many("deal", rows, shop.olga)
    first = written(shop.olga, "csv", ("deal",))
    owner = fresh("nora@other.example", "Nora")

    loaded(client, owner, first, "csv")

    assert differing(first, written(owner, "csv", ("deal",))) == []
    assert len(current_schema().type("deal").pipelines) == 1
