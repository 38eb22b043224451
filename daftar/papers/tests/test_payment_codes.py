from dataclasses import replace
from decimal import Decimal

import pytest

from daftar.papers.document import Paper
from daftar.papers.layout import set_out
from daftar.papers.looks import shipped
from daftar.papers.payment_codes import payment_code

D = Decimal
EUROPE = {
    "name": "Wikimedia Foerdergesellschaft",
    "bank_account": "DE33 1002 0500 0001 1947 00",
    "bank_code": "BFSWDE33BER",
}
RUSSIA = {
    "name": "ООО «Карун | Инструмент»", "bank_account": "40702810138250123017", "bank_name": "ПАО СБЕРБАНК", "tax_id": "7707083893",
    "bank_code": "044525225 / 30101810400000000225",
}  # fmt: skip


def invoice(currency="EUR", seller=EUROPE, total="123.4", **more):
    return Paper("invoice", "en", "INV-7", None, currency, [], seller=seller, total=D(total), **more)


def test_a_bill_in_euros_has_the_code_of_sepa():
    assert payment_code(invoice()) == (
        "BCD\n002\n1\nSCT\nBFSWDE33BER\nWikimedia Foerdergesellschaft\nDE33100205000001194700\nEUR123.40\n\n\nINV-7"
    )


def test_a_bill_in_roubles_has_the_code_of_the_standard_with_the_sum_in_kopecks():
    assert payment_code(invoice("RUB", RUSSIA, "5900.50")) == (
        "ST00012|Name=ООО «Карун Инструмент»|PersonalAcc=40702810138250123017|BankName=ПАО СБЕРБАНК|BIC=044525225"
        "|CorrespAcc=30101810400000000225|Sum=590050|Purpose=Оплата по счёту INV-7|PayeeINN=7707083893"
    )


def test_what_is_still_to_be_paid_stands_in_it():
    assert "EUR23.40" in payment_code(invoice(balance=D("23.40")))


@pytest.mark.parametrize(
    "bad",
    [
        invoice("USD"),
        invoice("IRR"),
        invoice(balance=D(0)),
        invoice(total="-5"),
        invoice(total="1.005"),
        invoice(total="1000000000"),
        replace(invoice(), kind="quote"),
        replace(invoice(), total=None),
        invoice(seller={**EUROPE, "name": ""}),
        invoice(seller={**EUROPE, "bank_account": "DE33 1002 0500 0001 1947 01"}),
        invoice("RUB", {**RUSSIA, "bank_code": "044525225"}),
        invoice("RUB", {**RUSSIA, "bank_account": "4070281013825012301"}),
        invoice("RUB", {**RUSSIA, "bank_name": ""}),
    ],
)
def test_no_code_where_it_could_not_be_right(bad):
    assert payment_code(bad) == ""


def test_a_name_of_somebody_adds_no_line_to_the_code():
    said = payment_code(invoice(seller={**EUROPE, "name": "Karun\nEUR999999"}))

    assert said.splitlines()[5] == "Karun EUR999999" and len(said.splitlines()) == 11


def test_the_code_stands_on_the_paper_and_else_the_link(db):
    paper = invoice(qr="https://example.org/c/1")
    look = shipped("invoice")
    by_bank, by_link = set_out(paper, look)["qr"], set_out(replace(paper, currency="USD"), look)["qr"]

    assert by_bank and by_link and by_bank != by_link
    assert set_out(replace(paper, currency="USD", qr=""), look)["qr"] == ""
