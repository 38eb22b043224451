"""From which stage to which a lead or deal goes."""

from __future__ import annotations

from daftar.records.draft import Draft
from daftar.records.shapes import StageInfo


def stage_before_and_after(draft: Draft) -> tuple[StageInfo | None, StageInfo | None]:
    """The stages that the draft leaves and enters; the same one twice when it does not move."""
    schema = draft.type.schema
    return schema.stage(draft.old("stage")), schema.stage(draft.value("stage"))
