"""kill -9 in the middle of acts on many records: they go on or stand still, never twice, never half. bin/kill-test --many does it 100 times."""

import pytest

from tests.house.killing_many import kill_many


@pytest.mark.slow
def test_eight_kills_in_acts_on_many_lose_nothing_and_do_nothing_twice(whole_house):
    told = kill_many(whole_house, 8)

    assert told.sequences == told.kills == 8
    assert len(told.runs) > 3
    assert told.inside > 0, "no kill came in the middle of a run"
