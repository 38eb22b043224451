"""Whatever is done in whatever order, no coin is lost, made or spent twice."""

import random
from decimal import Decimal

import pytest

from daftar.kernel import clock
from daftar.kernel.errors import Conflict, DaftarError, Invalid
from daftar.records.models import ExchangeRate
from daftar.sales.models import Invoice, Payment
from daftar.sales.paying.record import Who
from daftar.sales.paying.refunding import refund, withdraw
from daftar.sales.paying.spreading import Share, allocate, unallocate
from daftar.sales.paying.tests.conftest import DAY

STEPS = 120


class Clerk:
    """Does something with the books, by chance; what is refused must have changed nothing."""

    def __init__(self, books, seed):
        self.books, self.chance = books, random.Random(seed)
        self.invoices = [books.invoice(str(self.sum(20, 200))) for _n in range(6)]
        self.done = {}

    def sum(self, low, high):
        return Decimal(self.chance.randint(low * 100, high * 100)) / 100

    def some(self):
        return self.chance.sample(self.invoices, self.chance.randint(0, 3))

    def payment(self):
        return self.chance.choice(list(Payment.objects.filter(deleted_at=None)) or [None])

    def shares(self):
        part = self.chance.random() < 0.3
        return [Share(one.pk, self.sum(1, 60) if part else None) for one in self.some()]

    def step(self):
        acts = [self.pay, self.pay, self.assign, self.take_off, self.pay_back, self.take_back]
        act = self.chance.choice(acts)
        try:
            act()
        except (Invalid, Conflict):
            self.done["refused"] = self.done.get("refused", 0) + 1
        else:
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1

    def pay(self):
        currency = self.chance.choice(["USD", "USD", "EUR"])
        who = Who(self.books.company.pk) if self.chance.random() < 0.3 else None
        self.books.pay(self.sum(1, 150), shares=self.shares(), who=who, currency=currency)

    def assign(self):
        if payment := self.payment():
            allocate(payment.pk, self.shares(), by=self.books.anna)

    def take_off(self):
        if payment := self.payment():
            unallocate(payment.pk, self.chance.choice([None, self.chance.choice(self.invoices).pk]), by=self.books.anna)

    def pay_back(self):
        if payment := self.payment():
            opens = self.chance.random() < 0.6
            refund(payment.pk, self.sum(1, 80), by=self.books.anna, on=DAY, opens_invoices=opens)

    def take_back(self):
        if payment := self.payment():
            withdraw(payment.pk, by=self.books.anna)


@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.thorough) for n in range(1, 6))])
def test_the_books_add_up_after_every_step(books, seed):
    ExchangeRate.objects.create(currency="EUR", day=DAY, rate=Decimal("1.0831"))
    with clock.frozen("2026-11-20T12:00:00"):
        clerk = Clerk(books, seed)
        for _n in range(STEPS):
            clerk.step()
            assert books.adds_up()

    assert set(clerk.done) >= {"pay", "assign", "take_off", "pay_back", "take_back", "refused"}, clerk.done
    for invoice in Invoice.objects.all():
        is_paid = invoice.paid >= invoice.total
        assert (invoice.state == "paid") == is_paid and invoice.paid <= invoice.total
        assert invoice.balance == invoice.total - invoice.paid
        assert (invoice.state == "issued") == (invoice.paid == 0)


def test_a_refused_step_changes_nothing(books):
    invoice = books.invoice("100")
    payment = books.pay("60", invoice)
    before = books.state(invoice), books.free(payment), Payment.objects.count()

    for act in (
        lambda: allocate(payment.pk, [Share(invoice.pk, Decimal(1))], by=books.anna),
        lambda: refund(payment.pk, Decimal(61), by=books.anna, on=DAY, opens_invoices=True),
        lambda: books.pay("10", shares=[Share(invoice.pk), Share(invoice.pk)]),
        lambda: books.pay("100", shares=[Share(invoice.pk, Decimal(41))]),
    ):
        with pytest.raises(DaftarError):
            act()
        assert (books.state(invoice), books.free(payment), Payment.objects.count()) == before
