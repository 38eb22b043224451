"""Signing in: right, wrong, unknown, too often; and where one lands."""

import pytest

from daftar.access import throttle
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
