"""A forgotten password: the same words for everybody, a link that works once within an hour."""

import re
import statistics
import time

import pytest
from django.test import Client

from config.mail import MailServer
from daftar.access.models import User
from daftar.kernel import clock
from daftar.kernel.models import OutgoingMail

OLD, NEW = "rain on copper", "snow over zinc"


@pytest.fixture(autouse=True)
def mail(settings):
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9, "", "", "none")


def wish(email="boss@oak.example", client=None):
    return (client or Client()).post("/forgotten/", {"email": email})


def link():
    return re.search(r"/new-password/[\w-]+/", OutgoingMail.objects.latest("pk").text)[0]


def test_the_link_of_the_mail_changes_the_password(client, owner):
    wish(" Boss@oak.example")
    page = client.get(link())
    answer = client.post(link(), {"new": NEW})

    assert page.status_code == 200 and page["Referrer-Policy"] == "strict-origin"
    assert answer["Location"] == "/sign-in/"
    assert client.get("/me/").status_code == 302
    assert User.objects.get().check_password(NEW)


def test_it_works_once_and_not_after_signing_in(owner):
    wish()
    used = link()
    assert Client().post(used, {"new": NEW}).status_code == 302
    assert Client().post(used, {"new": OLD}).status_code == 404
    wish()
    Client().post("/sign-in/", {"email": "boss@oak.example", "password": NEW})

    assert Client().get(link()).status_code == 404


def test_it_works_for_one_hour(owner, monkeypatch):
    wish()
    address, now = link(), time.time()
    monkeypatch.setattr(
        "django.contrib.auth.tokens.PasswordResetTokenGenerator._now",
        lambda self: __import__("datetime").datetime.fromtimestamp(now + 3_700),
    )

    assert Client().get(address).status_code == 404


def test_the_sessions_of_the_old_password_end(owner):
    thief = Client()
    thief.force_login(owner)
    wish()
    Client().post(link(), {"new": NEW})

    assert thief.get("/me/").status_code == 302


def test_known_and_unknown_addresses_get_the_same_words(owner):
    known, unknown = wish().content.decode(), wish("nobody@oak.example").content.decode()

    def plain(page):
        return re.sub(r"csrf[^>]*>|nonce=\S+", "", page).replace("boss@", "X@").replace("nobody@", "X@")

    assert plain(known) == plain(unknown)
    assert OutgoingMail.objects.count() == 1


def test_the_request_does_the_same_for_both(owner, monkeypatch):
    """Time cannot tell them apart, for the request only queues the wish."""
    queued = []
    monkeypatch.setattr(
        "daftar.access.password_reset.answer_wish",
        type("T", (), {"enqueue": lambda self, **words: queued.append(words)})(),
    )
    spent = {"boss@oak.example": [], "nobody@oak.example": []}
    for _turn in range(3):
        for email, times in spent.items():
            began = time.perf_counter()
            wish(email)
            times.append(time.perf_counter() - began)

    assert len(queued) == 6
    assert not OutgoingMail.objects.exists()
    one, other = (statistics.median(times) for times in spent.values())
    assert abs(one - other) < 0.5


@pytest.mark.parametrize("values", [{"is_active": False}, {"password": "!"}])
def test_who_cannot_sign_in_gets_no_link(owner, values):
    User.objects.update(**values)
    wish()

    assert not OutgoingMail.objects.exists()


def test_a_mailbox_is_not_flooded(owner):
    with clock.frozen("2026-03-01 10:00"):
        answers = [wish().status_code for _n in range(8)]

    assert answers[:3] == [200] * 3 and 422 in answers
    assert OutgoingMail.objects.count() <= 4


@pytest.mark.parametrize("token", ["x", "1-x", "zzzzzzzzzzzzzzz-1", "1-abc-def", "%00", "-"])
def test_a_forged_link_is_missing(owner, token):
    assert Client().get(f"/new-password/{token}/").status_code == 404


def test_a_weak_password_is_refused_with_a_sentence(owner):
    wish()

    assert Client().post(link(), {"new": "12345678"}).status_code == 422
    assert User.objects.get().check_password(OLD)


def test_without_mail_the_page_says_whom_to_ask(owner, settings):
    settings.MAIL_SERVER = None

    assert "Ask an administrator" in wish().content.decode()
    assert not OutgoingMail.objects.exists()


def test_the_link_has_the_configured_address_whatever_the_request_says(owner, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Client().post("/forgotten/", {"email": "boss@oak.example"}, headers={"host": "evil.example"})

    assert "evil.example" not in OutgoingMail.objects.get().text


def test_floods_of_others_do_not_stop_a_known_browser_from_asking(client, owner):
    with clock.frozen("2026-03-01 10:00"):
        client.post("/sign-in/", {"email": "boss@oak.example", "password": OLD})
        client.post("/sign-out/")
        for _n in range(20):
            wish()

        assert wish().status_code == 422
        assert wish(client=client).status_code == 200
