"""A filter on a custom field finds its rows by the index that the product made, on both databases."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.access.models import Role, User
from daftar.crm.models import Deal
from daftar.records import custom_fields
from daftar.records.query import indexes
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.schema import current_schema

FILTERS = {
    "text": "oak", "choice": "red", "whole": "7", "decimal": "7.5", "percent": "7", "money": "100", "yes_no": "yes",
    "date": "2026-03-03", "date_time": "2026-03-03", "duration": "1h", "person": "1", "link": "1", "stage": "Won", "formula": "oak",
}  # fmt: skip
OPERATORS = {
    "text": "is",
    "choice": "in",
    "date": "is",
    "date_time": "is",
    "person": "in",
    "link": "in",
    "stage": "in",
    "formula": "is",
}


@pytest.fixture
def owner(db):
    return User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)


def plan_of(type_, query, owner):
    """The database's plan for the rows of a list's address, as one text."""
    rows = View.parse(type_, query, Reader(owner, schema=type_.schema)).rows().values_list("pk")
    if connection.vendor == "postgresql":
        # In an empty table every index costs the same.
        Deal.objects.bulk_create([Deal(name=f"Deal {n}") for n in range(500)])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ANALYZE crm_deal")
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = on")
    return rows.explain()


def test_every_kind_that_can_be_compared_is_in_the_tried_ones():
    able = {kind.kind for kind in custom_fields.kinds() if not kind.many and kind.json_as != "list"}

    assert able - indexes.NOT_INDEXED == set(FILTERS)


@pytest.mark.parametrize("kind", FILTERS)
def test_a_filter_uses_the_index_of_its_field(owner, kind):
    edits = [custom_fields.OptionEdit("Red")] if kind == "choice" else []
    row = custom_fields.add_field(
        current_schema().type("deal"),
        kind,
        "Mine",
        by=owner,
        settings={"to": "user", "formula": "lower([Name])"},
        options=edits,
    )
    deal = current_schema().type("deal")
    operator = OPERATORS.get(kind, deal[row.key].operators()[0].key)

    plan = plan_of(deal, f"{row.key}.{operator}={FILTERS[kind]}", owner)

    assert indexes.name_of(deal, deal[row.key]) in plan, plan


@pytest.mark.parametrize("kind", [kind for kind in FILTERS if kind not in ("choice", "stage", "yes_no")])
@pytest.mark.parametrize("sign", ["", pytest.param("-", marks=pytest.mark.thorough)])
def test_a_sorted_list_walks_the_index_of_its_field(owner, kind, sign):
    settings = {"to": "user", "formula": "lower([Name])"}
    key = custom_fields.add_field(current_schema().type("deal"), kind, "Mine", by=owner, settings=settings).key
    deal = current_schema().type("deal")
    Deal.objects.bulk_create([Deal(name=f"Deal {n}") for n in range(500)])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ANALYZE crm_deal")
            for way in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                cursor.execute(f"SET LOCAL {way} = off")
    view = View.parse(deal, f"sort={sign}{key}", Reader(owner, schema=deal.schema))

    plan = view.ordered()[:50].explain()

    assert indexes.name_of(deal, deal[key]) in plan, plan


def test_an_index_of_a_big_type_is_left_to_the_worker(owner, monkeypatch):
    monkeypatch.setattr(indexes, "is_big", lambda type_: True)
    left = []
    monkeypatch.setattr(indexes, "make_all", left.append)

    row = custom_fields.add_field(current_schema().type("deal"), "text", "Mine", by=owner)

    deal = current_schema().type("deal")
    is_there = indexes.name_of(deal, deal[row.key]) in names()
    assert (is_there, len(left)) == ((False, 1) if connection.vendor == "postgresql" else (True, 0))


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_it_is_built_beside_the_work_of_others():
    from daftar.records.schema import install_pipelines

    install_pipelines()
    owner = User.objects.create_user("boss@oak.example", "rain on copper", name="Boss", role=Role.OWNER)
    row = custom_fields.add_field(current_schema().type("deal"), "text", "Built beside", by=owner)
    deal = current_schema().type("deal")
    indexes.drop(deal, deal[row.key])

    with CaptureQueriesContext(connection) as asked:
        indexes.make_all(deal)

    made = [q["sql"] for q in asked if q["sql"].startswith("CREATE INDEX")]
    assert all(("CONCURRENTLY" in sql) is (connection.vendor == "postgresql") for sql in made)
    assert indexes.name_of(deal, deal[row.key]) in names()
    indexes.drop(deal, deal[row.key])  # no transaction takes it back


def test_a_hidden_field_has_no_index_and_a_lost_one_comes_back(owner):
    deal = current_schema().type("deal")
    row = custom_fields.add_field(deal, "text", "Mine", by=owner)
    deal = current_schema().type("deal")
    name = indexes.name_of(deal, deal[row.key])

    custom_fields.hide_field(deal, row.key, by=owner)
    assert name not in names()
    custom_fields.bring_back_field(deal, row.key, by=owner)
    assert name in names()
    indexes.drop(deal, deal[row.key])
    indexes.make_missing()
    assert name in names()


def test_the_index_of_an_earlier_version_goes_when_the_one_of_now_is_made(owner):
    deal = current_schema().type("deal")
    row = custom_fields.add_field(deal, "text", "Mine", by=owner)
    deal = current_schema().type("deal")
    (older,) = indexes.older_names(deal, deal[row.key])
    indexes.drop(deal, deal[row.key])
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE INDEX "{older}" ON crm_deal (created_at)')

    indexes.make_missing()

    assert indexes.name_of(deal, deal[row.key]) in names()
    assert older not in names()


def names():
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, "crm_deal")


def test_long_texts_and_lists_have_no_index(owner):
    deal = current_schema().type("deal")
    before = len(names())
    for kind in ("long_text", "tags", "phones", "links", "files", "choices"):
        custom_fields.add_field(deal, kind, f"My {kind}", by=owner, settings={"to": "user", "formula": "lower([Name])"})

    assert len(names()) == before


@pytest.mark.parametrize("value", ["x" * 300, "ж" * 300, "'); DROP TABLE crm_deal; --", json.dumps({"a": 1})])
def test_the_longest_values_fit_into_the_index(owner, value):
    from daftar.records import writing

    row = custom_fields.add_field(current_schema().type("deal"), "text", "Mine", by=owner)
    deal = current_schema().type("deal")

    made = writing.create(deal, {"name": "Mill", row.key: value}, by=owner, via="page")

    assert View.parse(deal, f"{row.key}.filled=", Reader(owner, schema=deal.schema)).rows().get().pk == made.pk
