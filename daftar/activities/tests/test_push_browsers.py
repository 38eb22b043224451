"""Where a person is told: what a browser may send, how many there are, and what ends one."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession

from daftar.access import sessions
from daftar.activities.models import NoticeWishes, OutgoingPush, PushBrowser
from daftar.activities.notifying import browsers
from daftar.activities.notifying.kinds import KINDS
from daftar.activities.tests.push_service import FarBrowser
from daftar.kernel import clock, personal
from daftar.kernel.personal import Subject

FAR = FarBrowser()
HERE = "https://push.example/send/abc"
NOTE = "/me/notices/browsers/note"
AS_SCRIPT = {"HTTP_HX_REQUEST": "true"}


def note(client, endpoint=HERE, **changes):
    return client.post(NOTE, {**FAR.sent(endpoint), **changes}, HTTP_USER_AGENT="Firefox/130 (Linux)")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("endpoint", ""),
        ("endpoint", "abc"),
        ("endpoint", "http://push.example/a"),
        ("endpoint", "ftp://push.example/a"),
        ("endpoint", "https://me:pass@push.example/a"),
        ("endpoint", "https://push.example/a#b"),
        ("endpoint", "https://push.example/é"),
        ("endpoint", "https://push.example/\0"),
        ("endpoint", "https://push.example/" + "a" * 2_000),
        ("endpoint", "https://127.0.0.1/a"),
        ("endpoint", "https://10.0.0.8:8443/a"),
        ("endpoint", "https://[::1]/a"),
        ("endpoint", "https://[::ffff:10.0.0.1]/a"),
        ("endpoint", "https://localhost/a"),
        ("endpoint", "https://erp.internal/a"),
        ("endpoint", "https://["),
        ("p256dh", ""),
        ("p256dh", "A" * 87),
        ("p256dh", "not base64url!"),
        ("auth", ""),
        ("auth", "AAAA"),
    ],
)
def test_what_is_no_subscription_is_refused_with_words_at_its_field(shop, field, value):
    answer = shop.browser(shop.sam).post(NOTE, {**FAR.sent(HERE), field: value}, HTTP_ACCEPT="application/json")

    assert answer.status_code == 422
    assert answer.json()["error"]["field"] == field
    assert not PushBrowser.objects.exists()


def test_noting_twice_is_one_and_the_list_names_it(shop):
    sam = shop.browser(shop.sam)

    assert (note(sam).status_code, note(sam).status_code) == (204, 204)

    row = PushBrowser.objects.get()
    page = sam.get("/me/notices/").content.decode()
    assert "Firefox on Linux" in page
    assert f"/me/notices/browsers/{row.pk}/remove" in page
    assert "data-here" in page
    assert row.endpoint not in page


def test_nobody_has_more_than_ten(shop):
    sam = shop.browser(shop.sam)
    for n in range(10):
        assert note(sam, f"{HERE}/{n}").status_code == 204

    answer = sam.post(NOTE, FAR.sent(HERE), **AS_SCRIPT)

    assert answer.status_code == 409
    assert "ten browsers" in answer.headers["HX-Trigger"]
    assert note(sam, f"{HERE}/3").status_code == 204
    assert PushBrowser.objects.count() == 10


def test_whoever_signs_in_at_the_same_browser_takes_it_over(shop):
    note(shop.browser(shop.sam))
    OutgoingPush.objects.create(browser=PushBrowser.objects.get(), kind="given", ids=[1])

    note(shop.browser(shop.sara))

    assert [row.user for row in PushBrowser.objects.all()] == [shop.sara]
    assert not OutgoingPush.objects.exists()


def test_a_removed_one_keeps_nothing_and_comes_back_only_by_hand(shop):
    sam, sara = shop.browser(shop.sam), shop.browser(shop.sara)
    note(sam)
    row = PushBrowser.objects.get()

    assert sara.post(f"/me/notices/browsers/{row.pk}/remove").status_code == 404
    assert sam.post(f"/me/notices/browsers/{row.pk}/remove").status_code == 302
    assert sam.post(f"/me/notices/browsers/{row.pk}/remove").status_code == 302
    row.refresh_from_db()
    assert (row.endpoint, row.auth, row.p256dh, row.agent, row.session) == ("", "", "", "", None)
    assert not browsers.of(shop.sam).exists()

    assert note(sam, again="1").status_code == 409
    assert note(sam).status_code == 204
    assert browsers.of(shop.sam).count() == 1


def test_the_memory_of_removed_ones_fades(shop, monday):
    sam = shop.browser(shop.sam)
    note(sam)
    browsers.remove(shop.sam, PushBrowser.objects.get().pk)

    browsers.forget_old()
    assert PushBrowser.objects.exists()
    with clock.frozen(monday + browsers.KEPT_REMOVED * 2):
        browsers.forget_old()
    assert not PushBrowser.objects.exists()


@pytest.mark.parametrize("end", ["signed out", "ended from afar", "all ended", "too old"])
def test_a_browser_goes_with_its_session(shop, end):
    sam, other = shop.browser(shop.sam), shop.browser(shop.sam)
    note(sam, f"{HERE}/1")
    note(other, f"{HERE}/2")
    session = UserSession.objects.get(session_key=sam.session.session_key)
    if end == "signed out":
        sam.post("/sign-out/")
    elif end == "ended from afar":
        sessions.end([session])
    elif end == "all ended":
        sessions.end_all(shop.sam, but=other.session.session_key)
    else:
        kept = sam.session
        kept["signed_in"] = {"began": 0, "seen": 0}
        kept.save()
        sam.get("/due/")

    assert [row.endpoint for row in PushBrowser.objects.all()] == [f"{HERE}/2"]


def test_a_new_session_id_of_the_same_sign_in_keeps_it(shop):
    sam = shop.browser(shop.sam)
    note(sam)

    answer = sam.post("/confirm/?next=/me/", {"password": "a long word 17"})

    assert answer.status_code == 302
    assert browsers.of(shop.sam).count() == 1
    assert "data-here" in sam.get("/me/notices/").content.decode()


def test_export_tells_of_browsers_without_their_secrets_and_erasure_takes_them(shop):
    note(shop.browser(shop.sam))
    note(shop.browser(shop.sara), f"{HERE}/hers")
    subject = Subject((("user", shop.sam.pk),))
    place = next(one for one in personal.places() if one.key == "push_browsers")

    (told,) = place.find(subject)
    assert told["agent"].startswith("Firefox")
    assert not {"endpoint", "p256dh", "auth"} & told.keys()
    place.erase(subject)

    assert [row.user for row in PushBrowser.objects.all()] == [shop.sara]


# -- the pages ------------------------------------------------------------------------------------------


def test_each_kind_has_a_box_for_push_but_those_that_never_come_so(shop):
    page = shop.browser(shop.sam).get("/me/notices/").content.decode()

    assert [key for key, kind in KINDS.items() if f'name="{key}.push"' not in page] == ["mail_parked"]
    assert "switch JavaScript on" in page


def test_switching_a_kind_off_takes_push_along(shop):
    shop.browser(shop.sam).post("/me/notices/off", {"kind": "given"})

    assert NoticeWishes.objects.get().channels["given"] == {"page": False, "mail": False, "push": False}


def test_the_worker_script_is_there_for_everyone_and_serves_the_whole_place(client, db):
    answer = client.get("/service-worker.js")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"showNotification" in answer.content


def test_the_key_is_the_same_for_all(shop):
    keys = {shop.browser(user).post("/me/notices/push/key").json()["key"] for user in (shop.sam, shop.sara)}

    assert len(keys) == 1
    assert shop.browser(shop.sam).get("/me/notices/push/key").status_code == 405
