"""bin/daftar user: add with several roles, list, deactivate."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from daftar.access.audit.reading import lines_of
from daftar.access.models import AuditEntry, Role, User
from daftar.kernel.text import fold


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("rain on copper\n"))


def said(*words, **options):
    out = StringIO()
    call_command("user", *words, stdout=out, **options)
    return out.getvalue()


def test_a_person_gets_several_roles(owner):
    assert "head, seller" in said("add", "Hana@oak.example", "--role", "head", "--role", "seller")
    made = User.objects.get(email="hana@oak.example")
    assert (made.roles, made.check_password("rain on copper")) == (["head", "seller"], True)


def test_without_a_role_a_person_sells(owner):
    said("add", "x@oak.example")
    assert User.objects.get(email="x@oak.example").roles == [Role.SELLER]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "x@oak.example", "--role", "king"], "no role"),
        (["add", "x@oak.example", "--role", ","], "Name a role"),
        (["add", "boss@oak.example"], "already there"),
        (["add", "x"], "not an e-mail"),
        (["add"], "Say whose"),
        (["deactivate", "nobody@oak.example"], "Nobody has"),
        (["deactivate", "boss@oak.example"], "last owner"),
    ],
)
def test_what_cannot_be_is_said(owner, words, sentence):
    with pytest.raises(CommandError, match=sentence):
        said(*words)
    assert User.objects.filter(is_active=True).count() == 1


def test_everybody_is_listed(owner, seller):
    User.objects.create_user(None, None, name="Old hand")
    lines = said("list").splitlines()

    assert lines[0] == "boss@oak.example\tBoss\towner\tcan sign in"
    assert lines[1] == "-\tOld hand\tseller\towns records only"


def test_an_account_is_closed(client, owner, seller):
    client.force_login(seller)

    assert "signed out everywhere" in said("deactivate", "Sara@oak.example")

    assert client.get("/deals/")["Location"].startswith("/sign-in/")
    assert said("list").splitlines()[1].endswith("not active")


def test_the_audit_log_names_the_command_line(owner):
    said("add", "hana@oak.example", "--role", "head")
    said("deactivate", "hana@oak.example")

    hana = User.objects.get(email="hana@oak.example")
    made, closed = (
        AuditEntry.objects.filter(what="person_changed", about_id=hana.pk).select_related("detail").order_by("number")
    )
    for line in lines_of([made, closed], owner):
        assert (line.who, line.door) == ("Command line", "command")
    assert json.loads(made.detail.body)["data"]["changes"]["roles"] == [None, ["head"]]
    assert json.loads(closed.detail.body)["data"]["changes"]["is_active"] == [True, False]
    assert "rain on copper" not in made.detail.body


def test_who_is_added_is_found(owner):
    said("add", "hana@oak.example", "--name", "Hana Weiß")

    assert fold("Hana Weiß") in User.objects.get(email="hana@oak.example").search
