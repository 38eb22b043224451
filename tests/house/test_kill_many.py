"""kill -9 in the middle of acts on many records and of changes of a field's kind: they go on or stand still, never twice, never half.

bin/kill-test --many does it 100 times.
"""

import pytest

from tests.house.killing_many import kill_many


@pytest.mark.slow
@pytest.mark.on_both
def test_six_kills_in_acts_on_many_lose_nothing_and_do_nothing_twice(whole_house):
    told = kill_many(whole_house, 6)

    assert told.sequences == told.kills == 6
    assert told.runs or told.merged or told.retypings, "nothing was acknowledged"
    assert told.inside + told.cut > 0, "no kill came in the middle of anything"
