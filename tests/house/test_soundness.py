"""What stops the start, each with a sentence that says how to mend it."""

import resource

import pytest

from daftar.kernel import soundness

pytestmark = pytest.mark.django_db


def said():
    return " ".join(soundness.troubles())


@pytest.mark.parametrize(("host", "url"), [("0.0.0.0", "http://localhost:8000"), ("127.0.0.1", "https://crm.example")])
def test_debug_with_a_public_address(settings, host, url):
    settings.DEBUG, settings.HOST, settings.PUBLIC_URL = True, host, url

    assert "DAFTAR_DEBUG is on" in said()


@pytest.mark.parametrize("key", ["short", "x" * 60, "django-insecure-abcdefghijklmnopqrstuvwxyz0123456789"])
def test_a_weak_or_sample_key(settings, key):
    settings.SECRET_KEY = key

    assert "DAFTAR_SECRET_KEY" in said()


def test_too_few_open_files(monkeypatch):
    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 4096))

    assert "Only 256 open files are allowed; Daftar needs 512. Raise the limit (ulimit -n 4096)." in said()


def test_keys_open_to_others(settings, tmp_path):
    settings.KEYS = tmp_path
    tmp_path.chmod(0o755)

    assert "chmod -R go=" in said()
