"""Notices as pushes: what the browser of a person shows is what they may see when it is sent, once, at a time when they want it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest

from daftar.access.ending import end_access
from daftar.access.grants import ACTIONS
from daftar.access.grants import read as read_grants
from daftar.access.models import Role, Share
from daftar.activities.models import Notice, NoticeWishes, OutgoingPush, PushBrowser, PushKey
from daftar.activities.notifying import push_key, pushes
from daftar.activities.notifying.writing import News, tell
from daftar.activities.tests.push_service import FarBrowser, PushService
from daftar.kernel import clock, secrets
from daftar.records import sharing, writing
from daftar.records.accounts import deactivate

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def service(settings):
    made = PushService()
    settings.ALLOWED_HOSTS_OUT = [made.origin.removeprefix("http://")]
    yield made
    made.close()


@pytest.fixture
def far():
    return FarBrowser()


@pytest.fixture
def sam(shop, service, far):
    """Sam's browser, signed in and noted; his endpoint is without TLS, which only a test may have."""
    return told_in(shop, shop.sam, service, far)


def told_in(shop, user, service, far):
    push_key.public_key()
    client = shop.browser(user)
    sent = far.sent(f"https://push.example/{user.pk}/{far.name}")
    assert client.post("/me/notices/browsers/note", sent, HTTP_USER_AGENT="Firefox/1 Linux").status_code == 204
    PushBrowser.objects.filter(endpoint=sent["endpoint"]).update(endpoint=f"{service.origin}/{user.pk}/{far.name}")
    return client


def give(shop, count=1, name="Drills", to=None):
    return [shop.deal(by=shop.hana, name=f"{name} {n}", owner=(to or shop.sam).pk) for n in range(count)]


def later(moment, by):
    return clock.frozen(moment + by)


def work():
    """What the worker does."""
    pushes.post_due()
    return pushes.send_due()


def read(service, far):
    return [far.read(body) for _path, _headers, body in service.got]


def test_what_the_push_service_gets_is_signed_by_us_and_read_by_the_browser_alone(shop, monday, sam, service, far):
    (deal,) = give(shop, name="Drill & bits")

    assert work() == 0  # it waits a minute for more of its kind
    with later(monday, MINUTE):
        assert (work(), work()) == (1, 0)

    ((path, headers, body),) = service.got
    assert path == f"/{shop.sam.pk}/one"
    assert (headers["content-encoding"], headers["ttl"], headers["urgency"]) == ("aes128gcm", "86400", "normal")
    key, claims = service.sender_of(headers)
    assert key == PushKey.objects.get().public
    assert claims["sub"].startswith(("mailto:", "https://"))
    assert b"Drill" not in body
    told = far.read(body)
    assert told["title"] == "Given to you: Drill & bits 0"
    assert told["body"] == "Hana Karimi\nWhy you get this: Somebody made you the owner."
    assert (told["href"], told["settings"]) == (f"/deals/{deal.pk}/", "/me/notices/?off=given")
    assert told["tag"] == headers["topic"]
    assert not OutgoingPush.objects.exists()
    assert PushBrowser.objects.get().used_at == monday + MINUTE


def test_similar_ones_are_one_push_in_the_language_of_the_person(shop, monday, sam, service, far):
    shop.sam.language = "fa"
    shop.sam.save()
    give(shop, 2, name="دریل")
    with later(monday, MINUTE / 2):
        give(shop, 1, name="مته")
    with later(monday, MINUTE):
        work()

    (told,) = read(service, far)
    assert (told["lang"], told["dir"]) == ("fa", "rtl")
    assert "۳" in told["title"]
    assert "مته 0" in told["body"]
    assert told["href"] == "/deals/?owner=me"


def test_each_browser_of_the_person_shows_it_and_nobody_elses(shop, monday, sam, service, far):
    other, hers = FarBrowser("two"), FarBrowser("hers")
    told_in(shop, shop.sam, service, other)
    told_in(shop, shop.sara, service, hers)
    give(shop)

    with later(monday, MINUTE):
        assert work() == 2

    assert sorted(path for path, *_rest in service.got) == [f"/{shop.sam.pk}/one", f"/{shop.sam.pk}/two"]


def test_who_has_no_browser_waits_for_none(shop, monday, service):
    give(shop)

    assert not Notice.objects.filter(push_at__isnull=False).exists()


