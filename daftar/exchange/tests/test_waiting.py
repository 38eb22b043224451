"""Rows that wait for a word: the first are listed and decided one by one, the next come up; or the same is said of all, and the import goes on."""

import pytest

from daftar.exchange.importing import deciding, running, runs
from daftar.exchange.importing.lines import Lines
from daftar.exchange.importing.outcomes import MOST_ROWS
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.running import Importer
from daftar.exchange.importing.unreadable import Unreadable
from daftar.exchange.models import ImportRun, Refusal, State
from daftar.exchange.taking_back import whole
from daftar.exchange.tests.test_imports_in_trouble import full_at, taken
from daftar.exchange.tests.test_taking_back_whole import undo
from daftar.kernel.errors import Conflict
from daftar.records import writing
from daftar.records.models import Event
from daftar.records.reader import Reader

COLUMNS = {"id": "@id", "name": "name", "amount": "amount"}
KNOWN, NEW = 450, 30
"""Deals that are here with other amounts, and deals that are not: more than a report lists."""


def table(amount, count=KNOWN + NEW):
    return "id,name,amount\n" + "".join(f"B{n},Deal {n},{amount}\n" for n in range(count))


@pytest.fixture
def waiting(shop):
    """An import all of whose known rows wait."""
    shop.load("deal", table(1, KNOWN), columns=COLUMNS, system="old")
    return loaded(shop, table(2))


def loaded(shop, text, columns=COLUMNS, **words):
    run = taken(shop, text, columns=columns)
    run.steps = [{**run.steps[0], "map": {**run.steps[0]["map"], "existing": "ask", **words}}]
    run.save()
    runs.start(run, State.RUNNING)
    return again(run, State.DONE)


def again(run, state):
    run.refresh_from_db()
    assert run.state == state, run.problem
    return run


def amounts(shop):
    return {deal.name: int(deal.amount) for deal in shop.rows("deal").filter(deleted_at=None).order_by("pk")}


def decided(run, word, place=0):
    deciding.decide_all(run, place, word)
    run.refresh_from_db()
    runs.start(run, State.RUNNING)
    return again(run, State.DONE)


def listed(run, place=0):
    return [row.line for row in Report.from_json(run.reports[place]).rows_told.get("waiting", ())]


def counts(run):
    """Rows by outcome over all steps."""
    names = ("created", "updated", "unchanged", "waiting", "refused")
    return {name: n for name in names if (n := sum(report[name] for report in run.reports))}


def test_all_that_wait_are_reached_by_lists_of_two_hundred(shop, waiting):
    run, seen = waiting, []
    assert counts(run) == {"created": NEW, "waiting": KNOWN}
    while lines := listed(run):
        seen.append(len(lines))
        report = Report.from_json(run.reports[0])
        assert all(row.changes and row.record for row in report.rows_told["waiting"])
        deciding.decide(run, 0, dict.fromkeys(lines, "update"), by=shop.olga)
        run.refresh_from_db()

    assert seen == [MOST_ROWS, MOST_ROWS, KNOWN - 2 * MOST_ROWS]
    assert counts(run) == {"created": NEW, "updated": KNOWN}
    assert set(amounts(shop).values()) == {2}


def test_who_leaves_some_waiting_sees_them_beside_the_next(shop, waiting):
    first = listed(waiting)
    deciding.decide(waiting, 0, dict.fromkeys(first[10:], "leave"), by=shop.olga)

    waiting.refresh_from_db()
    assert listed(waiting) == list(range(2, 12)) + list(range(MOST_ROWS + 2, 2 * MOST_ROWS - 10 + 2))
    assert counts(waiting) == {"created": NEW, "unchanged": MOST_ROWS - 10, "waiting": KNOWN - MOST_ROWS + 10}
    assert sum(amounts(shop).values()) == KNOWN + 2 * NEW


