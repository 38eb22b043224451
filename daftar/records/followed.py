"""What types have in common whose records move through stages: a clock, a next step, an honest mark when nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from daftar.access.models import Row
from daftar.kernel import clock
from daftar.records.shapes import StageInfo
from daftar.records.types import RecordType

if TYPE_CHECKING:
    from daftar.records.draft import Draft
    from daftar.records.reader import Reader


class FollowedType(RecordType):
    """A type whose records move through stages and must not be forgotten on the way."""

    def prepare(self, draft: Draft) -> None:
        row: Any = draft.row
        if "stage" in draft.changed:
            row.stage_since = draft.moved_at

    def stage_of(self, row: Row) -> StageInfo | None:
        return self.schema.stage(getattr(row, "stage_id", None))

    def is_open(self, row: Row) -> bool:
        stage = self.stage_of(row)
        return stage is None or stage.kind == "open"

    def row_tone(self, row: Row, reader: Reader) -> str:
        """Red late, green today, grey later or parked, amber nothing planned; won and lost need no mark."""
        if not self.is_open(row):
            return ""
        followed: Any = row
        today = clock.today(reader.formats.zone)
        if followed.next_at is None:
            return "later" if followed.parked_until and followed.parked_until >= today else "unplanned"
        if followed.next_at < clock.now():
            return "late"
        return "today" if followed.next_at.astimezone(reader.formats.zone).date() == today else "later"
