"""Invitations: several at once, by mail or link, used once within a week; one link opens one thing."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from config.mail import MailServer
from config.middleware.request_log import without_secret
from daftar.access import invitations
from daftar.access.invitations import Guest
from daftar.access.models import Department, Invitation, Role, User
from daftar.kernel import clock
from daftar.kernel.errors import Invalid, NotAllowed
from daftar.kernel.models import OutgoingMail

NEW = {"name": "Sara Oak", "password": "snow over zinc"}


@pytest.fixture
def boss(client, owner):
    client.force_login(owner)
    return client


@pytest.fixture
def mail(settings):
    settings.MAIL_SERVER = MailServer("127.0.0.1", 9, "", "", "none")


def invite(owner, email="sara@oak.example", role=Role.SELLER, **more):
    (made,) = invitations.invite([Guest(email, role, more.pop("department", None))], by=owner, **more)
    return made.link.removeprefix("http://127.0.0.1:8000")


def test_several_are_invited_at_once_each_with_role_and_department(boss, owner, mail):
    north = Department.objects.create(name="North")
    answer = boss.post("/settings/invitations/new", {
        "emails": ["sara@oak.example", "", "ali@oak.example"], "roles": ["seller", "seller", "head"],
        "departments": [str(north.pk), "", ""], "language": "",
    })  # fmt: skip

    assert answer.status_code == 200
    assert sorted(Invitation.objects.values_list("email", "role", "department")) == [
        ("ali@oak.example", "head", None), ("sara@oak.example", "seller", north.pk),
    ]  # fmt: skip
    assert len(re.findall(r"/invitation/[\w-]{32}/", answer.content.decode())) >= 2
    assert OutgoingMail.objects.count() == 2


def test_the_guest_chooses_name_and_password_and_is_in(owner):
    north = Department.objects.create(name="North")
    link, guest = invite(owner, department=north), Client()

    page = guest.get(link)
    answer = guest.post(link, NEW)

    assert page["Referrer-Policy"] == "strict-origin"
    assert answer["Location"] == "/"
    assert guest.get("/me/").status_code == 200
    sara = User.objects.get(email="sara@oak.example")
    assert (sara.name, sara.roles, sara.department, sara.check_password("snow over zinc")) == (
        "Sara Oak",
        ["seller"],
        north,
        True,
    )


def test_a_link_works_once(owner):
    link = invite(owner)
    Client().post(link, NEW)

    assert Client().get(link).status_code == 404
    assert Client().post(link, NEW | {"name": "Eve"}).status_code == 404
    assert User.objects.count() == 2


def test_a_weak_password_uses_nothing_up(owner):
    link = invite(owner)

    assert Client().post(link, NEW | {"password": "password1"}).status_code == 422
    assert Client().post(link, NEW | {"name": ""}).status_code == 422
    assert not User.objects.filter(email="sara@oak.example").exists()
    assert Client().post(link, NEW).status_code == 302


@pytest.mark.parametrize("what", ["over", "withdrawn", "sent again", "inviter gone"])
def test_a_link_that_is_no_longer_valid_opens_nothing(owner, what):
    link, row = invite(owner), Invitation.objects.get()
    if what == "over":
        Invitation.objects.update(until=clock.now() - timedelta(seconds=1))
    elif what == "withdrawn":
        invitations.withdraw(row.pk, by=owner)
    elif what == "sent again":
        invitations.send_again(row.pk, by=owner)
    else:
        User.objects.update(is_active=False)
        User.objects.create_user("other@oak.example", "rain on copper", name="Other", role=Role.OWNER)

    assert Client().get(link).status_code == 404
    assert Client().post(link, NEW).status_code == 404


def test_an_invitation_lasts_seven_days(owner):
    with clock.frozen("2026-03-01 10:00"):
        link = invite(owner)
    with clock.frozen("2026-03-08 09:59"):
        assert Client().get(link).status_code == 200
    with clock.frozen("2026-03-08 10:00"):
        assert Client().get(link).status_code == 404


def test_only_a_hash_of_the_link_is_kept(owner):
    token = invite(owner).split("/")[2]

    assert token not in str(list(Invitation.objects.values()))


def test_the_address_of_an_invitation_by_mail_cannot_be_changed_by_the_guest(owner):
    Client().post(invite(owner), NEW | {"email": "eve@evil.example"})

    assert User.objects.filter(email="sara@oak.example").exists()
    assert not User.objects.filter(email="eve@evil.example").exists()


def test_a_link_to_hand_over_asks_for_the_address(boss, owner):
    answer = boss.post(
        "/settings/invitations/new", {"by_link": "1", "link_role": "reader", "link_department": "", "language": ""}
    )
    link = re.search(r"/invitation/[\w-]{32}/", answer.content.decode())[0]

    taken = Client().post(link, NEW | {"email": "boss@oak.example"})
    free = Client().post(link, NEW | {"email": "Sara@Oak.example"})

    assert (taken.status_code, free.status_code) == (422, 302)
    assert User.objects.get(email="sara@oak.example").roles == ["reader"]


def test_who_chooses_a_passkey_is_led_to_it_and_nowhere_else(owner):
    link, guest = invite(owner), Client()

    answer = guest.post(link, {"name": "Sara", "password": "", "how": "passkey"})

    assert answer["Location"] == "/me/security/passkeys/new"
    assert guest.get("/me/security/passkeys/new").status_code == 200
    assert guest.get("/me/")["Location"] == "/me/security/"


def test_who_is_here_already_is_not_invited(boss, owner):
    answer = boss.post(
        "/settings/invitations/new",
        {"emails": "boss@oak.example", "roles": "seller", "departments": "", "language": ""},
    )

    assert answer.status_code == 422
    assert "boss@oak.example belongs to somebody who is here already." in answer.content.decode()


def test_somebody_who_only_owned_records_comes_in_as_themselves(owner):
    sara = User.objects.create_user("sara@oak.example", None, name="Sara from the file")

    Client().post(invite(owner), NEW)

    sara.refresh_from_db()
    assert (sara.name, sara.check_password("snow over zinc")) == ("Sara Oak", True)


def test_all_are_invited_or_none(owner):
    with pytest.raises(Invalid):
        invitations.invite([Guest("sara@oak.example", "seller"), Guest("boss@oak.example", "seller")], by=owner)
    with pytest.raises(Invalid):
        invitations.invite([Guest("a@oak.example", "seller"), Guest("a@oak.example", "head")], by=owner)

    assert not Invitation.objects.exists() and not OutgoingMail.objects.exists()


def test_only_an_owner_invites_an_owner_and_a_seller_nobody(owner):
    keeper = User.objects.create_user("k@oak.example", "rain on copper", name="K", role=Role.ADMINISTRATOR)
    seller = User.objects.create_user("s@oak.example", "rain on copper", name="S", role=Role.SELLER)

    with pytest.raises(NotAllowed):
        invite(keeper, role=Role.OWNER)
    with pytest.raises(NotAllowed):
        invite(seller)
    assert invite(keeper, role=Role.HEAD)


def test_the_list_offers_to_send_again_and_to_withdraw(boss, owner, mail):
    invite(owner)
    row = Invitation.objects.get()
    page = boss.get("/settings/invitations/").content.decode()

    assert "sara@oak.example" in page
    assert boss.post(f"/settings/invitations/{row.pk}/again").status_code == 200
    assert boss.post(f"/settings/invitations/{row.pk}/withdraw").status_code == 302
    assert OutgoingMail.objects.count() == 2
    assert boss.post("/settings/invitations/x/again").status_code == 404


@pytest.mark.parametrize(
    ("language", "words", "direction"),
    [("en", "invites you", "ltr"), ("fa", "دعوت", "rtl"), ("ru", "приглашает", "ltr")],
)
def test_the_mail_speaks_the_language_that_was_chosen(owner, language, words, direction):
    link = invite(owner, language=language)
    letter = OutgoingMail.objects.get()

    assert words in letter.subject
    assert link in letter.text and link in letter.html
    assert f'lang="{language}" dir="{direction}"' in letter.html
    assert "<" not in letter.text


def test_names_cannot_write_html_into_a_mail(owner):
    User.objects.update(name="<b>Boss</b> & Sons")
    owner.refresh_from_db()
    invite(owner)
    letter = OutgoingMail.objects.get()

    assert "<b>Boss</b> & Sons" in letter.text
    assert "&lt;b&gt;Boss&lt;/b&gt; &amp; Sons" in letter.html and "<b>" not in letter.html


def test_a_line_break_in_a_name_forges_no_header(owner):
    User.objects.update(name="Boss\nBcc: eve@evil.example")
    owner.refresh_from_db()
    invite(owner)

    assert "\n" not in OutgoingMail.objects.get().subject


def test_outgoing_mail_is_listed_without_what_it_says(boss, owner):
    link = invite(owner)
    OutgoingMail.objects.update(state="parked", problem="550 no such person")

    page = boss.get("/settings/mail/").content.decode()
    again = boss.post(f"/settings/mail/{OutgoingMail.objects.get().pk}/again")

    assert "550 no such person" in page and "sara@oak.example" in page
    assert link not in page
    assert again.status_code == 302
    assert OutgoingMail.objects.get().state == "queued"


def test_logs_keep_no_address_that_opens_something():
    assert without_secret("/invitation/abc/") == "/invitation/…"
    assert without_secret("/new-password/1-abc/") == "/new-password/…"
    assert without_secret("/settings/invitations/") == "/settings/invitations/"
