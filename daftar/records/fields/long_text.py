from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from daftar.kernel.text import clean_text
from daftar.records.fields._about import about, is_blank, missing
from daftar.records.fields.base import EMPTY, FILLED, HAS, IS, STARTS
from daftar.records.fields.text import Text
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

LONGEST = 20_000


class LongText(Text):
    """Several lines of words."""

    kind = "long_text"
    data_class = "personal"
    kind_name = _("Long text")
    width, style = "long", "long"
    operator_set = (HAS, STARTS, IS, EMPTY, FILLED)  # type: ignore[assignment]  # fewer than one line has

    def __init__(self, key: str, label: Any = "", *, max_length: int = LONGEST, rows: int = 4, **common: Any) -> None:
        super().__init__(key, label, max_length=max_length, **common)
        self.rows = rows

    def parse(self, raw: Any, reader: Reader) -> str:
        with about(self):
            return clean_text(str(raw or ""), max_length=self.max_length, multiline=True)

    def load(self, stored: Any) -> str:
        return stored or ""

    def parse_operand(self, raw: str, reader: Reader) -> str:
        if is_blank(raw):
            raise missing(self)
        return self.parse(raw, reader)

    def show(self, value: Any, reader: Reader) -> Shown:
        return Shown(value, style="long", direction="auto") if value else Shown()

    def widget(self, value: Any, reader: Reader) -> Widget:
        return self.make_widget("textarea", value=value or "", attrs={"maxlength": self.max_length, "rows": self.rows})

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, **common)
