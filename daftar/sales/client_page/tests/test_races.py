# ruff: noqa: F811 - the shop is a fixture
"""Twenty at once, with real threads and connections, on both databases."""

import pytest
from django.test import Client

from daftar.activities.models import Activity, Notice
from daftar.records.models import Event
from daftar.sales.client_page import links
from daftar.sales.models import ClientLink, Quote
from daftar.sales.paying.tests.test_races import MANY, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_twenty_who_answer_at_once_one_counts(shop, page):
    def answer(n):
        given = {"name": f"Client {n}", "answer": "accept" if n % 2 else "decline"}
        return lambda: (
            Client().post(f"{page.path}quotes/{page.quote.pk}/answer", given, REMOTE_ADDR=f"10.0.0.{n}").status_code
        )

    codes = at_once(*[answer(n) for n in range(MANY)])

    quote = Quote.objects.get(pk=page.quote.pk)
    assert codes.count(303) == 1 and set(codes) == {303, 409}
    assert quote.state in ("accepted", "declined") and quote.answered_by.startswith("Client")
    assert Event.objects.filter(kind__in=("quote_accepted", "quote_declined")).count() == 1
    assert Notice.objects.filter(kind="quote_answered").count() == 1


def test_two_tabs_and_a_double_click_are_one_answer(shop, page):
    given = {"name": "Ali", "answer": "accept"}
    codes = at_once(*[lambda: Client().post(f"{page.path}quotes/{page.quote.pk}/answer", given).status_code] * 8)

    assert set(codes) == {303} and Event.objects.filter(kind="quote_accepted").count() == 1


def test_of_many_who_open_at_once_one_is_told_and_all_are_counted(shop, page):
    codes = at_once(*[lambda: Client().get(page.path).status_code] * MANY)

    assert set(codes) == {200} and ClientLink.objects.get(pk=page.link_id).opens == MANY
    assert Event.objects.filter(kind="page_opened").count() == 1


def test_one_question_sent_many_times_is_one(shop, page):
    given = {"asker": "Ali", "question": "When?", "once": "k"}
    at_once(*[lambda: Client().post(f"{page.path}ask", given).status_code] * 8)

    assert Activity.objects.count() == 1 and Notice.objects.filter(kind="client_asked").count() == 1


def test_links_made_at_once_are_one(shop, store):
    deal = store.deal(("Drill", 1, 1))

    made = at_once(*[lambda: links.make(deal.pk, by=shop.sara).pk] * 8)

    assert len(set(made)) == 1
