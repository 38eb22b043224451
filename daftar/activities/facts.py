"""What the timeline knows of a record, for filters: whether a call, meeting or note took place, and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import Row
from daftar.activities.models import Activity
from daftar.kernel.errors import Invalid
from daftar.records.facts import Fact
from daftar.records.fields.base import Field, Operator
from daftar.records.reader import Reader
from daftar.records.types import RecordType, facts
from daftar.ui.parts import Shown, Widget

WITHIN = Operator("in", _("took place within"), "many", _("%(field)s: took place within %(values)s"))
NONE_WITHIN = Operator("none", _("did not take place within"), "many", _("%(field)s: none within %(values)s"))
FROM_TO = Operator(
    "between", _("took place between"), "two", _("%(field)s: took place between %(first)s and %(second)s")
)
EVER = Operator("ever", _("ever took place"), "none", _("%(field)s: took place"))
NEVER = Operator("never", _("never took place"), "none", _("%(field)s: never took place"))


class TookPlace(Fact):
    """Whether activities of some kinds about the record are done; called off and planned ones do not count."""

    kind = "took_place"
    operator_set = (WITHIN, NONE_WITHIN, FROM_TO, EVER, NEVER)

    def __init__(self, key: str, label: Any = "", *, kinds: Sequence[str] = (), **common: Any) -> None:
        super().__init__(key, label, **common)
        self.kinds = kinds

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        self.operator(operator)
        if operator in ("ever", "never"):
            found = self.done()
        else:
            found = self.done().filter(self.within(operator, [text for text in raw if text.strip()], reader))
        return ~Q(Exists(found)) if operator in ("none", "never") else Q(Exists(found))

    def done(self) -> Any:
        rows = Activity.objects.filter(
            about_type=self.type.key, about_id=OuterRef("pk"), deleted_at__isnull=True,
            done_at__isnull=False, cancelled=False,
        ).exclude(result="did_not_happen")  # fmt: skip
        return rows.filter(kind__in=self.kinds) if self.kinds else rows

    def within(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        """`at` is when it was done, and stands in the index of a record's timeline."""
        if not raw or (operator == "between" and len(raw) != 2):
            raise Invalid(_now("A value is missing."), field=self.key)
        spans = [(raw[0], raw[1])] if operator == "between" else [(text, text) for text in raw]
        asked = Q()
        for first, last in spans:
            begins, until = self.moments(first, last, reader)
            asked |= Q(at__gte=begins, at__lt=until)
        return asked

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return [self.day_words(text, reader) for text in raw]

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        parts: tuple[Widget, ...] = ()
        if operator in ("in", "none"):
            parts = (self.range_select(raw[0] if raw else "", reader),)
        elif operator == "between":
            parts = self.day_inputs(raw, reader)
        return Widget("group", self.key, label=str(self.label), parts=parts)

    def known(self, row: Row, reader: Reader) -> Shown:
        rows = Activity.objects.filter(
            about_type=self.type.key, about_id=row.pk, deleted_at__isnull=True, done_at__isnull=False, cancelled=False
        ).exclude(result="did_not_happen")
        rows = rows.filter(kind__in=self.kinds) if self.kinds else rows
        last = rows.order_by("-at").values_list("at", flat=True).first()
        return Shown(_now("last on %(date)s") % {"date": reader.formats.date_time(last)} if last else "")


@facts
def timeline_of(type_: RecordType) -> list[Field]:
    """One fact per kind, and one for all, of every type that has a timeline."""
    if not type_.timeline or type_.key in decide.COMPANY_ONLY:
        return []
    return [
        TookPlace("had_call", _("Call"), kinds=("call",)),
        TookPlace("had_meeting", _("Meeting"), kinds=("meeting",)),
        TookPlace("had_task", _("Task"), kinds=("task",)),
        TookPlace("had_note", _("Note or comment"), kinds=("note", "comment")),
        TookPlace("had_any", _("Any activity")),
    ]
