from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.kernel.errors import Conflict, Invalid, Missing, NotAllowed
from daftar.kernel.money import Money
from daftar.records import reading, writing
from daftar.records.gate import StageRefused
from daftar.records.history import field_history, restore_old_value
from daftar.records.models import ContactPoint, Entity, Event, StageSpan


def visit(shop, by=None, **values):
    return writing.create(shop.visits, {"name": "Old mill", **values}, by=by or shop.sara, via="page")


def test_a_new_record_starts_in_the_first_stage_and_belongs_to_its_maker(shop):
    row = visit(shop)

    assert shop.visits["stage"].get(row) == shop.stage["planned"]
    assert row.owner_id == shop.sara.pk
    assert (row.version, row.title) == (1, "Old mill")


def test_a_change_writes_row_event_and_stage_history_together(shop):
    row = visit(shop)

    writing.change(
        shop.visits,
        row.pk,
        {"stage": shop.stage["measured"], "roof": "flat", "day": date(2026, 5, 1)},
        by=shop.sara,
        via="board",
    )

    moved = Event.objects.filter(record_id=row.pk).latest("id")
    assert (moved.kind, moved.version, moved.via) == ("moved", 2, "board")
    assert moved.changes["roof"] == [None, "flat"]
    spans = StageSpan.objects.filter(record_id=row.pk).order_by("id")
    assert [s.stage.key for s in spans] == ["planned", "measured"]
    assert spans[0].left_at is not None and spans[1].left_at is None


def test_a_missing_title_is_told_at_its_field_and_nothing_is_saved(shop):
    with pytest.raises(Invalid) as refused:
        writing.create(shop.visits, {"name": ""}, by=shop.sara, via="page")

    assert set(refused.value.errors) == {"name"}
    assert Entity.objects.count() == Event.objects.count() == 0


def test_the_contract_names_what_is_missing(shop):
    row = visit(shop)

    with pytest.raises(StageRefused) as refused:
        writing.change(shop.visits, row.pk, {"stage": shop.stage["measured"]}, by=shop.sara, via="board")

    assert refused.value.missing == ["roof", "day"]
    assert reading.get(shop.visits, row.pk, shop.sara).version == 1


def test_the_contract_keeps_to_the_allowed_next_stages(shop):
    row = visit(shop, cost=Money(Decimal(10), "USD"))

    with pytest.raises(StageRefused, match="Measured, Cancelled"):
        writing.change(shop.visits, row.pk, {"stage": shop.stage["done"]}, by=shop.sara, via="board")


def test_a_field_that_the_stage_needs_cannot_be_emptied(shop):
    row = visit(shop, stage=shop.stage["measured"], roof="flat", day=date(2026, 5, 1))

    with pytest.raises(StageRefused) as refused:
        writing.change(shop.visits, row.pk, {"roof": None}, by=shop.sara, via="page")

    assert refused.value.missing == ["roof"]


def test_two_people_changing_the_same_field_get_both_values(shop):
    row = visit(shop)
    writing.change(shop.visits, row.pk, {"remarks": "hers"}, by=shop.sara, via="page", version=1)

    with pytest.raises(Conflict) as conflict:
        writing.change(shop.visits, row.pk, {"remarks": "mine"}, by=shop.olga, via="page", version=1)

    assert conflict.value.fields == {"remarks": ("mine", "hers")}


def test_two_people_changing_different_fields_both_win(shop):
    row = visit(shop)
    writing.change(shop.visits, row.pk, {"remarks": "hers"}, by=shop.sara, via="page", version=1)
    writing.change(shop.visits, row.pk, {"urgent": True}, by=shop.olga, via="page", version=1)

    after = reading.get(shop.visits, row.pk, shop.olga)
    assert (shop.visits["remarks"].get(after), shop.visits["urgent"].get(after)) == ("hers", True)


def test_the_same_form_sent_twice_makes_one_record(shop):
    first = writing.create(shop.visits, {"name": "Mill"}, by=shop.sara, via="quick", once="k1")
    second = writing.create(shop.visits, {"name": "Mill"}, by=shop.sara, via="quick", once="k1")

    assert first.pk == second.pk
    assert Entity.objects.count() == 1


def test_foreign_records_do_not_exist(shop):
    row = visit(shop)

    with pytest.raises(Missing):
        writing.change(shop.visits, row.pk, {"name": "x"}, by=shop.reza, via="page")
    with pytest.raises(Missing):
        writing.remove(shop.visits, row.pk, by=shop.reza, via="page")


def test_a_seller_may_not_delete_a_colleagues_record(shop):
    row = visit(shop, by=shop.olga)

    with pytest.raises(NotAllowed):
        writing.remove(shop.visits, row.pk, by=shop.sara, via="page")


def test_a_record_comes_back_from_the_bin_with_everything(shop):
    row = visit(shop, phones=shop.visits["phones"].parse("+1 212 555 0123", shop.reader()))
    writing.remove(shop.visits, row.pk, by=shop.sara, via="page")
    with pytest.raises(Missing):
        reading.get(shop.visits, row.pk, shop.sara)

    writing.bring_back(shop.visits, row.pk, by=shop.sara, via="page")

    back = reading.get(shop.visits, row.pk, shop.sara)
    assert shop.visits["phones"].get(back)[0].value == "+12125550123"
    assert ContactPoint.objects.filter(value="+12125550123", record_id=row.pk).exists()


def test_an_old_value_comes_back(shop):
    row = visit(shop, remarks="first")
    writing.change(shop.visits, row.pk, {"remarks": "second"}, by=shop.sara, via="page")
    step = field_history(shop.visits, row.pk, "remarks", shop.reader())[0]
    assert (step.before.text, step.after.text) == ("first", "second")

    restore_old_value(shop.visits, row.pk, step.event_id, "remarks", by=shop.sara)

    assert shop.visits["remarks"].get(reading.get(shop.visits, row.pk, shop.sara)) == "first"


def test_many_rows_are_written_in_few_statements_and_bad_ones_are_told(shop):
    rows = [{"name": f"Visit {n}", "roof": "flat"} for n in range(200)]
    rows[7] = {"name": ""}

    with CaptureQueriesContext(
        connection,
    ) as seen:
        answers = writing.create_many(shop.visits, rows, by=shop.olga, via="import")

    assert isinstance(answers[7], Invalid)
    assert Entity.objects.count() == 199 and Event.objects.count() == 199
    holds_still = 2 * any(field.custom for field in shop.visits.fields)  # the kinds of the company's own fields
    assert len(seen) <= 12 + holds_still
