import pytest
from django.db import connection, transaction

from daftar.access.models import Installation, Role, User
from daftar.access.tests.freshly import sign_in
from daftar.kernel.formats import Formats, using
from daftar.onboarding import demo

BOSS = ("boss@oak.example", "rain on copper")


def oak():
    return Installation.objects.create(pk=1, name="Oak", language="en", currency="USD", time_zone="UTC", country="US")


def boss():
    return User.objects.create_user(*BOSS, name="Boss", role=Role.OWNER)


@pytest.fixture
def company(db):
    return oak()


@pytest.fixture
def owner(company):
    return boss()


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker):
    """An owner's company with the demo in English, loaded once for a module; its tests act in savepoints within."""
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole._from_testcase = True
        with whole, using(Formats()):
            oak()
            found = boss().pk
            demo.load("en")
            yield found
            transaction.set_rollback(True)
        connection.close()


@pytest.fixture
def demo_owner(loaded_once, db):
    """The owner of a company into which the demo was loaded; what the test does is undone after it."""
    return User.objects.get(pk=loaded_once)


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
