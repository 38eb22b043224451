import pytest

from tests.house.installation import Installation


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """An installation with empty tables, to copy from: migrating takes seconds."""
    made = Installation(tmp_path_factory.mktemp("migrated"))
    made.manage("migrate", "-v0")
    yield made
    made.close()


@pytest.fixture
def house(tmp_path, migrated):
    """An installation of its own with empty tables, not started."""
    made = Installation(tmp_path, like=migrated)
    yield made
    made.close()
