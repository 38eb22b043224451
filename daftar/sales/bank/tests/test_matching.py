import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daftar.sales.bank.matching import Certainty, OpenInvoice, Reason, match_all
from daftar.sales.bank.numbers_in_text import How, NumberBook
from daftar.sales.bank.payers import Agreement, Client, agreement
from daftar.sales.bank.reading.statement import Entry

ROMASHKA = Client(("ООО «Ромашка»", "Romashka LLC"), ("7701234567",), ("40702810900000012345",))
TUCKER = Client(("Tucker Ltd",), ("GB123456789",), ())
SEPEHR = Client(("شرکت سپهر داده (سهامی خاص)",), ("10101234567",), ())
DAY = dt.date(2026, 11, 20)


def invoice(id, number, balance, client=TUCKER, currency="EUR", due=None, references=()):
    return OpenInvoice(id, number, Decimal(balance), currency, client, due, references)


def entry(amount, purpose="", *, currency="EUR", **more):
    return Entry(DAY, Decimal(amount), currency, purpose=purpose, **more)


def match(one, *invoices):
    return match_all([one], invoices)[0]


def paid(found):
    return {share.invoice_id: share.amount for share in found.best.shares}


@pytest.mark.parametrize(
    ("purpose", "how"),
    [
        ("Invoice INV-2026-00042", How.WHOLE),
        ("inv 2026/00042 thank you", How.WHOLE),
        ("INV202600042", How.WHOLE),
        ("payment for INV-2026-42", How.WHOLE),
        ("INV-2026-000 42", How.WHOLE),
        ("2026-00042", How.BARE),
        ("Оплата по счету № 2026-00042 от 15.11.2026, НДС не облагается", How.BARE),
        ("پرداخت فاکتور ۲۰۲۶-۰۰۰۴۲", How.BARE),
        ("بابت فاکتور شماره ۴۲", How.SHORT),
        ("Оплата по счету 42 от 15.11.2026", How.SHORT),
        ("invoices 15, 16 and 42", How.SHORT),
        ("Счета №41 и №42", How.SHORT),
    ],
)
def test_a_number_is_found_however_people_write_it(purpose, how):
    assert NumberBook([(7, "INV-2026-00042")]).named_in(purpose) == {7: how}


@pytest.mark.parametrize(
    "purpose",
    [
        "",
        "thanks",
        "42",
        "room 42",
        "order 42 of 2026",
        "INV-2026-000421",
        "INV-2025-00042",
        "от 42.11.2026",
        "счет от 42",
        "1INV-2026",
    ],
)
def test_what_only_looks_like_a_number_is_none(purpose):
    assert NumberBook([(7, "INV-2026-00042")]).named_in(purpose) == {}


def test_the_full_number_of_one_hides_the_short_one_of_another():
    book = NumberBook([(1, "INV-2025-00042"), (2, "INV-2026-00042")])

    assert book.named_in("invoice INV-2026-00042") == {2: How.WHOLE}
    assert book.named_in("invoice 42") == {1: How.SHORT, 2: How.SHORT}


def test_number_and_sum_without_a_word_against_it_are_certain():
    found = match(entry("100.00", "INV-1042"), invoice(1, "INV-1042", "100"))

    assert found.certainty is Certainty.CERTAIN
    assert paid(found) == {1: Decimal("100")}
    assert found.best.reasons == (Reason.NUMBER, Reason.EXACT)


def test_another_payer_makes_it_a_proposal():
    other = entry("100.00", "INV-1042", name="Weber GmbH")

    found = match(other, invoice(1, "INV-1042", "100"))

    assert found.certainty is Certainty.PROPOSED
    assert Reason.OTHER_PAYER in found.best.reasons


@pytest.mark.parametrize(("amount", "reason", "share"), [("60", Reason.LESS, "60"), ("130", Reason.MORE, "100")])
def test_another_sum_makes_it_a_proposal_of_no_more_than_is_open(amount, reason, share):
    found = match(entry(amount, "INV-1042", name="Tucker"), invoice(1, "INV-1042", "100"))

    assert found.certainty is Certainty.PROPOSED
    assert reason in found.best.reasons
    assert paid(found) == {1: Decimal(share)}


