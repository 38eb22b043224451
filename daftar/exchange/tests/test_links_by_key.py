"""Links by a key of the linked record: the ids that an export holds, mail addresses, codes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import User
from daftar.exchange.importing.unreadable import Unreadable
from daftar.records import writing
from daftar.records.models import ExternalId

OLD = {"system": "old"}


@pytest.fixture
def accounts(shop):
    """Acme, A1 in the old system, and Bolt, A2; Ann and Bo, whom Acme employs."""
    shop.load("company", "id,name\nA1,Acme\nA2,Bolt\n", columns={"id": "@id", "name": "name"}, **OLD)
    people = "id,name,mail,phone,company\nC1,Ann,ann@acme.example,+1 805 247 8982,A1\nC2,Bo,bo@acme.example,,A1\n"
    columns = {"id": "@id", "name": "name", "mail": "emails", "phone": "phones", "company": "companies@id"}
    shop.load("contact", people, columns=columns, **OLD)
    return shop


def notes(report):
    return [(o.column, o.value, o.what, o.count) for o in report.odd_values()]


def test_a_link_leads_to_the_record_with_that_id_in_the_source(accounts):
    columns = {"name": "name", "account": "company@id"}
    report = accounts.load("deal", "name,account\nOne,A1\nTwo,A2\nThree,A1\n", columns=columns, **OLD)

    assert (report.created, report.no_links) == (3, 0)
    assert [d.company.name for d in accounts.rows("deal")] == ["Acme", "Bolt", "Acme"]


def test_ids_of_another_system_are_not_meant(accounts):
    columns = {"name": "name", "account": "company@id"}
    report = accounts.load("deal", "name,account\nOne,A1\n", columns=columns, system="new")

    assert (report.created, report.no_links, accounts.rows("deal").get().company) == (1, 1, None)


def test_what_the_export_does_not_hold_is_left_empty_and_told_once(accounts):
    text = "name,account\nOne,A7\nTwo,A8\nThree,A1\nFour,0\nFive,\n"
    columns = {"name": "name", "account": "company@id"}
    report = accounts.load("deal", text, columns=columns, **OLD)

    assert (report.created, report.refused, report.no_links) == (5, 0, 2)
    assert notes(report) == [("account", "A7", "no_link", 2)]


def test_several_links_stand_in_one_cell(accounts):
    columns = {"name": "name", "people": "contacts@id"}
    accounts.load("deal", "name,people\nOne,C1; C2; C9\n", columns=columns, **OLD)

    deal = accounts.rows("deal").get()
    ann, bo = accounts.rows("contact")
    assert [link.id for link in accounts.type("deal")["contacts"].get(deal)] == [ann.pk, bo.pk]


@pytest.mark.parametrize(
    ("by", "text"),
    [("emails", "ANN@acme.example"), ("phones", "805-247-8982"), ("phones", "+18052478982"), ("name", "Ann")],
)
def test_a_link_leads_to_the_record_with_that_address_or_value(accounts, by, text):
    columns = {"name": "name", "who": f"contacts@{by}"}
    report = accounts.load("deal", f"name,who\nOne,{text}\n", columns=columns, country="US", **OLD)

    assert report.no_links == 0
    deal = accounts.rows("deal").get()
    assert [link.id for link in accounts.type("deal")["contacts"].get(deal)] == [accounts.rows("contact").first().pk]


def test_a_key_that_several_have_is_not_guessed(accounts):
    accounts.load("contact", "name,mail\nAnn B,ann@acme.example\n", columns={"name": "name", "mail": "emails"})
    columns = {"name": "name", "who": "contacts@emails"}
    report = accounts.load("deal", "name,who\nOne,ann@acme.example\n", columns=columns)

    assert report.refused == 1
    assert "can mean several" in report.errors[0].sentence


def test_names_that_differ_in_capitals_only_are_two_wherever_a_batch_ends(accounts):
    accounts.load("contact", "name\nBEER\nbeer\n", columns={"name": "name"})
    columns = {"name": "name", "who": "contacts@name"}

    accounts.load("deal", "name,who\nOne,BEER\nTwo,beer\n", columns=columns)

    links = accounts.type("deal")["contacts"]
    two = [contact.pk for contact in accounts.rows("contact").filter(name__in=["BEER", "beer"]).order_by("pk")]
    assert [[link.id for link in links.get(deal)] for deal in accounts.rows("deal").order_by("pk")] == [
        [id_] for id_ in two
    ]


def test_an_activity_hangs_on_the_first_record_that_its_columns_lead_to(accounts):
    accounts.load("deal", "id,name\nD1,Drills\n", columns={"id": "@id", "name": "name"}, **OLD)
    text = "subject,contact,account,deal,when\nOne,C1,A1,0,2026-01-02\nTwo,,A2,D1,2026-01-02\nThree,C9,0,D1,2026-01-02\nFour,,,,2026-01-02\n"
    columns = {
        "subject": "subject", "contact": "about.contact@id", "account": "about.company@id", "deal": "about.deal@id",
        "when": "due_at",
    }  # fmt: skip
    report = accounts.load("activity", text, columns=columns, defaults={"kind": "call"}, **OLD)

    assert (report.created, report.errors) == (4, [])
    ann, bolt, drills = accounts.rows("contact").first(), accounts.rows("company").last(), accounts.rows("deal").get()
    about = [(a.about_type, a.about_id) for a in accounts.rows("activity")]
    assert about == [("contact", ann.pk), ("company", bolt.pk), ("deal", drills.pk), ("", None)]
    assert notes(report) == [("account", "A1", "other_link", 1), ("deal", "D1", "other_link", 1)]


def test_a_key_says_it_more_exactly_than_a_name(accounts):
    accounts.load("user", "id,name\nU1,Boris\nU2,Boris\n", columns={"id": "@id", "name": "name"}, **OLD)
    columns = {"name": "name", "owner": "owner", "owner id": "owner@id"}
    text = "name,owner,owner id\nOne,Boris,U2\nTwo,Sara,U9\nThree,Sara,\n"
    report = accounts.load("deal", text, columns=columns, **OLD)

    assert (report.created, report.errors, report.no_links) == (3, [], 0)
    last = User.objects.filter(name="Boris").last()
    assert [d.owner for d in accounts.rows("deal")] == [last, accounts.sara, accounts.sara]


def test_parents_in_the_same_file_are_known_by_their_id(accounts):
    text = "id,name,parent\nA5,Child,A6\nA6,Mother,\nA7,Branch,A1\nA8,Orphan,A99\n"
    columns = {"id": "@id", "name": "name", "parent": "parent@id"}
    report = accounts.load("company", text, columns=columns, **OLD)

    parents = {c.name: c.parent and c.parent.name for c in accounts.rows("company")}
    assert parents == {"Acme": None, "Bolt": None, "Child": "Mother", "Mother": None, "Branch": "Acme", "Orphan": None}
    assert (report.errors, report.no_links) == ([], 1)
    again = accounts.load("company", text, columns=columns, **OLD)
    assert (again.unchanged, again.updated) == (4, 0)


def test_a_person_who_has_left_owns_nothing_new(accounts):
    User.objects.filter(pk=accounts.hedi.pk).update(is_active=False)
    text = "name,owner\nOne,Hedi\nTwo,Sara\n"
    report = accounts.load("deal", text, owner="Sara")

    assert [d.owner for d in accounts.rows("deal")] == [accounts.sara, accounts.sara]
    assert notes(report) == [("owner", "Hedi", "left_person", 1)]


def test_a_record_in_the_bin_is_no_target(accounts):
    writing.remove(accounts.type("company"), accounts.rows("company").last().pk, by=accounts.olga, via="page")
    columns = {"name": "name", "account": "company@id"}
    report = accounts.load("deal", "name,account\nOne,A2\n", columns=columns, **OLD)

    assert report.no_links == 1


@pytest.mark.parametrize("target", ["company@moon", "name@id", "company.city@id", "about.lead@id", "products@links"])
def test_a_key_that_cannot_be_is_refused_before_anything_is_written(shop, target):
    with pytest.raises(Unreadable, match=r"has no field"):
        shop.load("deal", "name,x\nOne,1\n", columns={"name": "name", "x": target})


def test_queries_for_keys_do_not_grow_with_rows(accounts):
    accounts.load(
        "company",
        "id,name\n" + "".join(f"B{n},Company {n}\n" for n in range(300)),
        columns={"id": "@id", "name": "name"},
        **OLD,
    )
    columns = {"id": "@id", "name": "name", "account": "company@id", "people": "contacts@emails", "owner": "owner@id"}

    def cost(rows, mark):
        lines = (f"{mark}{n},Deal {n},B{n % 300},ann@acme.example; bo@acme.example,\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            report = accounts.load("deal", "id,name,account,people,owner\n" + "".join(lines), columns=columns, **OLD)
        assert (report.created, report.no_links) == (rows, 0)
        return sum(q["sql"].startswith("SELECT") for q in queries)

    assert cost(20, "a") == cost(480, "b")
    assert ExternalId.objects.filter(type="deal").count() == 500


@pytest.mark.parametrize(
    "defaults", [{"company": "Bolt"}, {"company@id": "A2"}, {"company@id": "=account"}, {"company": "=account name"}]
)
def test_new_records_take_a_default_link(accounts, defaults):
    report = accounts.load(
        "deal", "name,account,account name\nOne,A2,Bolt\n", columns={"name": "name"}, defaults=defaults, **OLD
    )

    assert (report.errors, report.no_links) == ([], 0)
    assert accounts.rows("deal").get().company.name == "Bolt"
