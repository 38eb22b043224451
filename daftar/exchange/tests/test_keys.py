"""By what a row is known to be here already: several keys in order, rows that repeat one another, rows without any key."""

import pytest

from daftar.exchange.importing import running
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.report import Report
from daftar.exchange.importing.running import Importer, Place
from daftar.exchange.importing.seen import EqualRows, Ids, Titles
from daftar.exchange.reading.opening import open_source
from daftar.records import writing
from daftar.records.models import ChangeSet, Event, ExternalId

PEOPLE = {"id": "@id", "name": "name", "mail": "emails", "phone": "phones", "job": "position"}
BOTH = {"columns": {k: v for k, v in PEOPLE.items() if k != "id"}, "match": ["emails", "phones"], "country": "US"}
ANN, BO = "Ann,ann@acme.example,805-247-8982,", "Bo,bo@acme.example,805-247-8983,"
HEAD = "name,mail,phone,job\n"


@pytest.fixture
def people(shop):
    """Ann and Bo, each with a mail address and a phone."""
    shop.load("contact", f"{HEAD}{ANN}\n{BO}\n", **BOTH)
    return shop


def values(shop):
    type_ = shop.type("contact")
    return [
        (
            row.name,
            [m.value for m in type_["emails"].get(row)],
            [p.value[-4:] for p in type_["phones"].get(row)],
            row.position,
        )
        for row in shop.rows("contact")
    ]


def test_people_are_known_by_mail_or_phone_and_keep_their_other_ones(people):
    text = HEAD + "Ann,ann@other.example,+18052478982,Chef\nBo,BO@acme.example,,Cook\nCy,cy@acme.example,,\n"
    report = people.load("contact", text, **BOTH)

    assert (report.created, report.updated, report.refused) == (1, 2, 0)
    assert values(people) == [
        ("Ann", ["ann@acme.example", "ann@other.example"], ["8982"], "Chef"),
        ("Bo", ["bo@acme.example"], ["8983"], "Cook"),
        ("Cy", ["cy@acme.example"], [], ""),
    ]


def test_one_key_says_the_same_as_a_list_of_one():
    assert ImportMap.from_json({"columns": {}, "match": "name"}).match == ("name",)
    assert ImportMap.from_json({"columns": {}, "match": ["emails", "@row"]}).match == ("emails", "@row")


def test_keys_that_lead_to_different_records_are_refused_with_both_names(people):
    report = people.load("contact", HEAD + "Ann,ann@acme.example,805-247-8983,\n", **BOTH)

    assert (report.refused, report.updated) == (1, 0)
    first, last = people.rows("contact")
    assert f"Ann (№ {first.pk})" in report.errors[0].sentence
    assert f"Bo (№ {last.pk})" in report.errors[0].sentence


def test_a_key_that_several_have_is_settled_by_another_one(people):
    people.load("contact", HEAD + "Cy,,805-247-8983,\n", columns=BOTH["columns"], country="US")
    alone = people.load("contact", HEAD + "Bo,,805-247-8983,Cook\n", **BOTH)
    both = people.load("contact", HEAD + "Bo,bo@acme.example,805-247-8983,Cook\n", **BOTH)

    assert (alone.refused, both.updated) == (1, 1)
    assert "Several records here can be meant: Bo" in alone.errors[0].sentence


def test_the_name_counts_where_no_other_key_is_known(people):
    words = {**BOTH, "match": ["emails", "name"]}
    report = people.load("contact", HEAD + "ANN,new@acme.example,,Chef\nAnn,bo@acme.example,,Cook\n", **words)

    assert (report.updated, report.refused) == (2, 0)
    assert [(name, job) for name, _mails, _phones, job in values(people)] == [("Ann", "Chef"), ("Ann", "Cook")]


def test_rows_that_repeat_one_above_only_add_what_is_lacking(shop, monkeypatch):
    text = (
        HEAD
        + "Ann,ann@acme.example,,\n"
        + "Cy,,,\n" * 3
        + "Anna,ANN@acme.example,805-247-8982,Chef\nAnn,ann@acme.example,,Cook\n"
    )
    for size in (500, 2):
        monkeypatch.setattr(running, "BATCH", size)
        shop.rows("contact").all().delete()
        report = shop.load("contact", text, **BOTH)

        assert (report.created, report.updated, report.repeated) == (4, 1, 1), size
        assert values(shop)[0] == ("Ann", ["ann@acme.example"], ["8982"], "Chef")
        assert [(row.line, row.repeats) for row in report.rows_told["updated"]] == [(6, True)]
        assert [row.line for row in report.rows_told["repeated"]] == [7]
    again = shop.load("contact", text, **BOTH)
    assert (again.created, again.updated) == (3, 0)  # the nameless ones have no key


