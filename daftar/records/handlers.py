"""Open lists and boards hear that a record which their reader may see was changed."""

from __future__ import annotations

from typing import Any

from daftar.access import decide
from daftar.access.models import User
from daftar.kernel.events import listens
from daftar.kernel.live.channels import listening
from daftar.kernel.live.publishing import publish
from daftar.records.reading import of_type
from daftar.records.schema import current_schema
from daftar.records.writing import RecordChanged


def news_of(user: User, type_key: str) -> list[str]:
    """The channels of a type's list for this person: as far as the right to see reaches, and each change on one of them only."""
    match decide.scope(user, "see", type_key):
        case "all":
            parts = ["all"]
        case "department" if user.department_id is not None:
            parts = [f"department:{user.department_id}", "nobody"]
        case "department":
            parts = [f"owner:{user.pk}", "nobody"]
        case "own":
            parts = [f"owner:{user.pk}"]
        case _:
            parts = []
    return [f"records:{type_key}:{part}" for part in parts]


@listening("records")
def may_hear(user: Any, rest: str) -> bool:
    return f"records:{rest}" in news_of(user, rest.partition(":")[0])


@listens(RecordChanged)
def tell_lists(event: RecordChanged) -> None:
    """By whose record it is, so that nobody hears of what they may not see."""
    if event.type == "activity":
        return
    rows: Any = of_type(current_schema().type(event.type)).filter(pk=event.record_id)
    owner, department = rows.values_list("owner_id", "owner__department_id").first() or (None, None)
    parts = ["all", f"owner:{owner}" if owner else "nobody", f"department:{department}" if department else ""]
    for part in filter(None, parts):
        publish(f"records:{event.type}:{part}", {"id": event.record_id, "by": event.by_id})
