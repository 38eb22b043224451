"""The page of one's own: how one reads, and the password."""

import pytest
from django.test import Client

from daftar.access.models import User

CHOICES = {
    "language": "fa", "calendar": "gregorian", "digits": "latin", "time_zone": "Asia/Tehran", "first_day": "5",
    "theme": "dark", "density": "compact",
}  # fmt: skip


@pytest.fixture
def signed_in(client, owner):
    client.force_login(owner)
    return client


def test_preferences_are_kept_and_used(signed_in, owner):
    answer = signed_in.post("/me/", CHOICES)
    page = signed_in.get("/me/").content.decode()

    assert answer.status_code == 302
    owner.refresh_from_db()
    assert (owner.language, owner.first_day, owner.density) == ("fa", 5, "compact")
    assert 'dir="rtl" data-theme="dark" data-density="compact"' in page


@pytest.mark.parametrize("name", CHOICES)
def test_what_is_not_in_the_list_is_refused_with_a_sentence(signed_in, owner, name):
    answer = signed_in.post("/me/", CHOICES | {name: "9\0'\""})

    assert answer.status_code == 422
    owner.refresh_from_db()
    assert owner.language == ""


def test_a_new_password_ends_the_other_sessions(signed_in, owner):
    other = Client()
    other.force_login(owner)

    answer = signed_in.post("/me/password", {"old": "rain on copper", "new": "snow over zinc"})

    assert answer.status_code == 302
    assert signed_in.get("/me/").status_code == 200
    assert other.get("/me/").status_code == 302
    assert User.objects.get(pk=owner.pk).check_password("snow over zinc")


@pytest.mark.parametrize("new", ["short", "password123", "x" * 129])
def test_a_weak_password_is_refused(signed_in, owner, new):
    assert signed_in.post("/me/password", {"old": "rain on copper", "new": new}).status_code == 422
    assert User.objects.get(pk=owner.pk).check_password("rain on copper")


def test_the_old_password_is_asked_for(signed_in, owner):
    answer = signed_in.post("/me/password", {"old": "wrong", "new": "snow over zinc"})

    assert answer.status_code == 422
    assert User.objects.get(pk=owner.pk).check_password("rain on copper")


def test_the_switches_of_the_menu_are_kept_with_the_person(signed_in, owner):
    answer = signed_in.post("/ui/tastes", {"theme": "dark", "language": "ru", "next": "/me/"})

    owner.refresh_from_db()
    assert (answer.status_code, owner.theme, owner.language) == (302, "dark", "ru")


def test_strangers_keep_their_switches_in_the_browser(client, owner):
    answer = client.post("/ui/tastes", {"language": "ru", "next": "/sign-in/"})

    assert answer.status_code == 302
    assert "Content-Language" in answer.headers
    assert 'lang="ru"' in client.get("/sign-in/").content.decode()


def test_what_follows_the_company_is_no_empty_field_that_must_be_filled(signed_in):
    page = signed_in.get("/me/").content.decode()

    select = page.split('id="f-time_zone"')[1].split("</select>")[0]
    assert " required" not in select.split(">")[0]
    assert select.count('<option value=""') == 1
