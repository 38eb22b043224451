"""Groups of the menu: one entry of the bar that opens its own, and none where only one of them is for somebody."""

import pytest

from daftar.ui import menu


@pytest.fixture
def own_menu(monkeypatch):
    for name in ("_items", "_groups"):
        monkeypatch.setattr(menu, name, {})
    monkeypatch.setattr(menu, "_more", [])
    menu.add("deals", "Deals", url="/deals/", order=20)
    menu.add_group("goods", "Goods", icon="package", order=30)
    menu.add("stock", "Stock", url="/stock/", order=32, group="goods", shown=lambda request: request.sees_stock)
    menu.add("products", "Products", url="/products/", order=31, group="goods", letter="p")


class Request:
    def __init__(self, sees_stock):
        self.sees_stock = sees_stock


def test_a_group_stands_once_and_opens_its_entries_in_their_order(own_menu):
    bar = menu.items(Request(True))

    assert [item.key for item in bar] == ["deals", "goods"]
    assert [one.key for one in bar[1].inside] == ["products", "stock"]
    assert [one.key for one in menu.flat(Request(True))] == ["deals", "products", "stock"]


def test_whoever_may_see_one_entry_of_a_group_finds_it_in_the_bar(own_menu):
    bar = menu.items(Request(False))

    assert [(item.key, item.inside, item.letter) for item in bar] == [("deals", (), ""), ("products", (), "p")]
