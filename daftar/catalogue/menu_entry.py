"""The goods in the menu: products, and the stock for who moves it. Rooms above add what is bought."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import User
from daftar.ui import menu


def moves_goods(request: Any) -> bool:
    """Whether this person may write moves of stock."""
    user = getattr(request, "user", None)
    return isinstance(user, User) and decide.may(user, "add", "stock_move") and decide.may(user, "see", "stock_move")


def register() -> None:
    menu.add_group("goods", _("Goods"), icon="package", order=70)
    menu.add("stock", _("Stock"), url="/stock/", icon="warehouse", order=71, shown=moves_goods, group="goods")
