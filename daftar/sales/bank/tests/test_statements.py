"""A statement of twenty lines is loaded, confirmed, loaded again, taken back."""

import pytest

from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Missing, NotAllowed
from daftar.kernel.formats import default_for
from daftar.sales.bank.confirming import confirm, confirm_certain, ignore, matches_of, reopen, undo
from daftar.sales.bank.loading import forget_held, load, read_again
from daftar.sales.bank.matching import Certainty
from daftar.sales.bank.reading.statement import Unreadable
from daftar.sales.models import BankAccount, BankStatement, Invoice, Payment, StatementLine
from daftar.sales.paying.record import Who
from daftar.sales.paying.refunding import refund
from daftar.sales.paying.tests.conftest import DAY

EN = default_for("en")
HEAD = "Date,Amount (USD),Payer,Details,Reference\n"


@pytest.fixture(autouse=True)
def day():
    with clock.frozen("2026-11-20T12:00:00"):
        yield


def csv(*rows):
    return (HEAD + "".join(",".join(row) + "\n" for row in rows)).encode()


def loaded(books, *rows, name="november.csv"):
    return load(csv(*rows), name, by=books.anna, formats=EN)


def lines_of(statement):
    return list(StatementLine.objects.filter(statement=statement).order_by("line"))


def line(amount, details="", payer="", reference="", day="2026-11-19"):
    return day, amount, payer, details, reference


@pytest.fixture
def twenty(books):
    """Fifteen that name number and sum, three that only hint, two that say nothing; seventeen open invoices."""
    shop = books.shop
    zagros = shop.make("company", by=shop.olga, name="Zagros Steel", tax_id="9911")
    invoices = [books.invoice(str(100 + n)) for n in range(15)]
    twins = [books.invoice("77.70"), books.invoice("77.70", deal=books.deal(company=zagros.pk))]
    part = books.invoice("500")
    rows = [
        line(str(100 + n), f"Payment {invoice.number}", "ALVAND TOOLS LTD") for n, invoice in enumerate(invoices[:10])
    ]
    rows += [
        line(str(110 + n), f"invoice {invoice.number.removeprefix('INV-')}") for n, invoice in enumerate(invoices[10:])
    ]
    rows += [
        line("77.70", "thank you"),
        line("200", f"part of {part.number}", "Alvand Tools"),
        line("500", f"{part.number}", "Somebody Quite Different"),
        line("3.14", "interest"),
        line("999", "hello", "Nobody Known"),
    ]
    return rows, invoices, twins, part


def test_fifteen_are_certain_three_proposed_two_unknown_and_again_nothing_changes(books, twenty):
    rows, invoices, twins, part = twenty
    first = loaded(books, *rows)
    statement = first.statements[0]

    found = [match.certainty for match in matches_of(lines_of(statement), books.anna).values()]
    assert (found.count(Certainty.CERTAIN), found.count(Certainty.PROPOSED), found.count(Certainty.UNKNOWN)) == (
        15,
        3,
        2,
    )

    recorded = confirm_certain(statement.pk, by=books.anna)
    assert (recorded.count, recorded.refused) == (15, 0)
    assert all(books.state(invoice)[0] == "paid" for invoice in invoices)
    assert {books.state(one)[0] for one in (*twins, part)} == {"issued"}
    assert Payment.objects.count() == 15 and books.adds_up()

    again = loaded(books, *rows)
    assert again.is_again and [one.pk for one in again.statements] == [statement.pk]
    assert confirm_certain(statement.pk, by=books.anna).count == 0
    assert (StatementLine.objects.count(), Payment.objects.count()) == (20, 15)


def test_another_file_with_the_same_movements_brings_only_the_new_ones(books, twenty):
    rows = twenty[0]
    loaded(books, *rows)

    more = loaded(books, *rows[10:], line("5", "new"), line("5", "new"), name="december.csv").statements[0]

    assert (more.known, [one.purpose for one in lines_of(more)]) == (10, ["new", "new"])
    assert StatementLine.objects.count() == 22


