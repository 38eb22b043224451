"""Second factors: the authenticator app, recovery codes, roles that demand one, and being asked again who it is."""

import base64
import re
import threading

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.db import connection
from django.test import Client

from daftar.access import factors, sessions
from daftar.access.models import Role, User
from daftar.kernel import clock

PASSWORD = "rain on copper"


def app_code(secret, steps=0):
    counters = list(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, counters[len(counters) // 2] + steps))


@pytest.fixture
def secret(owner):
    """The owner has an app; its key."""
    made = factors.new_app_secret()
    factors.add_app(owner, made, app_code(made, -1))
    return made


def sign_in(client, **more):
    return client.post("/sign-in/", {"email": "boss@oak.example", "password": PASSWORD} | more)


def test_the_app_is_set_up_with_a_picture_and_a_key_and_codes_are_shown_once(client, owner):
    sign_in(client)
    page = client.get("/me/security/app").content.decode()
    key = re.search(r'<code class="long-code" dir="ltr">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    picture = base64.b64decode(re.search(r"data:image/svg\+xml;base64,([^\"]+)", page)[1]).decode()
    answer = client.post("/me/security/app", {"code": app_code(key)})
    codes = re.findall(r"<li><code dir=\"ltr\">([a-z0-9-]{19})</code>", answer.content.decode())

    assert picture.startswith("<?xml") and "<svg" in picture
    assert len(codes) == 10
    assert codes[0] not in client.get("/me/security/").content.decode()
    row = Authenticator.objects.get(user=owner, type="totp")
    assert key not in str(row.data)
    assert not any(code in str(Authenticator.objects.values_list("data")) for code in codes)


def test_a_wrong_code_sets_up_nothing(client, owner):
    sign_in(client)
    client.get("/me/security/app")

    assert client.post("/me/security/app", {"code": "000000x"}).status_code == 422
    assert not Authenticator.objects.exists()


def test_who_has_an_app_is_asked_for_its_code_and_lands_where_they_wanted(client, owner, secret):
    answer = sign_in(client, next="/me/")
    assert answer["Location"] == "/sign-in/second/"
    assert client.get("/me/").status_code == 302
    before = client.session.session_key
    answer = client.post("/sign-in/second/", {"code": app_code(secret)})

    assert answer["Location"] == "/me/"
    assert client.get("/me/").status_code == 200
    assert client.session.session_key != before


def test_a_code_of_the_app_works_once(client, owner, secret):
    code = app_code(secret)
    for expected in (302, 422):
        other = Client()
        sign_in(other)
        assert other.post("/sign-in/second/", {"code": code}).status_code == expected


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_code_lets_one_in(owner, secret):
    code, inside = app_code(secret), []

    def try_it():
        inside.append(factors.app_code_is_right(owner, code))
        connection.close()

    threads = [threading.Thread(target=try_it) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert inside.count(True) == 1


def test_a_recovery_code_works_once_in_place_of_the_app(owner, secret):
    first, second, *_rest = factors.make_codes(owner)
    answers = []
    for code in (first.upper().replace("-", " "), first, second):
        client = Client()
        sign_in(client)
        answers.append(client.post("/sign-in/second/", {"code": code}).status_code)

    assert answers == [302, 422, 302]
    assert factors.codes_left(owner) == 8


def test_guessing_codes_gets_slower(client, owner, secret):
    sign_in(client)
    with clock.frozen(clock.now()):
        answers = [client.post("/sign-in/second/", {"code": f"00000{n}"}).status_code for n in range(7)]

    assert answers[-1] == 429


def test_the_second_step_belongs_to_the_browser_of_the_first_for_ten_minutes(client, owner, secret):
    assert client.get("/sign-in/second/")["Location"] == "/sign-in/"
    with clock.frozen("2026-03-01 10:00"):
        sign_in(client)
        assert client.get("/sign-in/second/").status_code == 200
    with clock.frozen("2026-03-01 10:11"):
        assert client.post("/sign-in/second/", {"code": app_code(secret)})["Location"] == "/sign-in/"


def test_who_is_made_inactive_between_the_steps_stays_out(client, owner, secret):
    sign_in(client)
    User.objects.update(is_active=False)

    assert client.post("/sign-in/second/", {"code": app_code(secret)})["Location"] == "/sign-in/"


def test_a_role_that_demands_a_second_factor_leads_to_setting_one_up_and_nowhere_else(client, owner, settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"owner"})
    User.objects.create_user("sara@oak.example", PASSWORD, name="Sara", role=Role.SELLER)
    sign_in(client)

    for path in ("/me/", "/settings/people/", "/deals/", "/"):
        assert client.get(path)["Location"] == "/me/security/"
    assert client.get("/me/security/").status_code == 200
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    client.post("/sign-in/", {"email": "sara@oak.example", "password": PASSWORD})
    assert client.get("/me/").status_code == 200


def test_setting_one_up_opens_the_rest(client, owner, settings):
    settings.SECOND_FACTOR_ROLES = frozenset({"all"})
    sign_in(client)
    page = client.get("/me/security/app").content.decode()
    key = re.search(r'dir="ltr">([A-Z2-7 ]+)</code>', page)[1].replace(" ", "")
    client.post("/me/security/app", {"code": app_code(key)})

    assert client.get("/me/").status_code == 200
    assert client.post("/me/security/app/remove").status_code == 422
    assert Authenticator.objects.filter(type="totp").exists()


def test_removing_the_last_factor_takes_the_codes_with_it(client, owner, secret):
    factors.make_codes(owner)
    sign_in(client)
    client.post("/sign-in/second/", {"code": app_code(secret)})

    assert client.post("/me/security/app/remove")["Location"] == "/me/security/"
    assert not Authenticator.objects.exists()


def test_after_a_quarter_of_an_hour_one_is_asked_again(client, owner):
    with clock.frozen("2026-03-01 10:00"):
        sign_in(client)
        assert client.get("/me/security/app").status_code == 200
    with clock.frozen("2026-03-01 10:16"):
        answer = client.get("/me/security/app")
        assert answer["Location"] == "/confirm/?next=%2Fme%2Fsecurity%2Fapp"
        assert client.post("/me/security/codes")["Location"] == "/confirm/?next=%2Fme%2Fsecurity%2F"
        before = client.session.session_key
        wrong = client.post("/confirm/", {"password": "no", "next": "/me/security/app"})
        right = client.post("/confirm/", {"password": PASSWORD, "next": "/me/security/app"})
        assert (wrong.status_code, right["Location"]) == (422, "/me/security/app")
        assert client.get("/me/security/app").status_code == 200
        assert client.session.session_key != before


def test_confirming_is_slowed_like_signing_in(client, owner):
    sign_in(client)
    with clock.frozen(clock.now()):
        answers = [client.post("/confirm/", {"password": "no"}).status_code for _n in range(7)]

    assert answers[-1] == 429


@pytest.mark.parametrize(
    "answer",
    [
        "", "{", "[]", "null", '{"id": 1}', '{"response": null}', "[" * 5000,
        '{"id":"x","rawId":"x","response":{"userHandle":"!!"},"type":"public-key"}',
    ],
)  # fmt: skip
def test_nonsense_instead_of_a_passkey_is_a_sentence(client, owner, answer):
    client.post("/sign-in/passkey/question")

    assert client.post("/sign-in/passkey/", {"credential": answer}).status_code == 422
    sign_in(client)
    client.post("/me/security/passkeys/question")
    assert client.post("/me/security/passkeys/new", {"name": "x", "credential": answer}).status_code == 422


def test_the_question_for_a_passkey_demands_that_the_device_checks_its_person(client, owner):
    asked = client.post("/sign-in/passkey/question").json()["publicKey"]

    assert asked["userVerification"] == "required"
    assert len(asked["challenge"]) >= 22


def test_devices_have_words():
    chrome = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
    )

    assert sessions.device(chrome) == "Chrome on Windows"
    assert (
        sessions.device("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1")
        == "Safari on iPhone"
    )
    assert sessions.device("curl/8") == "Unknown device"


def test_an_administrator_removes_the_factors_of_who_lost_everything(client, owner, secret):
    factors.make_codes(owner)
    client.force_login(owner)
    assert client.post(f"/settings/people/{owner.pk}/second-factors")["Location"].startswith("/confirm/")
    client.post("/confirm/", {"password": PASSWORD})

    assert client.post(f"/settings/people/{owner.pk}/second-factors").status_code == 302
    assert not Authenticator.objects.exists()
    assert client.get("/me/").status_code == 302
