import pytest

from tests.house.installation import Installation, migrated_once


@pytest.fixture(scope="session")
def kernel_alone(tmp_path_factory):
    """An installation of the kernel alone with empty tables, to copy from."""
    with migrated_once(tmp_path_factory, "kernel-alone", DAFTAR_ROOMS="kernel") as made:
        yield made


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
