from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.kernel.text import clean_text, fold
from daftar.records.fields._about import about, all_of, not_too_many
from daftar.records.fields._json_list import JsonKept
from daftar.records.fields._split import split
from daftar.records.fields.base import ANY, EMPTY, FILLED, HAS, NONE_OF
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

LONGEST = 60
COMMAS = re.compile(r"[,،;؛\r\n]+")


class Tags(JsonKept):
    """Free words; two spellings of one word are one tag."""

    kind = "tags"
    kind_name = _("Tags")
    width, style = "tag", "tags"
    operator_set = (ANY, NONE_OF, HAS, EMPTY, FILLED)

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        return all_of(form, self.key) if self.key in form else None

    def parse(self, raw: Any, reader: Reader) -> list[str]:
        given = [raw] if isinstance(raw, str) else list(raw or ())
        entries = [tag for text in given for tag in split(str(text), COMMAS)]
        not_too_many(entries, self)
        found: dict[str, str] = {}
        with about(self):
            for entry in entries:
                tag = clean_text(entry, max_length=LONGEST)
                if fold(tag):
                    found.setdefault(fold(tag), tag)
        return list(found.values())

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        """The filter's input sends its tags in one text."""
        return super().condition(operator, [tag for text in raw for tag in split(text, COMMAS)], reader)

    def parse_operand(self, raw: str, reader: Reader) -> str:
        with about(self):
            return clean_text(raw, max_length=LONGEST)

    def sql_value(self, value: Any) -> Any:
        return value

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        match operator:
            case "has":
                return self.mentions(values)
            case "none":
                return ~self.holds(values)
        return self.holds(values)

    def meets(self, operator: str, raw: Sequence[str], value: Any, reader: Reader) -> bool:
        return super().meets(operator, [tag for text in raw for tag in split(text, COMMAS)], value, reader)

    def met(self, operator: str, values: list[Any], value: Any, reader: Reader) -> bool:
        if operator == "has":
            return any(fold(one) in fold(tag) for one in values for tag in value or ())
        return (not set(values) & set(value or ())) is (operator == "none")

    def search_words(self, value: Any) -> str:
        return " ".join(value or ()) if self.searched else ""

    def show(self, value: Any, reader: Reader) -> Shown:
        if not value:
            return Shown()
        items = tuple(Shown(tag, style="tag", direction="auto") for tag in value)
        return Shown(reader.formats.joined(value), style="tags", items=items)

    def widget(self, value: Any, reader: Reader) -> Widget:
        text = value if isinstance(value, str) else ", ".join(str(v) for v in value or ())
        return self.make_widget("tags", value=text)

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        if operator in ("empty", "filled"):
            return Widget("group", self.key, label=str(self.label))
        return Widget("tags", self.key, label=str(self.label), value=", ".join(raw))

    def export(self, value: Any, reader: Reader) -> str:
        return "; ".join(value or ())
