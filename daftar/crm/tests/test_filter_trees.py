"""Random filters over random records: the list, the file and a plain evaluation of the exported values find the same ones."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daftar.exchange.exporting import csv_file
from daftar.exchange.exporting.rows import begun
from daftar.kernel import clock
from daftar.kernel.money import Money
from daftar.kernel.ranges import named_range
from daftar.kernel.text import fold
from daftar.records import writing
from daftar.records.query.conditions import DEEPEST, Condition, Group, Tree
from daftar.records.query.explain import explain
from daftar.records.query.view import View
from daftar.records.reader import Reader
from daftar.records.tests import home_visit  # noqa: F401  # declares the type

QUICK, SLOW = 15, 300
NAMES = ["", "Ali", "ALI", "ali drill", "Drill, (big)", 'say "x"', "Ёж", "كابل", "100%", "a_b"]


@dataclass
class World:
    """A type with records, what stands in its unfiltered file by id, and the conditions that may be asked."""

    type: Any
    reader: Reader
    rows: dict[int, dict[str, str]]
    conditions: list[Any]
    links: dict[str, dict[str, int]]
    """Link → title of the record → its id, in `others` of that link."""
    others: dict[str, dict[int, dict[str, str]]]
    names: dict[tuple[str, str], str]
    """(what a value is, the value) → how the file says it."""


def file_of(type_: Any, reader: Reader, address: str = "") -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(csv_file.pieces(begun(type_, address, reader))).decode())))


def exported(type_: Any, reader: Reader) -> dict[int, dict[str, str]]:
    """What the file says of every record, by field key; the title is unique, and so finds the id."""
    keys = [type_.title_field.key, *(k for k in type_.by_key if k != type_.title_field.key)]
    _head, *lines = file_of(type_, reader, f"cols={','.join(keys)}")
    shown = [k for k in keys if type_.by_key[k].kind not in ("next_step", "idle", "days_in_stage")]
    shown = [k for k in shown if k == keys[0] or type_.by_key[k].in_list]
    ids = dict(type_.model.objects.filter(deleted_at=None).values_list(type_.title_column, "pk"))
    return {ids[line[0]]: dict(zip(shown, line, strict=True)) for line in lines}


# -- the plain evaluation -----------------------------------------------------------------------------------


def holds(tree: Tree, row: dict[str, str], world: World) -> bool:
    if isinstance(tree, Group):
        found = [holds(part, row, world) for part in tree.parts]
        return any(found) if tree.kind == "or" else not found[0] if tree.kind == "not" else all(found)
    *links, key = tree.field.split(".")
    type_, at = world.type, row
    for link in links:
        target = at.get(link, "")
        if not target:
            return False
        at = world.others[link][world.links[link][target]]
        type_ = world.reader.schema.type(type_.by_key[link].to)
    return compares(type_.by_key[key], tree, at[key], world)


def compares(field: Any, asked: Condition, cell: str, world: World) -> bool:
    match asked.operator:
        case "empty":
            return not cell
        case "filled":
            return bool(cell)
        case "has":
            return fold(asked.values[0]) in fold(cell)
        case "starts":
            return fold(cell).startswith(fold(asked.values[0]))
    if field.kind in ("date", "money", "whole"):
        return lies(field, asked, cell, world)
    if field.kind == "yes_no":
        return (cell == "yes") is (asked.values[0] == "yes")
    wanted = {world.names.get((sort_of(field), v), v) for v in asked.values}
    said = {world.reader.user.name if v == "me" else v for v in wanted}
    return (cell in said) is (asked.operator in ("in", "is"))


def sort_of(field: Any) -> str:
    return str(getattr(field, "to", "") or field.key)


def lies(field: Any, asked: Condition, cell: str, world: World) -> bool:
    if not cell:
        return False
    if field.kind == "date":
        value: Any = dt.date.fromisoformat(cell)
        today = clock.today(world.reader.formats.zone)
        spans = [
            named_range(v, world.reader.formats, today) if "_" in v or v == "today" else (dt.date.fromisoformat(v),) * 2
            for v in asked.values
        ]
    else:
        value = Decimal(cell.split()[0])
        spans = [(Decimal(v), Decimal(v)) for v in asked.values]
    match asked.operator:
        case "gte":
            return bool(value >= spans[0][0])
        case "lte":
            return bool(value <= spans[0][1])
        case "between":
            return bool(spans[0][0] <= value <= spans[1][1])
    return any(first <= value <= last for first, last in spans)


# -- records and conditions by chance -------------------------------------------------------------------------


def ask(path: str, operator: str, *values: str, most: int = 1) -> Any:
    return st.lists(st.sampled_from(values), min_size=most if operator == "between" else 1, max_size=most).map(
        lambda chosen: Condition(path, operator, tuple(chosen))
    )


def alone(path: str, *operators: str) -> Any:
    return st.sampled_from([Condition(path, operator) for operator in operators])


def texts(path: str) -> list[Any]:
    words = ("ali", "DRILL", "x", "%", "_", "ёж", '"', "(big", "كابل", ",")
    return [ask(path, "has", *words), ask(path, "starts", *words), ask(path, "is", *NAMES[1:]), ask(path, "not", *NAMES[1:]),
            ask(path, "in", *NAMES[1:], most=3), alone(path, "empty", "filled")]  # fmt: skip


def numbers(path: str, values: tuple[str, ...] = ("0", "5", "12.5", "40")) -> list[Any]:
    return [ask(path, "gte", *values), ask(path, "lte", *values), ask(path, "between", *values, most=2), ask(path, "is", *values),
            alone(path, "empty", "filled")]  # fmt: skip


def days(path: str, today: dt.date) -> list[Any]:
    dates = tuple((today + dt.timedelta(days=n)).isoformat() for n in (-40, -3, 0, 3, 40))
    ranges = ("today", "this_week", "this_month", "last_month", "last_21_days", "next_3_days", "next_year", *dates)
    return [ask(path, "in", *ranges, most=3), ask(path, "gte", *ranges), ask(path, "lte", *ranges),
            ask(path, "between", *dates, most=2), alone(path, "empty", "filled")]  # fmt: skip


def choices(path: str, *values: str, may_be_empty: bool = True) -> list[Any]:
    found = [ask(path, "in", *values, most=3), ask(path, "none", *values, most=3)]
    return [*found, alone(path, "empty", "filled")] if may_be_empty else found


def day(chance: random.Random, today: dt.date) -> dt.date | None:
    return chance.choice([None, today + dt.timedelta(days=chance.randrange(-60, 60))])


def amount(chance: random.Random) -> Money | None:
    return chance.choice([None, Money(Decimal(chance.choice(["0", "5", "12.5", "40", "41"])), "USD")])


def deals_by_chance(shop: Any, chance: random.Random) -> World:
    """Deals in columns, linked with companies of which some have a parent, and with contacts."""
    reader = shop.reader()
    today = clock.today(reader.formats.zone)
    sectors = ["retail", "medical", "finance", ""]
    companies: list[Any] = []
    for n in range(5):
        parent = chance.choice(companies).pk if companies and chance.random() < 0.6 else None
        size = chance.choice([None, 0, 5, 40])
        companies.append(
            shop.make("company", name=f"Company {n}", sector=chance.choice(sectors), parent=parent, employees=size)
        )
    lines = [
        {
            "name": f"{chance.choice(NAMES)} {n}", "number": chance.choice(NAMES), "amount": amount(chance),
            "company": chance.choice([None, *(c.pk for c in companies)]), "expected_close": day(chance, today),
            "kind": chance.choice(["sale", "service", ""]), "owner": chance.choice([None, shop.olga.pk, shop.sara.pk]),
            "stage": chance.choice([s.id for s in shop.type("deal").pipelines[0].open_stages]),
        }
        for n in range(24)
    ]  # fmt: skip
    writing.create_many(shop.type("deal"), lines, by=shop.olga, via="import")
    stages = {str(s.id): s for s in shop.type("deal").pipelines[0].open_stages}
    company = exported(shop.type("company"), reader)
    titles = {row["name"]: id_ for id_, row in company.items()}
    names = {("user", str(p.pk)): p.name for p in (shop.olga, shop.sara)}
    names |= {("company", str(id_)): title for title, id_ in titles.items()}
    fields = shop.type("deal").by_key
    names |= {("stage", key): fields["stage"].export(s.id, reader) for key, s in stages.items()}
    for type_key, key in (("company", "sector"), ("deal", "kind")):
        names |= {(key, o.key): o.label for o in shop.type(type_key).by_key[key].options()}
    conditions = [
        *texts("name")[:5], *texts("number"), *numbers("amount"), *days("expected_close", today), *choices("stage", *stages, may_be_empty=False),
        *choices("kind", "sale", "service"), *choices("owner", "me", str(shop.sara.pk)), *choices("company", *map(str, titles.values())),
        *choices("company.sector", *sectors[:3]), *numbers("company.employees", ("0", "5", "40")), *choices("company.parent.sector", *sectors[:3]),
        *texts("company.parent.name")[:3], alone("company.parent", "empty", "filled"),
    ]  # fmt: skip
    links = {"company": titles, "parent": titles}
    others = {"company": company, "parent": company}
    return World(shop.type("deal"), reader, exported(shop.type("deal"), reader), conditions, links, others, names)


def visits_by_chance(shop: Any, chance: random.Random) -> World:
    """Records without a table of their own: all values, also links, stand in JSON."""
    reader, type_ = shop.reader(), shop.type("home_visit")
    today = clock.today(reader.formats.zone)
    made: list[Any] = []
    stages = {str(s.id): s for p in type_.pipelines for s in p.stages if s.key in ("asked", "in")}
    for n in range(20):
        values = {
            "subject": f"{chance.choice(NAMES)} {n}", "cost": amount(chance), "day": day(chance, today),
            "kind": chance.choice(["measure", "repair", ""]), "owner": chance.choice([None, shop.olga.pk]),
            "colleague": chance.choice([None, shop.olga.pk, shop.sara.pk]), "stage": int(chance.choice(list(stages))),
            "belongs": chance.choice(made).pk if made and chance.random() < 0.6 else None,
        }  # fmt: skip
        made.append(writing.create(type_, values, by=shop.olga, via="page"))
    rows = exported(type_, reader)
    titles = {row["subject"]: id_ for id_, row in rows.items()}
    names = {("user", str(p.pk)): p.name for p in (shop.olga, shop.sara)}
    names |= {("kind", o.key): o.label for o in type_.by_key["kind"].options()}
    names |= {("stage", key): type_.by_key["stage"].export(s.id, reader) for key, s in stages.items()}
    conditions = [
        *texts("subject")[:5], *numbers("cost"), *days("day", today), *choices("stage", *stages, may_be_empty=False),
        *choices("kind", "measure", "repair"),
        *choices("owner", "me"), *choices("colleague", "me", str(shop.sara.pk)), *choices("belongs.kind", "measure", "repair"),
        *numbers("belongs.cost"), *days("belongs.belongs.day", today), *texts("belongs.belongs.subject")[:3], alone("belongs", "empty", "filled"),
    ]  # fmt: skip
    return World(type_, reader, rows, conditions, {"belongs": titles}, {"belongs": rows}, names)


def trees(world: World) -> Any:
    leaf = st.one_of(world.conditions)

    def grown(inner: Any) -> Any:
        parts = st.lists(inner, min_size=1, max_size=3).map(tuple)
        joined = st.builds(Group, st.sampled_from(["and", "or"]), parts)
        return joined | inner.map(lambda one: Group("not", (one,)))

    return st.recursive(leaf, grown, max_leaves=6)


@pytest.mark.parametrize(
    ("make", "examples"),
    [
        (deals_by_chance, QUICK),
        (visits_by_chance, QUICK),
        pytest.param(deals_by_chance, SLOW, marks=pytest.mark.slow),
        pytest.param(visits_by_chance, SLOW, marks=pytest.mark.slow),
    ],
)
def test_list_file_and_plain_evaluation_agree(shop, make, examples):
    world = make(shop, random.Random(examples))
    title = world.type.title_field.key

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def agree(data):
        tree = data.draw(trees(world))
        address = f"where={quoted_for_address(tree)}"
        view = View.parse(world.type, address, world.reader)
        if deep(tree) > DEEPEST:
            assert len(view.problems) == 1
            return
        assert view.problems == ()
        assert view.where == tree
        wanted = {id_ for id_, row in world.rows.items() if holds(tree, row, world)}
        assert set(view.rows().values_list("pk", flat=True)) == wanted
        _head, *lines = file_of(world.type, world.reader, f"{address}&cols={title}")
        assert {line[0] for line in lines} == {world.rows[id_][title] for id_ in wanted}
        one = data.draw(st.sampled_from(sorted(world.rows)))
        assert explain(view, one).is_here is (one in wanted)

    agree()


def deep(tree: Tree) -> int:
    return 1 + max(map(deep, tree.parts)) if isinstance(tree, Group) else 0


def quoted_for_address(tree: Tree) -> str:
    return quote(str(tree))
