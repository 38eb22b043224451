from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row, User
from daftar.records import writing
from daftar.records.schema import current_schema
from daftar.records.types import action


@action(on="deal", name=_("Move to another stage or pipeline"), icon="arrow-right-left", url="/deals/{id}/move")
def move_deal(
    deal_id: int, stage_id: int, *, by: User, values: Mapping[str, Any] | None = None, via: str = "page"
) -> Row:
    """Move the deal to a stage of its own or another pipeline; the new stage asks for what it needs.

    Errors: Missing, NotAllowed, StageRefused (`missing` names the fields).
    """
    return writing.change(current_schema().type("deal"), deal_id, {**(values or {}), "stage": stage_id}, by=by, via=via)
