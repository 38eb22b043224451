import pytest

from tests.house.installation import Installation


@pytest.fixture(scope="session")
def kernel_alone(tmp_path_factory):
    """An installation of the kernel alone with empty tables, to copy from."""
    made = Installation(tmp_path_factory.mktemp("template"), DAFTAR_ROOMS="kernel")
    made.manage("migrate", "-v0")
    yield made
    made.close()


@pytest.fixture
def house(tmp_path, kernel_alone):
    """An installation of its own, not started, with the kernel alone: what is tested here needs no other room."""
    made = Installation(tmp_path, like=kernel_alone)
    yield made
    made.close()


@pytest.fixture
def whole_house(tmp_path, all_rooms):
    """An installation of its own, not started, with every room."""
    made = Installation(tmp_path, like=all_rooms)
    yield made
    made.close()
