"""The pages of roles: a list, a form that reads back what it shows, a rehearsal before saving."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access.grants import read
from daftar.access.held import grants_of
from daftar.access.models import Department, Role, User
from daftar.access.shipped_roles import SHIPPED, install_roles
from daftar.crm.models import Deal
from daftar.records import roles
from daftar.records import schema as schema_module
from daftar.records.role_words import sentences
from daftar.records.schema import current_schema, install_pipelines

SELECT = re.compile(r'<select class="select" name="([^"]+)".*?</select>', re.S)
CHOSEN = re.compile(r'<option value="([^"]*)" selected>')
FIRST = re.compile(r'<option value="([^"]*)"')


@pytest.fixture(autouse=True)
def house(db):
    schema_module._kept = None
    install_roles()
    install_pipelines()


@pytest.fixture
def olga():
    return User.objects.create_user("olga@oak.example", "rain on copper", name="Olga", role="owner")


@pytest.fixture
def client(olga):
    made = Client()
    made.force_login(olga)
    return made


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def form_of(client: Client, key: str) -> dict[str, Any]:
    """What a browser would send back of the form as it stands."""
    page = client.get(f"/settings/roles/{key}/").content.decode().split('id="role-form"')[1].split("</form>")[0]
    page = re.sub(r"<(template|noscript)>.*?</\1>", "", page, flags=re.S)
    sent: dict[str, Any] = {"version": re.search(r'name="version" value="(\d+)"', page)[1]}
    sent["name"] = html.unescape(re.search(r'name="name"[^>]*? value="([^"]*)"', page)[1])
    for match in SELECT.finditer(page):
        chosen = CHOSEN.search(match[0]) or FIRST.search(match[0])
        sent.setdefault(match[1], []).append(chosen[1])
    for name in ("settings", "second_factor"):
        if re.search(rf'name="{name}"[^>]*value="1" checked', page):
            sent[name] = "1"
    return sent


def save(client: Client, key: str, **changed: Any):
    """Send the form with something changed; where the rehearsal asks, say save."""
    sent = form_of(client, key) | {name.replace("__", "."): value for name, value in changed.items()}
    return client.post(f"/settings/roles/{key}/", sent)


def go_on(client: Client, key: str, page, act: str):
    body = page.content.decode()
    document = html.unescape(re.search(r'name="document" value="([^"]*)"', body)[1])
    version = re.search(r'name="version" value="(\d+)"', body)[1]
    return client.post(f"/settings/roles/{key}/", {"document": document, "version": version, "act": act})


# -- the list ------------------------------------------------------------------------------------------


def test_the_list_says_what_each_role_is_for_and_how_many_have_it(client):
    for name in ("Sara", "Sam"):
        User.objects.create_user(None, name=name)
    Role.objects.filter(key="reader").update(second_factor=True, grants={"types": {"*": {"see": "own"}}})

    page = text(client.get("/settings/roles/"))

    assert str(SHIPPED["seller"].about) in page
    assert "Everything: sees their own; does not add, change, delete or export them." in page
    assert page.count("second factor") == 1 and page.count(">changed<") == 1
    assert re.search(r'/settings/roles/seller/.*?col--number">2</td>', page, re.S)


def test_a_role_is_added_archived_and_used_again(client):
    made = client.post("/settings/roles/", {"name": "Trainee", "like": "seller"})
    role = Role.objects.get(name="Trainee")

    assert made.headers["Location"] == f"/settings/roles/{role.key}/"
    assert grants_of(role) == SHIPPED["seller"].grants
    client.post(f"/settings/roles/{role.key}/archive")
    assert "Archived" in text(client.get("/settings/roles/"))
    assert client.get(f"/settings/roles/{role.key}/").status_code == 404
    client.post(f"/settings/roles/{role.key}/archive", {"act": "use_again"})
    assert client.get(f"/settings/roles/{role.key}/").status_code == 200
    assert client.post("/settings/roles/", {"name": " "}).status_code == 422
    assert client.post("/settings/roles/", {"name": "trainee"}).status_code == 422
    User.objects.create_user(None, name="Sara", roles=[role.key])
    refused = client.post(f"/settings/roles/{role.key}/archive")
    assert refused.status_code == 409 and "Sara" in text(refused)


@pytest.mark.parametrize("language", ["fa", "ru"])
def test_the_pages_are_drawn_in_every_language(client, olga, language):
    User.objects.filter(pk=olga.pk).update(language=language)
    User.objects.create_user(None, name="Sara")
    Deal.objects.create(name="Racks", owner=olga)
    pages = [
        client.get(path)
        for path in ("/settings/", "/settings/roles/", "/settings/roles/seller/", "/settings/roles/owner/")
    ]
    pages.append(save(client, "seller", types__deal__see="all"))

    assert all(f'lang="{language}"' in page.content.decode() for page in pages)
    assert "/settings/roles/" in pages[0].content.decode()


# -- the form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key in SHIPPED if key != "owner"])
def test_a_form_sent_back_as_it_stands_changes_nothing(client, key):
    answer = client.post(f"/settings/roles/{key}/", form_of(client, key))

    assert answer.status_code == 302
    assert Role.objects.get(key=key).grants is None


def test_everything_of_a_role_comes_back_as_it_was_shown(client):
    pipeline = current_schema().type("deal").pipelines[0]
    first, second = (stage.id for stage in pipeline.stages[:2])
    document = {
        "types": {"*": {"see": "below", "change": "own", "import": "all"}, "deal": {"see": "all", "import": "none"}},
        "ownerless": {"lead": {"see": "all", "change": "department", "delete": "none"}},
        "narrowed": [
            {"type": "deal", "action": "change", "scope": "none", "pipeline": pipeline.id, "stages": [first, second]},
            {"type": "deal", "action": "see", "scope": "own", "pipeline": pipeline.id, "stages": []},
        ],
        "fields": {"contact": {"phones": "hidden", "emails": "read"}},
        "settings": True,
    }
    made = roles.add_role("Odd", by=User.objects.get(name="Olga"))
    Role.objects.filter(pk=made.pk).update(grants=read(document).to_json(), second_factor=True)

    answer = client.post(f"/settings/roles/{made.key}/", form_of(client, made.key))

    assert answer.status_code == 302
    kept = Role.objects.get(pk=made.pk)
    assert grants_of(kept) == read(document)
    assert (kept.name, kept.second_factor) == ("Odd", True)


def test_the_page_reads_as_the_sentences_of_the_role(client):
    page = text(client.get("/settings/roles/seller/"))

    assert all(sentence in page for sentence in sentences(SHIPPED["seller"].grants, current_schema()))


def test_what_reaches_further_than_sight_comes_back_at_its_cell(client):
    answer = save(client, "seller", **{"types.deal.change": "all", "ownerless.lead.see": "none"})

    assert answer.status_code == 422
    page = text(answer)
    for at in ("error.deal.change", "error.ownerless.lead.change"):
        assert f'id="{at}"' in page and f'aria-describedby="{at}"' in page
    assert re.search(r'name="types.deal.change".*?<option value="all" selected>', page, re.S)
    assert Role.objects.get(key="seller").version == 1


@pytest.mark.parametrize("sent", [
    {"types.deal.see": "everywhere"}, {"narrowed.place": ["s999999"], "narrowed.action": ["see"], "narrowed.scope": ["own"]},
    {"narrowed.place": ["p0"], "narrowed.action": ["see"], "narrowed.scope": ["own"]},
    {"fields.field": ["deal.stage"], "fields.level": ["hidden"]}, {"fields.field": ["x.y"], "fields.level": ["hidden"]},
    {"fields.field": ["deal.amount"], "fields.level": ["secret"]}, {"name": "x" * 300}, {"name": "Reader"},
    {"act": "save"}, {"act": "save", "document": "[" * 9000}, {"act": "save", "document": '{"name": 1}'},
    {"act": "back", "document": '{"name": "", "grants": {"types": 3}}'},
    {"act": "save", "document": '{"name": "", "grants": {"narrowed": [{"type": "deal", "action": "see", "scope": "own"}]}}'},
])  # fmt: skip
def test_what_the_form_does_not_offer_is_refused(client, sent):
    answer = client.post("/settings/roles/seller/", form_of(client, "seller") | sent)

    assert answer.status_code == 422
    assert Role.objects.get(key="seller").version == 1


def test_a_stage_is_named_once_for_an_action(client):
    stage = current_schema().type("deal").pipelines[0].stages[0].id
    rows = {"narrowed.place": [f"s{stage}"] * 2, "narrowed.action": ["change"] * 2, "narrowed.scope": ["own", "none"]}

    answer = client.post("/settings/roles/seller/", form_of(client, "seller") | rows)

    assert answer.status_code == 422
    assert "twice" in text(answer)


# -- the rehearsal -------------------------------------------------------------------------------------


@pytest.fixture
def teams():
    north, south = Department.objects.create(name="North"), Department.objects.create(name="South")
    people = [
        User.objects.create_user(None, name=name, department=place)
        for name, place in (("Sara", north), ("Sam", north), ("Reza", south))
    ]
    for n in range(7):
        Deal.objects.create(name=f"Deal {n}", owner=people[n % 3])
    return people


def test_a_change_that_reaches_nobody_is_saved_at_once(client):
    answer = save(client, "seller", types__deal__see="all")

    assert answer.status_code == 302
    assert grants_of(Role.objects.get(key="seller")).scope("see", "deal") == "all"


def test_a_change_is_rehearsed_then_saved(client, teams):
    asked = save(client, "seller", types__deal__see="department", name="Salesman")

    page = text(asked)
    assert asked.status_code == 200
    assert "2 people gain sight of 5 deals." in page
    assert Role.objects.get(key="seller").version == 1
    saved = go_on(client, "seller", asked, "save")
    assert saved.status_code == 302
    seller = Role.objects.get(key="seller")
    assert (seller.name, seller.version, grants_of(seller).scope("see", "deal")) == ("Salesman", 2, "department")


def test_back_to_the_form_keeps_what_was_typed(client, teams):
    asked = save(client, "seller", types__deal__see="department", name="Salesman", second_factor="1")

    page = text(go_on(client, "seller", asked, "back"))

    assert 'value="Salesman"' in page
    assert re.search(r'name="types.deal.see".*?<option value="department" selected>', page, re.S)
    assert re.search(r'name="second_factor"[^>]*value="1" checked', page)
    assert Role.objects.get(key="seller").version == 1


def test_what_the_page_of_the_rehearsal_carries_is_checked_again(client, teams):
    document = {"name": "", "grants": {"types": {"*": {"see": "own", "change": "all"}}}, "second_factor": False}
    sent = {"document": json.dumps(document), "version": "1", "act": "save"}

    assert client.post("/settings/roles/seller/", sent).status_code == 422
    assert Role.objects.get(key="seller").version == 1


def test_stages_that_the_pipeline_does_not_have_are_dropped(client, teams):
    pipeline = current_schema().type("deal").pipelines[0]
    narrowed = [
        {"type": "deal", "action": "see", "scope": "own", "pipeline": pipeline.id, "stages": [10**30]},
        {"type": "lead", "action": "see", "scope": "own", "pipeline": pipeline.id, "stages": []},
    ]
    document = {"name": "", "grants": {"types": {"*": {"see": "own"}}, "narrowed": narrowed}, "second_factor": False}

    client.post("/settings/roles/seller/", {"document": json.dumps(document), "version": "1", "act": "save"})

    assert grants_of(Role.objects.get(key="seller")).narrowed == ()


@pytest.mark.parametrize("act", ["", "save"])
def test_a_stale_form_is_refused_with_words(client, teams, act):
    asked = save(client, "seller", types__deal__see="department")
    sent = form_of(client, "seller")
    Role.objects.filter(key="seller").update(version=2)

    answer = go_on(client, "seller", asked, "save") if act else client.post("/settings/roles/seller/", sent)

    assert answer.status_code == 409
    assert "Somebody changed this role a moment ago" in text(answer)
    assert Role.objects.get(key="seller").grants is None


def test_a_changed_role_goes_back_to_what_is_shipped(client, teams):
    Role.objects.filter(key="seller").update(grants={"types": {"*": {"see": "all"}}}, name="Salesman")
    assert "As shipped" in text(client.get("/settings/roles/seller/"))

    asked = client.post("/settings/roles/seller/", {"act": "shipped", "version": "1"})
    go_on(client, "seller", asked, "save")

    seller = Role.objects.get(key="seller")
    assert (seller.grants, seller.name) == (None, "Salesman")


def test_of_owners_only_the_second_factor_can_be_said(client):
    page = text(client.get("/settings/roles/owner/"))
    answer = client.post("/settings/roles/owner/", {"version": "1", "second_factor": "1", "types.*.see": "none"})

    assert "types.*.see" not in page
    assert answer.status_code == 302
    owner = Role.objects.get(key="owner")
    assert (owner.grants, owner.second_factor) == (None, True)


def test_the_page_asks_the_database_a_few_times_whatever_the_number_of_people(client, teams):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get("/settings/roles/seller/")
        return len(asked)

    queries()
    few = queries()
    User.objects.bulk_create(User(name=f"Person {n}") for n in range(300))

    assert queries() <= few <= 12
    with CaptureQueriesContext(connection) as asked:
        client.get("/settings/roles/")
    assert len(asked) <= 12
    with CaptureQueriesContext(connection) as asked:
        assert save(client, "seller", types__deal__see="department").status_code == 200
    assert len(asked) <= 60
