from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import fold
from daftar.records.fields._about import is_blank, missing
from daftar.records.fields.base import IS, Field
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Option, Shown, Widget

YES = frozenset(["1", "yes", "true", "on", "y", "да", "истина", "بله", "آری", "بلی"])
NO = frozenset(["0", "no", "false", "off", "n", "нет", "ложь", "خیر", "نه"])


class YesNo(Field):
    """Yes or no. An unticked box is no; what was never asked is empty and counts as no in filters."""

    kind = "yes_no"
    kind_name = _("Yes or no")
    width, style = "flag", "yes_no"
    json_as = "whole"
    operator_set = (IS,)

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        """A hidden companion of the box carries "", so that an unticked box is told from a box that was not there."""
        raw = super().read(form)
        return "0" if raw == "" else raw

    def parse(self, raw: Any, reader: Reader) -> bool | None:
        if is_blank(raw):
            return None
        if isinstance(raw, bool):
            return raw
        word = fold(str(raw)[:40])
        if word in FOLDED_YES or word == fold(_now("Yes")):
            return True
        if word in FOLDED_NO or word == fold(_now("No")):
            return False
        raise Invalid(_("“%(text)s” is neither yes nor no. Write yes or no.") % {"text": str(raw)[:40]}, field=self.key)

    def empty_column(self) -> bool | None:
        return None if self.type.model._meta.get_field(self.column).null else False

    def sql_value(self, value: Any) -> Any:
        return value if self.column else int(value)

    def parse_operand(self, raw: str, reader: Reader) -> bool:
        value = self.parse(raw, reader)
        if value is None:
            raise missing(self)
        return value

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        is_yes = self.where("exact", self.sql_value(True))
        return is_yes if values[0] else self.where("exact", self.sql_value(False)) | self.empty_q()

    def meets(self, operator: str, raw: Sequence[str], value: Any, reader: Reader) -> bool:
        self.operator(operator)
        return bool(value) is self.parse_operand(raw[0] if raw else "", reader)

    def show(self, value: Any, reader: Reader) -> Shown:
        if value is None:
            return Shown()
        text, tone = (_now("Yes"), "ok") if value else (_now("No"), "quiet")
        return Shown(text, style="yes_no", tone=tone)

    def widget(self, value: Any, reader: Reader) -> Widget:
        """`required` would force a tick, so the box never has it."""
        is_on = value is True or (isinstance(value, str) and fold(value[:40]) in FOLDED_YES)
        return self.make_widget("checkbox", value="1" if is_on else "", required=False)

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        chosen = raw[0] if raw else ""
        options = (
            Option("yes", _now("Yes"), chosen=fold(chosen[:40]) in FOLDED_YES),
            Option("no", _now("No"), chosen=fold(chosen[:40]) in FOLDED_NO),
        )
        value = next((o.value for o in options if o.chosen), "")
        return Widget("select", self.key, label=str(self.label), value=value, options=options)

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return [_now("yes") if fold(text[:40]) in FOLDED_YES else _now("no") for text in raw]

    def export(self, value: Any, reader: Reader) -> str:
        return "" if value is None else "yes" if value else "no"


FOLDED_YES = frozenset(map(fold, YES))
FOLDED_NO = frozenset(map(fold, NO))
