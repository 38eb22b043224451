import datetime as dt
from decimal import Decimal

import pytest

from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.records import writing
from daftar.records.models import Event, ExchangeRate
from daftar.sales.invoicing.correct import credit_invoice
from daftar.sales.invoicing.issue import issue_invoice
from daftar.sales.models import Allocation, InvoiceLine, Payment
from daftar.sales.paying.record import Who, record_payment
from daftar.sales.paying.refunding import paid_back, refund, withdraw
from daftar.sales.paying.spreading import Share, allocate, unallocate
from daftar.sales.paying.tests.conftest import DAY


@pytest.fixture(autouse=True)
def day():
    with clock.frozen("2026-11-20T12:00:00"):
        yield


def test_a_paid_invoice_is_paid_and_wins_its_deal(books, shop):
    deal = books.deal()
    invoice = books.invoice("100", deal=deal)

    payment = books.pay("100", invoice)

    assert books.state(invoice) == ("paid", 100, 0)
    assert (payment.free, payment.company_id, payment.payer) == (0, books.company.pk, "Alvand Tools")
    assert payment.owner_id == shop.sara.pk
    assert shop.stage_of(shop.fresh("deal", deal)) == "won"
    assert books.adds_up()


def test_a_part_leaves_the_rest_to_be_paid(books, shop):
    invoice = books.invoice("100")

    books.pay("40", invoice)
    assert books.state(invoice) == ("part_paid", 40, 60)
    assert shop.stage_of(shop.fresh("deal", invoice.deal)) != "won"

    books.pay("60", invoice)
    assert books.state(invoice) == ("paid", 100, 0)


def test_what_is_too_much_stays_as_credit_and_pays_the_next_invoice(books):
    first, second = books.invoice("100"), books.invoice("50")

    payment = books.pay("130", first)
    assert (books.state(first), books.free(payment)) == (("paid", 100, 0), 30)

    allocate(payment.pk, [Share(second.pk)], by=books.anna)
    assert (books.state(second), books.free(payment)) == (("part_paid", 30, 20), 0)
    assert books.adds_up()


def test_one_payment_pays_several_invoices_in_their_order(books):
    first, second, third = books.invoice("100"), books.invoice("50"), books.invoice("70")

    payment = books.pay("160", shares=[Share(second.pk), Share(first.pk, Decimal(90)), Share(third.pk)])

    assert [books.state(one)[:2] for one in (first, second, third)] == [
        ("part_paid", 90),
        ("paid", 50),
        ("part_paid", 20),
    ]
    assert books.free(payment) == 0
    assert books.adds_up()


def test_money_without_an_invoice_is_credit_of_its_client(books):
    payment = books.pay("75", who=Who(books.company.pk, None, "ALVAND TOOLS LTD"))

    assert (payment.free, payment.payer, payment.company_id) == (75, "ALVAND TOOLS LTD", books.company.pk)


def test_the_same_key_is_one_payment(books):
    invoice = books.invoice("100")

    first = books.pay("40", invoice, once="form-1")
    again = books.pay("40", invoice, once="form-1")

    assert first.pk == again.pk
    assert books.state(invoice) == ("part_paid", 40, 60)


