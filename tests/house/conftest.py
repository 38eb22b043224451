import pytest

from tests.house.installation import Installation


def template(tmp_path_factory, **environment):
    """An installation with empty tables, to copy from: migrating takes seconds."""
    made = Installation(tmp_path_factory.mktemp("template"), **environment)
    made.manage("migrate", "-v0")
    yield made
    made.close()


@pytest.fixture(scope="session")
def kernel_alone(tmp_path_factory):
    yield from template(tmp_path_factory, DAFTAR_ROOMS="kernel")


@pytest.fixture(scope="session")
def all_rooms(tmp_path_factory):
    yield from template(tmp_path_factory)


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
