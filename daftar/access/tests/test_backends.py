"""Who is signed in stays so: sessions of before name Django's own backend."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from daftar.access.backends import Known
from daftar.access.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("backend", ["django.contrib.auth.backends.ModelBackend", "daftar.access.backends.Known"])
def test_a_session_of_either_backend_goes_on(backend):
    client, user = Client(), User.objects.create_user("anna@x.example", "a long word 17", name="Anna", role="owner")
    client.force_login(user, backend=backend)

    assert client.get("/me/").status_code == 200

    User.objects.update(is_active=False)
    assert client.get("/me/").status_code == 302


def test_only_one_of_them_looks_at_passwords():
    user = User.objects.create_user("anna@x.example", "a long word 17", name="Anna")

    assert Known().authenticate(None, username="anna@x.example", password="a long word 17") is None
    assert authenticate(None, username="anna@x.example", password="a long word 17") == user
