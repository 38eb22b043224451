"""In whose name something happens that follows from a fact: the bookkeeper may change no deal, a provider is nobody."""

from __future__ import annotations

from typing import Any

from daftar.access import decide
from daftar.access.decide import Action
from daftar.access.models import Role, User


def acting(by: User | None, action: Action, type_key: str, row: Any = None) -> User:
    """Who did it, when they may; else the record's owner, else an owner of the company, who always may."""
    for user in (by, getattr(row, "owner", None)):
        if user is not None and user.is_active and user.deleted_at is None and decide.may(user, action, type_key, row):
            return user
    people = User.objects.filter(is_active=True, deleted_at=None).order_by("pk")
    owner: User = next(user for user in people if Role.OWNER in user.roles)
    return owner