def test_twice_the_same_on_one_day_is_two_movements(books):
    statement = loaded(books, line("5", "coffee"), line("5", "coffee")).statements[0]

    assert len(lines_of(statement)) == 2


def test_a_line_pays_what_a_person_chooses(books):
    first, second = books.invoice("100"), books.invoice("50")
    (one,) = lines_of(loaded(books, line("140", "no number", "Weber", "B-7")).statements[0])

    payment = confirm(one.pk, [second.pk, first.pk], by=books.anna)

    assert (books.state(second)[0], books.state(first)[:2]) == ("paid", ("part_paid", 90))
    assert (payment.payer, payment.reference, payment.received_on.isoformat(), payment.method) == (
        "Weber",
        "B-7",
        "2026-11-19",
        "bank",
    )
    assert (payment.company_id, payment.free) == (books.company.pk, 0)


def test_a_line_can_be_credit_of_a_client(books):
    (one,) = lines_of(loaded(books, line("140", "in advance")).statements[0])

    assert confirm(one.pk, by=books.anna, who=Who(books.company.pk)).free == 140


def test_a_line_is_confirmed_once(books):
    invoice = books.invoice("100")
    (one,) = lines_of(loaded(books, line("50", invoice.number)).statements[0])
    confirm(one.pk, [invoice.pk], by=books.anna)

    with pytest.raises(Conflict, match="decided already"):
        confirm(one.pk, [invoice.pk], by=books.anna)
    assert books.state(invoice) == ("part_paid", 50, 50)


def test_a_match_is_taken_back_and_made_anew_with_the_same_money(books):
    wrong, right = books.invoice("100"), books.invoice("100")
    (one,) = lines_of(loaded(books, line("100", wrong.number)).statements[0])
    first = confirm(one.pk, [wrong.pk], by=books.anna)

    undo(one.pk, by=books.anna)
    assert books.state(wrong)[0] == "issued"
    assert not Payment.objects.filter(deleted_at=None).exists()

    second = confirm(one.pk, [right.pk], by=books.anna)
    assert second.pk == first.pk
    assert (books.state(wrong)[0], books.state(right)[0]) == ("issued", "paid")
    assert Payment.objects.filter(deleted_at=None).count() == 1 and books.adds_up()


def test_a_match_whose_money_went_back_stays(books):
    invoice = books.invoice("100")
    (one,) = lines_of(loaded(books, line("100", invoice.number)).statements[0])
    payment = confirm(one.pk, [invoice.pk], by=books.anna)
    refund(payment.pk, payment.amount / 2, by=books.anna, on=DAY, opens_invoices=True)

    with pytest.raises(Conflict):
        undo(one.pk, by=books.anna)


def test_ignored_lines_wait_no_more_until_somebody_takes_it_back(books):
    (one,) = lines_of(loaded(books, line("3", "interest")).statements[0])

    ignore(one.pk, by=books.anna)
    assert matches_of(lines_of(one.statement), books.anna) == {}
    with pytest.raises(Conflict):
        confirm(one.pk, by=books.anna, who=Who(books.company.pk))
    reopen(one.pk, by=books.anna)
    assert len(matches_of(lines_of(one.statement), books.anna)) == 1


def test_money_that_went_out_is_shown_and_pays_nothing(books):
    (one,) = lines_of(loaded(books, line("-80", "rent")).statements[0])

    assert one.state == "outgoing"
    with pytest.raises(Conflict):
        confirm(one.pk, by=books.anna, who=Who(books.company.pk))


def test_an_invoice_that_was_paid_by_hand_meanwhile_is_not_paid_twice(books):
    invoice = books.invoice("100")
    statement = loaded(books, line("100", invoice.number)).statements[0]
    books.pay("100", invoice)

    assert confirm_certain(statement.pk, by=books.anna).count == 0
    (one,) = lines_of(statement)
    with pytest.raises(Conflict, match="Nothing is left"):
        confirm(one.pk, [invoice.pk], by=books.anna)
    assert StatementLine.objects.get().state == "open"


