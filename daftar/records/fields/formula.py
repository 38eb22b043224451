from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Self

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.records.fields._days import Days
from daftar.records.fields.base import Field, Operator
from daftar.records.fields.date import Date
from daftar.records.fields.date_time import DateTime
from daftar.records.fields.decimal import Decimals
from daftar.records.fields.text import Text
from daftar.records.fields.yes_no import YesNo
from daftar.records.formula.reading import read
from daftar.records.formula.tree import Part
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

GIVES: dict[str, type[Field]] = {
    "number": Decimals, "text": Text, "yes_no": YesNo, "date": Date, "moment": DateTime,
}  # fmt: skip
"""What comes out of a formula → the kind of field that keeps, compares and shows it."""


class Formula(Field):
    """A value that is worked out from others of the record and of linked ones; kept like any custom value, so that lists sort by it.

    `formula` is its text with keys of fields, `gives` what comes out; `records/formulas.py` works it out when something changes.
    """

    kind = "formula"
    kind_name = _("Formula")

    def __init__(
        self, key: str, label: Any = "", *, formula: str = "", gives: str = "text", total: bool = False, **common: Any
    ) -> None:
        super().__init__(key, label, **{**common, "readonly": True, "required": False, "default": None})
        self.formula, self.gives = formula, gives if gives in GIVES else "text"
        self.total = total and self.gives == "number"
        self.inner: Field = GIVES[self.gives](key, label, personal=self.personal)
        for name in ("width", "style", "json_as"):
            setattr(self, name, getattr(self.inner, name))

    def bind(self, type_: Any, *, custom: bool = False) -> Self:
        mine = super().bind(type_, custom=custom)
        mine.inner = self.inner.bind(type_, custom=custom)
        return mine

    @cached_property
    def tree(self) -> Part | None:
        """None for a text that cannot be read; the settings refuse such a one."""
        try:
            return read(self.formula)
        except Invalid:
            return None

    def parse(self, raw: Any, reader: Reader) -> Any:
        raise Invalid(_("“%(field)s” is worked out by itself.") % {"field": self.label}, field=self.key)

    # -- kept, compared and shown as what it gives --------------------------------------------------

    def dump(self, value: Any) -> Any:
        return self.inner.dump(value)

    def load(self, stored: Any) -> Any:
        return self.inner.load(stored)

    def is_empty(self, value: Any) -> bool:
        return self.inner.is_empty(value)

    def expression(self) -> Combinable:
        return self.inner.expression()

    def sort_expression(self) -> Combinable:
        return self.inner.sort_expression()

    def where(self, lookup: str, value: Any) -> Q:
        return self.inner.where(lookup, value)

    def empty_q(self) -> Q:
        return self.inner.empty_q()

    def operators(self) -> tuple[Operator, ...]:
        return self.inner.operators()

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        return self.inner.condition(operator, raw, reader)

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        return self.inner.filter_widget(operator, raw, reader)

    def sent(self, values: tuple[str, ...]) -> tuple[str, ...]:
        return self.inner.sent(values)

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return self.inner.operand_words(operator, raw, reader)

    def phrase(self, operator: Operator, name: str, words: Sequence[str], reader: Reader) -> str:
        return self.inner.phrase(operator, name, words, reader)

    @property
    def days(self) -> Days | None:
        return self.inner.days

    def show(self, value: Any, reader: Reader) -> Shown:
        return self.inner.show(value, reader)

    def widget(self, value: Any, reader: Reader) -> Widget:
        shown = Shown() if isinstance(value, str) and self.gives != "text" else self.show(value, reader)
        return self.make_widget("input", value=shown.text, attrs={"readonly": True})

    def export(self, value: Any, reader: Reader) -> str:
        return self.inner.export(value, reader)

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "formula": self.formula, "gives": self.gives}

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        words = {word: str(settings.get(word, "")) for word in ("formula", "gives")}
        return cls(key, label, total=bool(settings.get("total")), **words, **common)