# -- what may not be told ------------------------------------------------------------------------------


def test_what_was_read_hidden_or_switched_off_meanwhile_is_not_told(shop, monday, sam, service):
    deal = shop.deal(by=shop.reza)
    sharing.share(shop.type("deal"), deal.pk, by=shop.reza, user=shop.sam.pk)
    give(shop)
    tell([News(shop.sam.pk, "mention", shop.hana.pk, "deal", shop.deal(owner=shop.sam.pk).pk)])
    Notice.objects.filter(kind="mention").update(push_at=monday)
    pushes.post_due()

    Share.objects.all().delete()
    Notice.objects.filter(kind="given").update(seen_at=monday)
    NoticeWishes.objects.create(user=shop.sam, channels={"mention": {"push": False}})
    with later(monday, HOUR):
        work()

    assert service.got == []
    assert not OutgoingPush.objects.exists()
    assert not Notice.objects.filter(push_at__isnull=False).exists()


def test_a_hidden_field_is_not_in_it(shop, monday, sam, service, far):
    type_ = shop.type("deal")
    hidden = dict.fromkeys(type_.closable, "hidden")
    grants = read_grants({"types": {"*": dict.fromkeys(ACTIONS, "all")}, "fields": {"deal": hidden}})
    Role.objects.create(key="blind", name="Blind", grants=grants.to_json())
    deal = shop.deal(by=shop.olga, name="Drills")
    sharing.share(type_, deal.pk, by=shop.olga, user=shop.sam.pk, observer=True)
    NoticeWishes.objects.create(user=shop.sam, channels={"observed": {"push": True}})
    type(shop.sam).objects.filter(pk=shop.sam.pk).update(roles=["blind"])
    writing.change(type_, deal.pk, {"number": "mark77x", "tags": ["mark78x"]}, by=shop.olga, via="page")

    with later(monday, HOUR):
        assert work() == 2

    told = json.dumps(read(service, far))
    assert {"number", "tags"} < hidden.keys()
    assert told.count("Drills") == 2
    assert "mark7" not in told


@pytest.mark.parametrize("end", ["deactivated", "signed out", "ended"])
def test_who_may_not_come_in_is_told_nothing(shop, monday, sam, service, end):
    give(shop)
    with later(monday, MINUTE):
        pushes.post_due()
        assert OutgoingPush.objects.count() == 1
        if end == "deactivated":
            deactivate(shop.sam.pk, by=shop.olga)
        elif end == "signed out":
            sam.post("/sign-out/")
        else:
            end_access(shop.sam, by=shop.olga)
        work()

    assert service.got == []
    assert not PushBrowser.objects.exists()
    assert not OutgoingPush.objects.exists()


def test_an_account_that_was_closed_by_another_way_is_told_nothing_either(shop, monday, sam, service):
    give(shop)
    with later(monday, MINUTE):
        pushes.post_due()
        type(shop.sam).objects.filter(pk=shop.sam.pk).update(is_active=False)
        work()

    assert service.got == []
    assert not PushBrowser.objects.exists()


def test_in_quiet_hours_they_wait_also_those_that_are_tried_again_and_security_does_not(
    shop, monday, sam, service, far
):
    give(shop)
    service.answers = [(503, {})]
    with later(monday, MINUTE):
        work()
    NoticeWishes.objects.create(user=shop.sam, quiet_from=dt.time(9), quiet_until=dt.time(12))
    with later(monday, 5 * MINUTE):
        give(shop, name="Bits")
        tell([News(shop.sam.pk, "new_device", data={"name": "Firefox", "href": "/me/security/"})])
    with later(monday, HOUR):
        work()

    assert [told["title"] for told in read(service, far)[1:]] == ["Sign-in from a new device: Firefox"]
    assert service.got[1][1]["urgency"] == "high"
    with later(monday, 3 * HOUR):
        work()
    assert sorted(told["title"] for told in read(service, far)[2:]) == [
        "Given to you: Bits 0",
        "Given to you: Drills 0",
    ]


# -- what push services answer -------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(shop, monday, sam, service, status):
    give(shop)
    service.answers = [(status, {})]
    with later(monday, MINUTE):
        assert work() == 0

    assert not PushBrowser.objects.exists()
    assert not OutgoingPush.objects.exists()


