"""Who the session says that asks, by a prepared question; passwords are checked by Django's own backend beside it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from daftar.access.models import User
from daftar.kernel.prepared import Prepared


def by_id(id_: int) -> QuerySet[User]:
    found: QuerySet[User] = User.objects.filter(pk=id_)
    return found


BY_ID: Prepared[User] = Prepared(by_id, int)


class Known(ModelBackend):
    """The accounts of those who are signed in; it lets nobody in, so that a wrong password is worked at once only."""

    def authenticate(self, request: Any, username: Any = None, password: Any = None, **kwargs: Any) -> None:
        return None

    def get_user(self, user_id: Any) -> User | None:
        found = BY_ID.first(int(user_id))
        return found if found is not None and self.user_can_authenticate(found) else None
