"""A whole import is taken back: its records, and what else it made; what was edited since is kept and listed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from daftar.exchange.importing import runs
from daftar.exchange.importing.again import take_corrected
from daftar.exchange.importing.kept import look_at
from daftar.exchange.models import ImportRun, Made, State
from daftar.exchange.taking_back import whole
from daftar.kernel import clock
from daftar.kernel.errors import Conflict
from daftar.records import writing
from daftar.records.bulk import beside
from daftar.records.bulk import runs as bulk_runs
from daftar.records.models import (
    BulkItem,
    ChoiceOption,
    ContactPoint,
    CustomField,
    CustomType,
    Event,
    ExternalId,
    Pipeline,
    RecordLink,
    Stage,
    StageSpan,
)
from daftar.records.reader import Reader
from daftar.records.reading import of_type

MATCH = ["emails", "phones"]
"""By what the rows of the story are known."""
BOOKKEEPING = {"version", "changed_at", "changed_by_id", "search"}
"""Taking back is a change like any other: it has a version, a time and a person of its own."""


@pytest.fixture
def importing(shop, settings):
    """Imports as the page makes them: a run with steps, carried out by the job."""
    folder = settings.DATA / "imports"
    folder.mkdir(exist_ok=True)

    def begun(*steps, by=None, types=(), **words):
        files, said = [], []
        for n, (type_key, text, columns) in enumerate(steps):
            name = f"{ImportRun.objects.count()}-{n}.csv"
            (folder / name).write_text(text)
            file = {"name": name, "path": name, "encoding": "", "delimiter": "", "sheet": "", "headings": [], "rows": 0}
            look_at(file)
            files.append(file)
            said.append({"file": n, "type": type_key, "title": name, "map": {"columns": columns, **words}})
        rows = sum(file["rows"] for file in files)
        return ImportRun.objects.create(
            by=by or shop.olga, files=files, steps=said, types=list(types), lines_total=min(rows, runs.AT_ONCE)
        )

    def loaded(*steps, **words):
        run = begun(*steps, **words)
        runs.start(run, State.RUNNING)
        run.refresh_from_db()
        assert run.state == State.DONE, run.problem
        assert run.refusals.count() == 0, list(run.refusals.values_list("why", flat=True))
        return run

    loaded.begun = begun
    return loaded


def undo(run_or_bulk, by):
    made = (
        whole.begin(run_or_bulk, by)
        if isinstance(run_or_bulk, ImportRun)
        else bulk_runs.begin_undo(run_or_bulk.change_set, by=by)
    )
    while made.is_at_work:
        bulk_runs.carry_out(made.pk)
        made.refresh_from_db()
    return made


def kept(run):
    return [told.sentence for told in beside.told_of(run) if told.stays]


def contents(*models, but=()):
    """What stands in the tables of live records and of what hangs on them, without what says only that something was done."""
    found = {}
    for model in models:
        columns = [f.attname for f in model._meta.concrete_fields if f.attname not in BOOKKEEPING]
        rows = model._default_manager.order_by("pk")
        rows = rows.filter(deleted_at=None) if "deleted_at" in columns else rows
        found[model._meta.label] = [row for row in rows.values(*columns) if row.get("id") not in but]
    return found


def of_live(rows, type_key):
    """Rows that hang on records, of those alone that live."""
    live = set(of_type_ids(type_key))
    return [{k: v for k, v in row.items() if k != "id"} for row in rows if row["record_id"] in live]


def of_type_ids(key):
    from daftar.records.schema import current_schema

    return of_type(current_schema().type(key)).filter(deleted_at=None).values_list("pk", flat=True)


def hanging():
    points = of_live(ContactPoint.objects.order_by("type", "record_id", "field", "value").values(), "contact")
    links = of_live(
        RecordLink.objects.filter(type="contact").order_by("record_id", "field", "to_id").values(), "contact"
    )
    stays = of_live(StageSpan.objects.filter(type="deal").order_by("record_id", "id").values(), "deal")
    return points, links, stays


def schema_rows():
    binned = CustomField.objects.exclude(deleted_at=None).values("key")
    return (
        list(CustomField.objects.filter(deleted_at=None).order_by("pk").values()),
        list(ChoiceOption.objects.filter(archived=False).exclude(field__in=binned).order_by("pk").values()),
        list(Pipeline.objects.filter(archived=False).order_by("pk").values("id", "type", "name")),
        list(CustomType.objects.filter(deleted_at=None).order_by("pk").values("key")),
    )


def people(shop, count):
    """That many contacts with a phone or a mail address each."""
    type_ = shop.type("contact")
    values = []
    for n in range(count):
        raw = {"phones": f"+49 30 5{n:06}"} if n % 2 else {"emails": f"p{n}@old.example"}
        values.append(
            {"name": f"Person {n}", "position": "Buyer"}
            | {k: type_[k].parse(v, Reader(shop.olga)) for k, v in raw.items()}
        )
    return writing.create_many(type_, values, by=shop.olga, via="page")


COLUMNS = {
    "name": "name", "mail": "emails", "phone": "phones", "job": "position", "wave": "+choice:Wave", "score": "+whole:Score",
}  # fmt: skip


def fresh_list(rows, updates):
    lines = ["name,mail,phone,job,wave,score"]
    for n in range(rows):
        mail = f"p{n}@old.example" if n < updates and n % 2 == 0 else f"n{n}@new.example" if n >= updates else ""
        phone = f"+49 30 5{n:06}" if n < updates and n % 2 else ""
        lines.append(f"Person {n},{mail},{phone},Chief,{'Spring' if n % 2 else 'Autumn'},{n}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("rows", "updates", "edited"), [(300, 60, 20), pytest.param(10_000, 500, 20, marks=pytest.mark.slow)]
)
def test_the_wrong_list_goes_back_but_for_what_was_edited_since(shop, importing, rows, updates, edited):
    made = people(shop, updates)
    contact = shop.type("contact")
    tables, before, settings_before = contents(contact.model), hanging(), schema_rows()

    run = importing(("contact", fresh_list(rows, updates), COLUMNS), match=MATCH, existing="update")
    assert shop.rows("contact").filter(deleted_at=None).count() == rows
    new = list(
        shop.rows("contact").exclude(pk__in=[row.pk for row in made]).order_by("pk").values_list("pk", flat=True)
    )
    touched = [*(row.pk for row in made[: edited // 2]), *new[: edited // 2]]
    for id_ in touched:
        writing.change(contact, id_, {"comments": "They called."}, by=shop.olga, via="page")
    back = undo(run, shop.olga)

    assert (back.state, back.done, back.moved_on, back.refused) == ("done", rows - edited, edited, 0)
    left = set(back.items.filter(state=BulkItem.State.MOVED_ON).values_list("record_id", flat=True))
    assert left == set(touched)
    assert contents(contact.model, but=touched) == {
        label: [row for row in some if row["id"] not in touched] for label, some in tables.items()
    }
    assert [[row for row in part if row["record_id"] not in touched] for part in hanging()] == [
        [row for row in part if row["record_id"] not in touched] for part in before
    ]
    assert len(kept(back)) == 4  # two fields and two options that the twenty have
    bulk_runs.decide_kept(back, "back", None, by=shop.olga)
    back.refresh_from_db()
    while back.is_at_work:
        bulk_runs.carry_out(back.pk)
        back.refresh_from_db()
    assert kept(back) == []
    assert schema_rows() == settings_before


def test_what_an_undo_would_do_is_told_before(shop, importing, django_assert_max_num_queries):
    people(shop, 40)
    run = importing(("contact", fresh_list(60, 40), COLUMNS), match=MATCH, existing="update")
    ids = sorted(shop.rows("contact").values_list("pk", flat=True))[-25:]
    for id_ in ids:
        writing.change(shop.type("contact"), id_, {"comments": "Hm."}, by=shop.olga, via="page")

    with django_assert_max_num_queries(20):
        told = whole.what_would_happen(run, Reader(shop.olga))

    assert (told.created, told.changed, told.edited, told.goes_back) == (20, 40, 25, 35)
    assert [one.record_id for one in told.named] == ids[:20]
    assert all(one.name and one.href for one in told.named)
    assert told.made[0] == "field “Wave”"


def test_everything_that_an_import_made_goes_and_comes_back(shop, importing):
    before = schema_rows()
    run = importing_two(importing)
    after = schema_rows()
    deals = {d.name: d.stage_id for d in shop.rows("deal").filter(deleted_at=None)}
    assert {m.kind for m in Made.objects.filter(change_set=run.change_set)} >= {"field", "option", "pipeline", "stage"}

    back = undo(run, shop.olga)

    assert (back.refused, back.moved_on, kept(back)) == (0, 0, [])
    assert schema_rows() == before
    assert not shop.rows("deal").filter(deleted_at=None).exists()
    assert not shop.rows("company").filter(deleted_at=None).exists()

    again = undo(back, shop.olga)

    assert (again.refused, again.moved_on, kept(again)) == (0, 0, [])
    assert {d.name: d.stage_id for d in shop.rows("deal").filter(deleted_at=None)} == deals
    assert [len(part) for part in schema_rows()] == [len(part) for part in after]
    size = CustomField.objects.get(label="Size").key
    assert {shop.type("deal")[size].get(d) for d in shop.rows("deal").filter(deleted_at=None)} == {"big", "small"}
    third = undo(again, shop.olga)
    assert (third.refused, third.moved_on, schema_rows()) == (0, 0, before)


def importing_two(importing):
    return importing(
        ("deal", "id,name,step,size,client\n1,One,Hot,Big,Acme\n2,Two,Cold,Small,Bolt\n",
         {"id": "@id", "name": "name", "step": "stage", "size": "+choice:Size", "client": "company"}),
        system="old", pipeline="+Old sales", stages={"Hot": "+open:Hot", "Cold": "+lost:Cold"}, unknown_link="create",
    )  # fmt: skip


def test_the_same_file_loads_again_as_new_after_it_was_taken_back(shop, importing):
    first = importing_two(importing)
    undo(first, shop.olga)
    second = importing_two(importing)

    assert second.reports[0]["created"] == 2
    assert shop.rows("deal").filter(deleted_at=None).count() == 2
    assert CustomField.objects.filter(label="Size", deleted_at=None).count() == 1
    back = undo(second, shop.olga)
    assert (kept(back), shop.rows("deal").filter(deleted_at=None).count()) == ([], 0)


def test_two_records_for_one_id_are_told_when_an_undo_is_undone(shop, importing):
    text, columns = "id,name\nA1,Acme\nB1,Bolt\n", {"id": "@id", "name": "name"}
    first = importing(("company", text, columns), system="old")
    back = undo(first, shop.olga)
    second = importing(("company", text, columns), system="old")
    holders = dict(ExternalId.objects.values_list("key", "record_id"))

    again = undo(back, shop.olga)

    told = kept(again)
    assert len(told) == 2
    assert "“Acme”" in told[0] and "A1" in told[0]
    assert dict(ExternalId.objects.values_list("key", "record_id")) == holders
    assert second.reports[0]["created"] == 2


def test_a_record_that_comes_back_has_its_id_again_when_nobody_else_has_it(shop, importing):
    text, columns = "id,name\nA1,Acme\n", {"id": "@id", "name": "name"}
    first = importing(("company", text, columns), system="old")
    was = ExternalId.objects.get().record_id
    back = undo(first, shop.olga)
    undo(importing(("company", text, columns), system="old"), shop.olga)

    again = undo(back, shop.olga)

    assert (kept(again), ExternalId.objects.get().record_id) == ([], was)


def test_the_event_says_that_it_was_undone(shop, importing):
    run = importing(("company", "id,name\nA1,Acme\n", {"id": "@id", "name": "name"}), system="old")
    undo(run, shop.olga)

    assert Event.objects.get(type="company", kind="deleted").data["why"] == "undone"


@pytest.mark.parametrize("earlier", [False, True])
def test_a_stay_that_a_file_dated_goes_as_if_it_had_never_been(shop, importing, earlier):
    deal = shop.type("deal")
    row = writing.create(deal, {"name": "One"}, by=shop.olga, via="page")
    before = list(StageSpan.objects.values("id", "stage_id", "entered_at", "left_at"))
    stages = [s for p in deal.pipelines for s in p.stages if s.kind == "open"]
    target = next(s for s in stages if s.id != row.stage_id)
    day = clock.now() + timedelta(days=-400 if earlier else 0)
    run = importing(
        ("deal", f"name,step,since\nOne,{target.label},{day:%Y-%m-%d}\n", {"name": "name", "step": "stage", "since": "@moved"}),
        match=["name"], existing="update",
    )  # fmt: skip
    assert shop.rows("deal").get().stage_id == target.id

    back = undo(run, shop.olga)

    assert (back.done, back.refused, back.moved_on) == (1, 0, 0)
    now = shop.rows("deal").get()
    assert (now.stage_id, now.stage_since) == (row.stage_id, row.stage_since)
    assert list(StageSpan.objects.values("id", "stage_id", "entered_at", "left_at")) == before


def test_a_record_that_one_import_moved_twice_has_its_old_stay_again(shop, importing):
    deal = shop.type("deal")
    row = writing.create(deal, {"name": "One"}, by=shop.olga, via="page")
    before = list(StageSpan.objects.values("id", "stage_id", "entered_at", "left_at"))
    one, two = [s for p in deal.pipelines for s in p.stages if s.kind == "open" and s.id != row.stage_id][:2]
    step = {"name": "name", "step": "stage", "end": "expected_close"}
    run = importing(
        ("deal", f"name,step,end\nOne,{one.label},2027-01-02\n", step),
        ("deal", f"name,step,end\nOne,{two.label},2027-01-02\n", step),
        match=["name"], existing="update",
    )  # fmt: skip
    assert shop.rows("deal").get().stage_id == two.id

    undo(run, shop.olga)

    assert shop.rows("deal").get().stage_id == row.stage_id
    assert list(StageSpan.objects.values("id", "stage_id", "entered_at", "left_at")) == before


def test_people_without_sign_in_go_and_who_owns_something_by_now_stays(shop, importing):
    run = importing(
        ("deal", "name,owner\nOne,Mary Moon\nTwo,Paul Sun\n", {"name": "name", "owner": "owner"}),
        unknown_person="create",
    )
    mary, paul = (shop.type("user").model.objects.get(name=name) for name in ("Mary Moon", "Paul Sun"))
    writing.create(shop.type("company"), {"name": "Hers", "owner": mary.pk}, by=shop.olga, via="page")

    back = undo(run, shop.olga)

    mary.refresh_from_db()
    paul.refresh_from_db()
    assert (paul.deleted_at is not None, paul.is_active) == (True, False)
    assert (mary.deleted_at, mary.is_active) == (None, True)
    item = back.items.get(state=BulkItem.State.REFUSED)
    assert (item.type, item.record_id) == ("user", mary.pk)
    assert "Hand it over" in item.sentence

    again = undo(back, shop.olga)
    paul.refresh_from_db()
    assert (paul.deleted_at, paul.is_active) == (None, True)
    assert undo(again, shop.olga).moved_on == 0
    paul.refresh_from_db()
    assert (paul.deleted_at is not None, paul.is_active) == (True, False)


def test_departments_go_from_the_youngest_on(shop, importing):
    run = importing(
        ("department", "name,over\nWest,\nCity,West\n", {"name": "name", "over": "parent"}),
        ("user", "name,place\nMary Moon,City\n", {"name": "name", "place": "department"}),
        match=["name"],
    )
    back = undo(run, shop.olga)

    assert (back.refused, back.moved_on) == (0, 0)
    assert set(shop.type("department").model.objects.filter(deleted_at=None).values_list("name", flat=True)) == {
        "Sales"
    }


def test_a_record_type_that_the_import_made_goes_and_the_same_file_finds_it_again(shop, importing):
    new = {"key": "+visits", "name": "visit", "plural": "visits"}
    step = ("+visits", "name\nFirst\n", {"name": "name"})
    run = importing(step, types=[dict(new)])
    back = undo(run, shop.olga)

    assert (back.refused, kept(back)) == (0, [])
    assert CustomType.objects.get().deleted_at is not None
    importing(step, types=[dict(new)])
    assert CustomType.objects.get().deleted_at is None


def test_what_people_use_by_now_stays_with_the_reason(shop, importing):
    run = importing_two(importing)
    stage = Stage.objects.get(name="Hot")
    size = CustomField.objects.get(label="Size").key
    deal = shop.type("deal")
    writing.create(deal, {"name": "Ours", "stage": stage.pk, size: "big"}, by=shop.olga, via="page")

    back = undo(run, shop.olga)

    told = " ".join(kept(back))
    assert "field “Size”: 1 record uses it." in told
    assert "Big”: 1 record" in told
    assert "pipeline “Old sales”: 1 record" in told
    assert "“Hot”: 1 record" in told
    assert "Small" not in told and "Cold" not in told


def test_who_may_not_change_settings_takes_the_records_back_and_is_told_the_rest(shop, importing):
    run = importing_two(importing)
    ImportRun.objects.filter(pk=run.pk).update(by=shop.hedi)
    back = undo(run, shop.hedi)

    assert any("Only those who run the company" in said for said in kept(back))


def test_an_import_at_work_is_paused_first_and_a_taken_back_one_does_not_go_on(shop, importing):
    run = importing.begun(("company", "name\nAcme\n", {"name": "name"}))
    runs.start(run, State.RUNNING)
    ImportRun.objects.filter(pk=run.pk).update(state=State.RUNNING)
    run.refresh_from_db()
    with pytest.raises(Conflict, match="Pause"):
        whole.begin(run, shop.olga)
    with pytest.raises(Conflict, match="Pause"):
        bulk_runs.begin_undo(run.change_set, by=shop.olga)
    ImportRun.objects.filter(pk=run.pk).update(state=State.PAUSED)
    run.refresh_from_db()

    undo(run, shop.olga)

    run.refresh_from_db()
    assert (run.state, runs.claim(run, State.RUNNING)) == (State.DONE, False)
    assert whole.why_not(run) == "This was taken back already."


def test_an_import_that_only_made_a_field_can_be_taken_back(shop, importing):
    columns = {"name": "name", "x": "+whole:Size"}
    run = importing.begun(("company", "name,x\n,7\n", columns))
    runs.start(run, State.RUNNING)
    run.refresh_from_db()
    assert CustomField.objects.filter(deleted_at=None).exists()

    back = undo(run, shop.olga)

    assert back.state == "done"
    assert not CustomField.objects.filter(deleted_at=None).exists()


def test_people_who_came_in_a_role_go_with_their_import(shop, importing):
    run = importing(("user", "name\nMary Moon\n", {"name": "name"}), role="head")

    back = undo(run, shop.olga)

    assert (back.done, back.moved_on, back.refused) == (1, 0, 0)


def test_corrected_rows_of_an_import_that_was_taken_back_are_a_new_import(shop, importing):
    run = importing(("company", "name\nAcme\n", {"name": "name"}))
    undo(run, shop.olga)

    with pytest.raises(Conflict, match="was taken back"):
        take_corrected(run, SimpleUploadedFile("a.csv", b"name\nBolt\n"))
