"""Leads that nobody owns: found by "mine", taken by the first, the others told."""

import pytest
from django.test import Client

from daftar.access.models import Department, User
from daftar.access.shipped_roles import install_roles
from daftar.crm.models import Lead
from daftar.kernel.errors import Conflict, Missing
from daftar.records import writing
from daftar.records.models import Event
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.schema import current_schema, install_pipelines, schema_changed
from daftar.records.taking import take
from daftar.records.tests.test_races import CALLERS, at_once


@pytest.fixture
def desk(db):
    """Two departments with a seller each, a lead that waits in either, and one that lies nowhere."""
    install_roles()
    install_pipelines()
    schema_changed()
    here, there = Department.objects.create(name="Here"), Department.objects.create(name="There")
    make = User.objects.create_user
    people = {
        "boss": make("boss@desk.example", "rain on copper", name="Boss", role="owner"),
        "sara": make("sara@desk.example", "rain on copper", name="Sara", role="seller", department=here),
        "reza": make("reza@desk.example", "rain on copper", name="Reza", role="seller", department=here),
        "far": make("far@desk.example", "rain on copper", name="Far", role="seller", department=there),
    }
    lead = current_schema().type("lead")
    leads = {
        name: writing.create(lead, {"title": name, "owner": None, "department": place}, by=people["boss"], via="page")
        for name, place in (("near", here.pk), ("other", there.pk), ("nowhere", None))
    }
    return {**people, "type": lead, "here": here, "there": there, "leads": leads}


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def titles(desk, who, query):
    view = View.parse(desk["type"], query, Reader(desk[who]))
    assert not view.problems
    return sorted(row.title for row in view.rows())


def test_mine_means_the_departments_that_one_belongs_to_or_leads(desk):
    assert titles(desk, "sara", "department=mine") == ["near"]
    assert titles(desk, "far", "department=mine") == ["other"]
    assert titles(desk, "boss", "department=mine") == []
    Department.objects.filter(pk=desk["there"].pk).update(head=desk["boss"])
    desk["boss"].refresh_from_db()
    assert titles(desk, "boss", "department=mine") == ["other"]
    assert titles(desk, "boss", "department.none=mine") == ["near", "nowhere"]
    assert titles(desk, "boss", f"department=mine,{desk['here'].pk}") == ["near", "other"]
    assert titles(desk, "boss", "where=and(department.in(mine),owner.empty())") == ["other"]


def test_the_ready_view_and_its_filter_are_drawn_in_words(desk):
    client = client_of(desk["sara"])
    page = client.get("/leads/").content.decode()

    assert "Nobody&#39;s" in page
    href = "/leads/?stage=open&amp;owner.empty=&amp;department=mine"
    assert href in page
    shown = client.get(href.replace("&amp;", "&")).content.decode()
    assert "my department" in shown
    assert ">near<" in shown
    assert ">nowhere<" not in shown
    assert "my department" in client.get("/leads/filter?.field=department&department=mine").content.decode()
    assert "Nobody&#39;s" not in client_of(desk["boss"]).get("/leads/").content.decode()


def test_a_lead_is_taken_from_list_and_card(desk):
    client, near = client_of(desk["sara"]), desk["leads"]["near"]
    take_url = f"/leads/{near.pk}/take"

    assert f'formaction="{take_url}"' in client.get("/leads/").content.decode()
    assert f'action="{take_url}"' in client.get(f"/leads/{near.pk}/").content.decode()

    answer = client.post(take_url, {"back": "/leads/?department=mine"})

    assert (answer.status_code, answer["Location"]) == (302, "/leads/?department=mine")
    near.refresh_from_db()
    assert near.owner == desk["sara"]
    assert Event.objects.filter(type="lead", record_id=near.pk, data__why="taken", by=desk["sara"]).count() == 1
    assert "is yours now" in client.get("/leads/").content.decode()
    assert take_url not in client.get(f"/leads/{near.pk}/").content.decode()


def test_once_more_changes_nothing(desk):
    first = take(desk["type"], desk["leads"]["near"].pk, by=desk["sara"])
    assert take(desk["type"], first.pk, by=desk["sara"]).version == first.version


def test_who_was_slower_is_told_who_has_it(desk):
    take(desk["type"], desk["leads"]["near"].pk, by=desk["sara"])

    answer = client_of(desk["reza"]).post(f"/leads/{desk['leads']['near'].pk}/take")

    assert answer.status_code == 409
    assert "Sara was faster" in answer.content.decode()


def test_who_never_saw_it_is_told_nothing(desk):
    with pytest.raises(Missing):
        take(desk["type"], desk["leads"]["other"].pk, by=desk["sara"])
    take(desk["type"], desk["leads"]["near"].pk, by=desk["sara"])
    with pytest.raises(Missing):
        take(desk["type"], desk["leads"]["near"].pk, by=desk["far"])
    owned = writing.create(desk["type"], {"title": "Own"}, by=desk["far"], via="page")
    with pytest.raises(Missing):
        take(desk["type"], owned.pk, by=desk["sara"])


def test_a_quick_lead_lies_in_the_department_that_was_chosen(desk):
    client = client_of(desk["boss"])
    form = client.get("/leads/quick").content.decode()
    assert 'name="department"' in form
    sent = {
        "title": "Porch",
        "owner": "",
        "owner__text": "",
        "department": str(desk["here"].pk),
        "lists": ["phones", "emails"],
    }

    assert client.post("/leads/quick", sent).status_code == 302

    made = Lead.objects.get(title="Porch")
    assert (made.owner, made.department) == (None, desk["here"])


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_take_one_lead_one_gets_it(desk):
    people = [
        User.objects.create_user(f"p{n}@desk.example", None, name=f"P{n}", role="seller", department=desk["here"])
        for n in range(CALLERS)
    ]
    near = desk["leads"]["near"]

    answers = at_once(lambda n: take(desk["type"], near.pk, by=people[n]))

    winners = [a for a in answers if not isinstance(a, Conflict)]
    assert (len(winners), len(answers)) == (1, CALLERS)
    near.refresh_from_db()
    assert near.owner_id == winners[0].owner_id
    assert Event.objects.filter(type="lead", record_id=near.pk, data__why="taken").count() == 1
