"""A custom field in which no value stands twice: at every door, in the bin and back, switched on over doubles."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from daftar.access.models import Department, Installation, Role, User
from daftar.kernel.errors import Conflict, Invalid
from daftar.records import custom_fields, field_bin, reading, writing, writing_many
from daftar.records.bulk import runs as bulk
from daftar.records.fields._typed_list import Typed
from daftar.records.models import CustomField
from daftar.records.query import indexes, unique
from daftar.records.schema import current_schema, install_pipelines


def deals():
    return current_schema().type("deal")


@pytest.fixture
def owner(db):
    Installation.objects.create(pk=1, name="Oak")
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


@pytest.fixture
def paper(owner):
    return custom_fields.add_field(deals(), "text", "Paper", by=owner, unique=True).key


def made(owner, key, value, name="Mill"):
    return writing.create(deals(), {"name": name, key: value}, by=owner, via="page")


def test_a_second_one_is_refused_at_the_field_and_named(owner, paper):
    made(owner, paper, "A-7")
    other = made(owner, paper, "A-8", "Yard")

    with pytest.raises(Invalid) as refused:
        made(owner, paper, "a-7", "Late")
    assert refused.value.errors == {paper: "“a-7” stands in “Mill” already."}
    with pytest.raises(Invalid):
        writing.change(deals(), other.pk, {paper: "A-7"}, by=owner, via="page")
    writing.change(deals(), other.pk, {paper: "a-8"}, by=owner, via="page")
    made(owner, paper, "", "One")
    made(owner, paper, "", "Two")


def test_what_one_may_not_see_is_not_named(owner, paper):
    here, there = Department.objects.create(name="Here"), Department.objects.create(name="There")
    sara = User.objects.create_user(
        "sara@oak.example", "rain on copper", name="Sara", role=Role.SELLER, department=here
    )
    omid = User.objects.create_user(
        "omid@oak.example", "rain on copper", name="Omid", role=Role.SELLER, department=there
    )
    made(omid, paper, "A-7", "Secret mill")

    with pytest.raises(Invalid) as refused:
        made(sara, paper, "A-7", "Mine")
    assert refused.value.errors == {paper: "“A-7” stands in another record already."}


def test_the_bin_does_not_count_until_it_comes_back(owner, paper):
    first = made(owner, paper, "A-7")
    writing.remove(deals(), first.pk, by=owner, via="page")
    made(owner, paper, "A-7", "Second")

    with pytest.raises(Invalid):
        writing.bring_back(deals(), first.pk, by=owner, via="page")
    assert reading.of_type(deals()).get(pk=first.pk).deleted_at


def test_import_and_changes_of_many_refuse_row_by_row(owner, paper):
    made(owner, paper, "A-1")
    rows = [{"name": f"Row {n}", paper: value} for n, value in enumerate(["A-1", "A-2", "a-2", "", "A-3"])]

    answers = writing.create_many(deals(), rows, by=owner, via="import")

    assert [isinstance(answer, Invalid) for answer in answers] == [True, False, True, False, False]
    ids = [answers[3].pk, answers[4].pk]
    done = writing_many.change_many(deals(), dict.fromkeys(ids, {paper: "A-9"}), by=owner, via="bulk")
    assert [isinstance(done[id_], Invalid) for id_ in ids] == [False, True]
    run = bulk.begin(deals(), "change", {paper: "A-1"}, bulk.Picked.by_ids(deals(), ids, owner), by=owner)
    assert (run.done, run.refused) == (0, 2)


def test_switching_it_on_over_doubles_lists_them_and_refuses(client, owner):
    key = custom_fields.add_field(deals(), "text", "Paper", by=owner).key
    for value in ("A-1", "a-1", "B", "B", "B", "C", ""):
        made(owner, key, value)
    client.force_login(owner)
    page = f"/settings/fields/deal/{key}/"

    refused = client.post(page, {"label": "Paper", "unique": "1"})

    assert refused.status_code == 422
    shown = refused.content.decode()
    assert 'data-error-for="unique">Some values stand in several records' in shown
    assert f"?{key}.is=b" in shown
    assert not CustomField.objects.get().unique
    for row in list(reading.of_type(deals()).filter(custom__has_key=key))[1:]:
        writing.change(deals(), row.pk, {key: f"new {row.pk}"}, by=owner, via="page")
    assert client.post(page, {"label": "Paper", "unique": "1"}).status_code == 302
    assert deals()[key].unique
    assert client.post(page, {"label": "Paper"}).status_code == 302
    assert not deals()[key].unique


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("whole", 7, 8), ("emails", [Typed("a@b.example"), Typed("c@d.example")], [Typed("c@d.example"), Typed("a@b.example")]),
        ("webs", [Typed("https://oak.example")], [Typed("https://elm.example")]),
    ],
)  # fmt: skip
def test_other_kinds_too(owner, kind, first, second):
    key = custom_fields.add_field(deals(), kind, "Mine", by=owner, unique=True).key
    made(owner, key, first)
    made(owner, key, second)

    with pytest.raises(Invalid):
        made(owner, key, first)


def test_a_field_of_another_kind_has_no_such_rule(owner):
    assert not custom_fields.add_field(deals(), "money", "Mine", by=owner, unique=True).unique


def test_the_database_itself_refuses(owner, paper, monkeypatch):
    made(owner, paper, "A-7")
    monkeypatch.setattr(unique, "refusals", lambda drafts, **_more: {})

    with pytest.raises(Conflict):
        made(owner, paper, "A-7")


def test_hidden_and_deleted_fields_refuse_nothing_and_come_back_with_the_rule(owner, paper):
    stale = deals()
    custom_fields.hide_field(stale, paper, by=owner)
    custom_fields.bring_back_field(stale, paper, by=owner)
    field_bin.delete_field(deals(), paper, by=owner, typed="Paper")
    field_bin.take_out_of_bin(deals(), paper, by=owner)
    made(owner, paper, "A-7")

    with pytest.raises(Invalid):
        made(owner, paper, "A-7")
    unique.drop(deals(), deals()[paper])
    indexes.make_missing()
    with connection.cursor() as cursor:
        assert unique.name_of(deals(), deals()[paper]) in connection.introspection.get_constraints(cursor, "crm_deal")


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_take_one_number_at_once_one_gets_it():
    install_pipelines()
    owner = User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)
    key = custom_fields.add_field(deals(), "text", "Paper", by=owner, unique=True).key
    start = Barrier(20)

    def take(n):
        try:
            start.wait(timeout=30)
            return made(owner, key, "A-7", f"Deal {n}")
        except (Invalid, Conflict) as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(take, range(20)))

    assert sum(isinstance(a, Invalid | Conflict) for a in answers) == 19
    assert reading.of_type(deals()).count() == 1
