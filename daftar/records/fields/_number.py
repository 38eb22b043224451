"""What whole numbers, decimals, percents and spans of time have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from django.db import models

from daftar.kernel.errors import Invalid
from daftar.records.fields._about import about, is_blank, missing
from daftar.records.fields.base import BETWEEN, EMPTY, FILLED, GTE, IS, LTE, Field
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget


class Number(Field):
    """A field whose values have an order and a sum."""

    width, style = "number", "number"
    operator_set = (IS, GTE, LTE, BETWEEN, EMPTY, FILLED)
    inputmode: ClassVar[str] = "decimal"

    def typed(self, raw: Any, reader: Reader) -> Any:
        """The value of raw input that is not blank."""
        raise NotImplementedError

    def plain(self, value: Any, reader: Reader) -> str:
        """The value as it stands in an input, in the reader's digits; `parse` reads it again."""
        raise NotImplementedError

    def parse(self, raw: Any, reader: Reader) -> Any:
        if is_blank(raw):
            return None
        with about(self):
            return self.clean(self.typed(raw, reader))

    def parse_operand(self, raw: str, reader: Reader) -> Any:
        if is_blank(raw):
            raise missing(self)
        return self.parse(raw, reader)

    @property
    def model_field(self) -> models.Field[Any, Any] | None:
        """The column of the model that keeps the value."""
        found = self.type.model._meta.get_field(self.column) if self.column else None
        return found if isinstance(found, models.Field) else None

    def empty_column(self) -> Any:
        column = self.model_field
        return None if column is None or column.null else column.get_default()

    def show(self, value: Any, reader: Reader) -> Shown:
        return Shown() if value is None else Shown(self.plain(value, reader), style="number")

    def widget(self, value: Any, reader: Reader) -> Widget:
        return self.make_widget("input", value=self.text_of(value, reader), attrs=self.attributes())

    def text_of(self, value: Any, reader: Reader) -> str:
        if value is None or isinstance(value, str):
            return value or ""
        return self.plain(value, reader)

    def attributes(self) -> dict[str, Any]:
        return {"inputmode": self.inputmode, "autocomplete": "off"}

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        if operator in ("empty", "filled"):
            return Widget("group", self.key, label=str(self.label))
        values = [*raw, "", ""][: 2 if operator == "between" else 1]
        inputs = [Widget("input", self.key, label=str(self.label), value=v, attrs=self.attributes()) for v in values]
        return inputs[0] if len(inputs) == 1 else Widget("group", self.key, label=str(self.label), parts=tuple(inputs))

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return [self.said(text, reader) for text in raw]

    def said(self, text: str, reader: Reader) -> str:
        try:
            return self.plain(self.parse(text, reader), reader)
        except Invalid:
            return text

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, total=bool(settings.get("total")), **common)
