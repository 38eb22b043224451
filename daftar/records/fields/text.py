from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel.text import clean_text, fold
from daftar.records.fields.base import ANY, EMPTY, FILLED, HAS, IS, NOT, STARTS, Field
from daftar.records.query.fold_sql import Fold
from daftar.records.query.json import comparison
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget


class Text(Field):
    """One line of words. `code` marks numbers of papers and other codes, which read left to right everywhere."""

    kind = "text"
    kind_name = _("Text")
    operator_set = (HAS, IS, NOT, ANY, STARTS, EMPTY, FILLED)

    def __init__(self, key: str, label: Any = "", *, max_length: int = 300, code: bool = False, **common: Any) -> None:
        super().__init__(key, label, **common)
        self.max_length, self.code = max_length, code

    def parse(self, raw: Any, reader: Reader) -> str:
        return clean_text(str(raw or ""), max_length=self.max_length)

    def empty_column(self) -> str:
        return ""

    def empty_q(self) -> Q:
        return self.where("exact", "") if self.column else self.where("isnull", True)

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        if operator in ("has", "starts"):
            lookup = "contains" if operator == "has" else "startswith"
            return comparison(Fold(self.expression()), lookup, fold(values[0]))
        return super().compare(operator, values, reader)

    def met(self, operator: str, values: list[Any], value: Any, reader: Reader) -> bool:
        if operator == "has":
            return fold(values[0]) in fold(value or "")
        if operator == "starts":
            return fold(value or "").startswith(fold(values[0]))
        return super().met(operator, values, value, reader)

    def show(self, value: Any, reader: Reader) -> Shown:
        return Shown(value or "", direction="ltr" if self.code else "auto")

    def widget(self, value: Any, reader: Reader) -> Widget:
        direction = "ltr" if self.code else "auto"
        return self.make_widget("input", value=value or "", attrs={"maxlength": self.max_length, "dir": direction})

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, code=bool(settings.get("code")), **common)
