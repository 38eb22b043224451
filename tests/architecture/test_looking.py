# ruff: noqa: F811 - fixtures of the permission matrix come by import
"""Look as somebody: over all routes nothing is written, what is closed stays closed, and it ends when it must."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.test import Client

from daftar.access.looking import ALWAYS_OPEN, OWN_PAGES
from daftar.access.models import Role, User
from daftar.kernel import clock
from daftar.kernel.live import stream

from .test_permissions import OURS, address, house, signed_in, watch  # noqa: F401  # fixtures

STOP = "/look-as/stop"


def looking(house, role: str = "seller", by: str = "administrator") -> Client:
    client = signed_in(house["people"][by])
    answer = client.post(f"/settings/people/{house['people'][role].pk}/look-as")
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize("role", ["seller", "administrator"])
def test_every_unsafe_method_on_every_route_is_refused(house, watch, role):
    client = looking(house, role, by="owner")
    for route in OURS:
        path = address(route, record_id=house["records"]["deal", "own"])
        if path in ALWAYS_OPEN:
            continue
        for method in ("post", "put", "patch", "delete"):
            said = watch.ask(client, method, path, {403})
            if "look" not in said:
                watch.wrong.append(f"{method} {path} does not say why")


@pytest.mark.parametrize("role", ["seller", "administrator"])
def test_no_page_writes_and_each_is_the_one_that_the_person_sees(house, watch, role):
    looked = looking(house, role, by="owner")
    own = signed_in(house["people"][role])
    for route in OURS:
        path = address(route, record_id=house["records"]["deal", "own"])
        if path.startswith(OWN_PAGES) or path in ALWAYS_OPEN or path.startswith(("/healthz", "/readyz", "/sign-in")):
            continue
        watch.ask(looked, "get", path, {own.get(path).status_code})


def test_pages_about_oneself_are_closed(house, watch):
    client = looking(house)
    for route in OURS:
        path = address(route)
        if path.startswith(OWN_PAGES):
            watch.ask(client, "get", path, {403})


def test_what_is_seen_is_theirs_with_a_line_over_it(house):
    client = looking(house)
    foreign, own = (house["records"]["deal", whose] for whose in ("foreign", "own"))

    page = client.get(f"/deals/{own}/").content.decode()

    assert "You look as seller-own" in page
    assert 'action="/look-as/stop"' in page
    assert client.get(f"/deals/{foreign}/").status_code == 404
    assert client.get("/settings/").status_code == 403
    assert "You look as" in client.get("/settings/").content.decode()

    assert client.post(STOP)["Location"] == f"/settings/people/{house['people']['seller'].pk}/"
    assert client.get(f"/deals/{foreign}/").status_code == 200
    assert "You look as" not in client.get("/settings/").content.decode()


@pytest.mark.parametrize("by", ["seller", "head", "reader"])
def test_others_may_not(house, by):
    client = signed_in(house["people"][by])

    assert client.post(f"/settings/people/{house['people']['seller'].pk}/look-as").status_code == 403


def test_only_owners_look_as_an_owner_and_nobody_as_the_inactive(house):
    second = User.objects.create_user("o2@house.example", "a long word 17", name="Second", role=Role.OWNER)
    admin, owner = (signed_in(house["people"][role]) for role in ("administrator", "owner"))
    path = f"/settings/people/{second.pk}/look-as"

    assert admin.post(path).status_code == 403
    assert owner.post(path).status_code == 302
    assert owner.post(STOP).status_code == 302
    User.objects.filter(pk=second.pk).update(is_active=False)
    assert owner.post(path).status_code == 404
    assert owner.post(f"/settings/people/{house['people']['owner'].pk}/look-as").status_code == 409


def test_it_ends_after_half_an_hour_and_a_late_form_does_nothing(house):
    client = looking(house)
    later = clock.now() + dt.timedelta(minutes=31)
    deal = house["records"]["deal", "own"]
    with clock.frozen(later):
        refused = client.post(f"/deals/{deal}/delete")
        assert refused.status_code == 409
        assert "is over" in refused.content.decode()
        assert "You look as" not in client.get("/settings/").content.decode()


@pytest.mark.parametrize("who", ["seller", "administrator"])
def test_it_ends_when_either_is_deactivated(house, who):
    client = looking(house)
    User.objects.filter(pk=house["people"][who].pk).update(is_active=False)

    answer = client.get("/deals/")

    if who == "administrator":
        assert answer["Location"].startswith("/sign-in/")
    else:
        assert "You look as" not in answer.content.decode()
        assert "deal of foreign" in answer.content.decode()


def test_it_ends_when_the_right_is_lost(house):
    client = looking(house)
    User.objects.filter(pk=house["people"]["administrator"].pk).update(roles=[Role.READER])

    assert client.get("/settings/").status_code == 403
    assert "You look as" not in client.get("/deals/").content.decode()


def test_it_ends_at_sign_out(house):
    client = looking(house)

    assert client.post("/sign-out/").status_code == 302
    assert client.get("/deals/")["Location"].startswith("/sign-in/")
    client.force_login(house["people"]["administrator"])
    assert "You look as" not in client.get("/deals/").content.decode()


def test_the_stream_is_the_one_of_who_really_asks(house, monkeypatch):
    client = looking(house)
    cookie = f"daftar_session={client.cookies['daftar_session'].value}".encode()
    scope = {
        "headers": [(b"cookie", cookie), (b"host", b"testserver")],
        "query_string": f"channels=user:{house['people']['seller'].pk}".encode(),
    }
    monkeypatch.setattr(stream, "connection", SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(stream, "close_old_connections", lambda: None)

    user_id, channels = stream.listener(scope)

    real = house["people"]["administrator"].pk
    assert user_id == real
    assert channels == {f"user:{real}", "everyone"}
