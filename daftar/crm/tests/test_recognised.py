"""Who is known already, as a form says while it is typed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Role
from daftar.records.fields._typed_list import Typed


def known(client, slug, query="", **values):
    answer = client.post(f"/{slug}/known{query}", values)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def ali(shop):
    values = {"phones": [Typed("+12025550143", "work")], "emails": [Typed("ali@alvand.example")]}
    return shop.make("contact", name="Ali Rezaei", **values)


@pytest.mark.parametrize("slug", ["leads", "contacts", "companies"])
@pytest.mark.parametrize("spelling", ["(202) 555-0143", "+1 202 555 0143", "202.555.0143", "۲۰۲۵۵۵۰۱۴۳"])
def test_a_phone_is_known_in_any_spelling(shop, at, ali, slug, spelling):
    page = known(at(shop.sara), slug, **{"phones.value": spelling, "phones.label": "work"})

    assert f'href="/contacts/{ali.pk}/"' in page
    assert "Ali Rezaei" in page
    assert "contact, same phone" in page


def test_a_mail_address_is_known(shop, at, ali):
    page = known(at(shop.sara), "leads", **{"emails.value": "ALI@Alvand.example", "emails.label": ""})

    assert "contact, same e-mail" in page


@pytest.mark.parametrize(
    ("kept", "typed"),
    [("علي رضايى", "علی رضایی"), ("Пётр Ёлкин", "петр елкин"), ("Ali Rezaei", "  ALI   rezaei ")],
)
def test_a_name_is_known_in_any_spelling(shop, at, kept, typed):
    contact = shop.make("contact", name=kept)

    assert f"/contacts/{contact.pk}/" in known(at(shop.sara), "contacts", name=typed)
    assert f"/contacts/{contact.pk}/" in known(at(shop.sara), "leads", person_name=typed)


@pytest.mark.parametrize(("kept", "typed"), [("ООО «Ромашка»", "ромашка"), ("Acme Inc.", "ACME"), ("Acme", "Acme LLC")])
def test_a_company_is_known_without_its_legal_form(shop, at, kept, typed):
    company = shop.make("company", name=kept)
    shop.make("company", name=f"{kept} and brothers")

    page = known(at(shop.sara), "companies", name=typed)
    assert page.count("href") == 1
    assert f'href="/companies/{company.pk}/"' in page
    assert "company, same name" in page
    assert f"/companies/{company.pk}/" in known(at(shop.sara), "leads", company_name=typed)


def test_a_lead_is_known_too_but_never_the_record_itself(shop, at):
    lead = shop.lead()
    sent = {"phones.value": "+98 21 8877 6655", "phones.label": "work"}

    assert f"/leads/{lead.pk}/" in known(at(shop.sara), "leads", **sent)
    assert "href" not in known(at(shop.sara), "leads", f"?but={lead.pk}", **sent)
    assert "Known already" not in at(shop.sara).get(f"/leads/{lead.pk}/edit").content.decode()


def test_only_what_may_be_seen_is_named(shop, at, ali):
    sent = {"phones.value": "+12025550143", "name": "Ali Rezaei"}
    shop.reza.role = Role.ASSISTANT
    shop.reza.save()

    assert "Ali" not in known(at(shop.reza), "contacts", **sent)
    assert "Ali" in known(at(shop.rita), "contacts", **sent)


def test_what_cannot_be_read_yet_is_no_match_and_no_error(shop, at, ali):
    assert "href" not in known(at(shop.sara), "leads", **{"phones.value": "+1 202 55", "emails.value": "ali@"})
    assert "href" not in known(at(shop.sara), "leads")
    assert "href" not in known(at(shop.sara), "deals", name="Ali Rezaei")
    assert at(shop.sara).post("/leads/known?but=x").status_code == 404
    assert at(shop.sara).get("/leads/known").status_code == 405


def test_the_number_of_queries_does_not_grow(shop, at, ali):
    def ask():
        with CaptureQueriesContext(connection) as seen:
            known(at(shop.sara), "leads", **sent)
        return len(seen)

    sent = {
        "phones.value": "+12025550143",
        "emails.value": "ali@alvand.example",
        "person_name": "Ali Rezaei",
        "company_name": "Alvand",
    }
    shop.make("company", name="Alvand", phones=[Typed("+12025550143")])
    shop.lead(phones=[Typed("+12025550143")])
    ask()
    before = ask()
    for n in range(15):
        shop.make(
            "contact", name="Ali Rezaei", phones=[Typed("+12025550143")], emails=[Typed(f"ali{n}@alvand.example")]
        )
        shop.make("company", name="Alvand Ltd", phones=[Typed("+12025550143")])

    assert ask() == before


def test_a_refused_form_says_it_too_and_a_saved_one_is_not_held_up(shop, at, ali):
    form = {"name": "", "phones.value": "+1 202 555 0143", "phones.label": "work"}
    refused = at(shop.sara).post("/contacts/new", form)
    assert refused.status_code == 422
    assert "Known already?" in refused.content.decode()

    assert at(shop.sara).post("/contacts/quick", form | {"name": "Somebody"}).status_code == 302


def test_forms_ask_about_their_own_fields(shop, at):
    page = at(shop.sara).get("/leads/quick").content.decode()

    assert 'data-url="/leads/known" data-fields="person_name phones emails company_name"' in page
    assert "<known-hint" not in at(shop.sara).get("/deals/quick").content.decode()
