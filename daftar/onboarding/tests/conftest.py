import pytest

from daftar.access.models import Installation, Role, User
from daftar.access.tests.freshly import sign_in
from daftar.kernel.formats import Formats, using


@pytest.fixture
def company(db):
    return Installation.objects.create(pk=1, name="Oak", language="en", currency="USD", time_zone="UTC", country="US")


@pytest.fixture
def owner(company):
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


@pytest.fixture
def seller(company):
    return User.objects.create_user("sara@oak.example", "rain on copper", name="Sara", role=Role.SELLER)


@pytest.fixture
def chief_client(client, owner):
    return sign_in(client, owner)


@pytest.fixture(autouse=True)
def dollars():
    with using(Formats()):
        yield
