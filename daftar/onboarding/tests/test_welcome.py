"""The first page of a new installation."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from daftar.access.models import AuditEntry, Installation, Role, User

FORM = {
    "company": "Hammer & Oak", "owner": "Martin", "email": "Martin@Oak.example", "password": "rain on copper",
    "calendar": "jalali", "currency": "IRR", "rial_as": "toman", "country": "IR", "time_zone": "Asia/Tehran", "uses_leads": "0",
}  # fmt: skip


@pytest.mark.django_db
def test_strangers_of_a_new_house_are_led_to_the_first_page(client):
    assert client.get("/")["Location"] == "/welcome/"
    assert client.get("/sign-in/")["Location"] == "/welcome/"


@pytest.mark.django_db
def test_the_owner_sets_up_the_company_and_is_signed_in(client):
    answer = client.post("/welcome/?language=fa", FORM)

    company, owner = Installation.load(), User.objects.get()
    assert answer["Location"] == "/"
    assert (company.name, company.language, company.currency, company.rial_as) == ("Hammer & Oak", "fa", "IRR", "toman")
    assert not company.uses_leads
    assert (owner.email, owner.roles, owner.name) == ("martin@oak.example", [Role.OWNER], "Martin")
    assert client.get("/first-steps/").status_code == 200
    entries = AuditEntry.objects.filter(what__in=["settings_changed", "person_changed"]).order_by("number")
    assert [(e.what, e.by_id, e.door) for e in entries] == [
        ("settings_changed", owner.pk, "page"),
        ("person_changed", owner.pk, "page"),
    ]
    company_data, owner_data = (json.loads(e.detail.body)["data"]["changes"] for e in entries)
    assert (company_data["name"], company_data["currency"]) == (["", "Hammer & Oak"], ["USD", "IRR"])
    assert owner_data["roles"] == [None, ["owner"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "direction", "currency"), [("en", "ltr", "USD"), ("fa", "rtl", "IRR"), ("ru", "ltr", "RUB")]
)
def test_the_page_speaks_the_chosen_language_and_guesses_the_rest(client, language, direction, currency):
    page = client.get(f"/welcome/?language={language}").content.decode()

    assert f'lang="{language}" dir="{direction}"' in page
    assert f'<option value="{currency}" selected>' in page


@pytest.mark.django_db
def test_rial_or_toman_is_asked_only_where_rials_are_counted(client):
    dollars = client.get("/welcome/?language=en").content.decode()
    rials = client.get("/welcome/?language=fa").content.decode()
    assert 'name="rial_as"' not in dollars
    assert '<option value="toman" selected>' in rials

    sent = {key: value for key, value in FORM.items() if key != "rial_as"}
    assert client.post("/welcome/?language=en", sent).status_code == 302
    assert Installation.load().rial_as == "rial"
    assert 'name="rial_as"' in client.get("/settings/company/").content.decode()


@pytest.mark.django_db
def test_the_browser_names_the_country(client):
    page = client.get("/welcome/?language=en", headers={"Accept-Language": "en-GB,en;q=0.8"}).content.decode()

    assert '<option value="GBP" selected>' in page
    assert '<option value="Europe/London" selected>' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("company", ""), ("company", "x" * 201), ("company", "\0"), ("owner", " "), ("email", "no mail"), ("email", ""),
        ("password", "short"), ("password", "password1"), ("currency", "XXX"), ("time_zone", "Mars/Base"), ("country", "ZZ"),
        ("calendar", "maya"), ("uses_leads", "maybe"), ("rial_as", ""),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_and_makes_nothing(client, field, value):
    answer = client.post("/welcome/", FORM | {field: value})

    assert answer.status_code == 422
    assert f'id="f-{field}-error" class="field__error" data-error-for="{field}">' in answer.content.decode()
    assert not User.objects.exists()
    assert not Installation.load().name


def test_once_somebody_can_sign_in_the_page_is_gone(client, owner):
    assert client.get("/welcome/")["Location"] == "/sign-in/"
    assert client.post("/welcome/", FORM)["Location"] == "/sign-in/"
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_owners_at_once_one_is_made():
    def set_up(n):
        try:
            return Client().post("/welcome/", FORM | {"email": f"owner{n}@oak.example", "company": f"Oak {n}"})[
                "Location"
            ]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(set_up, range(20)))

    assert sorted(answers) == ["/"] + ["/sign-in/"] * 19
    assert User.objects.get().email.removeprefix("owner").split("@")[0] == Installation.load().name.removeprefix("Oak ")