def test_one_payment_for_several_invoices_is_certain_when_they_add_up():
    found = match(
        entry("350.50", "Оплата по счетам № 15, 16 и 17", currency="RUB", tax_id="7701234567"),
        invoice(1, "СЧ-2026-0015", "100", ROMASHKA, "RUB"),
        invoice(2, "СЧ-2026-0016", "200.50", ROMASHKA, "RUB"),
        invoice(3, "СЧ-2026-0017", "50", ROMASHKA, "RUB"),
    )

    assert found.certainty is Certainty.CERTAIN
    assert paid(found) == {1: Decimal(100), 2: Decimal("200.50"), 3: Decimal(50)}


def test_the_end_of_a_number_is_certain_only_with_its_payer():
    open_one = invoice(1, "СЧ-2026-0015", "100", ROMASHKA, "RUB")

    alone = match(entry("100", "по счету 15", currency="RUB"), open_one)
    with_payer = match(
        entry("100", "по счету 15", currency="RUB", name="Общество с ограниченной ответственностью РОМАШКА"), open_one
    )

    assert (alone.certainty, with_payer.certainty) == (Certainty.PROPOSED, Certainty.CERTAIN)


def test_two_numbers_with_one_end_are_both_proposed_unless_the_payer_tells():
    two = [invoice(1, "A-2025-42", "100", TUCKER), invoice(2, "A-2026-42", "100", ROMASHKA)]

    unclear = match(entry("100", "invoice 42"), *two)
    clear = match(entry("100", "invoice 42", name="TUCKER LIMITED"), *two)

    assert unclear.certainty is Certainty.PROPOSED
    assert {share.invoice_id for one in unclear.candidates for share in one.shares} == {1, 2}
    assert clear.certainty is Certainty.CERTAIN and paid(clear) == {1: Decimal(100)}


def test_the_amount_alone_is_at_most_proposed_and_two_that_fit_are_both():
    two = [invoice(1, "A-1001", "100"), invoice(2, "A-1002", "100", ROMASHKA), invoice(3, "A-1003", "99.99")]

    found = match(entry("100", "thank you"), *two)

    assert found.certainty is Certainty.PROPOSED
    assert [paid_by.shares[0].invoice_id for paid_by in found.candidates] == [1, 2]
    assert found.reasons == (Reason.SEVERAL,)


def test_amount_and_payer_are_proposed_and_leave_out_other_clients():
    found = match(
        entry("100", "", tax_id="GB 123 456 789"), invoice(1, "A-1001", "100"), invoice(2, "A-1002", "100", ROMASHKA)
    )

    assert found.certainty is Certainty.PROPOSED
    assert [one.shares[0].invoice_id for one in found.candidates] == [1]
    assert found.best.reasons == (Reason.EXACT, Reason.SAME_TAX_ID)


def test_the_amount_of_somebody_else_is_unknown():
    found = match(entry("100", "", name="Weber", tax_id="DE999"), invoice(1, "A-1001", "100"))

    assert (found.certainty, found.candidates, found.reasons) == (Certainty.UNKNOWN, (), (Reason.NOTHING_KNOWN,))


def test_a_known_client_pays_the_oldest_first():
    found = match(
        entry("150", "", account="4070 2810 9000 0001 2345"),
        invoice(1, "A-1001", "100", ROMASHKA, due=dt.date(2026, 12, 1)),
        invoice(2, "A-1002", "100", ROMASHKA, due=dt.date(2026, 11, 1)),
    )

    assert found.certainty is Certainty.PROPOSED
    assert paid(found) == {2: Decimal(100), 1: Decimal(50)}
    assert found.best.reasons == (Reason.OLDEST_FIRST, Reason.SAME_ACCOUNT)


