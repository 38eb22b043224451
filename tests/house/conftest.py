import pytest

from tests.house.installation import Installation


@pytest.fixture
def house(tmp_path):
    """An empty installation, not started."""
    made = Installation(tmp_path)
    yield made
    made.close()