def test_an_account_from_which_a_client_paid_is_known_the_next_time(books):
    head = "Date,Amount (USD),Payer account,Details\n"
    first, second = books.invoice("100"), books.invoice("60")
    raw = head + f"2026-11-18,100,DE891,{first.number}\n2026-11-19,60,DE891,thanks\n2026-11-19,60,DE777,thanks\n"
    statement = load(raw.encode(), "a.csv", by=books.anna, formats=EN).statements[0]
    before = [m.best and m.best.reasons[1:] for m in matches_of(lines_of(statement), books.anna).values()]
    confirm_certain(statement.pk, by=books.anna)

    after = [m.best.reasons[1:] for m in matches_of(lines_of(statement), books.anna).values()]
    assert before[1:] == [(), ()]
    assert after == [("same_account",), ()]
    assert books.state(second)[0] == "issued"


def test_a_table_that_nobody_understands_waits_for_its_columns_and_is_remembered(books):
    account = BankAccount.objects.create(name="Main", number="DE1", currency="EUR")
    raw = b"Wann;Was;Wieviel\n03/04/2026;Rechnung 1;1,50\n"
    statement = load(raw, "x.csv", by=books.anna, formats=EN).statements[0]
    assert (lines_of(statement), statement.columns["day"]) == ([], None)

    chosen = {
        **statement.columns,
        "day": 0,
        "purpose": 1,
        "amount": 2,
        "order": "dmy",
        "decimal": ",",
        "currency": "EUR",
    }
    with pytest.raises(Unreadable):
        read_again(statement.pk, {**chosen, "amount": None}, by=books.anna)
    read_again(statement.pk, chosen, by=books.anna, account_id=account.pk)

    (one,) = lines_of(statement)
    assert (one.day.isoformat(), str(one.amount.normalize()), one.currency) == ("2026-04-03", "1.5", "EUR")
    second = load(raw + b"04/04/2026;Rechnung 2;2,50\n", "y.csv", by=books.anna, formats=EN).statements[0]
    assert ([one.purpose for one in lines_of(second)], second.known) == (["Rechnung 2"], 1)


def test_columns_stay_once_a_line_is_decided(books):
    statement = loaded(books, line("5", "x")).statements[0]
    ignore(lines_of(statement)[0].pk, by=books.anna)

    with pytest.raises(Conflict):
        read_again(statement.pk, statement.columns, by=books.anna)


def test_the_text_of_a_table_goes_after_thirty_days(books):
    loaded(books, line("5", "x"))

    with clock.frozen("2026-12-21T12:00:00"):
        forget_held()
    assert BankStatement.objects.get().held == ""


def test_statements_are_for_who_records_payments_and_sees_all_of_them(books, shop):
    for person in (shop.sara, shop.rita):
        with pytest.raises(NotAllowed):
            load(csv(line("5")), "x.csv", by=person, formats=EN)
    assert not BankStatement.objects.exists()


def test_a_foreign_line_or_invoice_does_not_exist(books):
    (one,) = lines_of(loaded(books, line("5", "x")).statements[0])

    with pytest.raises(Missing):
        confirm(999_999, by=books.anna)
    with pytest.raises(Missing):
        confirm(one.pk, [999_999], by=books.anna)
    assert not Payment.objects.exists()


def test_proposals_cost_the_same_questions_however_many_lines(books, twenty, django_assert_num_queries):
    statement = loaded(books, *twenty[0]).statements[0]
    lines = lines_of(statement)
    matches_of(lines[:1], books.anna)

    with django_assert_num_queries(4):
        matches_of(lines, books.anna)
    assert Invoice.objects.count() == 18
