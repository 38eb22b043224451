"""A field becomes another kind: what fits, what does not, what stands in history, and the way back."""

import pytest

from daftar.access.models import Role, User
from daftar.records import custom_fields, history, reading, writing
from daftar.records.custom_fields import OptionEdit
from daftar.records.models import ChoiceOption, CustomField, Event, Retyping
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.retyping import runs
from daftar.records.schema import current_schema

State = Retyping.State


@pytest.fixture
def owner(db):
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


def deals():
    return current_schema().type("deal")


def field_with(owner, kind, values, *, label="Revenue", **more):
    """A field of the kind with a deal for each value as typed; (key, ids)."""
    key = custom_fields.add_field(deals(), kind, label, by=owner, **more).key
    field, reader = deals()[key], Reader(owner)
    made = [
        writing.create(deals(), {"name": f"Deal {n}", key: field.parse(value, reader)}, by=owner, via="page").pk
        for n, value in enumerate(values)
    ]
    return key, made


def shown(owner, key, ids):
    type_, reader = deals(), Reader(owner)
    rows = [reading.get(type_, id_, owner) for id_ in ids]
    reader.load(type_, rows, [type_[key]])
    return [type_[key].show(type_[key].get(row), reader).text for row in rows]


def become(owner, key, kind, *, agreed=99, **settings):
    run = runs.begin(deals(), key, kind, settings, by=owner, agreed=agreed)
    assert run.state == State.DONE, run.problem
    return run


def test_text_becomes_money_and_what_does_not_fit_stays_in_history(owner):
    key, ids = field_with(owner, "text", ["1,200.50 USD", "many", "300 EUR", ""])

    run = become(owner, key, "money")

    assert shown(owner, key, ids) == ["$1,200.50", "", "€300.00", ""]
    assert (run.total, run.misfits) == (3, 1)
    steps = history.field_history(deals(), ids[1], key, Reader(owner))
    assert [(s.before.text, s.after.text) for s in steps] == [("many", ""), ("", "many")]
    assert steps[0].via_label == "made the field another kind"
    assert [(s.before.text, s.after.text) for s in history.field_history(deals(), ids[0], key, Reader(owner))] == [
        ("", "1,200.50 USD")
    ]


def test_more_misfits_than_agreed_wait_for_a_yes_and_change_nothing(owner):
    key, ids = field_with(owner, "text", ["1", "many", "few"])

    run = runs.begin(deals(), key, "whole", {}, by=owner, agreed=1)

    assert (run.state, run.misfits) == (State.READY, 2)
    assert deals()[key].kind == "text"
    assert shown(owner, key, ids) == ["1", "many", "few"]
    runs.agree(run, by=owner)
    assert deals()[key].kind == "whole"
    assert shown(owner, key, ids) == ["1", "", ""]


def test_lists_filter_and_sort_by_the_new_kind(owner):
    key, ids = field_with(owner, "text", ["9", "10", "x"])
    become(owner, key, "whole")

    def found(query):
        return [r.pk for r in View.parse(deals(), query, Reader(owner)).page(
        ).rows]  # fmt: skip

    assert found(f"{key}.gte=9&sort={key}") == [ids[0], ids[1]]
    assert found(f"{key}.empty=") == [ids[2]]


def test_it_is_taken_back_with_what_was_lost_and_what_was_written_since(owner):
    key, ids = field_with(owner, "text", ["1,200", "many", "3"])
    first = become(owner, key, "whole")
    type_ = deals()
    writing.change(type_, ids[2], {key: 44}, by=owner, via="page")

    back = runs.begin_undo(first, by=owner)

    assert back.state == State.DONE, back.problem
    assert shown(owner, key, ids) == ["1,200", "many", "44"]
    assert deals()[key].kind == "text"
    again = runs.begin_undo(back, by=owner)
    assert (again.state, again.misfits) == (State.READY, 1)
    assert runs.agree(again, by=owner).state == State.DONE
    assert shown(owner, key, ids) == ["1,200", "", "44"]


def test_a_write_by_the_old_kind_is_refused_after_the_swap(owner):
    from daftar.kernel.errors import Conflict

    key, ids = field_with(owner, "text", ["1"])
    stale = deals()
    become(owner, key, "whole")

    with pytest.raises(Conflict) as refused:
        writing.change(stale, ids[0], {key: "two"}, by=owner, via="page")
    assert "another kind of field" in str(refused.value)
    assert shown(owner, key, ids) == ["1"]


def test_what_is_written_between_preparing_and_the_yes_is_turned_too(owner):
    key, ids = field_with(owner, "text", ["1", "many", ""])
    run = runs.begin(deals(), key, "whole", {}, by=owner, agreed=0)
    type_ = deals()
    writing.change(type_, ids[0], {key: "77"}, by=owner, via="page")
    writing.change(type_, ids[1], {key: ""}, by=owner, via="page")
    writing.change(type_, ids[2], {key: "5"}, by=owner, via="page")
    new = writing.create(type_, {"name": "New", key: "6"}, by=owner, via="page").pk

    assert runs.agree(run, by=owner).state == State.DONE
    assert shown(owner, key, [*ids, new]) == ["77", "", "5", "6"]


