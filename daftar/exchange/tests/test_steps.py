"""Several files as one import: recognised, ordered, paused and continued, corrected rows taken in, all of it taken back."""

from __future__ import annotations

import html

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.exchange import jobs
from daftar.exchange.importing import progress, runs
from daftar.exchange.models import ImportRun, State
from daftar.records.models import Event

FILES = {
    "people.csv": "Full name,E-mail,Companies\nAnna Berg,anna@acme.example,Acme\nBoris Faz,boris@bluth.example,Bluth\n",
    "firms.csv": "Company name,Sector,Employees,Website\nAcme,,10,acme.example\nBluth,,20,bluth.example\n",
}


@pytest.fixture
def page(shop, client):
    client.force_login(shop.olga)
    return client


@pytest.fixture
def queued(monkeypatch):
    """The worker does nothing by itself; these are the runs that wait for it."""
    called = []

    class Waiting:
        enqueue = staticmethod(called.append)

    monkeypatch.setattr(jobs, "carry_out", Waiting)
    monkeypatch.setattr(runs, "AT_ONCE", 10)
    return called


def drop(client, files=FILES, path="/import/"):
    sent = [SimpleUploadedFile(name, text.encode()) for name, text in files.items()]
    return client.post(path, {"file": sent})


def form(run, **more):
    """What the page of the steps sends when nothing was touched."""
    kept = {f"type-{n}": step["type"] for n, step in enumerate(run.steps)}
    on = {f"on-{n}": "1" for n, step in enumerate(run.steps) if not step.get("off")}
    return {"steps": "1", **kept, **on, **more}


def test_files_are_recognised_put_in_order_and_loaded_as_one(shop, page):
    place = drop(page)["Location"]
    run = ImportRun.objects.get()
    assert {step["title"]: step["type"] for step in run.steps} == {"people": "contact", "firms": "company"}
    shown = page.get(place).content.decode()
    assert "people.csv" in shown and 'value="order:down:0"' in shown
    if run.steps[0]["type"] == "contact":
        page.post(place, form(run, do="order:down:0"))
        run.refresh_from_db()
    assert [step["type"] for step in run.steps] == ["company", "contact"]

    rehearsed = page.post(place, form(run, do="rehearse"), follow=True).content.decode()
    assert "nothing has been changed" in rehearsed
    assert not shop.rows("company").exists()

    page.post(place, {"do": "load"})
    run.refresh_from_db()
    assert (run.state, [report["created"] for report in run.reports]) == (State.DONE, [2, 2])
    assert set(Event.objects.filter(change_set=run.change_set).values_list("type", flat=True)) == {"company", "contact"}


def test_a_file_can_be_left_out_and_become_something_else(shop, page):
    place = drop(page)["Location"]
    run = ImportRun.objects.get()
    first = next(n for n, step in enumerate(run.steps) if step["type"] == "contact")
    sent = form(run, do="save", **{f"type-{first}": "lead"})
    sent.pop(f"on-{1 - first}")
    page.post(place, sent)

    run.refresh_from_db()
    lines = run.files[run.steps[first]["file"]]["rows"]
    assert (run.steps[first]["type"], run.steps[1 - first]["off"], run.lines_total) == ("lead", True, lines)
    page.post(place, form(run, do="load"))
    assert (shop.rows("lead").count(), shop.rows("company").count()) == (2, 0)
    assert page.post(f"{place}steps/9/", {}).status_code == 404


@pytest.mark.parametrize("wrong", ["moon", "user_", ""])
def test_a_type_that_is_not_there_is_answered_with_422(shop, page, wrong):
    place = drop(page)["Location"]
    run = ImportRun.objects.get()

    assert page.post(place, form(run, do="save", **{"type-0": wrong})).status_code == 422
    assert ImportRun.objects.get().steps == run.steps


def test_when_all_files_are_left_out_there_is_nothing_to_load(shop, page):
    place = drop(page)["Location"]

    answer = page.post(place, {"steps": "1", "do": "load"})

    assert (answer.status_code, "Choose at least one" in answer.content.decode()) == (422, True)


def test_the_columns_of_one_step_have_a_page(shop, page):
    place = drop(page)["Location"]
    n = next(n for n, step in enumerate(ImportRun.objects.get().steps) if step["type"] == "contact")
    shown = page.get(f"{place}steps/{n}/")
    assert (shown.status_code, "Anna Berg" in shown.content.decode()) == (200, True)
    sent = {"mapped": "1", "column-0": "name", "column-1": "", "column-2": "", "existing": "update"}
    words = dict.fromkeys(("unknown_choice", "unknown_person", "unknown_link"), "report")

    assert page.post(f"{place}steps/{n}/", sent | words | {"column-0": "moon"}).status_code == 422
    assert page.post(f"{place}steps/{n}/", sent | words)["Location"] == place
    assert ImportRun.objects.get().steps[n]["map"]["columns"] == {"Full name": ["name"], "E-mail": [], "Companies": []}


