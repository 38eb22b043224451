"""Signing in: right, wrong, unknown, too often; and where one lands."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daftar.access import password_reset, throttle
from daftar.access.models import SignInDelay, User
from daftar.kernel import clock

RIGHT = {"email": "Boss@oak.example ", "password": "rain on copper"}


def test_the_right_password_opens_the_page_that_was_wanted(client, owner):
    answer = client.post("/sign-in/", RIGHT | {"next": "/me/"})

    assert (answer.status_code, answer["Location"]) == (302, "/me/")
    assert client.get("/me/").status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "evil"]
)
def test_signing_in_never_leads_to_a_foreign_address(client, owner, target):
    assert client.post("/sign-in/", RIGHT | {"next": target})["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(client, owner):
    wrong = client.post("/sign-in/", {"email": "boss@oak.example", "password": "no"})
    unknown = client.post("/sign-in/", {"email": "nobody@oak.example", "password": "no"})

    assert wrong.status_code == unknown.status_code == 422
    assert said(wrong) == said(unknown) != ""


def said(answer):
    return answer.content.decode().split('class="notice notice--danger"')[1].split("</p>")[0]


def test_guessing_gets_slower_and_the_right_password_must_wait_too(client, owner):
    with clock.frozen("2026-03-01 10:00"):
        for _try in range(5):
            client.post("/sign-in/", {"email": "boss@oak.example", "password": "no"})
        answer = client.post("/sign-in/", RIGHT)
    with clock.frozen("2026-03-01 10:01"):
        later = client.post("/sign-in/", RIGHT)

    assert answer.status_code == 429
    assert answer["Retry-After"] == "1"
    assert later.status_code == 302
    assert not SignInDelay.objects.filter(failures__gt=5).exists()


def test_the_wait_doubles_up_to_a_quarter_of_an_hour():
    assert [throttle.wait_seconds(n) for n in (-1, 0, 1, 5, 50)] == [0, 1, 2, 32, 900]


def test_one_address_that_tries_many_accounts_is_slowed(client, owner):
    with clock.frozen("2026-03-01 10:00"):
        answers = [
            client.post("/sign-in/", {"email": f"n{n}@oak.example", "password": "no"}).status_code for n in range(32)
        ]

    assert answers[:30] == [422] * 30
    assert answers[31] == 429


def test_nobody_without_a_password_signs_in(client, owner):
    User.objects.create_user("free@oak.example", None, name="Free")

    assert client.post("/sign-in/", {"email": "free@oak.example", "password": ""}).status_code == 422


def test_who_is_made_inactive_is_out_at_once(client, owner):
    client.force_login(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    User.objects.create_user("second@oak.example", "rain on copper", name="Second")

    assert client.get("/me/")["Location"].startswith("/sign-in/")


def test_strangers_read_the_sign_in_page_in_the_language_they_ask_for(client, owner):
    page = client.get("/sign-in/?language=fa").content.decode()

    assert 'dir="rtl"' in page
    assert 'lang="fa"' in page


# -- what the answer tells, and whom it holds up --------------------------------------------------------


class Costly(MD5PasswordHasher):
    """A hasher that counts how often it works."""

    algorithm, works = "md5", 0

    def encode(self, password, salt):
        Costly.works += 1
        return super().encode(password, salt)


def test_every_account_costs_the_same_work(owner, settings):
    """As much hashing and the same statements for who is known, has no password, is switched off, or does not exist."""
    User.objects.create_user("free@oak.example", None, name="Free")
    User.objects.create_user("gone@oak.example", "rain on copper", name="Gone", is_active=False)
    settings.PASSWORD_HASHERS = [f"{__name__}.Costly"]

    cost_of("first")  # the first of a network makes its counter
    costs = [cost_of(name) for name in ("boss", "free", "gone", "nobody")]

    assert costs[0][:2] == (422, 1)
    for cost in costs[1:]:
        assert cost == costs[0]


def cost_of(name):
    Costly.works = 0
    with CaptureQueriesContext(connection) as seen:
        answer = Client().post("/sign-in/", {"email": f"{name}@oak.example", "password": "wrong"})
    return (
        answer.status_code,
        Costly.works,
        [re.sub(r"\d|'[^']*'", "", query["sql"])[:60] for query in seen.captured_queries],
    )


def fail(client, times, **more):
    for n in range(times):
        client.post("/sign-in/", {"email": "boss@oak.example", "password": f"no {n}"}, **more)


def test_a_stranger_cannot_hold_up_who_signs_in_from_elsewhere(owner):
    """Not even in a browser that was never used before."""
    with clock.frozen("2026-03-01 10:00"):
        fail(Client(REMOTE_ADDR="198.51.100.7"), 40)
        stranger = Client(REMOTE_ADDR="198.51.100.7").post("/sign-in/", RIGHT)
        boss = Client(REMOTE_ADDR="203.0.113.9").post("/sign-in/", RIGHT)

    assert (stranger.status_code, boss.status_code) == (429, 302)


def test_many_strangers_hold_up_new_browsers_but_not_known_ones_and_not_for_good(owner):
    known = Client(REMOTE_ADDR="203.0.113.9")
    known.post("/sign-in/", RIGHT)
    known.post("/sign-out/")
    with clock.frozen("2026-03-01 10:00"):
        for n in range(13):
            fail(Client(REMOTE_ADDR=f"198.51.100.{n}"), 4)
        fresh = Client(REMOTE_ADDR="203.0.113.10").post("/sign-in/", RIGHT)
        again = known.post("/sign-in/", RIGHT)
    with clock.frozen("2026-03-01 10:16"):
        later = Client(REMOTE_ADDR="203.0.113.10").post("/sign-in/", RIGHT)

    assert (fresh.status_code, again.status_code, later.status_code) == (429, 302, 302)


def test_who_comes_by_a_mailed_link_is_not_held_up_and_is_a_new_device_all_the_same(owner, settings):
    owner.last_login = clock.now()
    owner.save()
    heard = []
    fresh = Client(REMOTE_ADDR="203.0.113.10")
    with clock.frozen("2026-03-01 10:00"):
        for n in range(13):
            fail(Client(REMOTE_ADDR=f"198.51.100.{n}"), 4)
        link = f"/new-password/{password_reset.token_for(owner)}/"
        fresh.post(link, {"new": "snow on copper"})
        is_known = throttle.is_known_device(request_with(fresh), "boss@oak.example")
        answer = fresh.post("/sign-in/", {"email": "boss@oak.example", "password": "snow on copper"})
        heard.append(throttle.is_known_device(request_with(fresh), "boss@oak.example"))

    assert (answer.status_code, is_known, heard) == (302, False, [True])


def request_with(client):
    request = HttpRequest()
    request.COOKIES = {name: kept.value for name, kept in client.cookies.items()}
    return request
