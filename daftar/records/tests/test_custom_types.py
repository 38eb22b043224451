"""A record type made on the page is equal to a declared one: pages, rights, search, links, hiding, the bin."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from daftar.access.models import AuditEntry, Department, Installation, Role, User
from daftar.activities.actions import complete
from daftar.activities.models import Activity
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.kernel.money import Money
from daftar.records import custom_fields, custom_types, erasing, reading, roles, taking_apart, writing
from daftar.records import schema as schema_module
from daftar.records.bulk import runs
from daftar.records.fields import Text
from daftar.records.fields.any_link import Target
from daftar.records.fields.links import Linked
from daftar.records.models import (
    CustomField,
    CustomType,
    Entity,
    Event,
    Pipeline,
    RecordLink,
    SavedView,
    StageSpan,
    StoredFile,
)
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines, schema_changed
from daftar.records.tests.test_races import at_once
from daftar.records.types import DECLARED, RecordType

FORM = {
    "name": "contract", "plural": "contracts", "slug": "", "icon": "file-signature", "in_menu": "1", "staged": "1", "like": "deal",
    "first_label": ["Company", "Worth", "Signed on", "Kind", ""],
    "first_kind": ["link:company", "money", "date", "choice", "text"],
    "first_options": ["", "", "", "Rent, Service", ""],
}  # fmt: skip


@pytest.fixture
def firm(db):
    schema_module._kept = None
    company = Installation.load()
    company.name, company.currency, company.language = "Hardware", "USD", "en"
    company.save()
    install_pipelines()
    here, there = Department.objects.create(name="North"), Department.objects.create(name="South")
    made = User.objects.create_user
    return {
        "owner": made("o@x.example", "a long word 17", name="Olga", role=Role.OWNER, department=here),
        "seller": made("s@x.example", "a long word 17", name="Sara", role=Role.SELLER, department=here),
        "rival": made("r@x.example", "a long word 17", name="Reza", role=Role.SELLER, department=there),
    }


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def make(firm, **more):
    """Make the type through the page."""
    answer = signed_in(firm["owner"]).post("/settings/types/new", {**FORM, **more})
    assert answer.status_code == 302, answer.content.decode()
    return CustomType.objects.order_by("-id")[0]


def contracts():
    return current_schema().type("own_contracts")


def test_a_type_made_on_the_page_is_there_with_all_its_pages(firm):
    row = make(firm)
    assert (row.key, row.slug) == ("own_contracts", "contracts")
    client = signed_in(firm["owner"])

    answer = client.post(
        "/contracts/new", {"name": "Rent of the hall", "worth": "1200", "worth.currency": "USD", "kind": "rent"}
    )
    assert answer.status_code == 302, answer.content.decode()
    record = Entity.objects.get(type=row.key)
    assert record.title == "Rent of the hall" and record.stage_id and record.owner_id == firm["owner"].pk
    for address in (
        "",
        "board/",
        "bin/",
        "new",
        "quick",
        f"{record.pk}/",
        f"{record.pk}/edit",
        f"{record.pk}/who",
        "export.csv",
        "import/",
    ):
        assert client.get(f"/contracts/{address}").status_code == 200, address
    page = client.get("/contracts/").content.decode()
    assert "Rent of the hall" in page and "Rent" in page and 'href="/contracts/"' in page
    assert "Rent of the hall" in client.get("/search/?q=hall").content.decode()
    assert AuditEntry.objects.filter(what="type_changed").exists()


def test_everybody_has_the_rights_that_they_have_for_deals(firm):
    row = make(firm)
    made = writing.create(
        contracts(), {"name": "Rent of mine", "owner": firm["seller"].pk}, by=firm["owner"], via="page"
    )

    assert signed_in(firm["seller"]).get(f"/contracts/{made.pk}/").status_code == 200
    assert signed_in(firm["rival"]).get(f"/contracts/{made.pk}/").status_code == 404
    assert "Rent of mine" not in signed_in(firm["rival"]).get("/contracts/").content.decode()
    role = Role.objects.get(key=Role.SELLER)
    assert role.grants["types"][row.key] == role.grants["types"]["deal"]
    page = signed_in(firm["owner"]).get("/settings/roles/seller/").content.decode()
    assert "Contracts" in page or "contracts" in page


def test_the_other_side_of_a_link_lists_what_links_to_it(firm):
    make(firm)
    owner = signed_in(firm["owner"])
    company = writing.create(current_schema().type("company"), {"name": "Acme"}, by=firm["owner"], via="page")
    writing.create(contracts(), {"name": "Rent", "company": company.pk}, by=firm["owner"], via="page")
    assert "Rent" in owner.get(f"/companies/{company.pk}/").content.decode()

    said = owner.post("/settings/types/own_contracts/link", {"between": "from_many:deal", "label": "Papers"})
    assert said.status_code == 302
    field = CustomField.objects.get(type="deal", key="papers")
    assert (field.kind, field.settings["to"]) == ("links", "own_contracts")
    page = owner.get("/settings/types/own_contracts/").content.decode()
    assert "Papers" in page and "Company" in page
    assert owner.post("/settings/types/own_contracts/link", {"between": "from:nothing"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"plural": " "}, "plural"),
        ({"name": "Deal"}, "name"),
        ({"plural": "companies"}, "plural"),
        ({"slug": "settings"}, "slug"),
        ({"slug": "due"}, "slug"),
        ({"slug": "leads"}, "slug"),
        ({"slug": "договоры"}, "slug"),
        ({"slug": "a" * 41}, "slug"),
        ({"slug": "../x"}, "slug"),
        ({"name": "x" * 101}, "name"),
        ({"plural": "契約", "name": "契約書"}, "slug"),
        ({"first_label": ["A", "A"], "first_kind": ["text", "text"], "first_options": ["", ""]}, "first_label"),
        ({"first_label": ["A"], "first_kind": ["link:nothing"], "first_options": [""]}, "first_label"),
        ({"first_label": ["A"], "first_kind": ["no_kind"], "first_options": [""]}, "first_label"),
        ({"first_label": ["A"], "first_kind": [], "first_options": []}, "first_label"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(firm, change, field):
    answer = signed_in(firm["owner"]).post("/settings/types/new", {**FORM, **change})

    page = answer.content.decode()
    assert answer.status_code == 422
    place = page.index('aria-invalid="true"')
    assert f'name="{field}"' in page[place - 200 : place]
    assert not CustomType.objects.exists() and not CustomField.objects.exists()


@pytest.mark.parametrize(
    ("name", "plural", "slug"),
    [("договор", "Договоры", "dogovory"), ("قرارداد", "قراردادها", "ghrardadha"), ("new", "new", "new-2")],
)
def test_the_word_in_addresses_is_made_of_the_name(firm, name, plural, slug):
    make(firm, name=name, plural=plural)
    assert CustomType.objects.get().slug == slug
    assert signed_in(firm["owner"]).get(f"/{slug}/").status_code == 200


def test_two_types_of_the_same_name_and_too_many_are_refused(firm, monkeypatch):
    make(firm)
    owner = signed_in(firm["owner"])
    assert owner.post("/settings/types/new", FORM).status_code == 422
    monkeypatch.setattr(custom_types, "MOST_TYPES", 1)
    said = owner.post("/settings/types/new", {**FORM, "name": "project", "plural": "projects"})
    assert said.status_code == 422 and "at most 1" in said.content.decode()


def test_a_hidden_type_is_nowhere_and_comes_back_with_its_records(firm):
    make(firm)
    owner = signed_in(firm["owner"])
    owner.post("/settings/types/own_contracts/link", {"between": "from:deal", "label": "Contract"})
    record = writing.create(contracts(), {"name": "Rent"}, by=firm["owner"], via="page")
    deal = writing.create(
        current_schema().type("deal"), {"name": "Hall", "contract": record.pk}, by=firm["owner"], via="page"
    )
    pages = [
        *("/deals/", "/deals/board/", f"/deals/{deal.pk}/", f"/deals/{deal.pk}/edit", "/due/", "/search/?q=rent"),
        *("/settings/audit/", "/settings/roles/seller/", "/settings/retention/", "/settings/fields/deal/"),
        *("/settings/types/", "/settings/types/own_contracts/"),
    ]

    owner.post("/settings/types/own_contracts/", {"act": "hide"})

    assert owner.get("/contracts/").status_code == owner.get(f"/contracts/{record.pk}/").status_code == 404
    for page in pages:
        answer = owner.get(page)
        assert answer.status_code == 200, page
        if "settings" not in page:
            assert "Rent" not in answer.content.decode() and "ontract" not in answer.content.decode(), page
    owner.post("/settings/types/own_contracts/", {"act": "bring_back"})
    assert "Rent" in owner.get(f"/contracts/{record.pk}/").content.decode()
    assert "Rent" in owner.get(f"/deals/{deal.pk}/").content.decode()


def test_a_type_with_records_is_deleted_by_its_name_and_comes_back_for_thirty_days(firm):
    make(firm)
    owner = signed_in(firm["owner"])
    record = writing.create(contracts(), {"name": "Rent"}, by=firm["owner"], via="page")
    assert owner.get("/settings/types/own_contracts/delete").status_code == 200
    assert owner.post("/settings/types/own_contracts/delete", {"typed": "contract"}).status_code == 422

    assert owner.post("/settings/types/own_contracts/delete", {"typed": " Contracts"}).status_code == 302
    assert owner.get("/contracts/").status_code == 404
    assert "contracts" in owner.get("/settings/types/").content.decode().lower()
    assert owner.post("/settings/types/own_contracts/delete", {}).status_code == 404
    owner.post("/settings/types/own_contracts/", {"act": "bring_back"})

    assert owner.get(f"/contracts/{record.pk}/").status_code == 200


def test_after_thirty_days_nothing_is_left_of_it(firm):
    make(firm)
    owner = signed_in(firm["owner"])
    owner.post("/settings/types/own_contracts/link", {"between": "from:deal", "label": "Contract"})
    owner.post("/settings/types/own_contracts/link", {"between": "to_many:contact", "label": "People"})
    person = writing.create(current_schema().type("contact"), {"name": "Mira"}, by=firm["owner"], via="page")
    records = [
        writing.create(contracts(), {"name": f"Rent {n}", "people": [Linked(person.pk)]}, by=firm["owner"], via="page")
        for n in range(3)
    ]
    deal = writing.create(
        current_schema().type("deal"), {"name": "Hall", "contract": records[0].pk}, by=firm["owner"], via="page"
    )
    note = {"subject": "About it", "kind": "note", "about": Target("own_contracts", records[0].pk), "body": "A word"}
    writing.create(current_schema().type("activity"), note, by=firm["owner"], via="page")
    assert Activity.objects.filter(about_type="own_contracts").exists()
    owner.post("/contracts/views/new", {"name": "Mine", "audience": "me", "query": "owner=me"})
    owner.post("/settings/types/own_contracts/delete", {"typed": "contracts"})
    assert taking_apart.take_apart_due() and CustomType.objects.exists()

    with clock.frozen(clock.now() + timedelta(days=31)):
        assert taking_apart.take_apart_due() and taking_apart.take_apart_due()

    assert not CustomType.objects.exists()
    for model in (Entity, StageSpan, StoredFile, RecordLink, SavedView):
        assert not model.objects.filter(type="own_contracts").exists(), model
    assert not Event.objects.filter(type="own_contracts").exists()
    assert not Activity.objects.filter(about_type="own_contracts").exists()
    assert not CustomField.objects.exists() and not Pipeline.objects.filter(type="own_contracts").exists()
    deal.refresh_from_db()
    assert "contract" not in deal.custom
    assert "own_contracts" not in Role.objects.get(key=Role.SELLER).grants["types"]
    assert owner.get(f"/deals/{deal.pk}/").status_code == 200
    make(firm)
    assert not Entity.objects.exists()


def test_only_those_who_run_the_company_make_types(firm):
    seller = signed_in(firm["seller"])
    for address in ("/settings/types/", "/settings/types/new"):
        assert seller.get(address).status_code == seller.post(address, FORM).status_code == 403
    with pytest.raises(NotAllowed):
        custom_types.add_type("a", "as", by=firm["seller"])
    assert not CustomType.objects.exists()


def test_records_of_it_are_loaded_and_written_as_files(firm):
    make(firm)
    owner = signed_in(firm["owner"])
    writing.create(contracts(), {"name": "Rent", "kind": "rent"}, by=firm["owner"], via="page")
    text = b"".join(owner.get("/contracts/export.csv").streaming_content).decode()
    assert "Name,Stage,Company,Worth" in text.replace('"', "") and "Rent" in text


def test_a_person_named_in_a_hidden_type_is_erased_there_too(firm):
    make(firm)
    owner = signed_in(firm["owner"])
    owner.post("/settings/types/own_contracts/link", {"between": "to:contact", "label": "Signed by"})
    person = writing.create(current_schema().type("contact"), {"name": "Mira Stone"}, by=firm["owner"], via="page")
    record = writing.create(
        contracts(), {"name": "Rent for Mira Stone", "signed_by": person.pk}, by=firm["owner"], via="page"
    )
    owner.post("/settings/types/own_contracts/", {"act": "hide"})

    erasing.erase_person("contact", person.pk, by=firm["owner"])

    record.refresh_from_db()
    assert "Mira" not in record.title and "Stone" not in record.search and "signed_by" not in record.custom


def test_formulas_sum_what_is_linked(firm):
    make(firm)
    company = current_schema().type("company")
    custom_fields.add_field(
        company, "formula", "Under contract", by=firm["owner"], settings={"formula": "sum(contracts.worth)"}
    )
    row = writing.create(current_schema().type("company"), {"name": "Acme"}, by=firm["owner"], via="page")
    for n in (100, 250):
        value = {"name": f"Rent {n}", "company": row.pk, "worth": Money(Decimal(n), "USD")}
        writing.create(contracts(), value, by=firm["owner"], via="page")

    row.refresh_from_db()
    assert current_schema().type("company")["under_contract"].get(row) == 350


def test_an_index_of_its_fields_holds_its_rows_only(firm):
    make(firm)
    type_ = contracts()
    writing.create(type_, {"name": "Rent"}, by=firm["owner"], via="page")
    rows = reading.of_type(type_).filter(type_["kind"].where("exact", "rent")).order_by("-created_at", "-id")
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        else:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sql}", params)
        assert "cf_own_contracts_kind" in str(cursor.fetchall())


def test_rights_to_a_hidden_type_come_back_as_they_went(firm):
    """A role that is changed meanwhile does not open it to more people."""
    row = make(firm)
    made = writing.create(contracts(), {"name": "Rent"}, by=firm["owner"], via="page")
    assert signed_in(firm["seller"]).get(f"/contracts/{made.pk}/").status_code == 404
    custom_types.hide_type(row.key, by=firm["owner"])
    role = Role.objects.get(key=Role.SELLER)
    granted = role.grants["types"][row.key]

    sent = roles.read_grants({"types": {"*": {"see": "all"}}})
    roles.change_role(role.key, by=firm["owner"], version=role.version, grants=sent)

    role.refresh_from_db()
    assert role.grants["types"] == {"*": {"see": "all"}, row.key: granted}
    custom_types.bring_back_type(row.key, by=firm["owner"])
    assert signed_in(firm["seller"]).get(f"/contracts/{made.pk}/").status_code == 404


def test_what_was_planned_about_a_hidden_record_can_be_done(firm):
    row = make(firm)
    record = writing.create(contracts(), {"name": "Rent"}, by=firm["owner"], via="page")
    planned = {"kind": "task", "subject": "Sign it", "about": Target(row.key, record.pk), "due_at": clock.now()}
    step = writing.create(current_schema().type("activity"), planned, by=firm["owner"], via="page")
    record.refresh_from_db()
    assert record.next_text == "Sign it"
    owner = signed_in(firm["owner"])
    assert "Rent" in owner.get("/due/").content.decode()

    custom_types.hide_type(row.key, by=firm["owner"])

    page = owner.get("/due/")
    assert page.status_code == 200 and "Sign it" in page.content.decode() and "Rent" not in page.content.decode()
    complete(step.pk, by=firm["owner"])
    step.refresh_from_db()
    assert step.done_at is not None


def test_many_records_of_it_are_changed_and_taken_back(firm):
    make(firm)
    rows = [writing.create(contracts(), {"name": f"Rent {n}"}, by=firm["owner"], via="page") for n in range(3)]
    ids = [row.pk for row in rows]
    run = runs.begin(
        contracts(), "change", {"kind": "rent"}, runs.Picked.by_ids(contracts(), ids, firm["owner"]), by=firm["owner"]
    )
    kinds = Entity.objects.filter(pk__in=ids).values_list("custom__kind", flat=True)
    assert list(kinds) == ["rent"] * 3

    runs.begin_undo(run.change_set, by=firm["owner"])
    assert list(kinds.all()) == [None] * 3
    assert signed_in(firm["owner"]).get(f"/changes/{run.pk}/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_make_the_same_type_one_makes_it(firm):
    def make_it(_n):
        try:
            return custom_types.add_type("contract", "contracts", by=firm["owner"], staged=True).key
        except Invalid as refused:
            return sorted(refused.errors)[0]

    answers = at_once(make_it)

    assert (
        answers.count("own_contracts")
        == CustomType.objects.count()
        == Pipeline.objects.filter(type="own_contracts").count()
        == 1
    )
    assert set(answers) <= {"own_contracts", "name", "plural"}


def test_a_type_without_a_pipeline_has_no_board_and_nothing_unplanned(firm):
    owner = signed_in(firm["owner"])
    plain = {
        "name": "key",
        "plural": "keys",
        "staged": "",
        "first_label": ["Place"],
        "first_kind": ["text"],
        "first_options": [""],
    }
    row = make(firm, **plain)
    type_ = current_schema().type(row.key)
    record = writing.create(type_, {"name": "Front door", "place": "Safe"}, by=firm["owner"], via="page")

    page = owner.get("/keys/").content.decode()
    assert "Front door" in page and "Safe" in page and "/keys/board/" not in page
    assert owner.get("/keys/board/").status_code == 404
    assert owner.get(f"/keys/{record.pk}/").status_code == 200
    assert "Front door" not in owner.get("/due/").content.decode()
    assert type_.row_tone(record, Reader(firm["owner"])) == ""


def test_a_type_is_renamed_and_moved_and_keeps_its_address(firm):
    make(firm)
    owner = signed_in(firm["owner"])
    make(firm, name="project", plural="projects")
    change = {
        "name": "agreement",
        "plural": "agreements",
        "icon": "star",
        "colour": "red",
        "title_label": "Subject",
        "in_menu": "1",
    }
    assert owner.post("/settings/types/own_contracts/", change).status_code == 302
    assert owner.post("/settings/types/own_contracts/", {**change, "plural": "projects"}).status_code == 422

    page = owner.get("/contracts/").content.decode()
    assert "Agreements" in page and "Subject" in page and "icon--tint-red" in page
    assert page.index("Agreements") < page.index("Projects")
    owner.post("/settings/types/own_contracts/", {"act": "down"})
    page = owner.get("/deals/").content.decode()
    assert page.index("Projects") < page.index("Agreements")
    assert (contracts().key, contracts()["name"].label) == ("own_contracts", "Subject")


def test_what_does_not_fit_into_the_bar_stands_behind_it(firm):
    for n in range(9):
        custom_types.add_type(f"thing {n}", f"things {n}", by=firm["owner"], in_menu=n != 8)
    page = signed_in(firm["owner"]).get("/deals/").content.decode()

    bar, _ul, behind = page.partition("</ul>")
    assert "Things 7" in behind and "Things 7" not in bar
    assert "Things 8" not in page


def test_a_later_version_may_take_the_word_of_an_address(firm):
    make(firm)
    record = writing.create(contracts(), {"name": "Rent"}, by=firm["owner"], via="page")

    class Later(RecordType):
        key, slug = "contract", "contracts"
        names = "paper", "papers"
        fields = [Text("name", title=True)]

    try:
        schema_changed()
        assert current_schema().slug("contracts").key == "contract"
        assert contracts().address(record.pk) == f"/contracts-own/{record.pk}/"
        assert "Rent" in signed_in(firm["owner"]).get(f"/contracts-own/{record.pk}/").content.decode()
    finally:
        del DECLARED["contract"]


def test_very_many_records_are_deleted_with_their_type_after_signing_in_again(firm, monkeypatch):
    make(firm)
    for n in range(2):
        writing.create(contracts(), {"name": f"Rent {n}"}, by=firm["owner"], via="page")
    monkeypatch.setattr("daftar.records.views.custom_types.MASS_ROWS", 1)
    monkeypatch.setattr("daftar.access.sessions.fresh", lambda request: False)

    answer = signed_in(firm["owner"]).post("/settings/types/own_contracts/delete", {"typed": "contracts"})

    assert answer.status_code in (302, 403) and CustomType.objects.get().deleted_at is None