@pytest.mark.parametrize(
    ("answer", "pause"),
    [
        ((500, {}), MINUTE),
        ((429, {"Retry-After": "900"}), 15 * MINUTE),
        ((503, {"Retry-After": "Mon, 23 Nov 2026 09:31:00 GMT"}), 30 * MINUTE),
        ((429, {"Retry-After": "99999999999999999999"}), 6 * HOUR),
        ((429, {"Retry-After": "Mon, 23 Nov 2026 09:31:00"}), MINUTE),
        ((429, {"Retry-After": "²"}), MINUTE),
        ((403, {}), MINUTE),
        ((302, {"Location": "http://127.0.0.1:1/"}), MINUTE),
    ],
)
def test_what_is_not_taken_is_tried_again_after_a_pause(shop, monday, sam, service, answer, pause):
    give(shop)
    service.answers = [answer]
    with later(monday, MINUTE):
        assert work() == 0
    assert PushBrowser.objects.get().problem == str(answer[0])

    with later(monday, MINUTE + pause - dt.timedelta(seconds=1)):
        assert work() == 0
    with later(monday, MINUTE + pause):
        assert work() == 1
    assert PushBrowser.objects.get().problem == ""


def test_after_a_day_in_vain_nobody_tries_any_more(shop, monday, sam, service):
    give(shop)
    service.close()
    tries, moment = 0, monday + MINUTE
    with clock.frozen(moment):
        pushes.post_due()
    while (push := OutgoingPush.objects.first()) is not None:
        moment = max(moment, push.next_try)
        with clock.frozen(moment):
            pushes.send_due()
        tries += 1

    assert 8 <= tries <= 14
    assert moment <= monday + DAY + HOUR
    assert PushBrowser.objects.get().problem == "outside_failure"


def test_what_is_too_long_goes_again_without_names(shop, monday, sam, service, far):
    give(shop)
    service.answers = [(413, {})]
    with later(monday, MINUTE):
        assert (work(), work()) == (0, 1)

    long, short = service.got
    assert len(short[2]) < len(long[2])
    assert far.read(short[2])["title"] == "Given to you"


def test_a_worker_that_dies_in_between_loses_none_and_the_browser_shows_one(
    shop, monday, sam, service, far, monkeypatch
):
    give(shop)
    with later(monday, MINUTE):
        pushes.post_due()
        monkeypatch.setattr(pushes, "noted", killed)
        with pytest.raises(KeyboardInterrupt):
            pushes.send_due()
        monkeypatch.undo()
        assert pushes.send_due() == 0  # another worker leaves it to who has it
    with later(monday, 4 * MINUTE):
        assert pushes.send_due() == 1

    one, two = service.got
    assert one[1]["topic"] == two[1]["topic"]
    assert far.read(one[2]) == far.read(two[2])


def killed(*_words):
    raise KeyboardInterrupt


def test_the_longest_words_fit_into_one_message(shop, monday, sam, service, far):
    give(shop, 8, name='"💥' * 90)
    with later(monday, MINUTE):
        assert work() == 1

    assert len(service.got[0][2]) <= 4_096


# -- the keys of the installation ----------------------------------------------------------------------


def test_the_pair_is_made_once_is_sealed_and_outlives_a_rotation(shop):
    public = push_key.public_key()
    row = PushKey.objects.get()
    assert push_key.public_key() == public
    assert row.private.startswith("s1.")

    secrets.rotate()

    assert push_key.pair().public == public
    assert secrets.key_id_of(PushKey.objects.get().private) == secrets.keys().current


def test_a_lost_folder_of_keys_makes_a_new_pair_when_somebody_switches_push_on(
    shop, monday, sam, service, settings, tmp_path
):
    give(shop)
    settings.KEYS = tmp_path
    secrets._kept = None
    with later(monday, MINUTE):
        assert work() == 0
    assert PushBrowser.objects.get().problem == "no key"
    before = PushKey.objects.get().public

    after = shop.browser(shop.sam).post("/me/notices/push/key").json()["key"]

    assert after != before
    assert push_key.pair().public == after
    assert not PushBrowser.objects.exists()
    secrets._kept = None


def test_the_mark_of_a_browser_does_not_tell_its_address(shop, sam):
    row = PushBrowser.objects.get()

    assert len(row.mark) == len(hashlib.sha256().hexdigest())
