"""The one box: who stands first, what one may do, and that it asks little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.records.fields._typed_list import Typed


@pytest.fixture
def box(shop, at):
    """`box(user, "tuc")` are the addresses offered, in order."""

    def of(user, typed, **more):
        answer = at(user).get("/search/", {"q": typed, **more}, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        return [part.partition('"')[0] for part in answer.content.decode().split('data-href="')[1:]]

    return of


def test_the_number_stands_before_names_and_names_before_the_rest(shop, box):
    rest = shop.make("contact", name="Ann Carpenter", emails=[Typed("tucker@shop.example", "")])
    word = shop.make("contact", name="Daniel Tucker")
    begins = shop.make("contact", name="Tucker Daniel")
    same = shop.make("contact", name="Tucker")
    assert box(shop.sara, "tucker")[:4] == [f"/contacts/{row.pk}/" for row in (same, begins, word, rest)]

    phone = shop.make("contact", name="Zed", phones=[Typed("+989128051234", "")])
    shop.make("contact", name="+98 912 805 1234 was his")
    assert box(shop.sara, "۰۹۱۲ ۸۰۵ ۱۲۳۴")[0] == f"/contacts/{phone.pk}/"
    assert f"/contacts/{phone.pk}/" in box(shop.sara, "۰۹۱۲ 805")


def test_mine_and_opened_lately_stand_before_the_others(shop, box):
    hers = shop.make("contact", by=shop.sara, name="Tucker Roe", owner=shop.sara.pk)
    his = shop.make("contact", by=shop.sam, name="Tucker Poe", owner=shop.sam.pk)

    assert box(shop.sara, "tuck")[0] == f"/contacts/{hers.pk}/"
    assert box(shop.olga, "tuck")[0] == f"/contacts/{his.pk}/"
    assert box(shop.olga, "tuck", opened=f"/contacts/{hers.pk}/")[0] == f"/contacts/{hers.pk}/"


def test_without_words_it_offers_what_was_opened_and_what_to_do(shop, box):
    row, other = shop.make("contact", name="Tucker"), shop.deal(name="Drills")

    offered = box(shop.sara, "", opened=f"/deals/{other.pk}/,/contacts/{row.pk}/,/contacts/99999/,/nothing/3/,<b>")

    assert offered[:2] == [f"/deals/{other.pk}/", f"/contacts/{row.pk}/"]
    assert "/deals/quick" in offered


def test_commands_are_found_by_their_words_and_only_by_who_may(shop, box):
    assert "/deals/quick" in box(shop.sara, "new deal")
    assert "/deals/quick" not in box(shop.rita, "new deal")
    assert "/settings/retention/" in box(shop.olga, "retention")
    assert "/settings/retention/" not in box(shop.sara, "retention")


def test_what_one_may_not_see_is_not_found(shop, box):
    row = shop.make("contact", name="Tucker", phones=[Typed("+989128051234", "")])
    shop.rita.roles = ["accountant"]
    shop.rita.save()

    assert f"/contacts/{row.pk}/" in box(shop.olga, "0912 805")
    assert f"/contacts/{row.pk}/" not in box(shop.rita, "0912 805")


def test_a_search_asks_little(shop, at):
    for n in range(8):
        shop.make("contact", name=f"Tucker {n}")
        shop.make("company", name=f"Tucker & Sons {n}")
        shop.deal(name=f"Drills for Tucker {n}")
    client = at(shop.sara)
    client.get("/search/", {"q": "tucker"}, headers={"HX-Request": "true"})
    with CaptureQueriesContext(connection) as seen:
        client.get("/search/", {"q": "tucker"}, headers={"HX-Request": "true"})

    asked = [q["sql"] for q in seen.captured_queries if "search" in q["sql"].lower() and "SELECT" in q["sql"]]
    assert len([sql for sql in asked if "LIKE" in sql or "MATCH" in sql]) <= 9
    assert len(seen) <= 24


def test_a_table_in_which_the_index_names_nothing_is_not_asked(shop, at):
    shop.make("contact", name="Tucker")
    shop.deal(name="Drills")
    client = at(shop.sara)
    with CaptureQueriesContext(connection) as seen:
        page = client.get("/search/", {"q": "tucker"}, headers={"HX-Request": "true"}).content.decode()

    asked = [q["sql"] for q in seen.captured_queries if q["sql"].startswith('SELECT "crm_')]
    assert "Tucker" in page
    assert any('FROM "crm_contact"' in sql for sql in asked)
    assert not any('FROM "crm_deal"' in sql for sql in asked)


@pytest.mark.parametrize("typed", ["", "t", "%", "_", '"', "\0", "x" * 3000, "NEAR(", "' OR 1=1"])
def test_whatever_is_typed_the_box_and_its_page_answer(shop, at, typed):
    assert at(shop.sara).get("/search/", {"q": typed}).status_code == 200
    assert at(shop.sara).get("/search/", {"q": typed}, headers={"HX-Request": "true"}).status_code == 200


def test_names_are_text_in_the_box(shop, at):
    shop.make("contact", name="<b>Tucker</b>")

    for headers in ({}, {"HX-Request": "true"}):
        page = at(shop.sara).get("/search/", {"q": "tucker"}, headers=headers).content.decode()
        assert "<b>Tucker" not in page
        assert "&lt;b&gt;Tucker" in page
