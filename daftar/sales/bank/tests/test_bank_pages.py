"""The pages of bank statements, as the bookkeeper sees and sends them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.kernel import clock
from daftar.sales.bank.tests import samples
from daftar.sales.bank.views import statements
from daftar.sales.models import BankAccount, BankStatement, Payment, StatementLine


@pytest.fixture(autouse=True)
def day():
    with clock.frozen("2026-11-20T12:00:00"):
        yield


@pytest.fixture
def desk(books, at):  # noqa: F811
    return at(books.anna)


def file_of(raw, name="november.csv"):
    return SimpleUploadedFile(name, raw if isinstance(raw, bytes) else raw.encode())


def drop(desk, *rows, name="november.csv"):
    raw = "Date,Amount (USD),Payer,Details\n" + "".join(",".join(row) + "\n" for row in rows)
    return desk.post("/bank/", {"file": file_of(raw, name)})


def test_a_file_is_dropped_looked_at_and_its_certain_lines_recorded(books, desk):
    first, second = books.invoice("100"), books.invoice("60")
    answer = drop(
        desk,
        ("2026-11-18", "100", "Alvand Tools", first.number),
        ("2026-11-19", "60", "", "thanks"),
        ("2026-11-19", "-5", "Bank", "fee"),
    )
    statement = BankStatement.objects.get()
    assert answer["Location"] == f"/bank/{statement.pk}/"

    page = desk.get(f"/bank/{statement.pk}/").content.decode()
    for words in (
        "Certain",
        "Proposed",
        "Went out",
        first.number,
        "The purpose names the number of the invoice.",
        "Record all certain ones",
    ):
        assert words in page
    assert desk.post(f"/bank/{statement.pk}/confirm").status_code == 302
    assert (books.state(first)[0], books.state(second)[0]) == ("paid", "issued")
    assert "november.csv" in desk.get("/bank/").content.decode()


def test_the_same_file_again_says_that_nothing_changed(books, desk):
    row = ("2026-11-18", "100", "x", "y")
    drop(desk, row)

    again = drop(desk, row, name="other name.csv")

    assert "nothing has changed" in again["HX-Trigger"]
    assert BankStatement.objects.count() == 1


def test_one_line_is_recorded_and_taken_back_from_the_page(books, desk):
    invoice = books.invoice("100")
    drop(desk, ("2026-11-18", "40", "", invoice.number))
    line = StatementLine.objects.get()
    assert (
        desk.post(f"/bank/lines/{line.pk}/confirm", {"invoices": str(invoice.pk)}, HTTP_HX_REQUEST="true").status_code
        == 200
    )
    assert books.state(invoice)[:2] == ("part_paid", 40)
    assert desk.post(f"/bank/lines/{line.pk}/confirm", {"invoices": str(invoice.pk)}).status_code == 409
    assert desk.post(f"/bank/lines/{line.pk}/undo").status_code == 302
    assert books.state(invoice)[0] == "issued"


@pytest.mark.parametrize("ids", ["", "x", "0", "99999999999999999999", "1,1"])
def test_a_line_pays_no_invoice_that_is_none(books, desk, ids):
    books.invoice("100")
    drop(desk, ("2026-11-18", "40", "", "x"))
    line = StatementLine.objects.get()

    assert desk.post(f"/bank/lines/{line.pk}/confirm", {"invoices": ids}).status_code in (404, 422)
    assert not Payment.objects.exists()


def test_another_invoice_or_client_is_looked_up(books, desk):
    first, second = books.invoice("30"), books.invoice("100")
    drop(desk, ("2026-11-18", "40", "Weber", "x"), ("2026-11-18", "7", "Weber", "y"))
    one, other = StatementLine.objects.order_by("line")
    here = f"/bank/lines/{one.pk}/choose"
    assert "Weber" in desk.get(here).content.decode()

    assert desk.post(here, {}).status_code == 422
    assert desk.post(here, {"invoice": "abc"}).status_code == 422
    assert desk.post(here, {"invoice": first.pk, "invoice_2": second.pk}).status_code == 302
    assert desk.post(f"/bank/lines/{other.pk}/choose", {"company": books.company.pk}).status_code == 302

    assert (books.state(first)[0], books.state(second)[1]) == ("paid", 10)
    assert Payment.objects.get(amount=7).free == 7


def test_lines_are_ignored_and_wait_again(books, desk):
    drop(desk, ("2026-11-18", "3", "", "interest"))
    line = StatementLine.objects.get()

    assert desk.post(f"/bank/lines/{line.pk}/ignore").status_code == 302
    assert "Ignored" in desk.get(f"/bank/{line.statement_id}/").content.decode()
    assert desk.post(f"/bank/lines/{line.pk}/ignore").status_code == 409
    assert desk.post(f"/bank/lines/{line.pk}/reopen").status_code == 302
    line.refresh_from_db()
    assert line.state == "open"


def test_unclear_columns_are_asked_for_and_remembered(books, desk):
    account = BankAccount.objects.create(name="Main", number="DE1", currency="EUR")
    answer = desk.post("/bank/", {"file": file_of("Wann;Was;Wieviel\n03/04/2026;Rechnung 1;1,50\n")})
    statement = BankStatement.objects.get()
    here = f"/bank/{statement.pk}/columns"
    assert answer["Location"] == here
    assert "Rechnung 1" in desk.get(here).content.decode()

    given = {
        "day": "0",
        "purpose": "1",
        "amount": "2",
        "order": "dmy",
        "decimal": ",",
        "currency": "EUR",
        "account": account.pk,
    }
    assert desk.post(here, {**given, "order": "x"}).status_code == 422
    assert desk.post(here, {**given, "amount": ""}).status_code == 422
    assert desk.post(here, given).status_code == 302
    assert StatementLine.objects.get().amount == 1.5


@pytest.mark.parametrize("raw", [b"", b"hello", b"%PDF-1.7", b"<html></html>", samples.CAMT_02[:500].encode()])
def test_what_is_no_statement_is_said_at_the_field_and_nothing_is_kept(desk, raw):
    answer = desk.post("/bank/", {"file": file_of(raw)})

    assert answer.status_code == 422 and 'class="field__error"' in answer.content.decode()
    assert desk.post("/bank/", {}).status_code == 422
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize(
    "raw", [samples.CAMT_02.encode(), samples.ONE_C.encode("cp1251"), samples.PERSIAN_CSV.encode()]
)
def test_every_kind_of_file_is_shown(desk, raw):
    assert desk.post("/bank/", {"file": file_of(raw, "a\u202e<b>.xml")}).status_code == 302
    page = desk.get(f"/bank/{BankStatement.objects.get().pk}/").content.decode()
    assert "Went out" in page and "<b>.xml" not in page


def test_others_do_not_see_statements(books, shop, desk, at):  # noqa: F811
    drop(desk, ("2026-11-18", "3", "", "interest"))
    line = StatementLine.objects.get()
    here = f"/bank/{line.statement_id}/"

    for person in (shop.sara, shop.rita):
        browser = at(person)
        assert [browser.get(path).status_code for path in (here, f"{here}columns", "/bank/")] == [403] * 3
        assert {
            browser.post(f"/bank/lines/{line.pk}/{verb}").status_code
            for verb in ("confirm", "ignore", "undo", "reopen", "choose")
        } == {403}
        assert browser.post(f"{here}confirm").status_code == 403
    line.refresh_from_db()
    assert line.state == "open"


def test_a_page_of_many_lines_asks_no_more_than_one_of_few(books, desk, django_assert_max_num_queries):
    for n in range(5):
        books.invoice(str(100 + n))
    rows = [("2026-11-18", str(100 + n % 7), "Alvand Tools", f"line {n}") for n in range(40)]
    drop(desk, *rows)
    here = f"/bank/{BankStatement.objects.get().pk}/"
    desk.get(here)

    with django_assert_max_num_queries(22):
        desk.get(here)


def test_of_a_long_statement_those_that_wait_come_first(books, desk, monkeypatch):
    monkeypatch.setattr(statements, "MOST_SHOWN", 2)
    drop(desk, *[("2026-11-18", str(n), "", f"line number {n}") for n in range(1, 5)])
    first, *_rest = StatementLine.objects.order_by("line")
    here = f"/bank/{first.statement_id}/"
    assert "line number 3" not in desk.get(here).content.decode()

    desk.post(f"/bank/lines/{first.pk}/ignore")

    page = desk.get(here).content.decode()
    assert "line number 3" in page and "line number 1" not in page
