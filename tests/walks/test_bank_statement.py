"""The bookkeeper drops a statement and is done by the keyboard; every page of payments is sound in light and dark, in both directions."""

import datetime as dt

import pytest

pytestmark = pytest.mark.browser
PASSWORD = "a long password for the test"
FILL = f"""
import datetime as dt
from decimal import Decimal
from daftar.access.models import Installation, User
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.schema import current_schema, install_pipelines
from daftar.sales.paying import accounts
install_pipelines()
Installation.objects.update_or_create(pk=1, defaults={{"name": "Shop"}})
olga = User.objects.create_user(email="olga@example.com", password="{PASSWORD}", name="Olga", role="owner", language="LANGUAGE")
User.objects.create_user(email="anna@example.com", password="{PASSWORD}", name="Anna", role="accountant", language="LANGUAGE")
schema, day = current_schema(), dt.date.today()
company = writing.create(schema.type("company"), {{"name": "Alvand Tools"}}, by=olga, via="page")
accounts.add("stripe", "Card", {{"secret_key": "sk_test", "webhook_secret": "whsec_test"}}, by=olga)
for n in range(1, 5):
    deal = writing.create(schema.type("deal"), {{"name": f"Drills {{n}}", "company": company.pk}}, by=olga, via="page")
    sum_, none = Money(Decimal(100 * n), "USD"), Money(Decimal(0), "USD")
    writing.create(schema.type("invoice"), {{}}, by=olga, via="sale", derived={{
        "number": f"INV-2026-{{n:05}}", "kind": "full", "state": "issued", "deal": deal.pk, "company": company.pk, "owner": olga.pk, "issued_on": day,
        "due_on": day, "net": sum_, "total": sum_, "paid": none, "balance": sum_, "delivery": "none",
    }})
"""  # noqa: S608  # Python, not SQL


def statement():
    day = dt.datetime.now(dt.UTC).date().isoformat()
    rows = [
        f"{day},100,Alvand Tools,Payment INV-2026-00001", f"{day},200,,invoice 2026-00002", f"{day},300,Weber GmbH,INV-2026-00003",
        f"{day},7,Bank,interest", f"{day},-80,Landlord,rent",
    ]  # fmt: skip
    return ("Date,Amount (USD),Payer,Details\n" + "\n".join(rows) + "\n").encode()


@pytest.mark.parametrize(
    ("language", "theme", "size"),
    [("en", "light", (1280, 800)), pytest.param("fa", "dark", (1024, 768), marks=pytest.mark.thorough)],
)
def test_the_bookkeeper_is_done_by_the_keyboard(house, seats, language, theme, size):
    house.manage("shell", "-v0", "-c", FILL.replace("LANGUAGE", language))
    anna = seats(house.address, *size, color_scheme=theme)
    anna.sign_in("anna@example.com", PASSWORD)
    page = anna.page
    anna.go("/bank/")
    anna.look()
    page.set_input_files("[name=file]", {"name": "november.csv", "mimeType": "text/csv", "buffer": statement()})
    page.click(".form__foot .button--primary")
    page.wait_for_selector("statement-lines .bank-line")
    anna.look()
    open_lines = page.locator('.bank-line[tabindex="0"]')
    assert open_lines.count() == 4

    open_lines.first.focus()
    page.keyboard.press("y")  # the first certain one
    page.wait_for_function("document.querySelectorAll('.bank-line[tabindex=\"0\"]').length === 3")
    page.wait_for_function("document.activeElement.matches('.bank-line[tabindex=\"0\"]')")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("i")  # the interest pays nothing
    page.wait_for_function("document.querySelectorAll('.bank-line[tabindex=\"0\"]').length === 2")
    page.click("form[action$='/confirm'] .button--primary")  # all that is certain
    page.wait_for_function("document.querySelectorAll('.bank-line[tabindex=\"0\"]').length === 1")
    anna.look()

    page.locator(".bank-line__acts [data-act=choose]").first.click()
    page.wait_for_selector("#dialog dialog[open] form")
    anna.look()
    page.keyboard.press("Escape")
    assert house.query("SELECT count(*) FROM sales_payment") == [(2,)]
    assert house.query("SELECT count(*) FROM sales_invoice WHERE state = 'paid'") == [(2,)]
    for path in (
        "/bank/1/columns",
        "/invoices/1/",
        "/invoices/3/pay",
        "/payments/",
        "/payments/1/",
        "/payments/1/refund",
        "/companies/1/",
    ):
        anna.go(path)
        anna.look()


def test_the_settings_of_payments_are_sound(house, seats):
    house.manage("shell", "-v0", "-c", FILL.replace("LANGUAGE", "en"))
    olga = seats(house.address)
    olga.sign_in("olga@example.com", PASSWORD)
    for path in (
        "/settings/payments/",
        "/settings/payments/1/",
        "/settings/payments/new/zarinpal/",
        "/settings/payments/accounts/new/",
    ):
        olga.go(path)
        olga.look()
