"""X-Forwarded-* counts only from the proxies that are named."""

import ipaddress

import pytest
from django.http import HttpRequest, HttpResponse

from config.middleware.proxies import KnownProxies
from config.proxies import proxies
from daftar.kernel.live.stream import address_of
from daftar.kernel.proxies import caller


@pytest.fixture
def behind(settings):
    settings.PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1")]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def asked(remote, **more):
    request = HttpRequest()
    request.META = {"REMOTE_ADDR": remote, **more}
    KnownProxies(lambda _: HttpResponse())(request)
    return request


def test_a_known_proxy_names_the_caller_and_says_that_it_was_tls(behind):
    request = asked("10.0.0.2", HTTP_X_FORWARDED_FOR="192.0.2.7", HTTP_X_FORWARDED_PROTO="https")

    assert request.META["REMOTE_ADDR"] == "192.0.2.7"
    assert request.is_secure()


def test_a_stranger_who_says_the_same_is_not_believed(behind):
    request = asked("203.0.113.9", HTTP_X_FORWARDED_FOR="192.0.2.7", HTTP_X_FORWARDED_PROTO="https")

    assert request.META["REMOTE_ADDR"] == "203.0.113.9"
    assert not request.is_secure()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("192.0.2.7, 10.0.0.9", "192.0.2.7"),
        ("1.1.1.1, 192.0.2.7, 10.0.0.9", "192.0.2.7"),  # what the caller himself wrote stands first
        ("", "10.0.0.2"),
        ("nonsense", "10.0.0.2"),
        ("nonsense, 10.0.0.9", "10.0.0.9"),
        ("2001:db8::7", "2001:db8::7"),
    ],
)
def test_the_caller_is_the_last_who_is_no_proxy_of_ours(behind, said, found):
    assert caller("10.0.0.2", said) == found


def test_streams_see_the_same_caller(behind):
    scope = {"client": ("10.0.0.2", 5), "headers": [(b"x-forwarded-for", b"192.0.2.7")]}

    assert address_of(scope) == "192.0.2.7"
    assert address_of({"client": None, "headers": []}) == ""


def test_a_switch_of_older_versions_is_refused_with_a_sentence():
    assert proxies("") == []
    with pytest.raises(ValueError, match="names the addresses"):
        proxies("1")
