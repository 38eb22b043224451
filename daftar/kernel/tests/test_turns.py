"""A long work in batches leaves others room to save, and no more than that."""

import pytest

from daftar.kernel import turns
from daftar.kernel.turns import Turns


class Clock:
    def __init__(self):
        self.now, self.slept = 1_000.0, []

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(turns, "time", made)
    monkeypatch.setattr(turns, "connection", type("Sqlite", (), {"vendor": "sqlite", "in_atomic_block": False}))
    return made


def test_what_was_made_ready_meanwhile_is_part_of_the_pause(clock):
    batches = Turns(500, least=100, most=4_000)
    for ready_seconds in (0.0, 0.05, 0.5):
        clock.now += ready_seconds
        with batches.turn(500):
            clock.now += 0.3

    assert clock.slept == [0.06, 0.0]


def test_a_batch_grows_while_it_is_quick_and_shrinks_when_it_is_not(clock):
    batches, sizes = Turns(500, least=100, most=3_000), []
    for seconds in (0.05, 0.1, 0.2, 3.0, 60.0):
        sizes.append(batches.size)
        with batches.turn(batches.size):
            clock.now += seconds

    assert sizes == [500, 1_000, 2_000, 3_000, 300]
    assert batches.size == 100


def test_a_batch_that_fails_changes_nothing(clock):
    batches = Turns(500, least=100, most=3_000)
    with pytest.raises(ValueError, match="broken"), batches.turn(500):
        raise ValueError("broken")
    assert batches.size == 500 and batches.ended is None
