"""The hardware shop is paid: invoices of Sara's, and Anna, who keeps the books."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count

import pytest

from daftar.access.models import Role, User
from daftar.crm.tests.conftest import Shop, at, shop  # noqa: F401  # the cast, a signed-in browser
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.sales.models import Allocation, Invoice, Payment
from daftar.sales.paying.record import record_payment
from daftar.sales.paying.spreading import Share
from daftar.sales.tests.conftest import Store

DAY = dt.date(2026, 11, 20)


class Books:
    """Invoices and payments of the shop."""

    def __init__(self, shop) -> None:  # noqa: F811  # the fixture
        self.shop, self.numbers = shop, count(1)
        self.store = Store(shop)
        self.company, self.person = self.store.alvand, self.store.ali
        self.anna = User.objects.create_user(
            "anna@shop.example", "secret-anna", name="Anna", role=Role.ACCOUNTANT, department=shop.sara.department
        )

    def deal(self, **values):
        return self.shop.deal(**{"company": self.company.pk, "amount": self.money("100"), **values})

    def money(self, amount, currency="USD"):
        return Money(Decimal(str(amount)), currency)

    def invoice(self, total="100", currency="USD", *, deal=None, due=None, by=None, **values):
        """An invoice over a sum, as if it had been issued."""
        deal, owner = deal or self.deal(), by or self.shop.sara
        derived = {
            "number": f"INV-2026-{next(self.numbers):05}", "kind": "full", "state": "issued", "deal": deal.pk, "company": deal.company_id,
            "owner": owner.pk, "issued_on": DAY, "due_on": due or DAY + dt.timedelta(days=14), "net": self.money(total, currency),
            "total": self.money(total, currency), "paid": self.money(0, currency), "balance": self.money(total, currency),
            "delivery": "none", **values,
        }  # fmt: skip
        return writing.create(self.shop.type("invoice"), {}, by=self.shop.olga, via="sale", derived=derived)

    def pay(self, amount, *invoices, currency="USD", by=None, shares=None, **more):
        given = shares if shares is not None else [Share(one.pk) for one in invoices]
        return record_payment(
            self.money(amount, currency), shares=given, by=by or self.anna, received_on=more.pop("on", DAY), **more
        )

    def state(self, invoice):
        """(state, paid, balance) as they are now."""
        row = Invoice.objects.get(pk=invoice.pk)
        return row.state, row.paid, row.balance

    def free(self, payment):
        return Payment.objects.get(pk=payment.pk).free

    def adds_up(self):
        """Of every payment: amount = free + allocated + paid back; of every invoice: paid = allocated."""
        for payment in Payment.objects.filter(refund_of=None, deleted_at=None):
            used = sum(row.payment_amount for row in Allocation.objects.filter(payment=payment))
            back = sum(-one.amount for one in Payment.objects.filter(refund_of=payment, deleted_at=None))
            assert payment.amount == payment.free + used + back
            assert payment.free >= 0
        for invoice in Invoice.objects.filter(kind="full"):
            assert invoice.paid == sum(row.amount for row in Allocation.objects.filter(invoice=invoice))
            assert invoice.balance >= 0
        return True


@pytest.fixture
def books(shop):  # noqa: F811  # the fixture
    return Books(shop)
