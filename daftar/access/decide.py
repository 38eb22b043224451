"""May this person do this to that record? Every surface asks here; what one may not see does not exist.

Roles are a table in code until people can draw their own; the questions that the rooms ask stay the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from django.db.models import Q, QuerySet

from daftar.access.models import Role, Row, User

Action = Literal["see", "add", "change", "delete", "export", "import", "settings"]
Scope = Literal["none", "own", "department", "all"]
R = TypeVar("R", bound=Row)

ROLES: Mapping[str, Mapping[str, Scope]] = {
    Role.OWNER: dict.fromkeys(("see", "add", "change", "delete", "export", "import", "settings"), "all"),
    Role.ADMINISTRATOR: dict.fromkeys(("see", "add", "change", "delete", "export", "import", "settings"), "all"),
    Role.HEAD: {"see": "all", "add": "all", "change": "all", "delete": "department", "export": "all", "import": "all"},
    Role.SELLER: {"see": "department", "add": "all", "change": "department", "delete": "own"},
    Role.ASSISTANT: {"see": "own", "add": "all", "change": "own"},
    Role.READER: {"see": "all"},
}
COMPANY_ONLY: frozenset[str] = frozenset({"user", "department", "office"})
"""Record types that only those who run the company change, and everybody sees."""


def scope(user: User, action: Action, type_key: str) -> Scope:
    """How far this person's right reaches for records of this type; "none" for strangers and for the unknown."""
    if not user.is_active or not user.pk:
        return "none"
    if type_key in COMPANY_ONLY:
        if action == "see":
            return "all"
        return "all" if user.runs_the_company else "none"
    return ROLES.get(user.role, {}).get(action, "none")


def may(user: User, action: Action, type_key: str, row: Row | None = None) -> bool:
    """Whether the person may do this to the row; without a row, whether there is any such record at all."""
    reach = scope(user, action, type_key)
    if row is None or reach in ("none", "all"):
        return reach != "none"
    if row.owner_id == user.pk:
        return True
    if reach == "own":
        return False
    if row.owner_id is None:
        return True
    return user.department_id is not None and row.owner is not None and row.owner.department_id == user.department_id


def within(rows: QuerySet[R], user: User, type_key: str, action: Action = "see") -> QuerySet[R]:
    """The rows that the person's right reaches; the same verdict as `may`, as SQL."""
    reach = scope(user, action, type_key)
    if reach == "all":
        return rows
    if reach == "none":
        return rows.none()
    mine = Q(owner_id=user.pk)
    if reach == "department":
        mine |= Q(owner_id__isnull=True)
        if user.department_id is not None:
            mine |= Q(owner_id__in=User.objects.filter(department_id=user.department_id).values("pk"))
    return rows.filter(mine)


def may_settings(user: Any) -> bool:
    """Whether the person may change pipelines, fields and the company's settings."""
    return bool(getattr(user, "is_active", False)) and scope(user, "settings", "") != "none"
