import datetime as dt

import pytest
from django.db import transaction

from daftar.kernel.errors import Conflict, Invalid
from daftar.sales.models import SalesSettings
from daftar.sales.numbering import checked, go_on_from, period_of, take_number, written

MARCH = dt.date(2026, 3, 3)


def taken(day=MARCH, series="invoice"):
    with transaction.atomic():
        return take_number(series, day)


def test_numbers_follow_each_other_and_begin_anew_each_year(db):
    assert [taken(), taken(), taken(dt.date(2027, 1, 1)), taken()] == [
        "INV-2026-00001", "INV-2026-00002", "INV-2027-00001", "INV-2026-00003",
    ]  # fmt: skip


def test_each_series_counts_by_itself(db):
    assert (taken(), taken(series="credit"), taken(series="quote")) == (
        "INV-2026-00001",
        "CN-2026-00001",
        "Q-2026-00001",
    )


def test_a_number_of_what_was_not_stored_is_given_again(db):
    with transaction.atomic():
        assert take_number("invoice", MARCH) == "INV-2026-00001"
        transaction.set_rollback(True)

    assert taken() == "INV-2026-00001"


@pytest.mark.django_db(transaction=True)
def test_a_number_is_only_taken_where_its_paper_is_stored():
    with pytest.raises(RuntimeError):
        take_number("invoice", MARCH)


@pytest.mark.parametrize(
    ("pattern", "period", "text"),
    [
        ("{number}", "", "7"),
        ("A{year}/{month}-{number:3}", "2026-03", "A2026/03-007"),
        ("{jyear}-{number:4}", "1404", "1404-0007"),
        ("{jyear}{jmonth}{number:2}", "1404-12", "14041207"),
    ],
)
def test_a_pattern_names_its_period(pattern, period, text):
    assert (period_of(pattern, MARCH), written(pattern, MARCH, 7)) == (period, text)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "INV",
        "{number}{number}",
        "{day}-{number}",
        "{number:0}",
        "{month}-{number}",
        "x" * 60 + "{number}",
        "{number",
        "}{number}",
    ],
)
def test_a_pattern_that_cannot_be_is_refused(pattern):
    with pytest.raises(Invalid):
        checked(pattern)


def test_the_company_goes_on_from_its_old_numbers_and_never_back(db):
    go_on_from("invoice", 1200, MARCH)
    assert taken() == "INV-2026-01200"

    with pytest.raises(Conflict):
        go_on_from("invoice", 1200, MARCH)


def test_another_pattern_counts_in_its_own_period(db):
    taken()
    SalesSettings.objects.create(pk=1, invoice_pattern="{number}")

    assert taken() == "1"