def test_first_the_id_then_the_other_keys(people):
    words = {**BOTH, "columns": PEOPLE, "system": "old"}
    text = "id,name,mail,phone,job\n7,Ann,ann@acme.example,,Chef\n8,Dee,dee@acme.example,,\n"
    first = people.load("contact", text, **words)
    assert (first.created, first.updated) == (1, 1)
    assert ExternalId.objects.get(key="7").record_id == people.rows("contact").first().pk

    moved = "id,name,mail,phone,job\n7,Ann,bo@acme.example,,Chef\n8,Dee,dee@acme.example,,\n"
    again = people.load("contact", moved, **words)
    assert (again.created, again.updated, again.refused) == (0, 1, 0)
    assert values(people)[0][1] == ["bo@acme.example"]  # its own system is the authority


def test_two_ids_can_lead_to_one_record_and_stay_quiet(shop):
    words = {**BOTH, "columns": PEOPLE, "system": "old"}
    text = "id,name,mail,phone,job\n1,Ann,a@x.example,,Chef\n2,Anna,a@x.example,,Cook\n"
    first, again = shop.load("contact", text, **words), shop.load("contact", text, **words)

    assert (first.created, first.repeated, shop.rows("contact").count()) == (1, 1, 1)
    assert (again.unchanged, again.repeated, again.updated) == (1, 1, 0)
    assert ExternalId.objects.filter(record_id=shop.rows("contact").get().pk).count() == 2


# -- rows without ids ---------------------------------------------------------------------------------


def test_the_whole_row_is_its_key(shop):
    words = {"columns": {"name": "name", "n": "comments"}, "match": ["@row"], "system": "list"}
    text = "name,n\nCall,1\nCall,1\nCall,2\n"
    first, again = shop.load("deal", text, **words), shop.load("deal", text + "Call,1\n", **words)

    assert (first.created, again.created, again.unchanged) == (3, 1, 3)
    assert ExternalId.objects.filter(system="list").count() == 4


