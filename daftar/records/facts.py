"""Facts: what is known about records besides their fields. Filters compare them; no list, form or file has them.

A room declares those of its own tables with `types.facts`. This one knows through which stages a record went.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.kernel import clock
from daftar.kernel.dates import RANGES, day_bounds, is_range, named_range, parse_date, range_words
from daftar.kernel.errors import Invalid
from daftar.kernel.formats import Formats
from daftar.records.fields._about import about
from daftar.records.fields.base import Field, Operator, either
from daftar.records.models import StageSpan
from daftar.records.reader import Reader
from daftar.records.types import RecordType, facts
from daftar.ui.parts import Option, Shown, Widget

Moments = tuple[datetime, datetime]
LONG_AGO = ("last_14_days", "last_60_days", "last_90_days", "last_180_days", "last_365_days")
"""Spans that are asked of the past besides the named ones."""


class Fact(Field):
    """A field that is only compared. Its conditions hold for rows of the type, found by `OuterRef("pk")`."""

    kind = ""
    in_list: bool = False
    operator_set: tuple[Operator, ...] = ()
    can_be_custom: ClassVar[bool] = False

    def find_column(self, type_: Any) -> str:
        return ""

    def known(self, row: Row, reader: Reader) -> Shown:
        """What is so now, for saying why a condition fails."""
        return Shown()

    # -- days ----------------------------------------------------------------------------------------

    def moments(self, first: str, last: str, reader: Reader) -> Moments:
        """From the beginning of the range or day `first` to the end of `last`; `Invalid` when they cannot be read."""
        return self.of_days(first, reader)[0], self.of_days(last, reader)[1]

    def of_days(self, raw: str, reader: Reader) -> Moments:
        with about(self):
            day_or_range = named_range if is_range(raw) else one_day
            days = day_or_range(raw, reader.formats, clock.today(reader.formats.zone))
        return day_bounds(*days, reader.formats)

    def day_words(self, raw: str, reader: Reader) -> str:
        if is_range(raw):
            words = range_words(raw, reader.formats)
            return words[:1].lower() + words[1:]
        try:
            return reader.formats.date(parse_date(raw, reader.formats))
        except Invalid:
            return raw

    def range_select(self, raw: str, reader: Reader) -> Widget:
        names = [*RANGES, *LONG_AGO]
        names += [raw] if is_range(raw) and raw not in names else []
        options = tuple(Option(name, range_words(name, reader.formats), chosen=name == raw) for name in names)
        return Widget("select", self.key, label=str(_("When")), options=options, value=raw if is_range(raw) else "")

    def day_inputs(self, raw: Sequence[str], reader: Reader) -> tuple[Widget, Widget]:
        first, last = (self.in_input(text, reader) for text in (*raw, "", "")[:2])
        return (
            Widget("date", self.key, label=str(_("From")), value=first),
            Widget("date", self.key, label=str(_("Until")), value=last),
        )

    def in_input(self, raw: str, reader: Reader) -> str:
        try:
            return "" if is_range(raw) or not raw else reader.formats.date_numeric(parse_date(raw, reader.formats))
        except Invalid:
            return raw


def one_day(raw: str, formats: Formats, _today: date) -> tuple[date, date]:
    day = parse_date(raw, formats)
    return day, day


WAS = Operator("in", _("was ever"), "many", _("was in the stage %(values)s"))
DURING = Operator("during", _("was in a period"), "many", _("was in the stage %(values)s within %(first)s"))
FROM_TO = Operator(
    "between", _("was between two days"), "many", _("was in the stage %(values)s between %(first)s and %(second)s")
)


class WasIn(Fact):
    """In which stages a record ever stood: ever, in a named range (`during(this_month,3,4)`), or between two days, then stages."""

    kind = "was_in"
    operator_set = (WAS, DURING, FROM_TO)

    def split(self, operator: str, raw: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """The days and the stages among the values."""
        count = {"during": 1, "between": 2}.get(operator, 0)
        return raw[:count], raw[count:]

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        self.operator(operator)
        days, named = self.split(operator, raw)
        stage: Any = self.type.stage_field
        ids = [id_ for id_ in stage.ids_of([n for n in named if n.strip()], reader) if id_]
        if not ids or (operator != "in" and len(days) < 1) or (operator == "between" and len(days) < 2):
            raise Invalid(_("A value is missing."), field=self.key)
        spans = StageSpan.objects.filter(type=self.type.key, record_id=OuterRef("pk"), stage_id__in=ids)
        if days:
            first, until = self.moments(days[0], days[-1], reader)
            spans = spans.filter(Q(left_at__isnull=True) | Q(left_at__gte=first), entered_at__lt=until)
        return Q(Exists(spans))

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        days, named = self.split(operator, raw)
        stage: Any = self.type.stage_field
        return [*(self.day_words(d, reader) for d in days), *stage.operand_words("in", named, reader)]

    def phrase(self, operator: Operator, name: str, words: Sequence[str], reader: Reader) -> str:
        days, stages = self.split(operator.key, words)
        first, second = (*days, "", "")[:2]
        return str(operator.says) % {"field": name, "values": either(stages, reader), "first": first, "second": second}

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        days, named = self.split(operator, raw)
        stage: Any = self.type.stage_field
        said = Widget("checks", self.key, label=str(self.label), options=stage.choices(named))
        before: tuple[Widget, ...] = ()
        if operator == "during":
            before = (self.range_select(days[0] if days else "", reader),)
        elif operator == "between":
            before = self.day_inputs(days, reader)
        return Widget("group", self.key, label=str(self.label), parts=(*before, said))

    def known(self, row: Row, reader: Reader) -> Shown:
        spans = StageSpan.objects.filter(type=self.type.key, record_id=row.pk).order_by("entered_at", "id")
        stages = dict.fromkeys(spans.values_list("stage_id", flat=True)[:50])
        found = [stage.label for id_ in stages if (stage := reader.schema.stage(id_))]
        return Shown(reader.formats.joined(found))


@facts
def stages_past(type_: RecordType) -> list[Field]:
    return [WasIn("was_in", _("Stages it was in"))] if type_.stage_field else []
