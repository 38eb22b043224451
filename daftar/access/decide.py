"""May this person do this to that record? Every surface asks here; what one may not see does not exist.

The answers come from the person's `Standing` (roles, place in the company, shares), worked out once per request and
always from the database as it is: a changed role counts with the next request.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import QuerySet

from daftar.access.grants import Action, Level, Scope
from daftar.access.models import Row, User
from daftar.access.standing import COMPANY_ONLY, Reason, Stages, Standing, own_rights

__all__ = [
    "COMPANY_ONLY", "Action", "Level", "Reason", "Scope", "Stages", "field_level", "forget", "is_limited", "may", "may_settings",
    "own_rights", "scope", "standing", "why", "within",
]  # fmt: skip
R = TypeVar("R", bound=Row)


def standing(user: User) -> Standing:
    """The person's standing, kept on the object as long as it lives (one request)."""
    kept: Standing | None = user.__dict__.get("_standing")
    if kept is None:
        kept = user.__dict__["_standing"] = Standing.of(user)
    return kept


def forget(user: User) -> None:
    """Work the standing out anew: something was changed in this very request."""
    user.__dict__.pop("_standing", None)


def scope(user: User, action: Action, type_key: str) -> Scope:
    """How far this person's right reaches among owned records of this type; "none" for strangers and for the unknown."""
    return standing(user).scope(action, type_key)


def may(user: User, action: Action, type_key: str, row: Row | None = None) -> bool:
    """Whether the person may do this to the row; without a row, whether there is any such record at all."""
    if row is None:
        return standing(user).may_any(action, type_key)
    return standing(user).reaches(action, type_key, row)


def within(
    rows: QuerySet[R],
    user: User,
    type_key: str,
    action: Action = "see",
    *,
    walked: bool | None = None,
    stages: Stages = None,
) -> QuerySet[R]:
    """The rows that the person's right reaches; the same verdict as `may`, as SQL. `walked` and `stages`: see `Standing.within`."""
    return standing(user).within(rows, type_key, action, walked=walked, stages=stages)


def field_level(user: User, type_key: str, field_key: str) -> Level:
    """Whether a field of the type is hidden from the person, to be read, or to be written."""
    return standing(user).limited_fields.get(type_key, {}).get(field_key, "write")


def is_limited(user: User) -> bool:
    """Whether any field is hidden from the person or only to be read."""
    return bool(standing(user).limited_fields)


def why(user: User, action: Action, type_key: str, row: Any) -> Iterable[Reason]:
    """Every rule by which the person may do this to the row; none when they may not."""
    return list(standing(user).reasons(action, type_key, row))


def may_settings(user: Any) -> bool:
    """Whether the person may change pipelines, fields, people and the company's settings."""
    return isinstance(user, User) and standing(user).may_settings
