from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from daftar.access.models import Row
from daftar.kernel import clock
from daftar.kernel.dates import day_bounds
from daftar.kernel.errors import Invalid
from daftar.kernel.numbers import parse_whole
from daftar.records.fields.base import GTE, LTE, Field, Operator
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

OVER = Operator("over", _("is over the days allowed"), "none", _("%(field)s is over the days allowed"))
MOST_DAYS = 36_500


class DaysInStage(Field):
    """How long a record stands in its stage, with a mark when the stage allows less. Reads the column `stage_since`.

    Units: days are days of the reader's calendar; a record that came today has stood there for 0 days.
    """

    kind = "days_in_stage"
    kind_name = _("Days in the stage")
    width, style = "number", "number"
    operator_set = (GTE, LTE, OVER)
    can_be_custom = False

    def __init__(self, key: str = "days_in_stage", label: Any = "", **common: Any) -> None:
        super().__init__(key, label, **{**common, "readonly": True})

    def find_column(self, type_: Any) -> str:
        return ""

    def get(self, row: Row) -> tuple[dt.datetime, int | None] | None:
        """Since when, and how many days are allowed; nothing for records that are won, lost or in no stage."""
        kept: Any = row
        stage = self.type.schema.stage(kept.stage_id)
        if stage is None or stage.kind != "open" or kept.stage_since is None:
            return None
        return kept.stage_since, stage.days_allowed

    def put(self, row: Row, value: Any) -> None:
        """Nothing: the clock starts when the stage changes."""

    def dump(self, value: Any) -> None:
        """Nothing: stage history has a table of its own."""

    def expression(self) -> Combinable:
        return F("stage_since")

    def empty_q(self) -> Q:
        return ~self.counted()

    def counted(self) -> Q:
        opened = [s.id for p in self.type.pipelines for s in p.stages if s.kind == "open"]
        return Q(stage_id__in=opened, stage_id__isnull=False, stage_since__isnull=False)

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        self.operator(operator)
        today = clock.today(reader.formats.zone)
        if operator == "over":
            return self.counted() & self.over(today, reader)
        if not raw or not raw[0].strip():
            raise Invalid(_("A value is missing."), field=self.key)
        days = parse_whole(raw[0], reader.formats)
        if not 0 <= days <= MOST_DAYS:
            raise Invalid(
                _("This number must be between %(low)s and %(high)s.") % {"low": 0, "high": f"{MOST_DAYS:,}"},
                field=self.key,
            )
        if operator == "gte":
            return self.counted() & Q(stage_since__lt=end_of(today, days, reader))
        return self.counted() & Q(stage_since__gte=end_of(today, days + 1, reader))

    def over(self, today: dt.date, reader: Reader) -> Q:
        any_of = Q(pk__in=[])
        for pipeline in self.type.pipelines:
            for stage in pipeline.stages:
                if stage.days_allowed is not None and stage.kind == "open":
                    any_of |= Q(stage_id=stage.id, stage_since__lt=end_of(today, stage.days_allowed + 1, reader))
        return any_of

    def show(self, value: Any, reader: Reader) -> Shown:
        if value is None:
            return Shown()
        since, allowed = value
        zone = reader.formats.zone
        days = (clock.today(zone) - since.astimezone(zone).date()).days
        text = ngettext("%(days)s day", "%(days)s days", days) % {"days": reader.formats.number(days)}
        if allowed is None or days <= allowed:
            return Shown(text, style="number")
        allowed_text = _now("at most %(days)s days are allowed") % {"days": reader.formats.number(allowed)}
        return Shown(text, style="number", tone="warn", title=allowed_text)

    def widget(self, value: Any, reader: Reader) -> Widget:
        shown = self.show(value, reader) if isinstance(value, tuple) else Shown()
        return self.make_widget("input", value=shown.text, attrs={"readonly": True})

    def export(self, value: Any, reader: Reader) -> str:
        if value is None:
            return ""
        zone = reader.formats.zone
        return str((clock.today(zone) - value[0].astimezone(zone).date()).days)


def end_of(today: dt.date, days: int, reader: Reader) -> dt.datetime:
    """The moment before which something began at least `days` days ago."""
    day = today - dt.timedelta(days=days)
    return day_bounds(day, day, reader.formats)[1]
