"""Where one is signed in: sessions have a list, an end, and limits; a browser that is known is not locked out by strangers."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from daftar.access import sessions
from daftar.access.models import User
from daftar.access.tests.freshly import sign_in
from daftar.kernel import clock

PASSWORD = "rain on copper"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(agent=CHROME, address="203.0.113.7"):
    client = Client(headers={"user-agent": agent}, REMOTE_ADDR=address)
    assert client.post("/sign-in/", {"email": "boss@oak.example", "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def ended(monkeypatch):
    """The people whose open streams were told to end."""
    told = []
    monkeypatch.setattr("daftar.kernel.live.end_streams", told.append)
    return told


def test_the_list_names_device_and_address(owner):
    signed_in(FIREFOX, "198.51.100.4")
    here = signed_in()

    page = here.get("/me/security/").content.decode()

    assert "Chrome on Linux" in page and "Firefox on Windows" in page
    assert "198.51.100.4" in page and "203.0.113.7" in page
    assert page.index("Chrome on Linux") < page.index("Firefox on Windows")


def test_one_session_is_ended(owner, ended):
    other, here = signed_in(FIREFOX), signed_in()
    row = UserSession.objects.get(user_agent=FIREFOX)

    assert here.post(f"/me/security/sessions/{row.pk}/end").status_code == 302
    assert other.get("/me/")["Location"].startswith("/sign-in/")
    assert here.get("/me/").status_code == 200
    assert ended == [owner.pk]


def test_all_others_are_ended(owner, ended):
    others, here = [signed_in(FIREFOX) for _n in range(3)], signed_in()

    here.post("/me/security/sessions/end-others")

    assert [client.get("/me/").status_code for client in others] == [302, 302, 302]
    assert here.get("/me/").status_code == 200
    assert owner.pk in ended


def test_nobody_ends_the_session_of_somebody_else(owner, ended):
    User.objects.create_user("sara@oak.example", PASSWORD, name="Sara")
    mine, sara = signed_in(), Client()
    sara.post("/sign-in/", {"email": "sara@oak.example", "password": PASSWORD})
    row = UserSession.objects.get(user=owner)

    assert sara.post(f"/me/security/sessions/{row.pk}/end").status_code == 404
    assert mine.get("/me/").status_code == 200


def test_a_session_gets_a_new_name_at_signing_in(owner):
    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/passkey/question")
    before = client.session.session_key

    client.post("/sign-in/", {"email": "boss@oak.example", "password": PASSWORD})

    assert before and client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_session_ends_after_a_week_without_use_and_after_a_month_in_any_case(owner, settings):
    with clock.frozen("2026-03-01 10:00"):
        idle, busy = signed_in(), signed_in()
    for day in range(2, 31):
        with clock.frozen(f"2026-03-{day:02} 10:00"):
            assert busy.get("/me/").status_code == 200
            if day == 9:
                assert idle.get("/me/").status_code == 302
    with clock.frozen("2026-03-31 10:01"):
        assert busy.get("/me/").status_code == 302
    assert not UserSession.objects.exists()


def test_the_last_use_is_noted_once_a_minute(owner, django_assert_max_num_queries):
    with clock.frozen("2026-03-01 10:00"):
        client = signed_in()
    with clock.frozen("2026-03-01 10:00:59"):
        client.get("/me/")
        assert f"{UserSession.objects.get().last_seen_at:%H:%M:%S}" == "10:00:00"
    with clock.frozen("2026-03-01 10:01:00"):
        client.get("/me/")
        assert f"{UserSession.objects.get().last_seen_at:%H:%M:%S}" == "10:01:00"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one_in_the_list(owner, ended):
    other, here = signed_in(FIREFOX), signed_in()

    here.post("/me/password", {"old": PASSWORD, "new": "snow over zinc"})

    assert other.get("/me/").status_code == 302
    assert here.get("/me/").status_code == 200
    assert [place.is_this for place in sessions.places(owner, here.session.session_key)] == [True]
    assert owner.pk in ended


def test_signing_out_leaves_no_row(owner):
    client = signed_in()

    client.post("/sign-out/")

    assert not UserSession.objects.exists()


def test_old_rows_are_forgotten(owner):
    with clock.frozen("2026-03-01 10:00"):
        signed_in()
    Session.objects.update(expire_date="2026-03-02T10:00Z")

    sessions.forget_old()

    assert not Session.objects.exists() and not UserSession.objects.exists()


# -- strangers who fail on purpose ----------------------------------------------------------------------


def attack(times, address):
    attacker = Client(REMOTE_ADDR=address)
    return [
        attacker.post("/sign-in/", {"email": "boss@oak.example", "password": f"guess {n}"}).status_code
        for n in range(times)
    ]


@pytest.mark.parametrize("address", ["198.51.100.66", "203.0.113.7"], ids=["from elsewhere", "from the same network"])
def test_an_attacker_with_200_failures_does_not_stop_the_owner_in_a_known_browser(owner, address):
    with clock.frozen("2026-03-01 10:00"):
        known = signed_in()
        known.post("/sign-out/")
        answers = attack(200, address)
        fresh_browser = Client(REMOTE_ADDR="192.0.2.1").post(
            "/sign-in/", {"email": "boss@oak.example", "password": PASSWORD}
        )
        known_browser = known.post("/sign-in/", {"email": "boss@oak.example", "password": PASSWORD})

    assert answers[:5] == [422] * 5 and answers[-190:] == [429] * 190
    assert fresh_browser.status_code == 302  # from another network, also without having been here before
    assert known_browser.status_code == 302


def test_a_known_browser_does_not_guess_faster(owner):
    with clock.frozen("2026-03-01 10:00"):
        client = signed_in()
        client.post("/sign-out/")
        answers = [
            client.post("/sign-in/", {"email": "boss@oak.example", "password": f"guess {n}"}).status_code
            for n in range(20)
        ]

    assert answers.count(422) <= 6
    assert answers[-1] == 429


def test_a_browser_known_for_one_account_is_a_stranger_for_another(owner):
    User.objects.create_user("sara@oak.example", PASSWORD, name="Sara")
    with clock.frozen("2026-03-01 10:00"):
        client = signed_in()
        client.post("/sign-out/")
        for n in range(20):
            client.post("/sign-in/", {"email": "sara@oak.example", "password": f"guess {n}"})
        right = client.post("/sign-in/", {"email": "sara@oak.example", "password": PASSWORD})

    assert right.status_code == 429


@pytest.mark.parametrize("forged", ["", "x", "eyJ4IjoieSJ9:1abc:xyz", "ünïcode"])
def test_a_forged_cookie_makes_no_known_browser(owner, forged):
    client = Client()
    client.cookies["daftar_device"] = forged
    with clock.frozen("2026-03-01 10:00"):
        answers = [
            client.post("/sign-in/", {"email": "boss@oak.example", "password": "no"}).status_code for _n in range(8)
        ]

    assert answers[-1] == 429


def test_a_passkey_is_asked_for_however_often_the_password_failed(owner):
    with clock.frozen("2026-03-01 10:00"):
        attack(50, "203.0.113.7")
        answer = Client(REMOTE_ADDR="203.0.113.7").post("/sign-in/passkey/question")

    assert answer.status_code == 200


def test_who_has_no_password_sets_one_after_showing_who_they_are(client, owner):
    owner.set_unusable_password()
    owner.save()
    client.force_login(owner)
    assert client.post("/me/password", {"new": "snow over zinc"})["Location"].startswith("/confirm/")
    sign_in(client, owner)

    assert client.post("/me/password", {"new": "snow over zinc"}).status_code == 302
    assert User.objects.get().check_password("snow over zinc")
