"""A quote whose last day is over says so by itself, once."""

import datetime as dt

import pytest

from daftar.activities.models import Notice
from daftar.kernel import clock
from daftar.records.models import Event
from daftar.sales.models import Quote
from daftar.sales.quoting.answer import answer_quote
from daftar.sales.quoting.expiring import expire_quotes
from daftar.sales.quoting.issue import issue_quote


@pytest.fixture
def quote(shop, store):
    return issue_quote(store.deal(("Drill", 1, 10)).pk, by=shop.sara, days=10)


def in_days(days):
    return clock.frozen(clock.now() + dt.timedelta(days=days))


def told(shop):
    return list(Notice.objects.filter(to=shop.sara, kind="quote_answered").values_list("data__what", flat=True))


def test_its_state_is_expired_from_the_day_after(shop, quote, at):
    states = []
    for days in (0, 10, 11, 12):
        with in_days(days):
            states.append((expire_quotes(), Quote.objects.get(pk=quote.pk).state))

    assert states == [(0, "issued"), (0, "issued"), (1, "expired"), (0, "expired")]
    assert told(shop) == ["expired"]
    assert "No answer until the last day of the quote" in at(shop.sara).get("/notices/").content.decode()


def test_nobody_of_us_did_it(shop, quote, at):
    with in_days(11):
        expire_quotes()

    events = Event.objects.filter(type="quote", record_id=quote.pk, kind="changed") | Event.objects.filter(
        type="deal", kind="quote_expired"
    )
    assert [event.data.get("by_itself") for event in events] == [True, True]
    card = at(shop.sara).get(f"/deals/{quote.deal_id}/").content.decode()
    assert "noted that no answer came in time to the quote" in card


def test_answered_and_older_ones_stay_or_are_marked_quietly(shop, store, quote):
    answer_quote(quote.pk, accepted=True, name="Reza", by=shop.sara)
    old = issue_quote(store.deal(("Saw", 1, 20)).pk, by=shop.sara, days=10)

    with in_days(40):
        assert expire_quotes() == 1

    assert (Quote.objects.get(pk=quote.pk).state, Quote.objects.get(pk=old.pk).state) == ("accepted", "expired")
    assert "expired" not in told(shop)


def test_it_is_issued_again_as_the_next_version(shop, quote):
    with in_days(11):
        expire_quotes()
        again = issue_quote(quote.deal_id, by=shop.sara)

    assert (again.number, again.quote_version, again.replaces_id) == (quote.number, 2, quote.pk)
    assert Quote.objects.get(pk=quote.pk).state == "replaced"


def test_what_came_by_an_import_stays_as_it_came(shop, quote):
    """Its version stands as the import left it, so that the import can be taken back."""
    Event.objects.filter(type="quote", record_id=quote.pk, kind="created").update(via="import")

    with in_days(11):
        assert expire_quotes() == 0
    fresh = Quote.objects.get(pk=quote.pk)
    assert (fresh.state, fresh.version) == ("issued", quote.version)
