"""The demo company: believable, the same each time, and gone with one click but for what people worked with."""

import pytest
from django.core.management import call_command

from daftar.access.accounts import able_to_sign_in
from daftar.access.models import Department, Installation, Office, Role, User
from daftar.activities.models import Activity, Notice
from daftar.catalogue import models as catalogue
from daftar.crm.models import Company, Contact, Deal, Lead
from daftar.kernel import clock
from daftar.onboarding import demo
from daftar.onboarding.demo.words import WORDS
from daftar.onboarding.models import DemoCompany
from daftar.records import files, writing
from daftar.records.models import (
    ChangeSet,
    ChoiceOption,
    ContactPoint,
    CustomField,
    Event,
    ExchangeRate,
    RecordLink,
    StageSpan,
    StoredFile,
)
from daftar.records.schema import current_schema
from daftar.sales import models as sales

EVERYTHING = (
    Deal, Lead, Contact, Company, Activity, Department, Office, Event, StageSpan, ContactPoint, RecordLink, StoredFile,
    ChangeSet, CustomField, ChoiceOption, ExchangeRate, Notice, DemoCompany, *(getattr(catalogue, name) for name in catalogue.__all__),
    *(getattr(sales, name) for name in sales.__all__),
)  # fmt: skip


def counts():
    return {model.__name__: model.objects.count() for model in EVERYTHING}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "currency"),
    [
        ("en", "USD"),
        pytest.param("fa", "IRR", marks=pytest.mark.slow),
        pytest.param("ru", "RUB", marks=pytest.mark.slow),
    ],
)
def test_a_new_house_gets_a_whole_company_in_its_language(language, currency):
    made = demo.load(language)

    company = Installation.load()
    assert (company.language, company.currency) == (language, currency)
    assert 700 < sum(len(ids) for ids in made.made.values()) < 1300
    assert {kind for (kind,) in Deal.objects.values_list("stage__kind").distinct()} == {"open", "won", "lost"}
    assert Lead.objects.filter(deal__isnull=False).exists()
    assert Lead.objects.exclude(utm_source="").exists()
    assert Deal.objects.exclude(amount_currency__in=(currency, "")).filter(amount_base__isnull=False).exists()
    assert StageSpan.objects.filter(left_at__isnull=False).exists()
    assert Activity.objects.filter(kind="comment", body__contains="@").exists()
    assert StoredFile.objects.exclude(preview="").exists()
    assert not able_to_sign_in().exists()
    assert {"late", "today", "later"} <= {due(deal) for deal in Deal.objects.filter(next_at__isnull=False)}
    planned = Activity.objects.filter(kind="call", done_at=None).values_list("subject", flat=True)
    assert set(planned) <= set(WORDS[language].next_calls)
    assert set(Event.objects.exclude(by__in=made.made["user"]).values_list("kind", "via")) == {
        ("page_opened", "client")
    }
    assert not Event.objects.filter(at__gt=clock.now()).exists()


def due(deal):
    now = clock.now()
    return "today" if deal.next_at.date() == now.date() else "late" if deal.next_at < now else "later"


def test_one_click_removes_all_of_it_and_nothing_else(chief_client, owner):
    contact = current_schema().type("contact")
    mine = writing.create(contact, {"name": "My own client"}, by=owner, via="page")
    before = counts()

    loaded = chief_client.post("/settings/demo/load")
    assert (loaded.status_code, DemoCompany.objects.count()) == (302, 1)
    removed = chief_client.post("/settings/demo/remove")

    assert removed.status_code == 302
    assert counts() == before
    assert list(User.objects.all()) == [owner]
    assert Contact.objects.get() == mine


@pytest.mark.slow
def test_it_is_loaded_anew_in_another_language(chief_client, owner):
    demo.load("en")
    page = chief_client.get("/settings/demo/").content.decode()
    assert "in which they were loaded: English" in page
    assert '<button class="button" type="submit" name="language" value="ru">' in page

    assert chief_client.post("/settings/demo/load", {"language": "xx"}).status_code == 422
    assert DemoCompany.objects.get().language == "en"
    assert chief_client.post("/settings/demo/load", {"language": "ru"}).status_code == 302

    assert DemoCompany.objects.get().language == "ru"
    assert not User.objects.filter(name="Sara Whitfield").exists()
    assert Company.objects.filter(name__contains="«").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("language", WORDS)
def test_what_is_planned_reads_as_something_to_do(language):
    words = WORDS[language]

    assert len(words.next_calls) == len(words.calls)
    assert not {*words.next_calls} & {*words.calls}


@pytest.mark.slow
@pytest.mark.on_both
@pytest.mark.django_db(transaction=True)
def test_the_bytes_of_its_files_go_too():
    stored = set(files.folder().iterdir())
    demo.load("en")
    assert set(files.folder().iterdir()) > stored

    demo.remove()

    assert set(files.folder().iterdir()) == stored


@pytest.mark.slow
def test_the_command_loads_and_removes(owner, capsys):
    call_command("demo", "load", "--language", "ru")
    call_command("demo", "remove")

    said = capsys.readouterr().out
    assert "is loaded" in said
    assert "Removed" in said
    assert not DemoCompany.objects.exists()


@pytest.mark.slow
@pytest.mark.django_db
def test_an_owner_who_comes_after_the_demo_keeps_its_currency(client):
    demo.load("en")
    form = {
        "company": "Oak", "owner": "Martin", "email": "m@oak.example", "password": "rain on copper", "calendar": "gregorian",
        "currency": "EUR", "rial_as": "rial", "country": "US", "time_zone": "UTC", "uses_leads": "1",
    }  # fmt: skip

    assert client.post("/welcome/", form).status_code == 422
    assert client.post("/welcome/", form | {"currency": "USD"}).status_code == 302
    assert User.objects.get(email="m@oak.example").roles == [Role.OWNER]


def test_sellers_neither_load_nor_remove_it(client, seller):
    client.force_login(seller)

    assert client.post("/settings/demo/load").status_code == 403
    assert client.post("/settings/demo/remove").status_code == 403
    assert client.get("/settings/demo/load").status_code == 403
