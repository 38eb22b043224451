"""The board: columns by any stage or choice field, and moves that the record itself allows or refuses."""

from __future__ import annotations

import json
import re
import threading
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.records import boards, writing
from daftar.records.models import Event, Pipeline, Stage
from daftar.records.schema import schema_changed

BOARD = "/home-visits/board/"
DRAG = {"HX-Request": "true", "HX-Current-URL": "http://testserver/home-visits/board/"}


def columns(answer) -> dict[str, list[str]]:
    """Title of each column → names of its cards."""
    page, made = answer.content.decode(), {}
    for part in page.split('<section class="board__column')[1:]:
        title = re.search(r"<bdi>([^<]*)</bdi>", part).group(1)
        made[title] = re.findall(r'class="board-card__title"[^>]*><bdi>([^<]*)</bdi>', part)
    return made


def heads(answer) -> dict[str, dict[str, str]]:
    """Count and sum of each column as told to the page."""
    return json.loads(answer["HX-Trigger"])["board:columns"]


def drag(office, client, row, to, version=1, **more):
    return client.post(
        f"/home-visits/{row.pk}/move?field=stage",
        {"to": office.stages.get(to, to), "version": version, **more},
        headers=DRAG,
    )


def test_a_new_type_has_a_board(office):
    office.visit("Attic", cost=100)
    office.visit("Barn", "planned", day=date(2026, 5, 1), cost=50)

    answer = office.client(office.seller).get(BOARD)

    assert columns(answer) == {"Asked for": ["Attic"], "Planned": ["Barn"], "Done": [], "Cancelled": []}
    page = answer.content.decode()
    assert "$100" in page
    assert 'data-move-url="/home-visits/{id}/move?field=stage"' in page


def test_columns_count_and_sum_only_what_one_sees(office):
    office.visit("Attic", cost=100)
    office.visit("Barn", cost=50, by=office.mate)
    office.visit("Theirs", cost=7000, by=office.rival)

    page = office.client(office.seller).get(BOARD).content.decode()

    assert "data-count>2<" in page
    assert "$150" in page
    assert "7" not in re.findall(r"board__sum[^>]*>([^<]*)<", page)[0]


def test_another_field_and_another_pipeline_make_another_board(office):
    office.visit("Attic", kind="repair")
    office.visit("Barn")
    office.visit("Boiler", "in")
    client = office.client(office.seller)

    assert columns(client.get(f"{BOARD}?by=kind")) == {
        "Measuring": [],
        "Repair": ["Attic"],
        "Empty": ["Boiler", "Barn"],
    }
    repairs = Pipeline.objects.get(type=office.key, key="repairs")
    assert columns(client.get(f"{BOARD}?pipeline={repairs.pk}")) == {"Came in": ["Boiler"], "Went out": []}


def test_the_board_filters_like_the_list(office):
    office.visit("Attic", cost=100)
    office.visit("Barn", cost=5)
    client = office.client(office.seller)

    assert columns(client.get(f"{BOARD}?cost.gte=50"))["Asked for"] == ["Attic"]
    assert columns(client.get(f"{BOARD}?q=barn"))["Asked for"] == ["Barn"]
    assert columns(client.get(f"{BOARD}?sort=cost"))["Asked for"] == ["Barn", "Attic"]


def test_closed_columns_are_folded_until_asked_for(office):
    office.visit("Finished", "done", day=date(2026, 5, 1), cost=70)
    client = office.client(office.seller)

    folded = client.get(BOARD)
    assert columns(folded)["Done"] == []
    assert "$70" in folded.content.decode()
    assert columns(client.get(f"{BOARD}?column={office.stages['done']}"))["Done"] == ["Finished"]


def test_a_long_column_comes_in_parts(office):
    for number in range(45):
        office.visit(f"Room {number:02}")
    client = office.client(office.seller)

    first = client.get(BOARD)
    seen, more = columns(first)["Asked for"], next_cards(first)
    assert len(seen) == 20
    while more:
        part = client.get(more, headers={"HX-Request": "true"})
        assert "<html" not in part.content.decode()
        seen += re.findall(r'class="board-card__title"[^>]*><bdi>([^<]*)</bdi>', part.content.decode())
        more = next_cards(part)
    assert seen == [f"Room {number:02}" for number in reversed(range(45))]
    assert columns(client.get(next_cards(first)))["Asked for"][0] == "Room 24"


