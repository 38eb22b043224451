from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, DateTimeField, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from daftar.access.models import Row
from daftar.kernel import clock
from daftar.records.fields.base import IS
from daftar.records.fields.days_in_stage import end_of
from daftar.records.fields.yes_no import YesNo
from daftar.records.query.json import comparison
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

MOVED_TOO_OFTEN = 3


@dataclass(frozen=True, slots=True)
class Quiet:
    """What the idle mark is judged by. `after_days` is the stage's own limit, None where nobody watches."""

    since: dt.datetime
    after_days: int | None
    next_at: dt.datetime | None = None
    moves: int = 0
    parked_until: dt.date | None = None

    def days(self, reader: Reader) -> int:
        zone = reader.formats.zone
        return (clock.today(zone) - self.since.astimezone(zone).date()).days

    def is_idle(self, reader: Reader) -> bool:
        """No talk both ways for so long, unless parked or a step is planned; one moved three times is no plan."""
        if self.after_days is None or self.is_parked(reader):
            return False
        if self.moves >= MOVED_TOO_OFTEN:
            return True
        if self.next_at is not None and self.next_at > clock.now():
            return False
        return self.days(reader) >= self.after_days

    def is_parked(self, reader: Reader) -> bool:
        return self.parked_until is not None and self.parked_until >= clock.today(reader.formats.zone)


class Idle(YesNo):
    """The honest mark of a lead or deal with which nothing happens; reads `Followed`, the stage and its limit."""

    kind = "idle"
    kind_name = _("Idle")
    width, style = "tag", "tag"
    operator_set = (IS,)
    can_be_custom = False

    def __init__(self, key: str = "idle", label: Any = "", **common: Any) -> None:
        super().__init__(key, label, **{**common, "readonly": True})

    def find_column(self, type_: Any) -> str:
        return ""

    def get(self, row: Row) -> Quiet:
        kept: Any = row
        stage = self.type.schema.stage(kept.stage_id)
        watched = stage is not None and stage.kind == "open"
        return Quiet(
            kept.last_contact_at or kept.stage_since or kept.created_at,
            stage.idle_days if stage is not None and watched else None,
            kept.next_at,
            kept.next_moves,
            kept.parked_until,
        )

    def put(self, row: Row, value: Any) -> None:
        """Nothing: the mark is judged anew each time."""

    def dump(self, value: Any) -> None:
        """Nothing: it is no value of its own."""

    def is_empty(self, value: Any) -> bool:
        return value is None

    # -- find --------------------------------------------------------------------------------------

    def expression(self) -> Combinable:
        return Coalesce("last_contact_at", "stage_since", "created_at", output_field=DateTimeField())

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        idle = self.is_idle_q(reader)
        if values[0]:
            return idle
        # Case, since NOT of an empty next step or stage would be neither true nor false.
        verdict = Case(When(idle, then=Value(1)), default=Value(0), output_field=IntegerField())
        return comparison(verdict, "exact", 0)

    def sql_value(self, value: Any) -> Any:
        return value

    def is_idle_q(self, reader: Reader) -> Q:
        """The same verdict as `Quiet.is_idle`."""
        now, today = clock.now(), clock.today(reader.formats.zone)
        watched = self.watched()
        if not watched:
            return Q(pk__in=[])
        is_parked = Q(parked_until__isnull=False, parked_until__gte=today)
        has_plan = Q(next_at__isnull=False, next_at__gt=now)
        too_long = Q(pk__in=[])
        since = self.expression()
        for days, stages in watched.items():
            too_long |= Q(stage_id__in=stages) & comparison(since, "lt", end_of(today, days, reader))
        everywhere = [id_ for stages in watched.values() for id_ in stages]
        moved = Q(next_moves__gte=MOVED_TOO_OFTEN, stage_id__in=everywhere)
        return ~is_parked & (moved | ~has_plan & too_long)

    def watched(self) -> Mapping[int, list[int]]:
        """Days of the limit → the open stages that have it."""
        found: dict[int, list[int]] = {}
        for pipeline in self.type.pipelines:
            for stage in pipeline.stages:
                if stage.kind == "open" and stage.idle_days is not None:
                    found.setdefault(stage.idle_days, []).append(stage.id)
        return found

    # -- show --------------------------------------------------------------------------------------

    def show(self, value: Any, reader: Reader) -> Shown:
        if value is None or not value.is_idle(reader):
            return Shown()
        days = value.days(reader)
        if value.moves >= MOVED_TOO_OFTEN and (value.after_days is None or days < value.after_days):
            text = _now("next step moved %(times)s times") % {"times": reader.formats.number(value.moves)}
        else:
            text = ngettext("idle for %(days)s day", "idle for %(days)s days", days) % {
                "days": reader.formats.number(days)
            }
        title = _now("No talk both ways since %(date)s") % {"date": reader.formats.date_time(value.since)}
        return Shown(text, style="tag", tone="warn", title=title)

    def widget(self, value: Any, reader: Reader) -> Widget:
        shown = self.show(value, reader) if isinstance(value, Quiet) else Shown()
        return self.make_widget("input", value=shown.text, attrs={"readonly": True})

    def export(self, value: Any, reader: Reader) -> str:
        return "" if value is None else "yes" if value.is_idle(reader) else "no"