@pytest.mark.parametrize(
    ("amount", "more", "field"),
    [
        ("0", {}, "amount"), ("-5", {}, "amount"), ("0.001", {}, "amount"), ("1e14", {}, "amount"),
        ("5", {"on": DAY + dt.timedelta(days=2)}, "received_on"), ("5", {"method": "barter"}, "method"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field_and_nothing_is_saved(books, amount, more, field):
    invoice = books.invoice("100")

    with pytest.raises(Invalid) as refused:
        books.pay(amount, invoice, **more)

    assert field in refused.value.errors
    assert not Payment.objects.exists() and books.state(invoice) == ("issued", 0, 100)


@pytest.mark.parametrize(
    "shares", [[("a", "101")], [("a", "60"), ("b", "50")], [("a", "-1")], [("a", "0")], [("a", None), ("a", None)]]
)
def test_shares_never_exceed_what_is_open_or_came_in(books, shares):
    invoices = {"a": books.invoice("100"), "b": books.invoice("50")}
    given = [Share(invoices[name].pk, None if part is None else Decimal(part)) for name, part in shares]

    with pytest.raises(Invalid):
        books.pay("105", shares=given)

    assert not Payment.objects.exists() and not Allocation.objects.exists()


@pytest.mark.parametrize("values", [{"state": "cancelled"}, {"kind": "credit"}])
def test_cancelled_invoices_and_credit_notes_take_no_payment(books, values):
    with pytest.raises(Conflict):
        books.pay("10", books.invoice("100", **values))


def test_a_paid_invoice_takes_no_second_payment(books):
    invoice = books.invoice("100")
    books.pay("100", invoice)

    with pytest.raises(Conflict, match="Nothing is left"):
        books.pay("100", invoice)


def test_an_invoice_in_another_currency_is_paid_at_the_rate_of_the_day(books):
    ExchangeRate.objects.create(currency="EUR", day=DAY - dt.timedelta(days=1), rate=Decimal("1.10"))
    ExchangeRate.objects.create(currency="EUR", day=DAY + dt.timedelta(days=1), rate=Decimal("2"))
    invoice = books.invoice("200")

    payment = books.pay("100", invoice, currency="EUR")

    row = Allocation.objects.get()
    assert (row.amount, row.payment_amount) == (110, 100)
    assert (books.state(invoice), books.free(payment)) == (("part_paid", 110, 90), 0)

    second = books.pay("100", shares=[Share(invoice.pk, Decimal(90), Decimal("81.50"))], currency="EUR")
    assert (books.state(invoice)[0], books.free(second)) == ("paid", Decimal("18.50"))
    assert books.adds_up()


def test_without_a_rate_the_other_currency_is_refused_in_words(books):
    with pytest.raises(Invalid, match="no rate of EUR"):
        books.pay("100", books.invoice("200"), currency="EUR")


def test_taken_off_an_invoice_the_money_is_free_again(books):
    first, second = books.invoice("100"), books.invoice("50")
    payment = books.pay("150", first, second)

    unallocate(payment.pk, first.pk, by=books.anna)
    assert (books.state(first), books.state(second)) == (("issued", 0, 100), ("paid", 50, 0))
    assert books.free(payment) == 100

    unallocate(payment.pk, by=books.anna)
    assert (books.state(second)[0], books.free(payment)) == ("issued", 150)
    assert books.adds_up()


def test_what_is_free_goes_back_first(books):
    invoice = books.invoice("100")
    payment = books.pay("130", invoice)

    made = refund(payment.pk, Decimal(30), by=books.anna, on=DAY, reference="R1")

    assert (made.amount, made.refund_of_id, made.free) == (-30, payment.pk, 0)
    assert (books.free(payment), books.state(invoice)[0]) == (0, "paid")
    with pytest.raises(Conflict, match="pays no invoice"):
        refund(payment.pk, Decimal(10), by=books.anna, on=DAY)
    assert books.adds_up()


def test_more_goes_back_only_by_opening_invoices_again_and_never_more_than_came(books):
    invoice = books.invoice("100")
    payment = books.pay("130", invoice)

    refund(payment.pk, Decimal(50), by=books.anna, on=DAY, opens_invoices=True)

    assert (books.state(invoice), books.free(payment), paid_back(payment)) == (("part_paid", 80, 20), 0, 50)
    with pytest.raises(Invalid, match="Only 80"):
        refund(payment.pk, Decimal(81), by=books.anna, on=DAY, opens_invoices=True)
    assert books.adds_up()


def test_a_payment_by_mistake_goes_into_the_bin_for_good(books):
    invoice = books.invoice("100")
    payment = books.pay("100", invoice)

    withdraw(payment.pk, by=books.anna)

    assert books.state(invoice) == ("issued", 0, 100)
    assert Payment.objects.get(pk=payment.pk).deleted_at is not None
    with pytest.raises(Conflict):
        writing.bring_back(books.shop.type("payment"), payment.pk, by=books.shop.olga, via="page")


def test_money_that_went_back_by_mistake_is_free_again(books):
    payment = books.pay("100", who=Who(books.company.pk))
    made = refund(payment.pk, Decimal(40), by=books.anna, on=DAY)

    with pytest.raises(Conflict):
        withdraw(payment.pk, by=books.anna)
    withdraw(made.pk, by=books.anna)

    assert books.free(payment) == 100
    assert books.adds_up()


def test_only_who_may_add_payments_does(books, shop):
    invoice = books.invoice("100")

    with pytest.raises(NotAllowed):
        books.pay("100", invoice, by=shop.rita)
    assert books.state(invoice)[0] == "issued"


def test_invoices_and_clients_that_one_may_not_see_do_not_exist(books, shop):
    hidden = books.invoice("100", by=shop.sara)

    with pytest.raises(Missing):
        books.pay("100", hidden, by=shop.reza)
    with pytest.raises(Missing):
        record_payment(books.money(5), by=shop.reza, received_on=DAY, who=Who(company_id=999_999))
    assert not Payment.objects.exists()


def test_the_accountant_changes_neither_deals_nor_clients(books, shop):
    with pytest.raises(NotAllowed):
        writing.change(shop.type("deal"), books.deal().pk, {"comments": "x"}, by=books.anna, via="page")
    with pytest.raises(NotAllowed):
        writing.create(shop.type("company"), {"name": "x"}, by=books.anna, via="page")


def test_the_timeline_of_deal_and_client_tells_it(books):
    invoice = books.invoice("100")
    payment = books.pay("100", invoice)

    told = Event.objects.filter(kind="paid").order_by("type").values_list("type", "record_id", "data")
    assert [(key, id_, data["paper"]) for key, id_, data in told] == [
        ("company", books.company.pk, ["payment", payment.pk]), ("deal", invoice.deal_id, ["payment", payment.pk]),
    ]  # fmt: skip


def test_the_page_of_the_deal_shows_the_sum_to_who_may_see_payments(books, shop, at):  # noqa: F811
    invoice = books.invoice("100", deal=books.deal())
    books.pay("100", invoice)

    page = at(shop.sara).get(f"/deals/{invoice.deal_id}/").content.decode()

    assert "recorded a payment" in page
    assert "$100.00 (INV-2026-00001)" in page


def test_what_was_paid_of_a_credited_line_is_credit_of_the_client(books, shop):
    deal = books.store.deal(("Drill", 1, 100), ("Bit", 1, 50))
    invoice = issue_invoice(deal.pk, by=shop.sara)  # 180 with tax
    first, second = books.pay("120", invoice), books.pay("60", invoice)
    drill, bit = InvoiceLine.objects.filter(invoice=invoice).order_by("position")

    credit_invoice(invoice.pk, {bit.pk: Decimal(1)}, by=shop.sara)
    assert (books.state(invoice), books.free(first), books.free(second)) == (("paid", 120, 0), 0, 60)

    credit_invoice(invoice.pk, {drill.pk: Decimal(1)}, by=shop.sara)
    assert (books.state(invoice), books.free(first)) == (("credited", 0, 0), 120)
    refund(first.pk, Decimal(120), by=books.anna, on=DAY)
    assert books.adds_up()


def test_a_credit_of_less_than_what_is_open_takes_no_payment_off(books, shop):
    deal = books.store.deal(("Drill", 1, 100), ("Bit", 1, 50))
    invoice = issue_invoice(deal.pk, by=shop.sara)
    payment = books.pay("90", invoice)
    _drill, bit = InvoiceLine.objects.filter(invoice=invoice).order_by("position")

    credit_invoice(invoice.pk, {bit.pk: Decimal(1)}, by=shop.sara)

    assert (books.state(invoice), books.free(payment)) == (("part_paid", 90, 30), 0)