def next_cards(answer) -> str:
    found = re.search(r'class="more" href="([^"]*)"', answer.content.decode())
    return found.group(1).replace("&amp;", "&") if found else ""


@pytest.mark.parametrize(
    "query",
    [
        "by=subject",
        "by=%00",
        "pipeline=99999999999999999999",
        "pipeline=x",
        "nonsense=1",
        "column=1&after=zzz",
        "where=((",
    ],
)
def test_a_bad_address_is_named_and_the_board_stands(office, query):
    office.visit("Attic")
    query = query.replace("column=1", f"column={office.stages['asked']}")

    answer = office.client(office.seller).get(f"{BOARD}?{query}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert "Attic" in answer.content.decode()


@pytest.mark.parametrize("query", ["column=nothing&after=", "column=&after=zzz"])
def test_a_part_of_no_column_is_refused(office, query):
    assert office.client(office.seller).get(f"{BOARD}?{query}", headers={"HX-Request": "true"}).status_code == 400


def test_a_stage_out_of_use_keeps_its_cards_in_sight(office):
    office.visit("Old case")
    Stage.objects.filter(pk=office.stages["asked"]).update(archived=True)
    schema_changed()

    assert columns(office.client(office.seller).get(BOARD))["Asked for"] == ["Old case"]


def test_queries_do_not_grow_with_cards(office):
    client = office.client(office.seller)
    for name in ("asked", "planned"):
        office.visit(name, name, day=date(2026, 5, 1), colleague=office.mate.pk)
    few = queries(client)
    for number in range(60):
        office.visit(f"Room {number}", "planned", by=office.mate, day=date(2026, 5, 1), colleague=office.seller.pk)

    assert queries(client) == few <= 18


def queries(client) -> int:
    client.get(BOARD)
    with CaptureQueriesContext(connection) as seen:
        client.get(BOARD)
    return len(seen)


# -- moves -----------------------------------------------------------------------------------------


def test_a_drag_moves_and_brings_card_and_heads_up_to_date(office):
    row = office.visit("Attic", cost=100, day=date(2026, 5, 1))

    answer = drag(office, office.client(office.seller), row, "planned")

    assert answer.status_code == 200
    assert office.stage_of(row) == "planned"
    assert 'data-version="2"' in answer.content.decode()
    assert "Attic" in answer.content.decode()
    assert heads(answer)[str(office.stages["planned"])] == {"count": "1", "sum": "$100", "note": ""}
    assert heads(answer)[str(office.stages["asked"])]["count"] == "0"
    assert Event.objects.filter(kind="moved", via="board", by=office.seller).count() == 1


def test_a_very_full_board_shows_its_cards_first_and_counts_apart(office, monkeypatch):
    monkeypatch.setattr(boards, "COUNTED", 2)
    attic = office.visit("Attic", cost=100, day=date(2026, 5, 1))
    for name in ("Barn", "Cellar"):
        office.visit(name, cost=100)
    client = office.client(office.chief)

    answer = client.get(BOARD)
    page = answer.content.decode()
    assert sorted(columns(answer)["Asked for"]) == ["Attic", "Barn", "Cellar"]
    assert 'hx-get="/home-visits/board/numbers' in page
    assert "$300" not in page

    told = heads(client.get(f"{BOARD}numbers", headers=DRAG))
    assert told[str(office.stages["asked"])] == {"count": "3", "sum": "$300", "note": ""}

    whole = client.get(f"{BOARD}numbers").content.decode()
    assert "$300" in whole
    assert 'hx-get="/home-visits/board/numbers' not in whole

    moved = drag(office, client, attic, "planned")
    assert "board:count" in moved["HX-Trigger"]
    assert "board:columns" not in moved["HX-Trigger"]


def test_a_very_full_board_has_the_columns_of_stages_that_are_out_of_use(office, monkeypatch):
    monkeypatch.setattr(boards, "COUNTED", 2)
    for name in ("Attic", "Barn", "Cellar"):
        office.visit(name, "planned", day=date(2026, 5, 1))
    Stage.objects.filter(pk__in=[office.stages["planned"], office.stages["done"]]).update(archived=True)
    schema_changed()

    assert set(columns(office.client(office.chief).get(BOARD))) == {"Asked for", "Planned", "Cancelled"}


def test_who_sees_some_of_it_has_the_numbers_at_once(office, monkeypatch):
    monkeypatch.setattr(boards, "COUNTED", 0)
    office.visit("Attic", cost=100)

    assert "$100" in office.client(office.seller).get(BOARD).content.decode()


def test_the_heads_follow_the_filter_of_the_board_looked_at(office):
    row = office.visit("Attic", day=date(2026, 5, 1))
    office.visit("Barn", "planned", day=date(2026, 5, 1))
    looked = {**DRAG, "HX-Current-URL": "http://testserver/home-visits/board/?q=attic"}

    answer = office.client(office.seller).post(
        f"/home-visits/{row.pk}/move", {"to": office.stages["planned"], "version": 1}, headers=looked
    )

    assert heads(answer)[str(office.stages["planned"])]["count"] == "1"


def test_the_stage_asks_only_for_what_is_missing_and_then_the_move_is_done(office):
    row = office.visit("Attic")
    client = office.client(office.seller)

    form = drag(office, client, row, "planned")
    page = form.content.decode()
    assert form.status_code == 422
    assert office.stage_of(row) == "asked"
    assert 'name="day"' in page
    assert 'name="cost"' not in page
    assert 'name="ask" value="day"' in page
    assert "<html" not in page

    bad = drag(office, client, row, "planned", ask="day", day="someday")
    assert bad.status_code == 422
    assert "someday" in bad.content.decode()
    assert office.stage_of(row) == "asked"
    done = drag(office, client, row, "planned", ask="day", day="2026-05-01")
    told = json.loads(done["HX-Trigger"])
    assert done.status_code == 200
    assert office.stage_of(row) == "planned"
    assert told["record:moved"] == {"id": str(row.pk), "to": str(office.stages["planned"]), "version": 2}
    assert "dialog:close" in told
    assert "Planned" in told["toast"]["text"]
    assert Event.objects.filter(record_id=row.pk).count() == 2


def test_a_field_that_the_stage_does_not_ask_for_twice_is_still_needed(office):
    row = office.visit("Attic", "planned", day=date(2026, 5, 1))

    form = drag(office, office.client(office.seller), row, "done", ask="cost", cost="")

    assert form.status_code == 422
    assert 'name="cost"' in form.content.decode()
    assert office.stage_of(row) == "planned"


def test_a_move_that_the_contract_forbids_is_told_in_words(office):
    row = office.visit("Attic", day=date(2026, 5, 1), cost=5)

    answer = drag(office, office.client(office.seller), row, "done")

    assert answer.status_code == 422
    assert not answer.content
    assert "Planned" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    assert office.stage_of(row) == "asked"


@pytest.mark.parametrize(
    ("to", "version", "status"),
    [
        ("99999999999999999999", 1, 422), ("0", 1, 422), ("-1", 1, 422), ("", 1, 422), ("\0", 1, 422), ("x" * 5000, 1, 422),
        ("planned", "one", 422), ("planned", "99999999999999999999", 422), ("cancelled", 99, 422), ("cancelled", -1, 422),
    ],
)  # fmt: skip
def test_rubbish_is_refused_and_nothing_moves(office, to, version, status):
    row = office.visit("Attic", day=date(2026, 5, 1))

    assert drag(office, office.client(office.seller), row, to, version).status_code == status
    assert office.stage_of(row) == "asked"
    assert Event.objects.count() == 1


def test_a_deleted_stage_is_told_as_such(office):
    row = office.visit("Attic")
    for archive in (True, False):
        if archive:
            Stage.objects.filter(pk=office.stages["cancelled"]).update(archived=True)
        else:
            Stage.objects.filter(pk=office.stages["cancelled"]).delete()
        schema_changed()
        answer = drag(office, office.client(office.seller), row, "cancelled")
        assert answer.status_code == 422
        assert "does not exist any more" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    assert office.stage_of(row) == "asked"


def test_the_second_of_two_who_drag_one_card_is_told_who_moved_it_where(office):
    row = office.visit("Attic", day=date(2026, 5, 1))
    assert drag(office, office.client(office.mate), row, "cancelled").status_code == 200

    second = drag(office, office.client(office.seller), row, "planned")

    page = second.content.decode()
    assert second.status_code == 409
    assert "Mate moved this card to “Cancelled”" in page
    assert "not saved" in page
    assert f'data-to="{office.stages["cancelled"]}"' in page
    assert 'data-version="2"' in page
    assert office.stage_of(row) == "cancelled"


def test_a_change_of_something_else_does_not_stop_a_move(office):
    row = office.visit("Attic", day=date(2026, 5, 1))
    writing.change(office.type, row.pk, {"subject": "Attic, north"}, by=office.mate, via="page")

    answer = drag(office, office.client(office.seller), row, "planned")

    assert answer.status_code == 200
    assert "Attic, north" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_drag_at_once_one_wins_and_nothing_is_lost(office):
    row = office.visit("Attic", day=date(2026, 5, 1))
    answers, start = [], threading.Barrier(20)

    def one(number: int) -> None:
        client = office.client(office.seller if number % 2 else office.mate)
        start.wait()
        answers.append(drag(office, client, row, "planned" if number % 2 else "cancelled").status_code)
        connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # Who wants the stage that it already has is served; the others hear of the conflict.
    assert sorted(set(answers)) == [200, 409]
    assert len(answers) == 20
    assert Event.objects.filter(record_id=row.pk, kind="moved").count() == 1


def test_a_choice_column_takes_cards_and_can_empty_them(office):
    row = office.visit("Attic")
    client = office.client(office.seller)

    def move(to, version):
        return client.post(f"/home-visits/{row.pk}/move?field=kind", {"to": to, "version": version}, headers=DRAG)  # noqa: E731

    assert move("repair", 1).status_code == 200
    assert move("-", 2).status_code == 200
    row.refresh_from_db()
    assert office.type["kind"].get(row) is None
    assert move("gone", 3).status_code == 422
    assert client.post(f"/home-visits/{row.pk}/move?field=subject", {"to": "x"}, headers=DRAG).status_code == 422


def test_without_scripts_a_form_moves_a_card(office):
    row = office.visit("Attic")
    client = office.client(office.seller)

    form = client.get(f"/home-visits/{row.pk}/move?field=stage").content.decode()
    assert "Visits / Planned" in form
    assert f'value="{office.stages["planned"]}"' in form
    asked = client.post(
        f"/home-visits/{row.pk}/move", {"to": office.stages["planned"], "version": 1, "back": "/home-visits/board/"}
    )
    assert asked.status_code == 422
    assert 'name="day"' in asked.content.decode()
    assert "<html" in asked.content.decode()
    done = client.post(
        f"/home-visits/{row.pk}/move",
        {
            "to": office.stages["planned"],
            "version": 1,
            "back": "/home-visits/board/",
            "ask": "day",
            "day": "2026-05-01",
        },
    )
    assert done.status_code == 302
    assert done["Location"] == "/home-visits/board/"
    assert office.stage_of(row) == "planned"
    late = client.post(f"/home-visits/{row.pk}/move", {"to": office.stages["cancelled"], "version": 1})
    assert late.status_code == 409
    assert "You, in another window" in late.content.decode()


def test_the_way_back_stays_inside(office):
    row = office.visit("Attic")
    answer = office.client(office.seller).post(
        f"/home-visits/{row.pk}/move", {"to": office.stages["cancelled"], "back": "//evil.example/"}
    )
    assert answer["Location"] == "/"


def test_a_move_from_the_card_comes_back_to_the_card(office):
    row = office.visit("Attic")
    looked = {**DRAG, "HX-Current-URL": f"http://testserver/home-visits/{row.pk}/"}

    answer = office.client(office.seller).post(
        f"/home-visits/{row.pk}/move", {"to": office.stages["cancelled"], "version": 1}, headers=looked
    )

    assert answer["HX-Redirect"] == f"/home-visits/{row.pk}/"


def test_nobody_moves_what_they_may_not_see_or_change(office):
    row = office.visit("Attic", day=date(2026, 5, 1))
    for user, status in ((office.rival, 404), (office.reader, 403)):
        assert drag(office, office.client(user), row, "planned").status_code == status
    writing.remove(office.type, row.pk, by=office.seller, via="page")
    assert drag(office, office.client(office.seller), row, "planned").status_code == 404
    assert office.stage_of(row) == "asked"


def test_a_board_opens_on_the_first_pipeline_that_has_records(office):
    client = office.client(office.chief)
    office.visit("Old mill")
    empty = Pipeline.objects.create(type=office.key, name="Empty")
    Stage.objects.create(pipeline=empty, name="Nothing here")
    Pipeline.objects.filter(type=office.key).exclude(pk=empty.pk).update(position=1)
    schema_changed()

    assert "Old mill" in client.get(BOARD).content.decode()
    assert "Nothing here" in client.get(f"{BOARD}?pipeline={empty.pk}").content.decode()
