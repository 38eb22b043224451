"""One stream of activities and changes: order, folding, filters, pages, what it may cost, how it is drawn."""

from __future__ import annotations

import ast
import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from daftar.activities import actions
from daftar.activities.actions import Plan
from daftar.activities.timeline.page import LINES, timeline
from daftar.kernel import clock
from daftar.kernel.errors import BadAddress
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.history import DOORS, REASONS, field_history
from daftar.records.models import Event

MARKER = "<script>alert(1)</script>"


@pytest.fixture
def at(monday):
    """Do something some minutes after Monday nine o'clock."""

    def later(minutes, verb, *given, **more):
        with clock.frozen(monday + dt.timedelta(minutes=minutes)):
            return verb(*given, **more)

    return later


def change(shop, deal, by=None, **values):
    return writing.change(shop.type("deal"), deal.pk, values, by=by or shop.sara, via="page")


def page(shop, deal, user=None, **more):
    return timeline(shop.type("deal"), shop.fresh(deal), shop.reader(user), **more)


def words(found):
    return [(line.who, line.what, len(line.changes)) for line in found.lines]


def test_what_happened_stands_newest_first_under_what_is_planned(shop, at, monday):
    deal = at(0, shop.deal)
    at(1, actions.add_note, shop.about(deal), "They want blue ones", by=shop.sam)
    at(2, change, shop, deal, stage=shop.stage("qualified"))
    at(3, actions.log_call, shop.about(deal), by=shop.sara, duration=dt.timedelta(minutes=5))
    at(4, actions.plan, shop.about(deal), Plan("task", monday + dt.timedelta(days=1), "Send it"), by=shop.sara)

    found = page(shop, deal)

    assert [(line.what, line.who) for line in found.planned] == [("Task · Send it", "Sara Ahmadi")]
    assert [(line.who, line.what) for line in found.lines] == [
        ("Sara Ahmadi", "Outgoing call · Reached · 5m"),
        ("Sara Ahmadi", ""),
        ("Sam Reed", "wrote a note"),
        ("Sara Ahmadi", "created it"),
    ]
    moved = found.lines[1].changes[0]
    assert (moved.field.key, moved.before.text, moved.after.text) == ("stage", "New", "Qualified")
    assert found.older == ""


def test_small_edits_of_one_person_fold_and_those_of_another_do_not(shop, at):
    deal = at(0, shop.deal)
    at(1, change, shop, deal, number="17")
    at(2, change, shop, deal, comments="Long story")
    at(3, change, shop, deal, number="18")
    at(4, change, shop, deal, by=shop.sam, number="19")
    at(60 * 14, change, shop, deal, by=shop.sam, number="20")

    found = page(shop, deal)

    assert words(found) == [
        ("Sam Reed", "", 1),
        ("Sam Reed", "", 1),
        ("Sara Ahmadi", "changed 2 fields", 3),
        ("Sara Ahmadi", "created it", 0),
    ]
    assert [(c.before.text, c.after.text) for c in found.lines[2].changes][0] == ("17", "18")


def test_an_activity_between_two_edits_ends_the_run(shop, at):
    deal = at(0, shop.deal)
    at(1, change, shop, deal, number="17")
    at(2, actions.add_note, shop.about(deal), "between", by=shop.sara)
    at(3, change, shop, deal, number="18")

    assert [line.what for line in page(shop, deal).lines] == ["", "wrote a note", "", "created it"]


def test_the_bin_files_and_parking_are_told(shop, at, monday):
    deal = at(0, shop.deal)
    at(1, writing.remove, shop.type("deal"), deal.pk, by=shop.sara, via="page")
    at(2, writing.bring_back, shop.type("deal"), deal.pk, by=shop.sara, via="page")
    at(3, actions.park, shop.about(deal), monday.date() + dt.timedelta(days=9), by=shop.sara)
    Event.objects.create(
        type="deal", record_id=deal.pk, kind="file", by=shop.sara, via="page", data={"file": 7, "name": "Offer 1.pdf"},
        at=monday + dt.timedelta(minutes=4),
    )  # fmt: skip

    found = page(shop, deal)

    assert [line.what for line in found.lines] == [
        "added a file", "parked it until 2 Dec 2026", "took it out of the bin", "put it into the bin", "created it",
    ]  # fmt: skip
    assert found.lines[0].links == (("Offer 1.pdf", "/files/7/Offer%201.pdf"),)


def test_a_conversion_names_what_became_of_it_as_far_as_one_may_see(shop, at):
    deal, own, foreign = at(0, shop.deal), shop.deal(name="Own one"), shop.deal(by=shop.reza, name="Of Reza")
    for n, became in enumerate((own, foreign), 1):
        Event.objects.create(
            type="deal", record_id=deal.pk, kind="moved", by=shop.sara, via="page", at=clock.now() + dt.timedelta(days=n),
            data={"converted": {"deal": became.pk}},
        )  # fmt: skip

    lines = page(shop, deal).lines

    assert [(line.what, line.links) for line in lines[:2]] == [
        ("converted it", ()),
        ("converted it", (("Own one", f"/deals/{own.pk}/"),)),
    ]


