"""The bell and the page of notices: what one may see, folded, read, opened; and the settings beside."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Share
from daftar.activities import actions
from daftar.activities.models import Notice, NoticeWishes
from daftar.activities.notifying import forgetting, lines
from daftar.activities.notifying.kinds import KINDS
from daftar.kernel import clock
from daftar.records import sharing, writing


def give(shop, count=1, to=None, by=None, name="Drills"):
    return [shop.deal(by=by or shop.hana, name=f"{name} {n}", owner=(to or shop.sam).pk) for n in range(count)]


def page_of(shop, user, address="/notices/"):
    return shop.browser(user).get(address).content.decode()


def test_a_mention_is_shown_opened_and_marked_as_read_by_its_person_only(shop):
    deal = shop.deal()
    actions.comment(shop.about(deal), "@Sam Reed, see this", by=shop.sara)
    notice = Notice.objects.get()
    sam, hana = shop.browser(shop.sam), shop.browser(shop.hana)

    page = sam.get("/notices/").content.decode()
    assert "You were mentioned" in page
    assert "Drills for Alvand" in page
    assert "Sara Ahmadi" in page
    for verb in ("seen", "open"):
        assert hana.post(f"/notices/{verb}", {"id": notice.pk}).status_code == 404
    assert sam.post("/notices/open", {"id": notice.pk}).headers["Location"] == (
        f"/deals/{deal.pk}/#activity-{notice.activity_id}"
    )
    assert Notice.objects.get().seen_at
    assert "You were mentioned" not in page_of(shop, shop.sam, "/notices/?show=unread")
    assert "You were mentioned" in page_of(shop, shop.sam)


def test_similar_unread_ones_of_an_hour_are_one_line(shop, monday):
    with clock.frozen(monday - dt.timedelta(hours=3)):
        give(shop, 1, name="Early")
    give(shop, 3)
    rows, _next = lines.page(shop.reader(shop.sam))

    assert [(line.sentence, len(line.ids), len(line.parts)) for line in rows] == [
        ("3 deals were given to you", 3, 3),
        ("Given to you", 1, 0),
    ]
    assert rows[0].who == "Hana Karimi"
    Notice.objects.update(seen_at=monday)
    assert [len(line.ids) for line in lines.page(shop.reader(shop.sam))[0]] == [1, 1, 1, 1]


def test_a_notice_about_what_one_may_not_see_any_more_is_not_shown(shop):
    deal = shop.deal(by=shop.reza)
    sharing.share(shop.type("deal"), deal.pk, by=shop.reza, user=shop.sam.pk)
    assert "Drills for Alvand" in page_of(shop, shop.sam)
    notice = Notice.objects.get()

    Share.objects.all().delete()

    sam = shop.browser(shop.sam)
    page = sam.get("/notices/").content.decode()
    assert "Drills for Alvand" not in page
    assert "Shared with you" not in page
    assert count_in(page) == 0
    assert sam.post("/notices/open", {"id": notice.pk}).status_code == 404


def test_what_lies_in_the_bin_is_not_told(shop):
    (deal,) = give(shop)
    comment = actions.comment(shop.about(shop.deal()), "@Sam Reed, see this", by=shop.sara)
    assert lines.count_unseen(shop.sam) == 2

    writing.remove(shop.type("deal"), deal.pk, by=shop.hana, via="page")
    writing.remove(shop.type("activity"), comment.pk, by=shop.sara, via="page")

    assert lines.count_unseen(shop.sam) == 0


def count_in(page):
    bell = page[page.index("<notice-bell") : page.index("</notice-bell>")]
    found = re.search(r'class="count">([^<]+)<', bell)
    return int(found[1]) if found else 0


def test_the_bell_counts_and_all_can_be_read_up_to_what_was_shown(shop):
    give(shop, 2)
    sam = shop.browser(shop.sam)
    page = sam.get("/notices/").content.decode()
    assert count_in(page) == 2
    until = re.search(r'name="until" value="(\d+)"', page)[1]
    give(shop, 1)

    assert sam.post("/notices/seen", {"until": until}).status_code == 302

    assert count_in(sam.get("/notices/bell").content.decode()) == 1


def test_the_bell_costs_the_same_for_few_and_for_many(shop):
    def spent():
        sam = shop.browser(shop.sam)
        sam.get("/notices/bell")
        with CaptureQueriesContext(connection) as seen:
            sam.get("/notices/bell")
        return len(seen.captured_queries)

    nothing = spent()
    give(shop, 2)
    few = spent()
    give(shop, 40)

    assert spent() == few
    assert few - nothing <= 6


def test_the_page_costs_the_same_for_few_and_for_many(shop):
    def spent():
        sam = shop.browser(shop.sam)
        sam.get("/notices/")
        with CaptureQueriesContext(connection) as seen:
            sam.get("/notices/")
        return len(seen.captured_queries)

    give(shop, 2)
    few = spent()
    give(shop, 40)

    assert spent() == few


def test_pages_follow_each_other_without_gap_or_repeat(shop, monday):
    give(shop, 120)
    Notice.objects.update(seen_at=monday)
    sam, found, address = shop.browser(shop.sam), [], "/notices/"
    while address:
        page = sam.get(address).content.decode()
        found += re.findall(r"<bdi>(Drills \d+)</bdi>", page)
        after = re.search(r'href="(/notices/[^"]*after=\d+)"', page)
        address = after[1] if after else ""

    assert found == [f"Drills {n}" for n in reversed(range(120))]


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30])
def test_a_broken_page_mark_is_no_page(shop, after):
    assert shop.browser().get("/notices/", {"after": after}).status_code in (400, 404)


@pytest.mark.parametrize("ids", [[], ["x"], ["999999"]])
def test_opening_what_is_not_there(shop, ids):
    assert shop.browser().post("/notices/open", {"id": ids}).status_code == 404


def test_each_kind_is_shown_in_words(shop):
    for kind in KINDS:
        Notice.objects.create(to=shop.sam, kind=kind, data={"name": "<b>x</b>", "href": "/me/"})
        Notice.objects.create(to=shop.sam, kind=kind, data={"name": "y"}, count=3)

    page = page_of(shop, shop.sam)

    assert "<b>x</b>" not in page
    for kind in KINDS.values():
        assert str(kind.why).replace("’", "&#39;") in page


# -- settings -------------------------------------------------------------------------------------


def test_settings_are_kept_and_shown_again(shop):
    sam = shop.browser(shop.sam)

    answer = sam.post("/me/notices/", {
        "given.page": "1", "observed.mail": "1", "quiet_from": "20:00", "quiet_until": "08:00",
        "days": ["0", "1", "2", "3", "4", ""], "paused_until": "", "new_device.page": "", "evil.page": "1",
    })  # fmt: skip

    assert answer.status_code == 302
    kept = NoticeWishes.objects.get(user=shop.sam)
    assert kept.channels["given"] == {"page": True, "mail": False, "push": False}
    assert kept.channels["observed"] == {"page": False, "mail": True, "push": False}
    assert set(kept.channels) == {k.key for k in KINDS.values() if not k.fixed}
    assert (kept.quiet_from, kept.quiet_until, kept.days) == (dt.time(20), dt.time(8), [0, 1, 2, 3, 4])
    page = page_of(shop, shop.sam, "/me/notices/")
    assert re.search(r'name="given.page"[^>]* checked', page)
    assert not re.search(r'name="given.mail"[^>]* checked', page)
    assert re.search(r'name="new_device.mail"[^>]* checked disabled', page)
    assert not NoticeWishes.objects.exclude(user=shop.sam).exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"quiet_from": "20:00"}, "quiet_until"),
        ({"quiet_from": "20:00", "quiet_until": "20:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "08:00"}, "quiet_from"),
        ({"paused_until": "soon"}, "paused_until"),
        ({"paused_until": "2099-01-01"}, "paused_until"),
        ({"paused_until": "x\0y" * 100}, "paused_until"),
    ],
)
def test_settings_that_cannot_be_are_refused_at_their_field(shop, sent, field):
    answer = shop.browser().post("/me/notices/", {"quiet_from": "", "quiet_until": "", "paused_until": "", **sent})

    assert answer.status_code == 422
    assert f'name="{field}"' in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not NoticeWishes.objects.exists()


def test_one_kind_is_switched_off_from_a_notice(shop):
    sam = shop.browser(shop.sam)
    assert "Records given to you" in sam.get("/me/notices/?off=given").content.decode()
    assert sam.get("/me/notices/?off=nonsense").status_code == 200
    assert not NoticeWishes.objects.exists()

    assert sam.post("/me/notices/off", {"kind": "given"}).status_code == 302
    give(shop)

    assert not Notice.objects.exists()
    for kind in ("new_device", "nonsense", ""):
        assert sam.post("/me/notices/off", {"kind": kind}).status_code == 404


def test_a_pause_silences_the_bell(shop, monday):
    NoticeWishes.objects.create(user=shop.sam, paused_until=dt.date(2026, 11, 30))

    page = page_of(shop, shop.sam)

    assert "Quiet until" in page


# -- forgetting -----------------------------------------------------------------------------------


def test_old_ones_are_forgotten(shop, monday):
    def made(days, seen):
        at = monday - dt.timedelta(days=days)
        return Notice.objects.create(to=shop.sam, kind="given", at=at, seen_at=at if seen else None).pk

    kept = [made(80, True), made(300, False)]
    made(100, True), made(400, False)

    forgetting.forget_old()

    assert sorted(Notice.objects.values_list("pk", flat=True)) == kept
