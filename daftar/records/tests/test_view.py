from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from daftar.kernel.errors import BadAddress
from daftar.kernel.money import Money
from daftar.records import writing
from daftar.records.query.conditions import parse_where
from daftar.records.query.view import View


@pytest.fixture
def visits(shop):
    costs = [None if n % 4 == 0 else Money(Decimal(n), "USD") for n in range(23)]
    rows = [{"name": f"Visit {n:02}", "cost": c, "roof": "flat" if n % 2 else "gable"} for n, c in enumerate(costs)]
    writing.create_many(shop.visits, rows, by=shop.sara, via="import")
    return shop.visits


def names(page):
    return [r.title for r in page.rows]


@pytest.mark.parametrize("sort", ["cost", "-cost", "name", "-name", "created_at", "roof", "-roof", "owner"])
def test_pages_walk_every_row_once_forwards_and_back(shop, visits, sort):
    view = View.parse(visits, f"sort={sort}&limit=5", shop.reader())
    whole = [r.title for r in view.ordered()]
    seen, after = [], ""
    while True:
        page = View.parse(visits, f"sort={sort}&limit=5&after={after}", shop.reader()).page()
        seen += names(page)
        last, after = page, page.next
        if not after:
            break
    assert seen == whole and len(seen) == 23
    back = View.parse(visits, f"sort={sort}&limit=5&before={last.previous}", shop.reader()).page()
    assert names(back) == whole[15:20]


def test_conditions_of_an_address(shop, visits):
    def count(address):
        view = View.parse(visits, address, shop.reader())
        assert view.problems == ()
        return view.count()

    assert count("roof=flat") == 11
    assert count("cost.gte=10&roof=flat") == 6
    assert count("cost.empty=") == 6
    assert count("q=visit+07") == 1
    assert count("where=or(roof.in(flat),cost.empty())") == 17
    assert count("where=not(roof.in(flat))") == 12
    assert count("owner=me") == 0
    assert count("owner.empty=me") == count("owner.empty=")  # what stands behind "is empty" says nothing
    assert count("owner.filled=mine") == count("owner.filled=")
    assert count("stage=planned") == 23


def test_the_address_comes_back_as_it_was(shop, visits):
    text = 'roof=flat&cost.lte=20&where=and(roof.in(flat),or(cost.gte(3),name.has("a, (b)")))&sort=-cost&cols=name,cost'
    view = View.parse(visits, text, shop.reader())
    again = View.parse(visits, view.address()[1:], shop.reader())

    assert view.problems == ()
    assert again.address() == view.address()
    assert view.columns == ("name", "cost")


@pytest.mark.parametrize(
    "address",
    [
        "colour=red", "roof.like=x", "cost.gte=abc", "where=and(", "where=and(roof.in(flat)", "where=nothing", "sort=-phones",
        "where=roof.in(flat))", "cost.between=1", "remarks.has=%20", "where=remarks.has(\"\")",
        "where=" + "and(" * 20, "roof=%00", "owner=99999999999999999999",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_and_the_rest_is_kept(shop, visits, address):
    view = View.parse(visits, address + "&name.has=visit", shop.reader())

    assert len(view.problems) == 1
    assert str(view.problems[0])
    assert view.count() == 23


@pytest.mark.parametrize("mark", ["x", "////", "W10", "WyIiLDEsMV0x", "WyJuIiwiTmFOIiwxXQ", "A" * 3000])
def test_a_broken_page_mark_is_a_bad_address(shop, visits, mark):
    with pytest.raises(BadAddress):
        View.parse(visits, f"after={mark}", shop.reader()).page()


def test_sums_and_counts_cover_what_the_reader_may_see(shop, visits):
    everything = View.parse(visits, "", shop.reader(shop.sara))
    nothing = View.parse(visits, "", shop.reader(shop.reza))

    assert everything.totals()["cost"].sum == sum(n for n in range(23) if n % 4)
    assert nothing.count() == 0 and nothing.totals()["cost"].sum is None
    assert names(nothing.page()) == []


def test_a_page_costs_the_same_queries_for_few_and_many_rows(shop, visits):
    def cost(limit):
        reader = shop.reader()
        with CaptureQueriesContext(connection) as seen:
            View.parse(visits, f"limit={limit}", reader).page()
        return len(seen)

    assert cost(2) == cost(23) <= 4


def test_quotes_inside_values_survive():
    tree = parse_where('name.is("say ""hi"", (now)")')

    assert tree.values == ('say "hi", (now)',)
    assert parse_where(str(tree)) == tree
