"""kill -9 in the middle of imports, of their rehearsal and of their undoing: every row of every file is in once, or told as refused once.

bin/kill-test --imports does it 100 times.
"""

import pytest

from tests.house.killing_imports import kill_imports


@pytest.mark.slow
@pytest.mark.on_both
def test_six_kills_in_imports_lose_no_row_and_load_none_twice(whole_house):
    told = kill_imports(whole_house, 6)

    assert told.sequences == told.kills == 6
    assert told.uploaded and told.loaded, "nothing was acknowledged"
    assert told.inside + told.cut > 0, "no kill came in the middle of anything"
