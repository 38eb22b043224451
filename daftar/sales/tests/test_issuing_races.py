import pytest

from daftar.crm.tests.test_merging_races import at_once
from daftar.sales.invoicing.issue import issue_invoice
from daftar.sales.models import Invoice, InvoiceLine


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_by_many_at_once_makes_one_invoice_with_its_lines_once(shop, store):
    deal = store.deal(("Drill", 1, 10))

    made = at_once(*[lambda: issue_invoice(deal.pk, by=shop.sara, once="k").pk] * 8)

    assert len(set(made)) == 1 and InvoiceLine.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_of_invoices_issued_at_once_have_no_gap_and_no_double(shop, store):
    deals = [store.deal(("Drill", 1, 10)) for _n in range(24)]

    at_once(*[lambda pk=deal.pk: issue_invoice(pk, by=shop.olga).pk for deal in deals])

    numbers = sorted(int(number.rpartition("-")[2]) for number in Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 25))