def test_equal_rows_are_counted_from_the_beginning_after_a_crash(shop, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    words = {"columns": {"name": ["name"]}, "match": ["@row"]}
    source, by = open_source(shop.file("name\n" + "Call\n" * 7)), {"by": shop.olga}
    kept = []

    def keep(report, place, _refused):
        kept.append((report.to_json(), place.line))
        if len(kept) == 2:
            raise KeyboardInterrupt

    run = ChangeSet.objects.create(by=shop.olga, via="import", title="x")
    with pytest.raises(KeyboardInterrupt):
        Importer("deal", source, ImportMap.from_json(words), keep=keep, change_set=run, **by).run()
    # what the killed batch wrote went with it
    assert shop.rows("deal").count() == 2
    report, line = kept[0]
    whole = Importer(
        "deal",
        source,
        ImportMap.from_json(words),
        report=Report.from_json(report),
        place=Place(line),
        change_set=run,
        **by,
    ).run()

    assert (whole.created, whole.groups, whole.repeats, shop.rows("deal").count()) == (7, 1, 6, 7)
    assert shop.load("deal", "name\n" + "Call\n" * 7, **words).unchanged == 7


# -- one title ----------------------------------------------------------------------------------------

ACCOUNTS = "id,name,sector\n1,Acme,\n2,Bolt,retail\n3,ACME,finance\n4,Acme,retail\n5,bolt,\n6,Cog,\n"
BY_ID = {"columns": {"id": "@id", "name": "name", "sector": "sector"}, "system": "old"}


@pytest.mark.parametrize(("repeated", "created"), [("", 6), ("each", 6), ("one", 3)])
def test_names_that_repeat_are_told_as_groups(shop, repeated, created):
    report = shop.load("company", ACCOUNTS, repeated=repeated, **BY_ID)

    assert (report.created, report.rows, report.groups, report.repeats) == (created, 6, 2, 3)
    assert {g.title: (g.lines, g.count) for g in report.grouped.values()} == {
        "ACME": ([2, 4, 5], 3),
        "bolt": ([3, 6], 2),
    }


def test_rows_of_one_title_become_one_record_with_all_their_ids(shop, monkeypatch):
    for size in (500, 2):
        monkeypatch.setattr(running, "BATCH", size)
        shop.rows("company").all().delete()
        ExternalId.objects.all().delete()
        report = shop.load("company", ACCOUNTS, repeated="one", **BY_ID)
        again = shop.load("company", ACCOUNTS, repeated="one", **BY_ID)

        assert (report.created, report.updated, report.repeated) == (3, 1, 2), size
        assert [(c.name, c.sector) for c in shop.rows("company")] == [
            ("Acme", "finance"),
            ("Bolt", "retail"),
            ("Cog", ""),
        ]
        acme = shop.rows("company").first()
        assert sorted(ExternalId.objects.filter(record_id=acme.pk).values_list("key", flat=True)) == ["1", "3", "4"]
        assert (again.created, again.updated, again.unchanged, again.repeated) == (0, 0, 3, 3)


def test_rows_of_one_title_stay_one_record_over_a_crash(shop, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    source, map_ = open_source(shop.file(ACCOUNTS)), ImportMap.from_json({**BY_ID, "repeated": "one"})
    run, kept = ChangeSet.objects.create(by=shop.olga, via="import", title="x"), []

    def keep(report, place, _refused):
        if kept:
            raise KeyboardInterrupt
        kept.append((report.to_json(), place.line))

    with pytest.raises(KeyboardInterrupt):
        Importer("company", source, map_, by=shop.olga, keep=keep, change_set=run).run()
    report, line = kept[0]
    whole = Importer(
        "company", source, map_, by=shop.olga, report=Report.from_json(report), place=Place(line), change_set=run
    ).run()

    assert (whole.created, whole.updated, whole.repeated) == (3, 1, 2)


# -- the bin ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("why", "created"), [("undone", 1), ("", 0)])
def test_a_record_whose_import_was_taken_back_is_as_unknown(shop, why, created):
    words = {"columns": {"id": "@id", "name": "name"}, "system": "old"}
    shop.load("deal", "id,name\nA1,One\n", **words)
    old = shop.rows("deal").get()
    writing.remove(shop.type("deal"), old.pk, by=shop.olga, via="page")
    Event.objects.filter(type="deal", record_id=old.pk, kind="deleted").update(data={"why": why})
    report = shop.load("deal", "id,name\nA1,One\n", **words)

    assert (report.created, report.refused) == (created, 1 - created)
    assert ExternalId.objects.get(key="A1").record_id == (shop.rows("deal").last().pk if created else old.pk)
    if created:
        assert shop.load("deal", "id,name\nA1,One\n", **words).unchanged == 1


# -- the parts ----------------------------------------------------------------------------------------


def test_a_set_of_ids_is_a_set():
    ids, plain = Ids(), {1, 7, 8, 65535, 65536, 10**12}
    for id_ in plain:
        ids.add(id_)
    assert {n for n in [*range(70_000), 10**12, 10**12 + 1] if n in ids} == plain


def test_titles_and_equal_rows_are_numbered():
    titles, rows = Titles(), EqualRows()
    assert [titles.see(t, n) for n, t in enumerate(["A", "b", "a", "A"], 2)] == [None, None, (2, True), (2, False)]
    keys = [rows.key_of(cells) for cells in (["a", "b"], ["a", "b "], ["ab", ""], ["a", "b"])]
    assert len(set(keys)) == 4
    assert [key.count(":") for key in keys] == [1, 2, 1, 2]


@pytest.mark.parametrize("size", [1, 500])
@pytest.mark.parametrize(("key", "kept"), [("code", {"A1": 10, "a1": 20}), ("name", {"Beer": 10, "beer": 20})])
def test_keys_that_differ_in_capitals_only_are_told_apart_wherever_a_batch_ends(shop, monkeypatch, size, key, kept):
    for name in ("BATCH", "LEAST", "MOST"):
        monkeypatch.setattr(running, name, size)
    columns = {key: key, "level": "reorder_level"} | ({"name": "name"} if key == "code" else {})
    for one in kept:
        writing.create(shop.type("product"), {"name": one, "code": one}, by=shop.olga, via="page")

    head = ",".join(columns)
    lines = [f"{one},{level}" + (",Drill" if key == "code" else "") for one, level in kept.items()]
    report = shop.load("product", "\n".join([head, *lines, ""]), columns=columns, match=[key], existing="update")

    assert not report.errors
    assert dict(shop.rows("product").values_list(key, "reorder_level")) == kept