def test_filters_show_one_kind(shop, at, monday):
    deal = at(0, shop.deal)
    about = shop.about(deal)
    at(1, actions.add_note, about, "note", by=shop.sara)
    at(2, actions.comment, about, "comment", by=shop.sara)
    at(3, actions.log_call, about, by=shop.sara)
    at(4, actions.log_meeting, about, by=shop.sara)
    at(5, actions.plan, about, Plan("task", monday, "Task of Monday"), by=shop.sara)
    at(6, change, shop, deal, number="17")

    def shown(name):
        found = page(shop, deal, show=name)
        return len(found.planned), len(found.lines)

    assert {name: shown(name) for name in ("", "calls", "meetings", "tasks", "notes", "changes", "files")} == {
        "": (1, 6), "calls": (0, 1), "meetings": (0, 1), "tasks": (1, 0), "notes": (0, 2), "changes": (0, 2),
        "files": (0, 0),
    }  # fmt: skip
    with pytest.raises(BadAddress):
        page(shop, deal, show="gossip")


def test_what_is_pinned_stands_on_top_and_only_there(shop, at):
    deal = at(0, shop.deal)
    note = at(1, actions.add_note, shop.about(deal), "Gate code 17", by=shop.sara)
    actions.pin(note.pk, by=shop.sara)

    found = page(shop, deal)

    assert [line.content for line in found.pinned] == ["Gate code 17"]
    assert [line.what for line in found.lines] == ["created it"]


def test_pages_hold_everything_once_even_at_the_same_moment(shop, at):
    deal = at(0, shop.deal)
    for n in range(LINES * 2):
        minute = n // 4
        at(minute, actions.add_note, shop.about(deal), f"note {n}", by=shop.sara)
        at(minute, change, shop, deal, by=(shop.sara, shop.sam)[n % 2], number=str(n + 1))

    seen, mark, pages = [], "", 0
    while pages < 20:
        found = page(shop, deal, older=mark)
        seen += found.lines
        pages += 1
        mark = found.older
        if not mark:
            break

    notes = [line.content for line in seen if line.activity]
    steps = [c.event_id for line in seen for c in line.changes]
    assert len(notes) == len(set(notes)) == LINES * 2
    assert len(steps) == len(set(steps)) == LINES * 2
    assert [line.place for line in seen] == sorted((line.place for line in seen), reverse=True)
    assert seen[-1].what == "created it"


