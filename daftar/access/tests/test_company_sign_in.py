"""Signing in by the company's account service (OpenID Connect), against a real one on this machine."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from joserfc.jwk import RSAKey

from config.openid import OpenIdProvider, openid_provider
from daftar.access import factors
from daftar.access.models import Department, User
from daftar.access.tests.test_second_factor import app_code
from tests.house.account_service import CLIENT, SECRET, open_account_service


@pytest.fixture
def service(settings):
    with open_account_service() as service:
        use(settings, service)
        yield service


def use(settings, service, **more):
    values = {"joins_as": "", "department": "", "asks_second": False} | more
    settings.OPENID = OpenIdProvider(service.issuer, CLIENT, SECRET, "Oak accounts", **values)
    settings.ALLOWED_HOSTS_OUT = [urlsplit(service.issuer).netloc]
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [settings.OPENID.as_app()]}
    }


def go_there(client, wanted="/me/"):
    """To the service, and the address by which it sends the browser back."""
    answer = client.get("/sign-in/company/", {"next": wanted})
    page = httpx.get(answer["Location"]).text
    back = urlsplit(re.search(r'href="([^"]+)"', page)[1].replace("&amp;", "&"))
    return f"{back.path}?{back.query}"


def sign_in(client=None, wanted="/me/"):
    client = client or Client()
    return client.get(go_there(client, wanted))


def test_the_verified_address_of_somebody_active_opens_the_wanted_page(client, owner, service):
    page = client.get("/sign-in/").content.decode()
    answer = sign_in(client)

    assert "Sign in by Oak accounts" in page
    assert answer["Location"] == "/me/"
    assert client.get("/me/").status_code == 200


def test_the_way_there_carries_state_and_challenge(client, owner, service):
    address = client.get("/sign-in/company/")["Location"]

    assert address.startswith(service.issuer + "/authorize?")
    assert "code_challenge=" in address and "code_challenge_method=S256" in address and "state=" in address
    assert "secret" not in address


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "nobody@oak.example"}, {"email_verified": False}, {"email_verified": "true"}, {"email": None}, {"email": "x"},
    ],
)  # fmt: skip
def test_nobody_else_comes_in(owner, service, claims):
    service.claims |= claims
    client = Client()
    answer = sign_in(client)

    assert answer.status_code == 403
    assert client.get("/me/").status_code == 302
    assert User.objects.count() == 1 and not SocialAccount.objects.exists()


def test_who_is_not_active_stays_out_also_when_known(owner, service):
    assert sign_in().status_code == 302
    User.objects.update(is_active=False)

    assert sign_in().status_code == 403


def test_the_service_knows_people_by_number_when_their_address_changes(owner, service):
    sign_in()
    service.claims |= {"email": "new@oak.example", "email_verified": False}
    assert sign_in()["Location"] == "/me/"
    service.claims |= {"sub": "0815"}

    assert sign_in().status_code == 403


@pytest.mark.parametrize("what", ["other key", "other audience", "other issuer", "over"])
def test_a_token_that_is_not_right_is_refused(owner, service, what):
    if what == "other key":
        service.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    service.more = {
        "other audience": {"aud": "somebody"},
        "other issuer": {"iss": "http://evil.example"},
        "over": {"exp": 1},
    }.get(what, {})

    answer = sign_in()

    assert answer.status_code == 403
    assert "did not work" in answer.content.decode()


def test_an_answer_works_once_and_in_the_browser_that_asked(owner, service):
    client = Client()
    back = go_there(client)

    assert Client().get(back).status_code == 403
    assert client.get(back).status_code == 302
    assert client.get(back).status_code == 403


@pytest.mark.parametrize("query", ["", "?code=x", "?code=x&state=y", "?error=access_denied&state=y", "?state=%00"])
def test_nonsense_on_the_way_back_is_a_sentence(client, owner, service, query):
    assert client.get(f"/sign-in/company/back/{query}").status_code == 403


def test_a_service_that_is_away_is_a_sentence(client, owner, service):
    service.server.shutdown()
    service.server.server_close()

    assert client.get("/sign-in/company/").status_code == 403


def test_without_a_service_there_is_no_such_page(client, owner):
    assert client.get("/sign-in/company/").status_code == 404
    assert client.get("/sign-in/company/back/").status_code == 404


def test_it_never_leads_to_a_foreign_address(owner, service):
    assert sign_in(wanted="https://evil.example/")["Location"] == "/"


def test_a_second_factor_is_still_asked_for_unless_the_service_does(owner, service, settings):
    secret = factors.new_app_secret()
    factors.add_app(owner, secret, app_code(secret, -1))

    assert sign_in()["Location"] == "/sign-in/second/"
    use(settings, service, asks_second=True)
    assert sign_in()["Location"] == "/me/"


def test_a_setting_lets_new_people_join_with_a_role_but_never_as_owner(owner, service, settings):
    north = Department.objects.create(name="North")
    service.claims |= {"sub": "1", "email": "sara@oak.example", "name": "Sara Oak"}
    use(settings, service, joins_as="owner")
    assert sign_in().status_code == 403
    use(settings, service, joins_as="reader", department="North")
    assert sign_in()["Location"] == "/me/"

    sara = User.objects.get(email="sara@oak.example")
    assert (sara.name, sara.roles, sara.department, sara.has_usable_password()) == (
        "Sara Oak",
        ["reader"],
        north,
        False,
    )


def test_the_environment_names_the_service(monkeypatch):
    assert openid_provider() is None
    monkeypatch.setenv("DAFTAR_OIDC_ISSUER", "https://accounts.oak.example/")
    with pytest.raises(ValueError, match="CLIENT_ID"):
        openid_provider()
    monkeypatch.setenv("DAFTAR_OIDC_CLIENT_ID", "daftar")
    found = openid_provider()
    assert (found.issuer, found.label) == ("https://accounts.oak.example", "accounts.oak.example")
    monkeypatch.setenv("DAFTAR_OIDC_ISSUER", "http://accounts.oak.example")
    with pytest.raises(ValueError, match="https"):
        openid_provider()


def test_a_service_of_our_own_network_must_be_allowed_by_name(db, service, settings):
    settings.ALLOWED_HOSTS_OUT = []

    answer = Client().get("/sign-in/company/")

    assert answer.status_code < 500
    assert not str(answer.headers.get("Location", "")).startswith(service.issuer)
