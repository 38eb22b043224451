"""A rehearsal says exactly what the import does, whatever stands in the file; and every row ends in one outcome."""

import csv
import io
import json
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.exchange.importing import running
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.outcomes import OUTCOMES
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.running import Importer, Place
from daftar.exchange.reading.opening import open_source
from daftar.records.models import ChangeSet, CustomField, Event

COLUMNS = {
    "Id": ["@id"], "Name": ["name"], "Mail": ["emails"], "Phone": ["phones"], "Account": ["companies"], "Account Id": ["companies@id"],
    "Owner": ["owner"], "Birth": ["birthday"], "Made": ["@created"], "Budget": ["+money:Budget"], "Kind": ["+choice:Type"], "Link": ["+webs:Page"],
}  # fmt: skip
CELLS = {
    "Id": ["", "1", "2", "3", "4", "5", "6"],
    "Name": ["", "Ann", "ann", "Bo Dee", "Cy", "نام", "Дмитрий", "x" * 500],
    "Mail": ["", "ann@acme.example", "ANN@acme.example; b@c.example", "bo@acme.example", "at nowhere"],
    "Phone": ["", "805-247-8982", "+18052478982", "805-247-8983", "9" * 40, "12"],
    "Account": ["", "Acme", "acme", "Bolt", "Nobody", "New & Co"],
    "Account Id": ["", "0", "A1", "A2", "A9", "A1; A2"],
    "Owner": ["", "Olga", "Sara", "sara@shop.example", "Left Long Ago", "Boris"],
    "Birth": ["", "1990-01-02", "02.01.1990", "13/1/1990", "1/13/1990", "3/4/1990", "۱۳۶۹/۰۱/۰۲", "soon"],
    "Made": ["", "2021-04-15 10:00", "15 Apr, 2021 00:03:00", "never"],
    "Budget": ["", "$5", "1.234,56", "1,234.56", "1.234", "5 zorkmid", "2K", "$0.129"],
    "Kind": ["", "Red", "red", "Blue", "Blu"],
    "Link": ["", "acme.example", "not a page"],
}
row = st.fixed_dictionaries({heading: st.sampled_from(cells) for heading, cells in CELLS.items()})
WORDS = st.fixed_dictionaries({
    "match": st.sampled_from([[], ["emails"], ["emails", "phones"], ["phones", "name"], ["name"], ["@row"]]),
    "existing": st.sampled_from(["", "update", "keep", "fill", "leave", "ask"]),
    "repeated": st.sampled_from(["", "each", "one"]),
    "unknown_link": st.sampled_from(["report", "create"]),
    "unknown_person": st.sampled_from(["report", "none", "create"]),
    "without": st.sampled_from(["", "Id", "Account", "Account Id", "Name"]),
    "batch": st.sampled_from([1, 2, 3, 500]),
    "batch_of_run": st.sampled_from([1, 2, 5, 500]),
})  # fmt: skip


def batches_of(monkeypatch, rows):
    for name in ("BATCH", "LEAST", "MOST"):
        monkeypatch.setattr(running, name, rows)


class TakenBack(Exception):
    pass


@pytest.fixture
def here(shop):
    """Companies with ids of the old system, and people with mail addresses and phones, two of them with the same."""
    shop.load("company", "id,name\nA1,Acme\nA2,Bolt\n", columns={"id": "@id", "name": "name"}, system="old")
    people = "id,name,mail,phone\n1,Ann,ann@acme.example,805-247-8982\n2,Bo Dee,bo@acme.example,\n,Bo,bo@acme.example,805-247-8983\n"
    columns = {"name": "name", "mail": "emails", "phone": "phones"}
    shop.load("contact", people, columns=columns, country="US")
    return shop


def file_of(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(CELLS))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def taken_back(act):
    found = []
    with suppress(TakenBack), transaction.atomic():
        found.append(act())
        raise TakenBack
    return found[0]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(row, min_size=1, max_size=12), words=WORDS)
