"""A list in groups: every row is in one, the sums are those of the rows, and each group opens its own rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.http import QueryDict

from daftar.kernel.money import Money
from daftar.records.models import SavedView
from daftar.records.query.grouping import able_fields, groups_of, rows_of
from daftar.records.query.view import View
from daftar.records.reader import Reader


@pytest.fixture
def some_deals(shop):
    """Seven deals of two sellers, in two stages, over three months; one without amount and day."""
    stages = [s.id for s in shop.type("deal").pipelines[0].stages if s.kind == "open"]
    days = [
        dt.date(2026, 3, 20),
        dt.date(2026, 3, 21),
        dt.date(2026, 3, 31),
        dt.date(2026, 4, 1),
        dt.date(2027, 4, 1),
        None,
        None,
    ]
    for n, day in enumerate(days):
        shop.deal(
            name=f"Deal {n}", stage=stages[n % 2], owner=(shop.sara if n % 3 else shop.sam).pk, expected_close=day,
            amount=Money(Decimal(100 + n), "USD") if n < 6 else None,
        )  # fmt: skip
    return shop


def view_of(user, words) -> View:
    reader = Reader(user)
    return View.parse(reader.schema.type("deal"), QueryDict(words), reader)


@pytest.mark.parametrize("key", ["owner", "stage", "company", "expected_close", "created_at", "source", "lost_reason"])
def test_each_row_is_in_one_group_whose_rows_and_sums_are_its_own(some_deals, key):
    view = view_of(some_deals.olga, f"group={key}")
    groups, has_more = groups_of(view)

    assert not has_more
    assert sum(group.count for group in groups) == view.rows().count()
    for group in groups:
        inside = rows_of(view, group)
        assert inside.rows().count() == group.count, group
        assert inside.totals()["amount"] == group.totals["amount"], group
        assert inside.group_field is None


def test_groups_stand_in_their_own_order_and_empty_ones_last(some_deals):
    names = [group.shown.text for group in groups_of(view_of(some_deals.olga, "group=owner"))[0]]
    assert names == sorted(names)
    months = [group.shown.text for group in groups_of(view_of(some_deals.olga, "group=expected_close"))[0]]
    assert months == ["April 2027", "April 2026", "March 2026", ""]


def test_months_are_those_of_the_reader(some_deals):
    some_deals.olga.calendar = "jalali"
    some_deals.olga.save()
    reader = Reader(some_deals.olga)
    reader.formats = replace(reader.formats, calendar="jalali")
    view = View.parse(reader.schema.type("deal"), QueryDict("group=expected_close"), reader)

    groups, _more = groups_of(view)

    # The Persian year 1405 begins on 21 March 2026.
    assert [group.count for group in groups] == [1, 3, 1, 2]
    for group in groups:
        assert rows_of(view, group).rows().count() == group.count


def test_the_page_says_name_count_and_sum_and_opens_rows(some_deals, at):
    client = at(some_deals.olga)

    page = client.get("/deals/", {"group": "owner", "stage": "open"}).content.decode()
    assert "Sara" in page
    assert "Deal 3" not in page
    part = page.split('hx-get="')[1].partition('"')[0].replace("&amp;", "&")
    rows = client.get(part, headers={"HX-Request": "true"}).content.decode()
    assert rows.count("<tr id=") >= 2
    assert "<html" not in rows


@pytest.mark.parametrize("key", ["name", "amount", "nothing", "tags", "phones", "'", "x" * 3000])
def test_what_cannot_group_is_told_and_the_list_stays(some_deals, at, key):
    answer = at(some_deals.olga).get("/deals/", {"group": key})

    assert answer.status_code == 400
    assert "cannot be grouped by" in answer.content.decode()
    assert "Deal 3" in answer.content.decode()


def test_groups_count_what_the_reader_may_see(some_deals):
    everything = sum(g.count for g in groups_of(view_of(some_deals.olga, "group=owner"))[0])
    hers = sum(g.count for g in groups_of(view_of(some_deals.reza, "group=owner"))[0])

    assert hers < everything
    assert hers == view_of(some_deals.reza, "").rows().count()


def test_a_saved_view_keeps_its_groups(some_deals, at):
    client = at(some_deals.sara)
    client.post("/deals/views/new?group=owner&stage=open", {"name": "By owner", "audience": "own"})

    assert SavedView.objects.get(name="By owner").query == "stage=open&group=owner"
    assert {f.key for f in able_fields(Reader(some_deals.sara).schema.type("deal"))} >= {"owner", "stage", "company"}
