"""kill -9 among eight processes that issue, pay, ship, cancel, credit and receive: nothing lost, half or double, and numbers without gap.

bin/kill-test --papers does it with 1,000 invoices.
"""

import pytest

from tests.house.killing_papers import kill_papers


@pytest.mark.slow
@pytest.mark.on_both
def test_eight_processes_issue_numbered_invoices_though_they_are_killed(whole_house):
    told = kill_papers(whole_house, 12, invoices=60)

    assert told["kills"] >= 12 and told["invoices"] >= 60
    assert told["repeated"] > 0, "no kill came in the middle of a form"
    for kind in ("issue", "pay", "ship", "receive"):
        assert told["acts"].get(f"{kind} done"), f"nothing of {kind} was acknowledged"
