"""kill -9 at any moment loses nothing that was answered as saved, and leaves nothing half. bin/kill-test does it 200 times."""

import os

import pytest

from tests.house.installation import ROOT
from tests.house.killing import kill_again_and_again


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / "daftar" / "crm" / "apps.py").exists(), reason="there are no leads yet")
def test_twelve_kills_lose_nothing(whole_house):
    ledger = kill_again_and_again(whole_house, 12)

    assert len(ledger.saved) > 50, "too little was written to show anything"
    assert ledger.moves > 8
    assert len(ledger.files) > 8
    assert ledger.repeated > 0, "no kill came in the middle of a form"
    assert ledger.unknown == {}


@pytest.mark.thorough
@pytest.mark.skipif(not os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="on SQLite there are twelve")
def test_a_few_kills_lose_nothing_on_postgresql(whole_house):
    ledger = kill_again_and_again(whole_house, 6)

    assert len(ledger.saved) > 10
    assert ledger.unknown == {}