def test_a_run_longer_than_what_is_read_at_once_loses_nothing(shop, at):
    deal = at(0, shop.deal)
    for n in range(130):
        at(n // 10, change, shop, deal, number=str(n + 1))

    first = page(shop, deal)
    second = page(shop, deal, older=first.older)

    assert [line.what for line in first.lines] == ["changed 1 field"]
    assert sum(len(line.changes) for found in (first, second) for line in found.lines) == 130


@pytest.mark.parametrize("mark", ["x", "1_2_3", "9" * 40 + "_0_1", "1_0_" + "9" * 20, "0_0_0_0", "-1_0_1", "١_0_1"])
def test_a_broken_page_mark_is_refused(shop, mark):
    with pytest.raises(BadAddress):
        page(shop, shop.deal(), older=mark)


def test_a_page_costs_the_same_for_few_and_for_many(shop, at, monday):
    few, many = shop.deal(), shop.deal()
    for deal, count in ((few, 2), (many, 60)):
        for n in range(count):
            by = (shop.sara, shop.sam)[n % 2]
            at(n, actions.log_call, shop.about(deal), by=by)
            at(n, change, shop, deal, by=by, number=str(n + 1), amount=Money(Decimal(n + 1), "USD"))
            at(n, change, shop, deal, by=by, owner=(shop.sam, shop.sara)[n % 2].pk)
            at(n, actions.plan, shop.about(deal), Plan("call", monday + dt.timedelta(days=n)), by=by)

    def cost(deal):
        type_, row, reader = shop.type("deal"), shop.fresh(deal), shop.reader()
        with CaptureQueriesContext(connection) as spent:
            found = timeline(type_, row, reader)
        assert found.lines
        return len(spent)

    assert cost(few) == cost(many) <= 4


def test_what_people_write_never_becomes_code(shop):
    deal = shop.deal(name=f"Deal {MARKER}")
    about = shop.about(deal)
    actions.add_note(about, f"{MARKER}\n{MARKER}", by=shop.sara)
    actions.log_call(about, by=shop.sara, subject=MARKER, text=MARKER)
    actions.plan(about, Plan("meeting", clock.now(), MARKER, place=MARKER), by=shop.sara)
    change(shop, deal, comments=MARKER, number="1")
    Event.objects.create(type="deal", record_id=deal.pk, kind="file", by=shop.sara, via="page",
                         data={"file": 7, "name": MARKER})  # fmt: skip
    browser = shop.browser()

    for address in (f"/deals/{deal.pk}/", "/due/", f"/activities/{about.id}/complete"):
        body = browser.get(address).content.decode()
        assert "<script>alert" not in body, address
    part = browser.get(f"/timeline/deals/{deal.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert part.count("&lt;script&gt;alert") >= 6


def test_the_card_shows_the_timeline_and_its_links_work_without_scripts(shop, at):
    deal = at(0, shop.deal)
    for n in range(LINES + 5):
        at(n + 1, actions.add_note, shop.about(deal), f"note {n:03}", by=shop.sara)
    browser = shop.browser()

    first = browser.get(f"/deals/{deal.pk}/").content.decode()
    mark = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = browser.get(mark).content.decode()
    calls = browser.get(f"/deals/{deal.pk}/?show=calls&add=task").content.decode()

    assert "note 044" in first
    assert "note 000" not in first
    assert "note 000" in second
    assert "note 044" not in second
    assert "note 0" not in calls
    assert 'value="task"' in calls


def test_the_part_alone_is_a_fragment_and_its_older_lines_too(shop, at):
    deal = at(0, shop.deal)
    for n in range(LINES + 5):
        at(n + 1, actions.add_note, shop.about(deal), f"note {n:03}", by=shop.sara)
    browser, headers = shop.browser(), {"HX-Request": "true"}
    address = f"/timeline/deals/{deal.pk}/"

    whole = browser.get(address, headers=headers).content.decode()
    older = browser.get(address, {"older": page(shop, deal).older}, headers=headers).content.decode()

    assert 'id="composer"' in whole
    assert "<html" not in whole
    assert "note 000" in older
    assert 'id="composer"' not in older
    assert browser.get(address).headers["Location"].startswith(f"/deals/{deal.pk}/")
    assert browser.get(address, {"older": "x"}, headers=headers).status_code == 400


def test_readers_see_the_stream_without_tools(shop):
    deal = shop.deal()
    actions.add_note(shop.about(deal), "Seen by all", by=shop.sara)

    body = shop.browser(shop.rita).get(f"/deals/{deal.pk}/").content.decode()

    assert "Seen by all" in body
    assert 'id="composer"' not in body
    assert "/words" not in body


def literals(name):
    """Every text that the product gives to a keyword or a key of that name."""
    found = set()
    for path in (Path(settings.BASE_DIR) / "daftar").rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            pairs = []
            if isinstance(node, ast.keyword):
                pairs = [(node.arg, node.value)]
            elif isinstance(node, ast.Dict):
                pairs = [(k.value, v) for k, v in zip(node.keys, node.values) if isinstance(k, ast.Constant)]
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                pairs = [(getattr(node.targets[0].slice, "value", None), node.value)]
            found |= {
                v.value for k, v in pairs if k == name and isinstance(v, ast.Constant) and isinstance(v.value, str)
            }
    return found


def test_every_way_and_every_reason_has_words_in_every_language():
    assert {"page", "import", "board", "demo"} <= literals("via") <= set(DOORS)
    assert literals("why") == set(REASONS)
    for words in (DOORS, REASONS):
        english = {key: str(word) for key, word in words.items()}
        assert all(english.values())
        for language in ("fa", "ru"):
            with translation.override(language):
                same = [key for key, word in words.items() if str(word) == english[key] and key != "api"]
            assert same == [], language


@pytest.mark.parametrize(("why", "what"), [(key, str(word)) for key, word in REASONS.items()])
def test_what_changed_for_a_reason_says_it(shop, at, why, what):
    deal = at(0, shop.deal)
    at(1, change, shop, deal, number="17")
    changed = at(
        2, writing.change, shop.type("deal"), deal.pk, {"number": "18"}, by=shop.sara, via="page", data={"why": why}
    )

    line, before, _made = page(shop, deal).lines
    assert (line.what, len(line.changes), before.what) == (what, 1, ""), "it does not fold into what was done by hand"
    newest, older = field_history(shop.type("deal"), changed.pk, "number", shop.reader())
    assert (newest.via_label, older.via_label) == (what, "page")


def test_an_act_of_an_outsider_or_of_the_product_is_nobodys_of_us(shop, at):
    deal = at(0, shop.deal)
    for minute, data in ((1, {"outsider": "Ali Rezaei"}), (2, {"by_itself": True})):
        at(
            minute,
            writing.change,
            shop.type("deal"),
            deal.pk,
            {"number": str(minute)},
            by=shop.sara,
            via="page",
            data=data,
        )

    itself, outsider = page(shop, deal).lines[:2]
    assert (outsider.who, itself.who) == ("Ali Rezaei", "Daftar")