def test_a_file_that_cannot_be_read_among_others_is_named(shop, page):
    answer = drop(page, FILES | {"empty.csv": ""})

    assert (answer.status_code, "empty.csv" in answer.content.decode()) == (422, True)
    assert not ImportRun.objects.exists()
    assert not list((shop.folder / "imports").iterdir())


def long(count):
    return "id,name\n" + "".join(f"B{n},Deal {n}\n" for n in range(count))


def begun(page, text, **more):
    place = drop(page, {"long.csv": text}, "/deals/import/")["Location"]
    sent = {"mapped": "1", "column-0": "@id", "column-1": "name", "system": "old", "existing": "update"}
    words = dict.fromkeys(("unknown_choice", "unknown_person", "unknown_link"), "report")
    return place, page.post(place, sent | words | more)


def test_one_press_is_kept_once(shop, page):
    with CaptureQueriesContext(connection) as asked:
        begun(page, long(3), do="save")

    kept = [q["sql"] for q in asked if q["sql"].startswith('UPDATE "exchange_importrun"')]
    assert (len(kept), ImportRun.objects.get().steps[0]["map"]["system"]) == (1, "old")


def test_a_pause_keeps_what_is_in_and_goes_on_there(shop, page, queued, monkeypatch):
    place, _answer = begun(page, long(1700), do="load")
    run = ImportRun.objects.get()
    with monkeypatch.context() as patched:
        patched.setattr(runs, "SECONDS", 1e-9)
        runs.do(run.pk)
    assert page.post(place, {"do": "pause"}).status_code == 302
    assert ImportRun.objects.get().state == State.PAUSING

    runs.do(run.pk)
    assert "Continue" in page.get(place).content.decode()
    page.post(place, {"do": "load"})
    runs.do(run.pk)

    run.refresh_from_db()
    assert (run.state, shop.rows("deal").count()) == (State.DONE, 1700)
    assert page.post(place, {"do": "pause"}).status_code == 409


def test_a_long_import_lets_others_have_their_turn(shop, page, queued, monkeypatch):
    monkeypatch.setattr(runs, "SECONDS", 1e-9)
    begun(page, long(1200), do="load")
    run = ImportRun.objects.get()

    runs.do(run.pk)
    run.refresh_from_db()
    assert (queued, run.state, run.line) == ([run.pk, run.pk], State.RUNNING, 501)
    runs.do(run.pk, at_a_stretch=True)
    assert shop.rows("deal").count() == 1200


def test_a_rehearsal_can_be_given_up(shop, page, queued, monkeypatch):
    place, _answer = begun(page, long(1200), do="rehearse")
    run = ImportRun.objects.get()
    monkeypatch.setattr(progress, "forget", lambda _run: None)
    page.post(place, {"do": "pause"})

    runs.do(run.pk)

    run.refresh_from_db()
    assert (run.state, shop.rows("deal").count()) == (State.MAPPING, 0)


def test_corrected_rows_go_on_with_the_same_import(shop, page):
    table = "id,name,amount\nA1,One,100\nA2,Two,lots\nA3,,300\n"
    place = drop(page, {"deals.csv": table}, "/deals/import/")["Location"]
    sent = {
        "mapped": "1",
        "column-0": "@id",
        "column-1": "name",
        "column-2": "amount",
        "system": "old",
        "existing": "update",
    }
    words = dict.fromkeys(("unknown_choice", "unknown_person", "unknown_link"), "report")
    page.post(place, sent | words | {"do": "load"})
    refused = b"".join(page.get(f"{place}refused.csv").streaming_content).decode()
    assert refused.count("\n") == 3

    other = page.post(place, {"do": "again", "corrected": SimpleUploadedFile("x.csv", b"moon\n1\n")})
    assert (other.status_code, "has these columns" in other.content.decode()) == (422, True)
    corrected = refused.replace("lots", "200").encode()
    page.post(place, {"do": "again", "corrected": SimpleUploadedFile("deals.csv", corrected)})

    run = ImportRun.objects.get()
    assert (run.state, [r["created"] for r in run.reports], [r["refused"] for r in run.reports]) == (
        State.DONE,
        [1, 1],
        [2, 1],
    )
    assert sorted(shop.rows("deal").values_list("name", flat=True)) == ["One", "Two"]
    left = b"".join(page.get(f"{place}refused-1.csv").streaming_content).decode()
    assert (run.refusals.count(), left.count("\n")) == (1, 2)
    assert Event.objects.filter(type="deal", change_set=run.change_set).count() == 2


def test_a_whole_import_is_taken_back(shop, page):
    place = drop(page, dict(reversed(FILES.items())))["Location"]
    page.post(place, form(ImportRun.objects.get(), do="load"))
    assert shop.rows("contact").filter(deleted_at=None).count() == 2

    answer = page.post(place, {"do": "undo"})

    assert answer["Location"].startswith("/changes/")
    assert shop.rows("contact").filter(deleted_at=None).count() == 0
    assert "This import was taken back." in page.get(place).content.decode()
    assert page.post(place, {"do": "undo"}).status_code == 409


