import pytest

from daftar.access.models import Installation, Role, User


@pytest.fixture
def company(db):
    return Installation.objects.create(pk=1, name="Oak", language="en", currency="USD", time_zone="UTC", country="US")


@pytest.fixture
def owner(company):
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)
