"""What a report says of the rows: which became what, old and new, what waits for a word, who may be here already, sums by stage."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.exchange.importing import candidates
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.outcomes import MOST_ROWS, OUTCOMES
from daftar.exchange.importing.report import Report, in_words
from daftar.exchange.importing.running import Importer, rehearsed
from daftar.exchange.reading.opening import open_source
from daftar.records import writing
from daftar.records.reader import Reader
from daftar.records.reading import visible
from daftar.records.same import keys

DEALS = {"id": "@id", "name": "name", "company": "company", "amount": "amount", "stage": "stage"}
HEAD = "id,name,company,amount,stage\n"


def run(shop, key, text, *, rehearse=False, report=None, **words):
    """Import with what the importer itself is told, beside the words of the map."""
    more = {name: words.pop(name) for name in ("decided", "only", "look_for_same", "keep_outcome") if name in words}
    importer = Importer(
        key, open_source(shop.file(text)), ImportMap.from_json(words), by=shop.olga, report=report, **more
    )
    return rehearsed(importer.run) if rehearse else importer.run()


def told(report, outcome):
    return [
        (r.line, r.title, r.record, [(c.field, c.old, c.new) for c in r.changes])
        for r in report.rows_told.get(outcome, ())
    ]


@pytest.fixture
def deals(shop):
    shop.load("company", "name\nAcme\nBolt\n")
    shop.load("deal", HEAD + "1,One,Acme,100,New\n2,Two,Acme,200,New\n", columns=DEALS)
    return shop


def test_every_row_is_told_with_old_and_new(deals):
    text = HEAD + "1,One,Bolt,150.5,New\n2,Two,Acme,200,New\n3,Three,Bolt,x,New\n4,Four,Bolt,5,New\n4,Four,Bolt,5,New\n"
    report = run(deals, "deal", text, columns=DEALS)

    one, two = deals.rows("deal")[:2]
    assert told(report, "updated") == [
        (2, "One", one.pk, [("Company", "Acme", "Bolt"), ("Amount", "$100.00", "$150.50")])
    ]
    assert told(report, "unchanged") == [(3, "Two", two.pk, [])]
    assert told(report, "refused") == [(4, "Three", None, [])]
    assert told(report, "created") == [(5, "Four", None, [])]
    assert told(report, "repeated") == [(6, "Four", None, [])]
    assert report.rows == 5


def test_a_report_survives_json_and_old_ones_still_load(deals):
    report = run(
        deals,
        "deal",
        HEAD + "1,One,Bolt,150,New\n9,Nine,Nobody,1,New\n9,Nine,Acme,1,New\n9,Nine,Acme,1,New\n",
        columns=DEALS,
    )
    kept = json.loads(json.dumps(report.to_json()))

    assert Report.from_json(kept).to_json() == kept
    old = {"title": "x", "type": "deal", "created": 2, "odd": [], "errors": []}
    assert (Report.from_json(old).created, Report.from_json(old).waiting, Report.from_json(old).rows) == (2, 0, 2)
    assert "1 updated" in in_words([report], rehearsed=False)


def test_lists_are_bounded_and_counts_go_on(shop):
    text = "name\n" + "Deal\n" * (MOST_ROWS + 50)
    report = run(shop, "deal", text, columns={"name": "name"})

    assert (report.created, report.groups, report.repeats) == (MOST_ROWS + 50, 1, MOST_ROWS + 49)
    assert len(report.rows_told["created"]) == MOST_ROWS
    assert len(next(iter(report.grouped.values())).lines) == 20


def test_each_row_is_told_to_who_keeps_a_sheet(deals):
    sheet = []
    text = HEAD + "1,One,Bolt,150,New\n2,Two,Acme,200,New\n3,Three,Bolt,x,New\n4,Four,Bolt,5,New\n"
    report = run(deals, "deal", text, columns=DEALS, keep_outcome=lambda *row: sheet.append(row))

    one, two, four = deals.rows("deal")
    assert sorted(row[:3] for row in sheet) == [
        (2, "updated", one.pk), (3, "unchanged", two.pk), (4, "refused", None), (5, "created", four.pk)
    ]  # fmt: skip
    assert "Write an amount" in next(row[3] for row in sheet if row[1] == "refused")
    assert len(sheet) == report.rows


# -- asking -------------------------------------------------------------------------------------------


def test_records_that_are_here_wait_for_a_word(deals):
    text = HEAD + "1,One,Bolt,150,New\n2,Two,Acme,200,New\n3,Three,Bolt,5,New\n"
    report = run(deals, "deal", text, columns=DEALS, existing="ask")

    one = deals.rows("deal").first()
    assert (report.waiting, report.unchanged, report.created, report.updated) == (1, 1, 1, 0)
    assert told(report, "waiting") == [
        (2, "One", one.pk, [("Company", "Acme", "Bolt"), ("Amount", "$100.00", "$150.00")])
    ]
    assert one.amount == 100


@pytest.mark.parametrize(
    ("word", "outcome", "amounts"),
    [("update", "updated", [150, 200]), ("leave", "unchanged", [100, 200]), ("new", "created", [100, 200, 150])],
)
def test_what_somebody_said_of_a_waiting_row_is_done(deals, word, outcome, amounts):
    text = HEAD + "1,One,Bolt,150,New\n2,Two,Acme,200,New\n"
    first = run(deals, "deal", text, columns=DEALS, existing="ask")
    report = run(
        deals,
        "deal",
        text,
        columns=DEALS,
        existing="ask",
        report=Report.from_json(first.to_json()),
        decided={2: word},
        only={2},
    )

    assert (report.waiting, report.rows_told["waiting"], report.rows) == (0, [], 2)
    assert getattr(report, outcome) == (2 if outcome == "unchanged" else 1)
    assert [d.amount for d in deals.rows("deal")] == amounts
    again = run(deals, "deal", text, columns=DEALS, existing="ask")
    assert again.waiting == (word == "leave")


def test_a_row_that_can_mean_several_waits_with_their_names(shop):
    columns = {"name": "name", "mail": "emails", "job": "position"}
    shop.load("contact", "name,mail\nAnn,a@x.example\nBo,a@x.example\n", columns={"name": "name", "mail": "emails"})
    words = {"columns": columns, "match": ["emails"], "existing": "ask"}
    text = "name,mail,job\nAnn,a@x.example,Chef\n"
    report = run(shop, "contact", text, **words)

    ann, bo = shop.rows("contact")
    (row,) = report.rows_told["waiting"]
    assert ([o.record for o in row.others], row.record) == ([ann.pk, bo.pk], None)
    assert "Several records here" in row.why
    assert run(shop, "contact", text, decided={2: "update"}, **words).waiting == 1  # which one?
    assert run(shop, "contact", text, decided={2: f"update:{bo.pk}"}, **words).updated == 1
    assert [c.position for c in shop.rows("contact")] == ["", "Chef"]
    assert run(shop, "contact", text, decided={2: "new"}, **words).created == 1


# -- the same person ----------------------------------------------------------------------------------

PEOPLE = {"columns": {"name": "name", "mail": "emails", "phone": "phones"}, "country": "US"}


@pytest.fixture
def known(shop):
    shop.load("contact", "name,mail,phone\nAnn Lee,ann@acme.example,\nBo Dee,,805-247-8982\n", **PEOPLE)
    keys.keep(shop.type("contact"), [c.pk for c in shop.rows("contact")])
    return shop


def test_new_rows_that_may_be_here_already_are_listed_with_reasons(known):
    text = "name,mail,phone\nLee Ann,x@y.example,\nA. Lee,ann@acme.example,\nB,,+18052478982\nCy,c@y.example,\nA. Lee,ann@acme.example,\n"
    rehearsal = run(known, "contact", text, look_for_same=True, rehearse=True, **PEOPLE)
    report = run(known, "contact", text, look_for_same=True, **PEOPLE)

    ann, bo = known.rows("contact")[:2]
    found = [(r.line, [(o.record, o.title, o.reasons) for o in r.others]) for r in report.rows_told["candidates"]]
    assert found[0] == (2, [(ann.pk, "Ann Lee", ["same name", "a rare name"])])
    assert found[1:] == [
        (3, [(ann.pk, "Ann Lee", ["same e-mail"])]),
        (4, [(bo.pk, "Bo Dee", ["same phone"])]),
        (6, [(ann.pk, "Ann Lee", ["same e-mail"])]),
    ]
    assert (report.candidates, report.created) == (4, 5)
    assert rehearsal.to_json() == report.to_json()


def test_nobody_is_told_of_records_that_they_may_not_see(known, monkeypatch):
    text = "name,mail,phone\nA,ann@acme.example,\n"
    monkeypatch.setattr(candidates, "visible", lambda type_, by: visible(type_, by).none())
    assert run(known, "contact", text, look_for_same=True, **PEOPLE).candidates == 0


def test_looking_for_the_same_costs_as_many_queries_for_many_rows(known):
    def cost(rows):
        text = "name,mail,phone\n" + "".join(f"Ann Lee {n},ann{n}@acme.example,805247{n:04}\n" for n in range(rows))
        with CaptureQueriesContext(connection) as queries:
            run(known, "contact", text, look_for_same=True, rehearse=True, **PEOPLE)
        return sum(q["sql"].startswith("SELECT") for q in queries)

    assert cost(10) == cost(400)


# -- sums by stage ------------------------------------------------------------------------------------


def test_sums_by_stage_are_those_of_the_file(shop):
    text = "name,amount,stage\nOne,$100.50,New\nTwo,$0.25,Qualified\nThree,€7,New\nFour,,New\nFive,x,New\n"
    report = run(shop, "deal", text, columns={"name": "name", "amount": "amount", "stage": "stage"})

    stored = {stage: (s.rows, s.sums) for stage, s in report.by_stage.items()}
    assert stored == {"New": (3, {"USD": "100.50", "EUR": "7.00"}), "Qualified": (1, {"USD": "0.25"})}
    assert report.to_json()["by_stage"] == report.to_json()["in_file"]


def test_what_was_kept_against_the_file_shows_between_the_sums(deals):
    report = run(deals, "deal", HEAD + "1,One,Acme,150,Qualified\n", columns=DEALS, existing="fill")
    assert report.by_stage == {}  # nothing was empty
    writing.change(
        deals.type("deal"),
        deals.rows("deal").first().pk,
        {"amount": deals.type("deal")["amount"].parse("7", Reader(deals.olga))},
        by=deals.sara,
        via="page",
    )
    report = run(deals, "deal", HEAD + "1,Uno,Bolt,150,New\n", columns=DEALS, existing="keep")

    assert (report.by_stage["New"].sums, report.in_file["New"].sums) == ({"USD": "7.00"}, {"USD": "150.00"})


def test_each_row_is_in_exactly_one_outcome(deals):
    text = (
        HEAD
        + "1,One,Bolt,150,New\n1,One,Bolt,150,New\n2,Two,Acme,200,New\n3,,Bolt,5,New\n4,Four,Bolt,5,New\n,x,Bolt,5,New\n"
    )
    sheet = []
    report = run(deals, "deal", text, columns=DEALS, existing="ask", keep_outcome=lambda *row: sheet.append(row))
    assert report.rows == 6 == sum(getattr(report, o) for o in OUTCOMES)
    assert sorted(row[0] for row in sheet) == [2, 3, 4, 5, 6, 7]
