"""Many deals at once and back again: every column, stay and link as before, whoever was edited meanwhile left alone."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import AuditEntry, Role, User
from daftar.kernel import clock
from daftar.kernel.errors import Conflict, Invalid, NotAllowed
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.bulk import acts, runs, undo
from daftar.records.bulk.runs import Picked
from daftar.records.models import BulkItem, BulkRun, Event, RecordLink, StageSpan
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.schema import current_schema

LIKE_BEFORE = {"version", "changed_at", "changed_by_id"}
"""What every change moves, also the one that goes back."""


def stock(shop, count, **values):
    rows = [{"name": f"Deal {n}", "owner": shop.sara.pk, **values} for n in range(count)]
    return [row.pk for row in writing.create_many(shop.type("deal"), rows, by=shop.olga, via="import")]


def run_on(shop, act, values, ids, by=None):
    by = by or shop.olga
    type_ = shop.type("deal")
    return runs.begin(type_, act, values, Picked.by_ids(type_, ids, by), by=by)


def picture(ids, type_key="deal"):
    """All that is stored of the records, but for what every change moves."""
    rows = {row["id"]: {k: v for k, v in row.items() if k not in LIKE_BEFORE}
            for row in current_schema().type(type_key).model.objects.filter(pk__in=ids).values()}  # fmt: skip
    stays = [
        tuple(s.values())
        for s in StageSpan.objects.filter(type=type_key, record_id__in=ids)
        .order_by("record_id", "id")
        .values("record_id", "stage_id", "entered_at", "left_at", "by_id")
    ]
    links = list(RecordLink.objects.filter(type=type_key, record_id__in=ids).order_by("record_id", "field", "position")
                 .values_list("record_id", "field", "to_id", "role", "position"))  # fmt: skip
    return rows, stays, links


def states(run):
    return sorted(run.items.values_list("state", flat=True))


@pytest.fixture
def by_hand(monkeypatch):
    """Batches of a hundred, and no worker that takes them up."""
    monkeypatch.setattr(runs, "BATCH", 100)
    monkeypatch.setattr(runs, "queue", lambda run_id: None)


def work(run):
    """What the worker does."""
    runs.carry_out(run.pk)
    run.refresh_from_db()
    return run


def later(**by):
    moment = clock.now() + timedelta(**by)
    return patch.object(clock, "now", lambda: moment)


def test_five_hundred_are_given_away_and_all_but_seven_come_back(shop):
    ids = stock(shop, 500, amount=Money(Decimal("10"), "EUR"))
    before = picture(ids)

    run = work(run_on(shop, "owner", {"owner": shop.sam.pk}, ids))
    assert (run.state, run.done, run.total) == ("done", 500, 500)
    assert shop.type("deal").model.objects.filter(owner=shop.sam).count() == 500

    for id_ in ids[:7]:
        writing.change(shop.type("deal"), id_, {"comments": "called"}, by=shop.sam, via="page")
    back = work(runs.begin_undo(run.change_set, by=shop.olga))

    assert (back.state, back.done, back.moved_on, back.refused) == ("done", 493, 7, 0)
    rows, stays, links = picture(ids[7:])
    assert rows == {id_: row for id_, row in before[0].items() if id_ not in ids[:7]}
    assert sorted(back.items.filter(state="moved_on").values_list("record_id", flat=True)) == ids[:7]
    assert set(shop.type("deal").model.objects.filter(pk__in=ids[:7]).values_list("owner", flat=True)) == {shop.sam.pk}

    runs.decide_kept(back, "leave", [back.items.filter(record_id=ids[0]).get().pk], by=shop.olga)
    back = runs.decide_kept(back, "back", None, by=shop.olga)
    assert (back.done, back.moved_on, back.left_alone) == (499, 0, 1)
    one = shop.type("deal").model.objects.get(pk=ids[1])
    assert (one.owner_id, one.comments) == (shop.sara.pk, "called")


def test_stages_go_back_with_their_stays_and_may_go_there_again(shop):
    ids = stock(shop, 4, amount=Money(Decimal("10"), "USD"), expected_close=clock.today("UTC"))
    with later(hours=-3):
        for id_ in ids[:2]:
            writing.change(shop.type("deal"), id_, {"stage": shop.stage("proposal")}, by=shop.sara, via="page")
    before = picture(ids)

    run = run_on(shop, "move", {"stage": shop.stage("won")}, ids)
    moved = picture(ids)
    assert run.done == 4
    assert {row["stage_id"] for row in moved[0].values()} == {shop.stage("won")}

    back = runs.begin_undo(run.change_set, by=shop.olga)
    assert back.done == 4
    assert picture(ids) == before

    again = runs.begin_undo(back.change_set, by=shop.olga)
    assert again.done == 4
    assert picture(ids) == moved
    assert Event.objects.filter(change_set=again.change_set, kind="moved").count() == 4


def test_the_contract_of_a_stage_refuses_single_rows(shop):
    ready = stock(shop, 2, amount=Money(Decimal("10"), "USD"))
    poor = stock(shop, 3)

    run = run_on(shop, "move", {"stage": shop.stage("won")}, [*ready, *poor])

    assert (run.done, run.refused) == (2, 3)
    said = set(run.items.filter(state="refused").values_list("sentence", flat=True))
    assert said == {"“Amount” is needed in stage “Won”."}
    assert Event.objects.filter(change_set=run.change_set).count() == 2


def test_going_back_does_not_ask_the_contract(shop):
    ids = stock(shop, 2)
    run = run_on(shop, "change", {"amount": Money(Decimal("5"), "USD"), "stage": shop.stage("won")}, ids)
    shop.schema.stage(shop.stage("new"))
    from daftar.records.models import Stage
    from daftar.records.schema import schema_changed

    Stage.objects.filter(pk=shop.stage("new")).update(required=["amount"])
    schema_changed()

    back = runs.begin_undo(run.change_set, by=shop.olga)

    assert back.done == 2
    assert set(shop.type("deal").model.objects.filter(pk__in=ids).values_list("amount", flat=True)) == {None}


def careful(shop):
    """Sees all, changes and deletes what is theirs, of nobody else the comments."""
    own = {"see": "all", "add": "all", "change": "own", "delete": "own", "bulk": "all"}
    Role.objects.create(key="careful", name="Careful", grants={"types": {"*": own}})
    return User.objects.create_user(None, name="Cara", roles=["careful"])


def test_rights_are_asked_of_each_row(shop):
    cara = careful(shop)
    ids = [*stock(shop, 2), shop.deal(by=shop.olga, owner=cara.pk).pk]

    run = run_on(shop, "change", {"comments": "x"}, ids, by=cara)
    assert (run.total, run.done, run.refused) == (3, 1, 2)
    assert set(run.items.filter(state="refused").values_list("sentence", flat=True)) == {
        "You may not change this record."
    }

    run = run_on(shop, "delete", {}, ids, by=cara)
    assert (run.done, run.refused) == (1, 2)
    with pytest.raises(NotAllowed):
        run_on(shop, "owner", {"owner": shop.sam.pk}, ids, by=shop.rita)


def test_who_lost_the_right_meanwhile_is_stopped(shop, by_hand):
    ids = stock(shop, 201)
    run = run_on(shop, "owner", {"owner": shop.sam.pk}, ids)
    User.objects.filter(pk=shop.olga.pk).update(is_active=False)

    work(run)

    assert (run.state, run.done, run.problem) == ("stopped", 0, "Who began this may not do it any more.")


def test_deleted_ones_come_back(shop):
    ids = stock(shop, 3)
    before = picture(ids)
    run = run_on(shop, "delete", {}, ids)
    assert shop.type("deal").model.objects.filter(pk__in=ids, deleted_at=None).count() == 0
    assert AuditEntry.objects.filter(what="bulk_deleted").count() == 1

    back = runs.begin_undo(run.change_set, by=shop.olga)

    assert back.done == 3
    assert picture(ids) == before


def test_tags_are_added_and_removed_beside_others(shop):
    one, two = stock(shop, 1, tags=["Fair", "old"]), stock(shop, 1, tags=["other"])

    run = run_on(shop, "tags", {"add": ["fair", "Hot"], "remove": ["OLD"]}, [*one, *two])

    assert run.done == 2
    tags = dict(shop.type("deal").model.objects.values_list("pk", "tags"))
    assert tags == {one[0]: ["Fair", "Hot"], two[0]: ["other", "fair", "Hot"]}
    runs.begin_undo(run.change_set, by=shop.olga)
    tags = dict(shop.type("deal").model.objects.values_list("pk", "tags"))
    assert tags == {one[0]: ["Fair", "old"], two[0]: ["other"]}


def test_links_come_back_with_their_roles(shop):
    from daftar.records.fields.links import Linked

    first, second = (shop.make("company", name=name).pk for name in ("Alvand", "Sabalan"))
    contact = shop.make("contact", name="Ali", companies=[Linked(first, "boss"), Linked(second, "")]).pk
    before = picture([contact], "contact")
    type_ = shop.type("contact")

    run = runs.begin(type_, "change", {"companies": []}, Picked.by_ids(type_, [contact], shop.olga), by=shop.olga)
    assert not RecordLink.objects.exists()
    runs.begin_undo(run.change_set, by=shop.olga)

    assert picture([contact], "contact") == before


def test_custom_fields_change_and_come_back(shop):
    shop.field("deal", "floor")
    ids = stock(shop, 3)
    before = picture(ids)

    run = run_on(shop, "change", {"floor": "third"}, ids)
    assert [row.custom for row in shop.type("deal").model.objects.filter(pk__in=ids)] == [{"floor": "third"}] * 3
    runs.begin_undo(run.change_set, by=shop.olga)

    assert picture(ids) == before


def test_a_killed_worker_does_nothing_twice(shop, by_hand):
    ids = stock(shop, 250)
    run = run_on(shop, "owner", {"owner": shop.sam.pk}, ids)
    real, calls = runs.note, iter(range(99))

    def dies_in_the_second(*given):
        if next(calls) == 1:
            raise KeyboardInterrupt  # inside of the transaction, as a kill is
        real(*given)

    with patch.object(runs, "note", dies_in_the_second), pytest.raises(KeyboardInterrupt):
        runs.carry_out(run.pk)
    run.refresh_from_db()
    assert run.state == "working" and 0 < run.done < 250
    assert Event.objects.filter(change_set=run.change_set).count() == run.done

    def dies_between():
        raise KeyboardInterrupt

    with patch.object(runs, "let_others_save", dies_between), pytest.raises(KeyboardInterrupt):
        runs.carry_out(run.pk)
    with later(minutes=5), patch.object(runs, "queue", runs.carry_out):
        runs.go_on_with_interrupted()

    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 250)
    assert Event.objects.filter(change_set=run.change_set).count() == 250
    assert set(shop.type("deal").model.objects.values_list("owner", "version")) == {(shop.sam.pk, 2)}


def test_stopped_between_batches_and_continued(shop, by_hand):
    ids = stock(shop, 250)
    run = run_on(shop, "owner", {"owner": shop.sam.pk}, ids)
    runs.next_batch(run.pk)
    with pytest.raises(Conflict):
        runs.begin_undo(run.change_set, by=shop.olga)

    runs.stop(run.pk)
    work(run)
    assert (run.state, run.done) == ("stopped", 100)

    back = work(runs.begin_undo(run.change_set, by=shop.olga))
    assert (back.total, back.done) == (100, 100)

    runs.go_on(run.pk)
    work(run)
    assert (run.state, run.done) == ("done", 250)


def test_a_refusal_of_the_same_press_twice_and_of_nothing(shop):
    ids = stock(shop, 2)
    type_ = shop.type("deal")
    picked = Picked.by_ids(type_, ids, shop.olga)

    first = runs.begin(type_, "owner", {"owner": shop.sam.pk}, picked, by=shop.olga, once="k")
    assert runs.begin(type_, "owner", {"owner": shop.sam.pk}, picked, by=shop.olga, once="k") == first
    with pytest.raises(Invalid, match="Pick some rows"):
        run_on(shop, "owner", {"owner": shop.sam.pk}, [10**9])


def test_all_rows_of_a_view_are_frozen_when_it_begins(shop):
    stock(shop, 3)
    type_ = Reader(shop.olga).schema.type("deal")
    view = View.parse(type_, "owner=me", Reader(shop.sara))
    picked = Picked(view.rows(), "owner=me")

    run = runs.begin(type_, "owner", {"owner": shop.sam.pk}, picked, by=shop.olga)

    assert (run.total, run.done) == (3, 3)
    assert view.count() == 0


def test_taken_back_only_once_and_only_for_thirty_days(shop):
    ids = stock(shop, 2)
    run = run_on(shop, "owner", {"owner": shop.sam.pk}, ids)
    with later(days=31):
        assert "more than 30 days ago" in undo.why_not(run.change_set)
        with pytest.raises(Conflict, match="30 days"):
            runs.begin_undo(run.change_set, by=shop.olga)

    with later(days=29):
        runs.begin_undo(run.change_set, by=shop.olga)
    with pytest.raises(Conflict, match="taken back already"):
        runs.begin_undo(run.change_set, by=shop.olga)


def test_two_runs_over_the_same_rows(shop):
    ids = stock(shop, 3)
    first = run_on(shop, "owner", {"owner": shop.sam.pk}, ids)
    second = run_on(shop, "change", {"comments": "fair"}, ids[:2])

    back = runs.begin_undo(first.change_set, by=shop.olga)
    assert (back.done, back.moved_on) == (1, 2)

    runs.begin_undo(second.change_set, by=shop.olga)
    back = runs.decide_kept(back, "back", None, by=shop.olga)
    assert (back.done, back.moved_on) == (3, 0)
    assert set(shop.type("deal").model.objects.values_list("owner", "comments")) == {(shop.sara.pk, "")}


def test_an_undo_asks_the_right_to_each_row(shop):
    ids = stock(shop, 2)
    run = run_on(shop, "owner", {"owner": shop.reza.pk}, ids)

    back = runs.begin_undo(run.change_set, by=careful(shop))

    assert (back.done, back.refused) == (0, 2)
    assert set(shop.type("deal").model.objects.values_list("owner", flat=True)) == {shop.reza.pk}


def test_what_cannot_come_back_says_so(shop):
    company = shop.make("company", name="Alvand").pk
    ids = stock(shop, 2, company=company)
    run = run_on(shop, "change", {"company": None}, ids[:1])
    shop.type("deal").model.objects.filter(pk=ids[1]).delete()
    shop.type("company").model.objects.filter(pk=company).delete()

    back = runs.begin_undo(run.change_set, by=shop.olga)

    assert (back.done, back.refused) == (0, 1)
    assert "does not exist any more" in back.items.get().sentence


def test_each_row_is_written_once_however_often_it_was_edited_before(shop):
    ids = stock(shop, 5)
    for n, id_ in enumerate(ids):
        for _edit in range(n):
            writing.change(shop.type("deal"), id_, {"comments": f"{n} {_edit}"}, by=shop.olga, via="page")
    before = dict(current_schema().type("deal").model.objects.filter(pk__in=ids).values_list("pk", "version"))

    with CaptureQueriesContext(connection) as seen:
        run = run_on(shop, "owner", {"owner": shop.sam.pk}, ids)

    after = dict(current_schema().type("deal").model.objects.filter(pk__in=ids).values_list("pk", "version"))
    assert run.done == 5
    assert after == {id_: version + 1 for id_, version in before.items()}
    told = dict(Event.objects.filter(change_set=run.change_set).values_list("record_id", "version"))
    assert told == after
    assert len([q for q in seen.captured_queries if q["sql"].startswith('UPDATE "crm_deal"')]) == 1


def test_a_batch_costs_a_fixed_number_of_statements(shop):
    few, many = stock(shop, 5), stock(shop, 100)

    def cost(ids):
        with CaptureQueriesContext(connection) as seen:
            run_on(shop, "move", {"stage": shop.stage("qualified")}, ids)
        return len(seen)

    cost(stock(shop, 2))
    assert cost(many) <= cost(few) + 3  # SQLite takes some hundred new rows at a time


def test_what_somebody_brought_back_by_hand_stands_there_since_then(shop):
    (id_,) = stock(shop, 1)
    run = run_on(shop, "change", {"stage": shop.stage("qualified"), "comments": "x"}, [id_])
    writing.change(shop.type("deal"), id_, {"stage": shop.stage("new")}, by=shop.sara, via="page")
    since = shop.type("deal").model.objects.get(pk=id_).stage_since

    back = runs.begin_undo(run.change_set, by=shop.olga)
    back = runs.decide_kept(back, "back", None, by=shop.olga)

    row = shop.type("deal").model.objects.get(pk=id_)
    assert (back.done, row.comments, row.stage_since) == (1, "", since)
    assert StageSpan.objects.filter(record_id=id_, left_at=None).count() == 1


def test_anyway_moves_on_from_where_it_stands_now(shop):
    (id_,) = stock(shop, 1)
    run = run_on(shop, "move", {"stage": shop.stage("qualified")}, [id_])
    writing.change(
        shop.type("deal"), id_, {"stage": shop.stage("lost"), "lost_reason": "price"}, by=shop.sara, via="page"
    )

    back = runs.begin_undo(run.change_set, by=shop.olga)
    runs.decide_kept(back, "back", None, by=shop.olga)

    stays = list(StageSpan.objects.filter(record_id=id_).order_by("id"))
    assert [s.stage_id for s in stays] == [shop.stage(k) for k in ("new", "qualified", "lost", "new")]
    assert [s.left_at is None for s in stays] == [False, False, False, True]
    assert shop.type("deal").model.objects.get(pk=id_).stage_since == stays[-1].entered_at


def test_amounts_come_back_at_the_rate_they_had(shop):
    from daftar.records.models import ExchangeRate

    rate = ExchangeRate.objects.create(currency="EUR", day=clock.today("UTC"), rate=Decimal("1.1"))
    ids = stock(shop, 2, amount=Money(Decimal("10"), "EUR"))
    before = picture(ids)
    run = run_on(shop, "change", {"amount": Money(Decimal("7"), "USD")}, ids)
    rate.rate = Decimal("1.5")
    rate.save()

    runs.begin_undo(run.change_set, by=shop.olga)

    assert picture(ids) == before


def test_an_import_is_taken_back_by_its_change_set(shop):
    from daftar.records.models import ChangeSet

    (old,) = stock(shop, 1)
    before = picture([old])
    loaded = ChangeSet.objects.create(by=shop.olga, via="import", title="deals.csv")
    (new,) = writing.create_many(shop.type("deal"), [{"name": "New"}], by=shop.olga, via="import", change_set=loaded)
    company = shop.type("company")
    (firm,) = writing.create_many(company, [{"name": "Firm"}], by=shop.olga, via="import", change_set=loaded)
    for values in ({"stage": shop.stage("qualified")}, {"comments": "a"}, {"comments": "b"}):
        writing.change(shop.type("deal"), old, values, by=shop.olga, via="import", change_set=loaded)

    back = runs.begin_undo(loaded, by=shop.olga)

    assert (back.total, back.done) == (3, 3)
    assert picture([old]) == before
    assert shop.fresh("deal", new).deleted_at and shop.fresh("company", firm).deleted_at


def test_made_and_binned_by_one_set_stays_away(shop):
    from daftar.records.models import ChangeSet
    from daftar.records.writing_many import remove_many

    loaded = ChangeSet.objects.create(by=shop.olga, via="import", title="x")
    type_ = shop.type("deal")
    (row,) = writing.create_many(type_, [{"name": "New"}], by=shop.olga, via="import", change_set=loaded)
    remove_many(type_, [row.pk], by=shop.olga, via="import", change_set=loaded)

    back = runs.begin_undo(loaded, by=shop.olga)

    assert (back.done, back.left_alone) == (0, 1)
    assert shop.fresh("deal", row).deleted_at


def test_people_are_told_once_for_a_run(shop):
    from daftar.activities.models import Notice

    run_on(shop, "owner", {"owner": shop.sam.pk}, stock(shop, 3))

    told = Notice.objects.get(to=shop.sam, kind="given")
    assert told.count == 3


def test_rows_are_forgotten_after_ninety_days_and_numbers_stay(shop):
    run = run_on(shop, "owner", {"owner": shop.sam.pk}, stock(shop, 3))
    with later(days=91):
        assert runs.forget_old() == 3
    run.refresh_from_db()
    assert (run.done, BulkItem.objects.count(), BulkRun.objects.count()) == (3, 0, 1)


def test_acts_follow_rights(shop):
    def offered(user, key="deal"):
        return acts.acts_for(Reader(user).schema.type(key), user)

    assert offered(shop.olga) == ["owner", "move", "tags", "change", "delete"]
    assert offered(shop.sara) == []
    assert offered(shop.olga, "user") == []
