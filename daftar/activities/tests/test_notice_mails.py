"""Notices as mails: folded, once, in the reader's language, at a time when the reader wants them."""

from __future__ import annotations

import datetime as dt

import pytest

from daftar.access.models import Share
from daftar.activities.models import Notice, NoticeWishes
from daftar.activities.notifying import mails
from daftar.activities.notifying.quiet import quiet_until
from daftar.activities.notifying.writing import News, tell
from daftar.kernel import clock
from daftar.kernel.models import OutgoingMail
from daftar.records import sharing

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _server(settings):
    settings.MAIL_SERVER = object()


def give(shop, count=1, name="Drills"):
    return [shop.deal(by=shop.hana, name=f"{name} {n}", owner=shop.sam.pk) for n in range(count)]


def sent():
    return [(m.to, m.subject) for m in OutgoingMail.objects.order_by("pk")]


def later(monday, by):
    return clock.frozen(monday + by)


def test_those_of_a_quarter_of_an_hour_are_one_mail(shop, monday):
    give(shop, 3)
    with later(monday, 10 * MINUTE):
        give(shop, 2, name="Bits")
        assert mails.post_due() == 0
    with later(monday, 16 * MINUTE):
        assert (mails.post_due(), mails.post_due()) == (1, 0)

    assert sent() == [("sam@shop.example", "5 deals were given to you")]
    mail = OutgoingMail.objects.get()
    for words in ("Drills 2", "Bits 1", "Hana Karimi", "/deals/?owner=me", "/me/notices/?off=given"):
        assert words in mail.text
    assert "Somebody made you the owner." in mail.html


def test_a_single_one_names_its_record_in_the_language_of_its_reader(shop, monday):
    shop.sam.language = "fa"
    shop.sam.save()
    (deal,) = give(shop, name="دریل <b>")

    with later(monday, HOUR):
        mails.post_due()

    mail = OutgoingMail.objects.get()
    assert mail.language == "fa"
    assert "دریل <b> 0" in mail.subject
    assert f"/deals/{deal.pk}/" in mail.text
    assert "<b>" not in mail.html
    assert 'dir="rtl"' in mail.html


def test_what_was_read_or_is_hidden_or_unwanted_is_not_mailed(shop, monday):
    deal = shop.deal(by=shop.reza)
    sharing.share(shop.type("deal"), deal.pk, by=shop.reza, user=shop.sam.pk)
    Share.objects.all().delete()
    give(shop)
    Notice.objects.filter(kind="given").update(seen_at=monday)
    tell([News(shop.sara.pk, "mention", shop.hana.pk, "deal", shop.deal().pk)])
    NoticeWishes.objects.create(user=shop.sara, channels={"mention": {"mail": False}})

    with later(monday, HOUR):
        mails.post_due()

    assert sent() == []
    assert not Notice.objects.filter(mail_at__isnull=False).exists()


def test_mails_wait_for_the_end_of_quiet_hours_and_security_does_not(shop, monday):
    NoticeWishes.objects.create(user=shop.sam, quiet_from=dt.time(8), quiet_until=dt.time(12))
    give(shop, 2)
    tell([News(shop.sam.pk, "new_device", data={"name": "Firefox", "href": "/me/security/"})])

    with later(monday, HOUR):
        mails.post_due()
    assert [subject for _to, subject in sent()] == ["Sign-in from a new device: Firefox"]
    with later(monday, 2 * HOUR):
        give(shop, 1, name="More")
        mails.post_due()
    with later(monday, 3 * HOUR):
        mails.post_due()

    assert [subject for _to, subject in sent()][1:] == ["3 deals were given to you"]


def test_mails_wait_while_one_is_absent(shop, monday):
    shop.sam.absent_from, shop.sam.absent_until = dt.date(2026, 11, 20), dt.date(2026, 11, 24)
    shop.sam.save()
    give(shop)

    with later(monday, DAY):
        mails.post_due()
    assert sent() == []
    with later(monday, 2 * DAY):
        mails.post_due()
    assert len(sent()) == 1


def test_without_a_server_nothing_waits_to_be_mailed(shop, settings):
    settings.MAIL_SERVER = None

    give(shop)

    assert not Notice.objects.filter(mail_at__isnull=False).exists()


def test_only_by_mail_is_not_in_the_page(shop, monday):
    NoticeWishes.objects.create(user=shop.sam, channels={"given": {"page": False, "mail": True}})
    give(shop)

    assert shop.browser(shop.sam).get("/notices/").content.decode().count("Given to you") == 0
    with later(monday, HOUR):
        assert mails.post_due() == 1


# -- when it is quiet ------------------------------------------------------------------------------

NIGHT = {"quiet_from": dt.time(20), "quiet_until": dt.time(8)}
NOON = {"quiet_from": dt.time(12), "quiet_until": dt.time(14)}
WEEK = {"days": [0, 1, 2, 3, 4]}


@pytest.mark.parametrize(
    ("zone", "wishes", "now", "until"),
    [
        ("UTC", NIGHT, "2026-11-23T19:59", None),
        ("UTC", NIGHT, "2026-11-23T20:00", "2026-11-24T08:00"),
        ("UTC", NIGHT, "2026-11-24T07:59", "2026-11-24T08:00"),
        ("UTC", NIGHT, "2026-11-24T08:00", None),
        ("UTC", NOON, "2026-11-24T13:00", "2026-11-24T14:00"),
        ("Asia/Tehran", NIGHT, "2026-11-23T17:00", "2026-11-24T04:30"),
        ("UTC", NIGHT | WEEK, "2026-11-27T21:00", "2026-11-30T08:00"),
        ("UTC", WEEK, "2026-11-28T10:00", "2026-11-30T00:00"),
        ("UTC", {"paused_until": dt.date(2026, 11, 28)} | WEEK, "2026-11-25T10:00", "2026-11-30T00:00"),
        ("UTC", {"paused_until": dt.date(2026, 11, 20)}, "2026-11-25T10:00", None),
        (
            "Europe/Berlin",
            {"quiet_from": dt.time(0), "quiet_until": dt.time(2, 30)},
            "2026-03-28T23:30",
            "2026-03-29T01:30",
        ),
        ("UTC", {"days": [7]}, "2026-11-25T10:00", "far"),
    ],
)
def test_when_quiet_ends(shop, zone, wishes, now, until):
    shop.sam.time_zone = zone
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)

    found = quiet_until(shop.sam, NoticeWishes(user=shop.sam, **wishes), moment, "UTC")

    if until == "far":
        assert found > moment + 300 * DAY
    else:
        assert found == (dt.datetime.fromisoformat(until).replace(tzinfo=dt.UTC) if until else None)