def test_a_listed_row_whose_record_went_away_meanwhile_still_waits(shop, waiting):
    gone = shop.rows("deal").get(name="Deal 300")
    writing.remove(shop.type("deal"), gone.pk, by=shop.olga, via="page")
    deciding.decide(waiting, 0, dict.fromkeys(listed(waiting), "leave"), by=shop.olga)

    waiting.refresh_from_db()
    assert 302 in listed(waiting)
    deciding.decide(waiting, 0, {302: "update"}, by=shop.olga)
    waiting.refresh_from_db()
    assert (counts(waiting)["refused"], "Deal 300" in amounts(shop)) == (1, False)
    assert "bin" in Refusal.objects.get().why


@pytest.mark.parametrize(
    ("word", "outcome", "count", "total"),
    [
        ("update", "updated", KNOWN + NEW, 2 * (KNOWN + NEW)),
        ("leave", "unchanged", KNOWN + NEW, KNOWN + 2 * NEW),
        ("new", "created", 2 * KNOWN + NEW, KNOWN + 2 * (KNOWN + NEW)),
    ],
)
def test_the_same_for_all_that_wait(shop, waiting, word, outcome, count, total):
    some = dict.fromkeys(listed(waiting)[:5], "leave")
    deciding.decide(waiting, 0, some, by=shop.olga)
    left = {f"Deal {line - 2}": 1 for line in some}
    waiting.refresh_from_db()

    run = decided(waiting, word)

    assert [step.get("said", "") for step in run.steps] == ["", word]
    by_word = {"created": NEW, "unchanged": 5}
    by_word[outcome] = by_word.get(outcome, 0) + KNOWN - 5
    assert counts(run) == by_word
    rows = list(shop.rows("deal"))
    assert sum(int(deal.amount) for deal in rows) == total - (5 if word == "update" else 10 if word == "new" else 0)
    assert all(int(deal.amount) == left.get(deal.name, 2) for deal in rows[KNOWN:])
    with pytest.raises(Unreadable, match="nothing that waits"):
        deciding.decide_all(run, 0, word)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("batch", [1, 2])
def test_what_was_said_of_all_goes_on_after_a_crash_or_a_pause_to_the_same_end(shop, monkeypatch, batch):
    monkeypatch.setattr(running, "BATCH", 200)
    monkeypatch.setattr(running, "MOST", 200)
    shop.load("deal", table(1, KNOWN), columns=COLUMNS, system="old")
    run = loaded(shop, table(2))
    deciding.decide_all(run, 0, "update")
    run.refresh_from_db()
    with monkeypatch.context() as patched:
        patched.setattr(Importer, "write", killed_at(batch, Importer.write))
        with pytest.raises(KeyboardInterrupt):
            runs.start(run, State.RUNNING)
    run.refresh_from_db()
    assert (run.state, run.line) == (State.RUNNING, 201 if batch == 2 else 0)
    assert sum(amounts(shop).values()) == KNOWN + 2 * NEW + (200 if batch == 2 else 0)

    runs.do(run.pk)

    again(run, State.DONE)
    assert counts(run) == {"created": NEW, "updated": KNOWN}
    assert set(amounts(shop).values()) == {2}
    assert Event.objects.filter(change_set=run.change_set, type="deal").count() == KNOWN + NEW


def killed_at(number, real):
    calls = []

    def write(*args):
        calls.append(1)
        if len(calls) == number:
            raise KeyboardInterrupt
        return real(*args)

    return write


def test_rows_that_mean_several_records_wait_on_and_can_be_decided_there(shop):
    columns = {"name": "name", "mail": "emails", "job": "position"}
    people = "name,mail\nAnn,a@x.example\nBo,a@x.example\nCy,c@x.example\n"
    shop.load("contact", people, columns={"name": "name", "mail": "emails"})
    run = taken(shop, "name,mail,job\nAnn,a@x.example,Chef\nCy,c@x.example,Cook\n")
    run.steps = [
        {**run.steps[0], "type": "contact", "map": {"columns": columns, "match": ["emails"], "existing": "ask"}}
    ]
    run.type = "contact"
    run.save()
    runs.start(run, State.RUNNING)
    run = decided(again(run, State.DONE), "update")

    assert [(report["waiting"], report["updated"]) for report in run.reports] == [(0, 0), (1, 1)]
    _ann, bo, _cy = shop.rows("contact")
    deciding.decide(run, 1, {2: f"update:{bo.pk}"}, by=shop.olga)
    assert [c.position for c in shop.rows("contact")] == ["", "Chef", "Cook"]