def test_texts_become_a_list_and_bring_their_options(owner):
    key, ids = field_with(owner, "text", ["Red", "red ", "Зелёный", "Зеленый ?"])

    become(owner, key, "choice")

    assert shown(owner, key, ids) == ["Red", "Red", "Зелёный", "Зелёный"]
    assert [(o.key, o.label) for o in deals()[key].options()] == [("red", "Red"), ("zelenyy", "Зелёный")]


def test_names_become_links_where_one_record_is_meant(owner):
    company = current_schema().type("company")
    mill = writing.create(company, {"name": "Mill"}, by=owner, via="page")
    for _twice in "ab":
        writing.create(company, {"name": "Twin"}, by=owner, via="page")
    key, ids = field_with(owner, "text", ["Mill", "Twin", "Nobody"])

    run = become(owner, key, "link", to="company")

    assert shown(owner, key, ids) == ["Mill", "", ""]
    assert reading.get(deals(), ids[0], owner).custom[run.slot_to] == mill.pk


PAIRS = [
    ("whole", ["1200"], "text", ["1200"]),
    ("whole", ["12"], "money", ["$12.00"]),
    ("decimal", ["2.50", "2"], "whole", ["", "2"]),
    ("money", ["12.50 USD"], "decimal", ["12.5"]),
    ("money", ["12.50 EUR"], "text", ["12.5 EUR"]),
    ("percent", ["12.5%"], "decimal", ["12.5"]),
    ("yes_no", ["yes", "no"], "choice", ["Yes", "No"]),
    ("date", ["2026-03-03"], "date_time", ["3 Mar 2026 00:00"]),
    ("date_time", ["2026-03-03 23:30"], "date", ["3 Mar 2026"]),
    ("date", ["2026-03-03"], "text", ["2026-03-03"]),
    ("tags", ["a, b"], "choices", ["a, b"]),
    ("tags", ["a, b", "a"], "choice", ["", "a"]),
    ("text", ["+12025550123", "x"], "phones", ["+1 202-555-0123", ""]),
    ("text", ["A@B.example; c@d.example"], "emails", ["a@b.example, c@d.example"]),
    ("emails", ["a@b.example"], "text", ["a@b.example"]),
    ("text", ["Boss", "boss@oak.example", "nobody"], "person", ["Boss", "Boss", ""]),
    ("person", ["1"], "text", ["Boss"]),
    ("text", ["oak.example", "no address at all"], "webs", ["oak.example", ""]),
    ("text", ["1h 30m"], "duration", ["1h 30m"]),
    ("long_text", ["one\ntwo"], "tags", ["one, two"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "values", "to", "read"), PAIRS)
def test_kinds_become_others(owner, kind, values, to, read):
    if kind == "person":
        values = [str(owner.pk)]
    key, ids = field_with(owner, kind, values)

    become(owner, key, to)

    assert shown(owner, key, ids) == read


def test_one_choice_becomes_several_and_back(owner):
    key, ids = field_with(owner, "choice", ["Red", ""], options=[OptionEdit("Red"), OptionEdit("Green")])
    become(owner, key, "choices")
    type_ = deals()
    writing.change(type_, ids[1], {key: ["red", "green"]}, by=owner, via="page")

    run = become(owner, key, "choice")

    assert shown(owner, key, ids) == ["Red", ""]
    assert run.misfits == 1


def test_mail_addresses_of_a_new_field_are_found(owner):
    key, ids = field_with(owner, "text", ["a@b.example"])
    run = become(owner, key, "emails")

    found = View.parse(deals(), f"{key}.has=a@b", Reader(owner)).rows()
    assert [row.pk for row in found] == ids
    from daftar.records.models import ContactPoint

    assert ContactPoint.objects.filter(field=key).count() == 1
    runs.begin_undo(run, by=owner)
    assert not ContactPoint.objects.filter(field=key).exists()


def test_after_a_month_the_old_values_go(owner):
    from datetime import timedelta

    from daftar.kernel import clock

    key, ids = field_with(owner, "text", ["1", "many"])
    run = become(owner, key, "whole")
    Retyping.objects.filter(pk=run.pk).update(finished_at=clock.now() - timedelta(days=31))
    run.refresh_from_db()
    assert runs.why_not_back(run)

    assert runs.forget_old() == 2

    assert [set(reading.get(deals(), id_, owner).custom) for id_ in ids] == [{run.slot_to}, set()]
    assert shown(owner, key, ids) == ["1", ""]


def test_a_given_up_change_leaves_nothing(owner):
    key, ids = field_with(owner, "text", ["1", "many"])
    run = runs.begin(deals(), key, "whole", {}, by=owner, agreed=0)
    runs.drop(run, by=owner)

    runs.forget_old()

    assert [set(reading.get(deals(), id_, owner).custom) for id_ in ids] == [{key}, {key}]
    assert not Event.objects.filter(data__why="retyped").exists()
    assert become(owner, key, "whole").state == State.DONE


def test_a_bulk_change_of_before_is_taken_back_into_the_new_kind(owner):
    from daftar.records.bulk import runs as bulk

    key, ids = field_with(owner, "text", ["1", "many"])
    run = bulk.begin(deals(), "change", {key: "5"}, bulk.Picked.by_ids(deals(), ids, owner), by=owner)
    become(owner, key, "whole")

    back = bulk.begin_undo(run.change_set, by=owner)

    assert shown(owner, key, ids) == ["1", "5"]
    assert (back.done, back.refused) == (1, 1)
    assert "another kind of field" in back.items.get(state="refused").sentence


def begun(owner, monkeypatch, key, ids, value):
    """A change of many that waits for the worker."""
    from daftar.records.bulk import runs as bulk

    with monkeypatch.context() as later:
        later.setattr(bulk, "AT_ONCE", 0)
        later.setattr(bulk, "queue", lambda run_id: None)
        return bulk.begin(deals(), "change", {key: value}, bulk.Picked.by_ids(deals(), ids, owner), by=owner)


def carried_out(run):
    from daftar.records.bulk import runs as bulk

    bulk.carry_out(run.pk)
    run.refresh_from_db()
    return run


def test_a_bulk_change_that_waits_goes_on_in_the_new_kind(owner, monkeypatch):
    key, ids = field_with(owner, "text", ["1", "2"])
    run = begun(owner, monkeypatch, key, ids, "12.50")

    become(owner, key, "money")
    run = carried_out(run)

    assert (run.state, run.done, run.problem) == ("done", 2, "")
    assert shown(owner, key, ids) == ["$12.50", "$12.50"]


@pytest.mark.parametrize("kind", ["whole", "money", "date", "emails"])
def test_a_bulk_change_that_waits_stops_with_a_reason_when_its_value_fits_no_more(owner, monkeypatch, kind):
    key, ids = field_with(owner, "text", ["1", "2"])
    run = begun(owner, monkeypatch, key, ids, "many")

    become(owner, key, kind)
    run = carried_out(run)

    assert (run.state, run.done) == ("stopped", 0)
    assert "has become another kind of field since this began" in run.problem


def test_a_bulk_change_that_waits_stops_with_a_reason_when_its_field_is_gone(owner, monkeypatch):
    from daftar.records import field_bin

    key, ids = field_with(owner, "text", ["1", "2"])
    run = begun(owner, monkeypatch, key, ids, "many")

    field_bin.delete_field(deals(), key, by=owner, typed="Revenue")
    run = carried_out(run)

    assert (run.state, run.done) == ("stopped", 0)
    assert "is not there any more" in run.problem


def test_the_list_of_changes_says_a_value_as_it_was_typed(owner, client):
    from daftar.records.bulk import runs as bulk

    key, ids = field_with(owner, "text", ["1", "2"])
    bulk.begin(deals(), "change", {key: "many"}, bulk.Picked.by_ids(deals(), ids, owner), by=owner)
    become(owner, key, "whole")
    client.force_login(owner)

    assert "Revenue: many" in client.get("/changes/").content.decode()


def test_what_is_taken_back_into_a_choice_keeps_its_option(owner):
    from daftar.records.bulk import runs as bulk

    key, ids = field_with(owner, "text", ["red", "green"])
    run = bulk.begin(deals(), "change", {key: "blue"}, bulk.Picked.by_ids(deals(), ids, owner), by=owner)
    become(owner, key, "choice")

    bulk.begin_undo(run.change_set, by=owner)

    assert set(ChoiceOption.objects.filter(field=key).values_list("label", flat=True)) == {"red", "green", "blue"}
    assert shown(owner, key, ids) == ["red", "green"]


def test_the_first_value_of_new_records_is_turned_too(owner):
    key, _ids = field_with(owner, "text", [], default="12")
    become(owner, key, "money")

    assert CustomField.objects.get(key=key).default["amount"] in ("12", "12.00")


@pytest.mark.parametrize(
    ("kind", "to"), [("text", "stage"), ("files", "text"), ("text", "nonsense"), ("formula", "text")]
)
def test_some_kinds_stay(owner, kind, to):
    from daftar.kernel.errors import Invalid

    key = custom_fields.add_field(deals(), kind, "Mine", by=owner, settings={"formula": "1+1"}).key

    with pytest.raises(Invalid):
        runs.begin(deals(), key, to, {}, by=owner)
