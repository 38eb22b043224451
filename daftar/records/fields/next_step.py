from __future__ import annotations

import datetime as dt
import functools
import operator as words
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.kernel import clock
from daftar.kernel.dates import day_bounds, named_range
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import joined
from daftar.records.fields.base import ANY, Field
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Option, Shown, Widget

WHEN = {
    "late": _("Late"),
    "today": _("Today"),
    "tomorrow": _("Tomorrow"),
    "this_week": _("This week"),
    "later": _("Later"),
    "none": _("Nothing planned"),
    "parked": _("Parked"),
}


@dataclass(frozen=True, slots=True)
class NextStepValue:
    """What happens next with a record. `open` is false for one that is won or lost and needs nothing more."""

    at: dt.datetime | None = None
    text: str = ""
    parked_until: dt.date | None = None
    open: bool = True


class NextStep(Field):
    """The next planned step of a lead or deal. Read-only: the `activities` room plans it in columns of `Followed`."""

    kind = "next_step"
    kind_name = _("Next step")
    width, style = "step", "step"
    operator_set = (ANY,)
    can_be_custom = False

    def __init__(self, key: str = "next_step", label: Any = "", **common: Any) -> None:
        super().__init__(key, label, **{**common, "readonly": True})

    def find_column(self, type_: Any) -> str:
        return ""

    def get(self, row: Row) -> NextStepValue:
        followed: Any = row
        return NextStepValue(followed.next_at, followed.next_text, followed.parked_until, self.is_open(row))

    def is_open(self, row: Row) -> bool:
        field = self.type.stage_field
        stage = self.type.schema.stage(field.get(row)) if field else None
        return stage is None or stage.kind == "open"

    def put(self, row: Row, value: Any) -> None:
        """Nothing: the step is planned by its own verb."""

    def dump(self, value: Any) -> None:
        """Nothing: planning has a history of its own."""

    def is_empty(self, value: Any) -> bool:
        return not value or value.at is None

    def expression(self) -> Combinable:
        return F("next_at")

    def empty_q(self) -> Q:
        return Q(next_at__isnull=True)

    # -- find --------------------------------------------------------------------------------------

    def parse_operand(self, raw: str, reader: Reader) -> str:
        if raw not in WHEN:
            raise Invalid(
                format_lazy(_("“{text}” is no time here. Try one of: {known}."), text=raw[:40], known=joined(WHEN)),
                field=self.key,
            )
        return raw

    def sql_value(self, value: Any) -> Any:
        return value

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        return functools.reduce(words.or_, (self.is_due(when, reader) for when in values))

    def is_due(self, when: str, reader: Reader) -> Q:
        today = clock.today(reader.formats.zone)
        match when:
            case "late":
                return Q(next_at__lt=clock.now())
            case "none":
                parked = Q(parked_until__gte=today, parked_until__isnull=False)
                return Q(next_at__isnull=True) & ~parked & self.open_q()
            case "parked":
                return Q(next_at__isnull=True, parked_until__gte=today)
        days = named_range("this_week" if when == "later" else when, reader.formats, today)
        first, until = day_bounds(*days, reader.formats)
        if when == "later":
            return Q(next_at__gte=until)
        return Q(next_at__gte=first, next_at__lt=until)

    def open_q(self) -> Q:
        """Rows in an open stage; all of them where there are no stages."""
        field = self.type.stage_field
        if field is None:
            return Q()
        closed = [s.id for p in self.type.pipelines for s in p.stages if s.kind != "open"]
        return ~field.where("in", closed) | field.empty_q() if closed else Q()

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        options = tuple(Option(key, str(name), chosen=key in raw) for key, name in WHEN.items())
        return Widget("checks", self.key, label=str(self.label), options=options)

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return [str(WHEN.get(text, text)) for text in raw]

    # -- show --------------------------------------------------------------------------------------

    def show(self, value: Any, reader: Reader) -> Shown:
        formats, today = reader.formats, clock.today(reader.formats.zone)
        if value.at is not None:
            when = formats.when(value.at)
            text = f"{when} · {value.text}" if value.text else when
            parts = (Shown(when), Shown(value.text, direction="auto")) if value.text else ()
            title = formats.date_time(value.at)
            return Shown(text, style="step", tone=tone_of(value.at, reader), title=title, items=parts)
        if not value.open:
            return Shown()
        if value.parked_until is not None and value.parked_until >= today:
            text = _now("parked until %(date)s") % {"date": formats.date(value.parked_until)}
            return Shown(text, style="step", tone="quiet")
        return Shown(_now("nothing planned"), style="step", tone="warn")

    def widget(self, value: Any, reader: Reader) -> Widget:
        """Read-only, so only what it says."""
        shown = self.show(value, reader) if isinstance(value, NextStepValue) else Shown()
        return self.make_widget("input", value=shown.text, attrs={"readonly": True})

    def export(self, value: Any, reader: Reader) -> str:
        if value.at is None:
            return ""
        moment = value.at.astimezone(reader.formats.zone).isoformat(sep=" ", timespec="minutes")
        return f"{moment} {value.text}".strip()


def tone_of(at: dt.datetime, reader: Reader) -> str:
    """Danger for late, ok for today, quiet for later."""
    now = clock.now()
    if at < now:
        return "danger"
    zone = reader.formats.zone
    return "ok" if at.astimezone(zone).date() == now.astimezone(zone).date() else "quiet"
