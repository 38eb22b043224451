import pytest

from tests.house.installation import Installation
from tests.walks.seat import Seat


@pytest.fixture
def house(tmp_path, empty_house):
    """An installation of its own that serves, with nobody in it."""
    made = Installation(tmp_path, like=empty_house)
    with made.serving():
        yield made
    made.close()


@pytest.fixture
def seats(browser):
    """`seats(address, 1280, 800)` gives somebody a window; what it found is told at the end."""
    taken = []

    def sit(*words, **more):
        taken.append(Seat(browser, *words, **more))
        return taken[-1]

    yield sit
    for seat in taken:
        seat.context.close()
    for seat in taken:
        assert not seat.errors, seat.errors
        assert not seat.findings, "\n".join(seat.findings)