def test_a_rehearsal_says_exactly_what_the_import_does(here, monkeypatch, rows, words):
    words = dict(words)
    batches = {True: words.pop("batch"), False: words.pop("batch_of_run")}
    left_out = words.pop("without")
    columns = {heading: targets for heading, targets in COLUMNS.items() if heading != left_out}
    map_ = ImportMap.from_json({"columns": columns, "country": "US", "system": "old", **words})
    source = open_source(here.file(file_of(rows)))
    sheet: dict[bool, list[tuple[object, ...]]] = {}

    def run(rehearse):
        told = sheet.setdefault(rehearse, [])
        batches_of(monkeypatch, batches[rehearse])
        importer = Importer(
            "contact", source, map_, by=here.olga, look_for_same=True, holds=rehearse,
            keep_outcome=lambda line, outcome, _record, why: told.append((line, outcome, why)),
        )  # fmt: skip
        report = running.rehearsed(importer.run) if rehearse else importer.run()
        return report.to_json()

    events = Event.objects.count(), CustomField.objects.count()
    rehearsal = run(rehearse=True)
    assert (Event.objects.count(), CustomField.objects.count()) == events
    report = taken_back(lambda: run(rehearse=False))

    assert rehearsal == report
    assert sorted(sheet[True]) == sorted(sheet[False])
    lines = [row.line for row in source.rows()]
    assert sorted(line for line, _outcome, _why in sheet[False]) == lines
    assert sum(report[outcome] for outcome in OUTCOMES) == len(lines)
    assert report["refused"] == sum(outcome == "refused" for _line, outcome, _why in sheet[False])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows=st.lists(row, min_size=3, max_size=12), words=WORDS, after=st.integers(1, 4))
def test_an_import_that_stopped_between_batches_ends_as_if_it_had_not(here, monkeypatch, rows, words, after):
    words = dict(words)
    sizes = min(words.pop("batch"), 3), words.pop("batch_of_run")
    left_out = words.pop("without")
    columns = {heading: targets for heading, targets in COLUMNS.items() if heading != left_out}
    map_ = ImportMap.from_json({"columns": columns, "country": "US", "system": "old", **words})
    source = open_source(here.file(file_of(rows)))

    def whole():
        batches_of(monkeypatch, sizes[1])
        return Importer("contact", source, map_, by=here.olga).run().to_json()

    def in_parts():
        batches_of(monkeypatch, sizes[0])
        change_set = ChangeSet.objects.create(by=here.olga, via="import", title="x")
        kept = []

        def stop(report, place, _refused):
            if len(kept) == after:
                raise KeyboardInterrupt
            kept.append((json.loads(json.dumps(report.to_json())), place.line, [*place.late]))

        first = Importer("contact", source, map_, by=here.olga, change_set=change_set, keep=stop)
        try:
            return first.run().to_json()
        except KeyboardInterrupt:
            report, line, late = kept[-1]
        place = Place(line, late)
        again = Importer(
            "contact", source, map_, by=here.olga, change_set=change_set, report=Report.from_json(report), place=place
        )
        return again.run().to_json()

    assert taken_back(in_parts) == taken_back(whole)


@pytest.mark.parametrize("rows_at_once", [1, 2, 3, 4])
def test_what_is_told_does_not_depend_on_where_a_batch_ends(here, monkeypatch, rows_at_once):
    """The second row repeats the first one's id, so it is done after the third."""
    source = open_source(
        here.file("Id,Mail,Page\n2,,\n2,ann@acme.example; b@c.example,no page\n1,bo@acme.example,none at all\n")
    )
    map_ = ImportMap.from_json({
        "columns": {"Id": ["@id"], "Mail": ["emails"]}, "system": "old", "match": ["emails"], "existing": "ask",
    })  # fmt: skip
    batches_of(monkeypatch, rows_at_once)

    report = taken_back(lambda: Importer("contact", source, map_, by=here.olga).run())

    assert [row.line for row in report.rows_told["waiting"]] == [3, 4]
