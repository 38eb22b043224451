"""Records by their numbers."""

import pytest
from django.db import connection
from django.db.models.signals import post_init, pre_init
from django.test.utils import CaptureQueriesContext

from daftar.records.whole_rows import whole_rows


def test_they_come_in_the_order_asked_for_and_what_is_not_there_is_left_out(office):
    rows = [office.visit(f"Room {number}") for number in range(3)]
    asked = [rows[2].pk, 10**9, rows[0].pk, -1, 0, 2**63, 10**60]

    with CaptureQueriesContext(connection) as seen:
        found = whole_rows(type(rows[0]), asked)

    assert [row.pk for row in found] == [rows[2].pk, rows[0].pk]
    assert office.type.title_of(found[1]) == "Room 0"
    assert len(seen) == 1


@pytest.mark.parametrize(("count", "queries"), [(50, 1), (61, 2), (101, 1)])
def test_fifty_at_a_time_and_many_at_once(office, count, queries):
    ids, model = [office.visit(f"Room {number}").pk for number in range(count)], office.type.model

    with CaptureQueriesContext(connection) as seen:
        found = whole_rows(model, ids)

    assert [row.pk for row in found] == ids
    assert len(seen) == queries


def test_none_are_asked_for(office):
    assert whole_rows(office.type.model, []) == []


@pytest.mark.parametrize("signal", [pre_init, post_init])
def test_whoever_listens_to_records_being_made_hears_of_each(office, signal):
    row, heard = office.visit("Room 1"), []

    def hear(**said):
        heard.append(said)

    signal.connect(hear, sender=type(row))
    try:
        type(row).objects.get(pk=row.pk)
    finally:
        signal.disconnect(hear, sender=type(row))

    assert len(heard) == 1