def test_by_command_an_import_is_listed_and_taken_back(shop, tmp_path):
    for name, text in FILES.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / name).write_text(text)
    code, said = shop.command("import", tmp_path / "in", "--create-missing")
    assert code == 0, said
    number = ImportRun.objects.get().pk
    assert f"{number}\t" in shop.command("import", "--list")[1]

    code, said = shop.command("import", "--undo", number)

    assert (code, shop.rows("contact").filter(deleted_at=None).count()) == (0, 0), said
    assert shop.command("import", "--undo", 99)[0] == 2
    assert shop.command("import", "--continue", number)[0] == 2


def test_maps_are_kept_under_a_name_shared_and_used_again(shop, page, client):
    place = drop(page)["Location"]
    run = ImportRun.objects.get()
    n = next(n for n, step in enumerate(run.steps) if step["type"] == "contact")
    run.steps[n]["map"]["columns"]["E-mail"] = []
    run.save()
    assert page.post(place, form(run, do="keep_map", map_name="")).status_code == 422
    page.post(place, form(run, do="keep_map", map_name="Monthly", map_shared="1"))

    client.force_login(shop.hedi)
    other = drop(client)["Location"]
    assert "Monthly" in client.get(other).content.decode()
    second = ImportRun.objects.order_by("pk").last()
    client.post(other, form(second, do="use_map", map_used="Monthly"))
    second.refresh_from_db()
    assert next(s for s in second.steps if s["type"] == "contact")["map"]["columns"]["E-mail"] == []
    assert client.post(other, form(second, do="use_map", map_used="Moon")).status_code == 422
    assert client.post(other, form(second, do="forget_map", map_used="Monthly")).status_code == 422
    client.force_login(shop.olga)
    client.post(place, form(run, do="forget_map", map_used="Monthly"))
    assert "Monthly" not in client.get(place).content.decode()


def test_what_only_a_person_can_say_is_asked_before_anything_is_loaded(shop, page):
    mixed = 'Deal name,Amount\nOne,"1.234,56"\nTwo,"1,234.56"\n'
    place = drop(page, {"deals.csv": mixed})["Location"]
    run = ImportRun.objects.get()
    question = run.proposal["questions"][0]
    assert question["blocks"] and "decimal" in question["sentence"]

    refused = page.post(place, {"mapped": "1", "column-0": "name", "column-1": "amount", "do": "load"})
    assert refused.status_code == 422
    assert question["sentence"] in html.unescape(refused.content.decode())
    assert 'name="answer-0"' in page.get(place).content.decode()
    page.post(place, form(run, do="save", **{"answer-0": "0"}))
    run.refresh_from_db()
    assert run.steps[0]["map"]["numbers"] == {"Amount": "."}
    page.post(place, {"do": "load"})
    assert [str(deal.amount) for deal in shop.rows("deal")] == [
        "1234.5600",
        "1234.5600",
    ]  # each can mean one number only


def test_rows_that_wait_are_decided_one_by_one_and_go_on_with_the_import(shop, page):
    shop.load(
        "deal",
        "id,name,amount\nA1,One,1\nA2,Two,2\nA3,Three,3\n",
        columns={"id": "@id", "name": "name", "amount": "amount"},
        system="old",
    )
    table = "id,name,amount\nA1,One,10\nA2,Two,20\nA3,Three,30\nA4,Four,40\n"
    place = drop(page, {"deals.csv": table}, "/deals/import/")["Location"]
    sent = {
        "mapped": "1",
        "column-0": "@id",
        "column-1": "name",
        "column-2": "amount",
        "system": "old",
        "existing": "ask",
    }
    words = dict.fromkeys(("unknown_choice", "unknown_person", "unknown_link"), "report")
    page.post(place, sent | words | {"do": "load"})
    run = ImportRun.objects.get()
    assert (run.reports[0]["waiting"], run.reports[0]["created"]) == (3, 1)
    shown = page.get(place).content.decode()
    assert 'name="row-2"' in shown and "Wait for your word" in shown

    assert page.post(place, {"do": "decide", "place": "0", "row-2": ""}).status_code == 422
    page.post(place, {"do": "decide", "place": "0", "row-2": "update", "row-3": "leave", "row-4": ""})
    run.refresh_from_db()
    assert (run.reports[0]["waiting"], run.reports[0]["updated"], run.reports[0]["unchanged"]) == (1, 1, 1)
    page.post(place, {"do": "decide", "place": "0", "row-4": "", "rest": "update"})

    amounts = {deal.name: deal.amount for deal in shop.rows("deal")}
    assert amounts == {"One": 10, "Two": 2, "Three": 30, "Four": 40}
    assert Event.objects.filter(change_set=run.change_set, type="deal").count() == 3
    page.post(place, {"do": "undo"})
    assert page.post(place, {"do": "decide", "place": "0", "row-3": "update"}).status_code == 409
    assert {deal.name: deal.amount for deal in shop.rows("deal").filter(deleted_at=None)} == {
        "One": 1,
        "Two": 2,
        "Three": 3,
    }
