"""What a deal's values become when it is won, lost or opened again."""

from __future__ import annotations

from decimal import Decimal

from daftar.crm.following import stage_before_and_after
from daftar.records.draft import Draft


def close_or_reopen(draft: Draft) -> None:
    """Set or clear the day of closing and the reason of a loss, take the stage's probability; what was given stays."""
    before, after = stage_before_and_after(draft)
    if after is None or "stage" not in draft.changed:
        return
    for key, word in draft.type.from_stage.items():
        if key not in draft.changed:
            draft.set(key, Decimal(getattr(after, word)))
    was_open = before is None or before.kind == "open"
    if after.kind == "open":
        if not was_open and "closed_on" not in draft.changed:
            draft.set("closed_on", None)
    elif "closed_on" not in draft.changed and (not was_open or draft.is_empty("closed_on")):
        draft.set("closed_on", draft.at.astimezone(draft.reader.formats.zone).date())
    if before is not None and before.kind == "lost" and after.kind != "lost":
        for key in ("lost_reason", "lost_comment"):
            if key not in draft.changed:
                draft.set(key, None)
