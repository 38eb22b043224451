"""Settings: who may, the company, exchange rates, people."""

import datetime as dt
from decimal import Decimal

import pytest

from daftar.access.models import Department, Installation, Role, User
from daftar.access.tests.freshly import sign_in
from daftar.catalogue.models import Product
from daftar.kernel.errors import Invalid
from daftar.kernel.money import Money
from daftar.records import custom_fields, rate_book, writing
from daftar.records.models import Event, ExchangeRate
from daftar.records.schema import current_schema

PAGES = (
    "/settings/", "/settings/company/", "/settings/rates/", "/settings/people/", "/settings/people/new",
    "/settings/roles/", "/settings/roles/seller/",
    "/settings/fields/", "/settings/fields/deal/", "/settings/fields/deal/new", "/settings/demo/", "/first-steps/",
)  # fmt: skip
COMPANY = {
    "company": "Oak", "language": "ru", "calendar": "gregorian", "currency": "USD", "rial_as": "rial", "country": "RU",
    "time_zone": "Europe/Moscow", "uses_leads": "1",
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_only_those_who_run_the_company_open_settings(client, owner, seller, page):
    client.force_login(seller)
    refused = client.get(page)
    client.force_login(owner)

    assert refused.status_code == 403
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("language", ["fa", "ru"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_drawn_in_every_language(chief_client, owner, page, language):
    User.objects.filter(pk=owner.pk).update(language=language)

    assert f'lang="{language}"' in chief_client.get(page).content.decode()


def test_the_company_is_changed(chief_client):
    assert chief_client.post("/settings/company/", COMPANY).status_code == 302
    assert Installation.load().time_zone == "Europe/Moscow"


def test_the_base_currency_stands_once_money_is_stored(chief_client, owner):
    product = current_schema().type("product")
    writing.create(product, {"name": "Nail", "price": Money(Decimal(1), "USD")}, by=owner, via="page")

    answer = chief_client.post("/settings/company/", COMPANY | {"currency": "EUR"})

    assert answer.status_code == 422
    assert "Amounts are stored already" in answer.content.decode()
    assert Installation.load().currency == "USD"


def test_a_rate_values_what_waited_for_it(chief_client, owner):
    schema = current_schema()
    row = custom_fields.add_field(schema.type("product"), "money", "Bought at", by=owner)
    product = current_schema().type("product")
    euro = Money(Decimal("10.00"), "EUR")
    nail = writing.create(product, {"name": "Nail", "price": euro, row.key: euro}, by=owner, via="page")
    assert nail.price_base is None

    answer = chief_client.post("/settings/rates/", {"currency": "EUR", "day": "2026-01-01", "rate": "1.25"})

    assert answer.status_code == 302
    kept = Product.objects.get(pk=nail.pk)
    assert kept.price_base == Decimal("12.5")
    assert kept.custom[row.key]["base"] == "12.5000"
    assert kept.version == nail.version


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("currency", "USD"),
        ("currency", "XXX"),
        ("day", "2026-02-30"),
        ("rate", "0"),
        ("rate", "-1"),
        ("rate", "much"),
        ("rate", "9" * 30),
    ],
)
def test_a_bad_rate_is_refused_at_its_field(chief_client, field, value):
    form = {"currency": "EUR", "day": "2026-01-01", "rate": "1.25"} | {field: value}

    assert chief_client.post("/settings/rates/", form).status_code == 422
    assert not ExchangeRate.objects.exists()


def test_a_second_rate_of_a_day_takes_the_place_of_the_first(owner):
    rate_book.add_rate("EUR", dt.date(2026, 1, 1), Decimal("1.1"), by=owner)
    rate_book.add_rate("EUR", dt.date(2026, 1, 1), Decimal("1.2"), by=owner)

    assert ExchangeRate.objects.get().rate == Decimal("1.2")


# -- people --------------------------------------------------------------------------------------------


def test_a_new_person_gets_a_password_that_is_shown_once(chief_client, client):
    team = Department.objects.create(name="Trade")
    form = {"name": "Owen", "email": "Owen@oak.example", "roles": "seller", "department": str(team.pk), "office": ""}

    page = chief_client.post("/settings/people/new", form).content.decode()

    password = page.split('<code dir="ltr">')[1].split("</code>")[0]
    owen = User.objects.get(email="owen@oak.example")
    assert owen.check_password(password)
    assert (owen.roles, owen.department_id) == (["seller"], team.pk)
    assert password not in chief_client.get(f"/settings/people/{owen.pk}/").content.decode()
    assert password not in str(list(Event.objects.values_list("changes", "data")))


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "boss@oak.example"), ("email", "x"), ("roles", "king"), ("name", ""), ("office", "99")],
)
def test_a_person_who_cannot_be_added_is_told_why(chief_client, field, value):
    form = {"name": "Owen", "email": "owen@oak.example", "roles": "seller", "department": "", "office": ""} | {
        field: value
    }

    assert chief_client.post("/settings/people/new", form).status_code == 422
    assert User.objects.count() == 1


