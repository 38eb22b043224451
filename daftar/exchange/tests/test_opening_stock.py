"""Opening stock that an import brought goes when the import is taken back, and comes again with it."""

from decimal import Decimal

import pytest

from daftar.catalogue.models import Product, StockLevel, StockMove
from daftar.catalogue.stock import doors
from daftar.exchange.importing.maps import ImportMap
from daftar.exchange.importing.running import Importer
from daftar.exchange.reading.opening import open_source
from daftar.records.bulk import runs
from daftar.records.models import ChangeSet

FILE = "name,there\nDrill,39\nSaw,2\nService,\n"


def load(shop):
    """Import the file in a change set of its own."""
    act = ChangeSet.objects.create(by=shop.olga, via="import", title="Goods")
    map_ = ImportMap.from_json({"columns": {"name": "name", "there": "@stock"}})
    Importer("product", open_source(shop.file(FILE)), map_, by=shop.olga, title="Goods", change_set=act).run()
    return act


@pytest.fixture
def loaded(shop):
    shop.act = load(shop)
    return shop


def numbers():
    """Name → on hand on the product, in its levels and in the ledger, which agree."""
    found = {}
    for product in Product.objects.order_by("pk"):
        level = sum((one.on_hand for one in StockLevel.objects.filter(product=product)), Decimal(0))
        moved = sum((one.quantity for one in StockMove.objects.filter(product=product)), Decimal(0))
        assert product.stock_on_hand == level == moved == product.stock_available
        found[product.name] = int(level)
    return found


def test_it_goes_by_counter_moves_and_comes_again(loaded):
    run = runs.begin_undo(loaded.act, by=loaded.olga)

    assert (run.done, run.refused) == (3, 0)
    assert numbers() == {"Drill": 0, "Saw": 0, "Service": 0}
    assert StockMove.objects.filter(kind="opening").count() == 2

    again = runs.begin_undo(run.change_set, by=loaded.olga)
    assert numbers() == {"Drill": 39, "Saw": 2, "Service": 0}

    runs.begin_undo(again.change_set, by=loaded.olga)
    assert numbers() == {"Drill": 0, "Saw": 0, "Service": 0}


@pytest.mark.parametrize("act", [doors.ship, lambda items, by: doors.hold(items, by=by, about=None)])
def test_a_product_whose_goods_left_or_are_held_stays_with_a_sentence(loaded, act):
    drill = Product.objects.get(name="Drill")
    act([doors.Item(drill.pk, Decimal(4))], by=loaded.olga)

    run = runs.begin_undo(loaded.act, by=loaded.olga)

    assert (run.done, run.refused) == (2, 1)
    assert "Goods of it moved since" in run.items.get(state="refused").sentence
    drill.refresh_from_db()
    assert drill.deleted_at is None
    assert int(drill.stock_on_hand) in (35, 39)
    assert Product.objects.get(name="Saw").stock_on_hand == 0


def test_it_loads_again_after_it_was_taken_back(loaded):
    runs.begin_undo(loaded.act, by=loaded.olga)

    load(loaded)

    live = Product.objects.filter(deleted_at=None)
    assert dict(live.values_list("name", "stock_on_hand")) == {"Drill": 39, "Saw": 2, "Service": 0}
