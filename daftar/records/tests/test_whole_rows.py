"""Records by their numbers."""

import pytest
from django.db import connection
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