@pytest.mark.parametrize("change", [{"roles": "seller"}, {"is_active": ""}])
def test_the_last_owner_stays(chief_client, owner, change):
    form = {
        "name": "Boss",
        "email": "boss@oak.example",
        "roles": "owner",
        "is_active": "1",
        "department": "",
        "office": "",
    }

    answer = chief_client.post(f"/settings/people/{owner.pk}/", form | change)

    assert answer.status_code == 422
    owner.refresh_from_db()
    assert (owner.roles, owner.is_active) == (["owner"], True)


def test_an_administrator_neither_makes_nor_unmakes_owners(client, owner, seller):
    chief = User.objects.create_user("chief@oak.example", "rain on copper", name="Chief", role=Role.ADMINISTRATOR)
    sign_in(client, chief)
    form = {"name": "X", "email": "", "roles": "owner", "is_active": "1", "department": "", "office": ""}

    made = client.post(f"/settings/people/{seller.pk}/", form | {"email": "sara@oak.example"})
    unmade = client.post(f"/settings/people/{owner.pk}/", form | {"email": "boss@oak.example", "roles": "seller"})
    password = client.post(f"/settings/people/{owner.pk}/password")

    assert (made.status_code, unmade.status_code, password.status_code) == (403, 403, 403)
    assert owner.check_password("rain on copper")


def test_a_changed_role_stands_in_the_history(chief_client, seller, owner):
    form = {
        "name": "Sara W.",
        "email": "sara@oak.example",
        "roles": "head",
        "is_active": "1",
        "department": "",
        "office": "",
    }

    assert chief_client.post(f"/settings/people/{seller.pk}/", form | {"act": "save"}).status_code == 302

    seller.refresh_from_db()
    assert (seller.name, seller.roles, seller.search) == ("Sara W.", ["head"], "sara w sara oak example")
    assert {"roles": [["seller"], ["head"]]} in Event.objects.filter(type="user").values_list("changes", flat=True)


def test_a_change_of_rights_is_shown_before_it_is_saved(chief_client, seller, owner):
    form = {"name": "Sara W.", "email": "sara@oak.example", "roles": "reader", "is_active": "1", "office": ""}
    form["department"] = str(Department.objects.create(name="North").pk)
    deal = current_schema().type("deal")
    for n in range(3):
        writing.create(deal, {"name": f"Deal {n}", "owner": owner.pk}, by=owner, via="page")

    asked = chief_client.post(f"/settings/people/{seller.pk}/", form)

    page = asked.content.decode()
    assert asked.status_code == 200
    assert "Sara gains sight of 3 deals." in page
    assert "Sara loses adding" in page
    seller.refresh_from_db()
    assert (seller.name, seller.roles) == ("Sara", ["seller"])
    carried = {name: value for name, value in form.items() if f'name="{name}" value="{value}"' in page}
    assert carried == form
    back = chief_client.post(f"/settings/people/{seller.pk}/", form | {"act": "back"}).content.decode()
    assert 'value="Sara W."' in back
    assert chief_client.post(f"/settings/people/{seller.pk}/", form | {"act": "save"}).status_code == 302
    seller.refresh_from_db()
    assert (seller.name, seller.roles) == ("Sara W.", ["reader"])


def test_what_changes_no_rights_is_saved_at_once(chief_client, seller):
    form = {"name": "Sara W.", "email": "sara@oak.example", "roles": "seller", "is_active": "1", "office": ""}

    assert chief_client.post(f"/settings/people/{seller.pk}/", form | {"department": ""}).status_code == 302


def test_a_new_password_takes_the_place_of_the_old(chief_client, seller):
    page = chief_client.post(f"/settings/people/{seller.pk}/password").content.decode()

    seller.refresh_from_db()
    assert seller.check_password(page.split('<code dir="ltr">')[1].split("</code>")[0])
    assert not seller.check_password("rain on copper")


def test_sellers_touch_no_accounts(client, owner, seller):
    client.force_login(seller)

    for address in ("/settings/people/new", f"/settings/people/{owner.pk}/", f"/settings/people/{owner.pk}/password"):
        assert client.post(address, {"name": "x"}).status_code == 403
    assert User.objects.count() == 2


def test_rates_are_not_for_sellers(seller):
    with pytest.raises(Exception, match="not allowed"):
        rate_book.add_rate("EUR", dt.date(2026, 1, 1), Decimal(1), by=seller)


def test_a_rate_for_the_base_currency_makes_no_sense(owner):
    with pytest.raises(Invalid):
        rate_book.add_rate("USD", dt.date(2026, 1, 1), Decimal(1), by=owner)
