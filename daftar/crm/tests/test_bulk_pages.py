"""The bar of picked rows, the forms of its acts, the page of a run and the list of all runs."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.contrib.messages import get_messages
from python_calamine import CalamineWorkbook

from daftar.crm.models import Deal
from daftar.crm.tests.test_bulk import careful, later, picture, run_on, stock
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.bulk import runs
from daftar.records.models import BulkRun


def page_of(client, path, status=200):
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def picked(ids, **more):
    return {"ids": ",".join(map(str, ids)), "of": "", "once": "o", **more}


def test_the_bar_offers_what_one_may_do(shop, at):
    stock(shop, 3)

    said = page_of(at(shop.olga), "/deals/")
    assert 'formaction="/deals/bulk/owner"' in said
    assert all(f'formaction="/deals/export.{ending}"' in said for ending in ("csv", "xlsx", "jsonl"))
    assert 'form="bulk"' in said and "data-pick-view" not in said
    assert "data-pick-view" in page_of(at(shop.olga), "/deals/?limit=2")
    assert "list__bulk" not in page_of(at(shop.rita), "/deals/")
    assert at(shop.sara).get("/deals/bulk/owner", picked([1])).status_code == 403


def test_giving_away_and_undo_from_the_toast(shop, at):
    ids = stock(shop, 3)
    client, before = at(shop.olga), picture(ids)
    form = page_of(client, f"/deals/bulk/owner?ids={ids[0]},{ids[1]}&ids={ids[2]}&of=%3Fsort%3Dname")
    assert "Change 3 rows" in form and 'name="owner"' in form

    answer = client.post("/deals/bulk/owner", picked(ids, owner=shop.sam.pk, of="?sort=name"))
    assert (answer.status_code, answer["Location"]) == (302, "/deals/?sort=name")
    run = BulkRun.objects.get()
    (message,) = get_messages(answer.wsgi_request)
    assert (str(message), message.extra_tags) == ("3 rows changed.", f"undo:/changes/{run.pk}/undo")
    said = page_of(client, "/deals/?sort=name")
    assert f'action="/changes/{run.pk}/undo"' in said
    assert client.post("/deals/bulk/owner", picked(ids, owner=shop.sara.pk)).status_code == 302  # the same press again
    assert BulkRun.objects.count() == 1

    answer = client.post(f"/changes/{run.pk}/undo", HTTP_HX_REQUEST="true")
    assert answer.status_code == 204
    assert picture(ids) == before


def test_all_rows_of_a_view_by_the_worker(shop, at):
    stock(shop, 201, comments="fair")
    other = stock(shop, 1)
    sent = {"all": "1", "of": "?comments=fair", "owner": shop.sam.pk}
    client = at(shop.olga)
    assert "Change 201 rows" in page_of(client, "/deals/bulk/owner?all=1&of=%3Fcomments%3Dfair")

    with patch.object(runs, "queue"):
        answer = client.post("/deals/bulk/owner", sent)
    run = BulkRun.objects.get()
    assert answer["Location"] == f"/changes/{run.pk}/"
    said = page_of(client, f"/changes/{run.pk}/")
    assert 'id="bulk-progress"' in said and f"/changes/{run.pk}/stop" in said and "Comments: fair" in said
    assert "bulk-progress" in page_of(client, f"/changes/{run.pk}/progress")
    client.post(f"/changes/{run.pk}/stop")
    runs.carry_out(run.pk)
    assert "Continue" in page_of(client, f"/changes/{run.pk}/")
    with patch.object(runs, "queue"):
        client.post(f"/changes/{run.pk}/continue")
    runs.carry_out(run.pk)
    assert client.get(f"/changes/{run.pk}/progress")["HX-Redirect"] == f"/changes/{run.pk}/"
    assert Deal.objects.exclude(owner=shop.sam).get().pk == other[0]


def test_the_page_of_a_run_names_what_was_refused(shop, at):
    ids = [*stock(shop, 1, amount=Money(Decimal(5), "USD")), *stock(shop, 2)]
    client = at(shop.olga)

    asked = client.post("/deals/bulk/move", picked(ids, stage=shop.stage("won"))).content.decode()
    assert "“Won” needs: Amount." in asked and 'name="asked"' in asked and not BulkRun.objects.exists()
    answer = client.post("/deals/bulk/move", picked(ids, stage=shop.stage("won"), asked="1"))

    said = page_of(client, answer["Location"])
    assert said.count("“Amount” is needed in stage “Won”.") == 2
    assert f'href="/deals/{ids[1]}/"' in said and "Stage: Won" in said


def test_one_more_field_joins_the_form(shop, at):
    ids = stock(shop, 2)
    client = at(shop.olga)

    said = client.post("/deals/bulk/move", picked(ids, stage=shop.stage("lost"), more="lost_reason")).content.decode()
    assert 'name="lost_reason"' in said and not BulkRun.objects.exists()
    sent = picked(ids, stage=shop.stage("lost"), field=["stage", "lost_reason"], lost_reason="price")
    client.post("/deals/bulk/move", sent)

    assert set(Deal.objects.values_list("stage", "lost_reason")) == {(shop.stage("lost"), "price")}
    answer = client.post("/deals/bulk/change", picked(ids))
    assert answer.status_code == 422 and "Choose at least one field." in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/deals/bulk/owner", {}, 400),
        ("/deals/bulk/owner", {"ids": "x"}, 400),
        ("/deals/bulk/owner", {"ids": "1," * 501}, 400),
        ("/deals/bulk/owner", {"ids": "9" * 30}, 400),
        ("/deals/bulk/owner", {"all": "1", "of": "?nothing=1"}, 400),
        ("/deals/bulk/merge", {"ids": "1"}, 400),
        ("/deals/bulk/melt", {"ids": "1"}, 404),
        ("/people/bulk/change", {"ids": "1"}, 403),
        ("/changes/99/", {}, 404),
        ("/changes/99999999999999999999/", {}, 404),
        ("/changes/?before=x", {}, 400),
        ("/deals/export.csv", {"of": "", "ids": ""}, 400),
    ],
)
def test_what_cannot_be_read_is_said(shop, at, path, sent, status):
    assert at(shop.olga).get(path, sent).status_code == status


def test_a_wrong_value_stands_at_its_field(shop, at):
    ids = stock(shop, 1)

    answer = at(shop.olga).post("/deals/bulk/change", picked(ids, field="expected_close", expected_close="2026-02-30"))

    assert answer.status_code == 422
    assert 'data-error-for="expected_close"' in answer.content.decode()


def test_tags_and_the_bin(shop, at):
    ids = stock(shop, 2)
    client = at(shop.olga)
    client.post("/deals/bulk/tags", picked(ids, add="fair, hot"))
    assert list(Deal.objects.values_list("tags", flat=True)) == [["fair", "hot"]] * 2
    assert client.post("/deals/bulk/tags", picked(ids, once="p")).status_code == 422

    client.post("/deals/bulk/delete", picked(ids, once="q"))
    assert not Deal.objects.filter(deleted_at=None).exists()


def test_kept_rows_say_what_changed_meanwhile_and_are_decided(shop, at):
    ids = stock(shop, 3)
    client = at(shop.olga)
    run = run_on(shop, "owner", {"owner": shop.sam.pk}, ids)
    for id_ in ids[:2]:
        writing.change(shop.type("deal"), id_, {"comments": "called him"}, by=shop.sam, via="page")

    answer = client.post(f"/changes/{run.pk}/undo")

    said = page_of(client, answer["Location"])
    assert said.count("called him") == 2 and said.count("Take back anyway") == 3  # each, and in the words above
    back = BulkRun.objects.get(undoes=run.change_set)
    item = back.items.filter(state="moved_on").first()
    client.post(f"{answer['Location']}decide", {"do": "back", "item": item.pk})
    client.post(f"{answer['Location']}decide", {"do": "leave"})
    back.refresh_from_db()
    assert (back.done, back.left_alone, back.moved_on) == (2, 1, 0)
    assert client.post(f"{answer['Location']}decide", {"do": "x"}).status_code == 400
    assert client.post(f"/changes/{run.pk}/undo").status_code == 409
    assert "Do it again" in page_of(client, answer["Location"])
    assert "This was taken back." in page_of(client, f"/changes/{run.pk}/")


def test_runs_are_listed_for_who_did_them_and_all_for_who_runs_the_company(shop, at):
    cara = careful(shop)
    run_on(shop, "tags", {"add": ["fair"]}, stock(shop, 2))
    mine = run_on(shop, "change", {"comments": "x"}, [shop.deal(by=shop.olga, owner=cara.pk).pk], by=cara)

    assert page_of(at(shop.olga), "/changes/").count('href="/changes/') >= 2
    said = page_of(at(cara), "/changes/")
    assert "Comments: x" in said and "add fair" not in said
    assert page_of(at(cara), f"/changes/{mine.pk}/")
    page_of(at(cara), f"/changes/{BulkRun.objects.exclude(pk=mine.pk).get().pk}/", 404)
    with later(days=31):
        assert "more than 30 days ago" in page_of(at(shop.olga), f"/changes/{mine.pk}/")


@pytest.mark.parametrize(
    ("ending", "names"),
    [
        ("csv", lambda file: [line.split(b",")[0].decode() for line in file.splitlines()[1:]]),
        ("jsonl", lambda file: [json.loads(line)["name"] for line in file.splitlines()]),
        (
            "xlsx",
            lambda file: [
                row[0] for row in CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()[1:]
            ],
        ),
    ],
)
def test_the_file_holds_the_picked_rows(shop, at, ending, names):
    ids = stock(shop, 3)

    answer = at(shop.olga).get(f"/deals/export.{ending}", {"ids": ids[:2], "of": "?sort=name"})
    assert names(b"".join(answer.streaming_content)) == ["Deal 0", "Deal 1"]


def test_deleting_very_many_asks_again_who_it_is(shop, at):
    stock(shop, 3)
    with patch("daftar.records.views.bulk.MASS_ROWS", 2), patch("daftar.access.sessions.fresh", lambda request: False):
        answer = at(shop.olga).post("/deals/bulk/delete", {"all": "1", "of": ""})

    assert answer["Location"].startswith("/confirm/")
    assert Deal.objects.filter(deleted_at=None).count() == 3
