"""The way to the stock in the menu of a person."""

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
    menu.add("stock", _("Stock"), url="/stock/", icon="warehouse", order=14, shown=moves_goods, place="user")
