import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.crm.models import Deal
from daftar.kernel import clock
from daftar.records.models import Stage
from daftar.records.query.view import View
from daftar.records.schema import schema_changed

NOW = dt.datetime(2026, 3, 3, 10, 30, tzinfo=dt.UTC)
moments = st.none() | st.integers(-40 * 24, 40 * 24).map(lambda hours: NOW + dt.timedelta(hours=hours))
past = st.none() | st.integers(0, 40 * 24 * 4).map(lambda quarters: NOW - dt.timedelta(minutes=15 * quarters))
deals = st.builds(
    dict,
    stage=st.sampled_from(["new", "qualified", "proposal", "negotiation", "won", "lost", "unwatched", None]),
    created_at=past.filter(bool),
    stage_since=past,
    last_contact_at=past,
    next_at=moments,
    next_moves=st.integers(0, 5),
    parked_until=st.none() | st.integers(-5, 5).map(lambda days: NOW.date() + dt.timedelta(days=days)),
)


def save(shop, values):
    known = {s.key: s.id for p in shop.type("deal").pipelines for s in p.stages}
    columns = {k: v for k, v in values.items() if k != "stage"}
    return Deal.objects.create(name="A deal", owner=shop.sara, stage_id=known.get(values["stage"]), **columns)


def ids(shop, address, reader):
    return set(View.parse(shop.type("deal"), address, reader).rows().values_list("pk", flat=True))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(deals, min_size=1, max_size=12), zone=st.sampled_from(["UTC", "Asia/Tehran", "America/New_York"]))
def test_the_filter_says_what_the_mark_says(shop, rows, zone):
    Deal.objects.all().delete()
    pipeline = Stage.objects.get(key="new", pipeline__type="deal").pipeline
    if not Stage.objects.filter(pipeline=pipeline, key="unwatched").exists():
        Stage.objects.create(pipeline=pipeline, key="unwatched", name="Unwatched")
        schema_changed()
    with clock.frozen(NOW):
        made = [save(shop, values) for values in rows]
        reader = shop.reader(shop.sara)
        reader.formats = dataclasses.replace(reader.formats, tz=zone)
        idle, late = shop.type("deal")["idle"], shop.type("deal")["days_in_stage"]
        expected = {d.pk for d in made if idle.get(d).is_idle(reader)}
        over = {d.pk for d in made if late.show(late.get(d), reader).tone == "warn"}
        counted = {d.pk for d in made if (text := late.export(late.get(d), reader)) and int(text) >= 5}

        assert ids(shop, "idle=yes", reader) == expected
        assert ids(shop, "idle=no", reader) == {d.pk for d in made} - expected
        assert ids(shop, "days_in_stage.over", reader) == over
        assert ids(shop, "days_in_stage.gte=5", reader) == counted


@pytest.mark.parametrize(
    ("values", "is_idle"),
    [
        ({}, False),
        ({"stage_since": -2}, True),
        ({"stage_since": -9, "last_contact_at": -1}, False),
        ({"stage_since": -9, "next_at": 1}, False),
        ({"stage_since": -9, "next_at": -1}, True),
        ({"stage_since": -9, "next_at": 1, "next_moves": 3}, True),
        ({"next_at": 1, "next_moves": 3}, True),
        ({"stage_since": -9, "parked_until": 2}, False),
        ({"stage_since": -9, "next_moves": 4, "parked_until": 2}, False),
        ({"stage_since": -9, "stage": "won"}, False),
    ],
)
def test_a_deal_is_idle_when_nobody_spoke_and_nothing_is_planned(shop, values, is_idle):
    made = {"stage": "new", "stage_since": 0, "created_at": 0, **values}
    with clock.frozen(NOW):
        for key, value in made.items():
            if isinstance(value, int) and key != "next_moves":
                made[key] = NOW + dt.timedelta(days=value)
                made[key] = made[key].date() if key == "parked_until" else made[key]
        deal = save(shop, made)

        assert shop.type("deal")["idle"].get(deal).is_idle(shop.reader(shop.sara)) == is_idle


def test_the_stage_clock_starts_anew_with_each_move(shop):
    from daftar.records import writing

    with clock.frozen(NOW):
        deal = shop.deal()
    with clock.frozen(NOW + dt.timedelta(days=3)):
        deal = writing.change(shop.type("deal"), deal.pk, {"name": "Another name"}, by=shop.sara, via="page")
        assert deal.stage_since == NOW
        deal = writing.change(shop.type("deal"), deal.pk, {"stage": shop.stage("qualified")}, by=shop.sara, via="page")
        assert deal.stage_since == NOW + dt.timedelta(days=3)


def test_the_mark_costs_no_query_of_its_own(shop, django_assert_num_queries):
    for n in range(20):
        shop.deal(name=f"Deal {n}")
    type_, reader = shop.type("deal"), shop.reader(shop.sara)
    rows = list(View.parse(type_, "idle=no", reader).rows())

    with django_assert_num_queries(0):
        shown = [type_[key].show(type_[key].get(row), reader) for row in rows for key in ("idle", "days_in_stage")]

    assert len(shown) == 40