def test_what_was_decided_is_taken_back_with_the_import(shop, waiting):
    run = decided(waiting, "update")
    told = whole.what_would_happen(run, Reader(shop.olga))
    assert (told.created, told.changed) == (NEW, KNOWN)

    undo(run, shop.olga)

    assert set(amounts(shop).values()) == {1}
    with pytest.raises(Conflict, match="taken back"):
        deciding.decide_all(run, 0, "update")


def test_a_decided_row_that_is_refused_is_among_the_refused_ones(shop):
    shop.load("deal", table(1, 3), columns=COLUMNS, system="old")
    run = loaded(shop, table(2, 3))
    ImportRun.objects.filter(pk=run.pk).update(
        steps=[{**run.steps[0], "map": {**run.steps[0]["map"], "columns": {**COLUMNS, "amount": "expected_close"}}}]
    )
    run.refresh_from_db()
    deciding.decide(run, 0, {2: "update"}, by=shop.olga)
    run.refresh_from_db()

    assert counts(run) == {"waiting": 2, "refused": 1}
    assert [row.line for row in Refusal.objects.filter(run=run)] == [2]


def test_after_a_crash_every_row_that_waited_is_known_to_wait(shop, monkeypatch):
    """Two rows of one deal: the second waits, too, also where the first is not among those that are listed."""
    monkeypatch.setattr(running, "BATCH", 250)
    monkeypatch.setattr(running, "MOST", 250)
    shop.load("deal", table(1, 300), columns=COLUMNS, system="old")
    run = taken(shop, table(2, 300).replace("Deal 0,2", "Deal 0,1") + "B240,Deal 240,3\n", columns=COLUMNS)
    run.steps = [{**run.steps[0], "map": {**run.steps[0]["map"], "existing": "ask"}}]
    run.save()
    with monkeypatch.context() as patched:
        patched.setattr(Importer, "write", full_at(2, Importer.write))
        runs.start(run, State.RUNNING)
    again(run, State.FAILED)

    runs.start(run, State.RUNNING)

    assert counts(again(run, State.DONE)) == {"unchanged": 1, "waiting": 300}


@pytest.mark.parametrize("word", ["", "moon", "update:3"])
def test_only_a_word_that_is_known_can_be_said_of_all(shop, client, waiting, word):
    client.force_login(shop.olga)
    place = f"/import/{waiting.pk}/"
    shown = client.get(place).content.decode()
    assert 'value="decide_all"' in shown and "The next ones come when these are decided." in shown

    assert client.post(place, {"do": "decide_all", "place": "0", "all": word}).status_code == 422
    assert client.post(place, {"do": "decide_all", "place": "x", "all": "leave"}).status_code == 400
    assert client.post(place, {"do": "decide_all", "place": "0", "all": "leave"}).status_code == 302
    assert counts(again(waiting, State.DONE)) == {"created": NEW, "unchanged": KNOWN}
    assert 'value="decide_all"' not in client.get(place).content.decode()


def test_a_set_of_lines_stands_in_little_room():
    lines = Lines(range(2, 1_000_002, 2))
    text = lines.to_text()

    assert len(text) < 1_000
    back = Lines.from_text(text)
    assert (back == lines, len(back), 4 in back, 5 in back, 10**9 in back) == (True, 500_000, True, False, False)
    back.discard(1_000_000)
    back.discard(1_000_000)
    assert (len(back), list(back)[-1], Lines.from_text("")) == (499_999, 999_998, Lines())