def test_a_reference_of_its_own_is_certain():
    found = match(
        entry("40", "whatever", end_to_end="pay-77af", name="Somebody"),
        invoice(1, "A-1001", "100", references=("PAY-77AF",)),
    )

    assert found.certainty is Certainty.CERTAIN
    assert found.best.reasons == (Reason.REFERENCE, Reason.LESS)


def test_a_paid_invoice_is_not_paid_again():
    found = match(entry("100", "INV-1042"), invoice(1, "INV-1042", "0"))

    assert (found.certainty, found.reasons) == (Certainty.UNKNOWN, (Reason.PAID,))


def test_two_lines_for_one_invoice_are_not_both_certain():
    first, second = match_all([entry("100", "INV-1042"), entry("100", "INV-1042")], [invoice(1, "INV-1042", "100")])

    assert first.certainty is Certainty.CERTAIN
    assert (second.certainty, second.reasons) == (Certainty.UNKNOWN, (Reason.PAID,))


def test_another_currency_pays_nothing():
    found = match(entry("100", "INV-1042", currency="USD"), invoice(1, "INV-1042", "100"))

    assert (found.certainty, found.reasons) == (Certainty.UNKNOWN, (Reason.OTHER_CURRENCY,))


def test_money_that_went_out_and_reversals_pay_nothing():
    open_one = invoice(1, "INV-1042", "100")

    assert match(entry("-100", "INV-1042"), open_one).certainty is Certainty.NOT_OURS
    assert match(entry("100", "INV-1042", is_reversal=True), open_one).reasons == (Reason.REVERSAL,)


@pytest.mark.parametrize(
    ("client", "name", "tax_id", "verdict"),
    [
        (ROMASHKA, "РОМАШКА ООО", "", Agreement.NAME),
        (ROMASHKA, "Somebody", "7701234567", Agreement.TAX_ID),
        (ROMASHKA, "ООО Ромашка", "7700000000", Agreement.OTHER),
        (ROMASHKA, "ООО Василёк", "", Agreement.OTHER),
        (SEPEHR, "سپهر داده", "", Agreement.NAME),
        (SEPEHR, "سپهر‌داده", "", Agreement.NAME),
        (SEPEHR, "Sepehr Data", "", Agreement.UNKNOWN),
        (Client(("Иванов Иван Иванович",)), "ИВАН ИВАНОВ", "", Agreement.NAME),
        (Client(("Ivanov Ivan",)), "IVANOV I", "", Agreement.UNKNOWN),
        (TUCKER, "", "", Agreement.UNKNOWN),
    ],
)
def test_who_paid_is_the_client_or_not(client, name, tax_id, verdict):
    assert agreement(client, name=name, tax_id=tax_id, account="") is verdict


amounts = st.decimals("0.01", "9999.99", places=2)


@given(st.lists(amounts, min_size=1, max_size=6), st.data())
def test_no_match_ever_gives_out_more_than_came_in_or_is_open(balances, data):
    invoices = [invoice(place, f"INV-{1000 + place}", str(balance)) for place, balance in enumerate(balances, 1)]
    entries = data.draw(
        st.lists(
            st.builds(
                entry,
                st.one_of(amounts, st.sampled_from(balances)).map(str),
                st.lists(st.sampled_from([one.number for one in invoices] + ["x", "42"]), max_size=3).map(" ".join),
                name=st.sampled_from(["", "Tucker", "Weber"]),
            ),
            max_size=6,
        )
    )

    left = {one.id: one.balance for one in invoices}
    for one, found in zip(entries, match_all(entries, invoices), strict=True):
        for candidate in found.candidates:
            assert sum(share.amount for share in candidate.shares) <= one.amount
            assert all(0 < share.amount <= left[share.invoice_id] for share in candidate.shares)
        if found.certainty is Certainty.CERTAIN:
            assert len(found.candidates) == 1
            for share in found.best.shares:
                left[share.invoice_id] -= share.amount
