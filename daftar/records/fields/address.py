from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.kernel.text import clean_text
from daftar.records.fields._about import about, is_blank, missing
from daftar.records.fields._json_list import JsonKept
from daftar.records.fields.base import EMPTY, FILLED, HAS
from daftar.records.query.json import JsonValue
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

LINES = {
    "street": (_("Street and house"), 300, "street-address"),
    "city": (_("City"), 100, "address-level2"),
    "region": (_("Region"), 100, "address-level1"),
    "postcode": (_("Postcode"), 20, "postal-code"),
    "country": (_("Country"), 100, "country-name"),
}
"""Line → (its name, longest text, what browsers call it)."""
BREAKS = re.compile(r"[\r\n;]+")


class Address(JsonKept):
    """A postal address in five lines; sorted by city. In files the lines stand in order, parted by semicolons."""

    kind = "address"
    data_class = "personal"
    kind_name = _("Postal address")
    width, style = "text", "text"
    many = False
    lines = True
    operator_set = (HAS, EMPTY, FILLED)

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        sent = {line: form.get(f"{self.key}.{line}") for line in LINES if f"{self.key}.{line}" in form}
        return sent or super().read(form)

    def parse(self, raw: Any, reader: Reader) -> dict[str, str]:
        given = raw if isinstance(raw, Mapping) else lines_of(str(raw or ""))
        value = {}
        with about(self):
            for line, (_name, longest, _browser) in LINES.items():
                raw_line = str(given.get(line) or "")
                text = ", ".join(filter(None, map(str.strip, BREAKS.split(raw_line)))) if raw_line else ""
                if text and (kept := clean_text(text, max_length=longest)):
                    value[line] = kept
        return value

    def is_empty(self, value: Any) -> bool:
        return not value

    def dump(self, value: Any) -> dict[str, str] | None:
        return dict(value) if value else None

    def load(self, stored: Any) -> dict[str, str]:
        return dict(stored or {})

    def sort_expression(self) -> Combinable:
        return JsonValue("city", column=self.column) if self.column else JsonValue(f"{self.slot}.city")

    def parse_operand(self, raw: str, reader: Reader) -> str:
        if is_blank(raw):
            raise missing(self)
        with about(self):
            return clean_text(raw, max_length=300)

    def sql_value(self, value: Any) -> Any:
        return value

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        return self.mentions(values)

    def search_words(self, value: Any) -> str:
        return " ".join((value or {}).values()) if self.searched else ""

    def show(self, value: Any, reader: Reader) -> Shown:
        if not value:
            return Shown()
        return Shown(reader.formats.joined(value[line] for line in LINES if value.get(line)), direction="auto")

    def widget(self, value: Any, reader: Reader) -> Widget:
        given = value if isinstance(value, Mapping) else lines_of(str(value or ""))
        parts = [
            Widget(
                "input", f"{self.key}.{line}", label=str(name), value=str(given.get(line) or ""),
                attrs={"maxlength": longest, "autocomplete": browser, "placeholder": str(name)},
            )
            for line, (name, longest, browser) in LINES.items()
        ]  # fmt: skip
        return self.make_widget("group", parts=tuple(parts))

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        if operator in ("empty", "filled"):
            return Widget("group", self.key, label=str(self.label))
        return super().filter_widget(operator, raw, reader)

    def export(self, value: Any, reader: Reader) -> str:
        return "; ".join(value.get(line, "") for line in LINES) if value else ""


def lines_of(text: str) -> dict[str, str]:
    """The lines of an address in a file; what has not five parts is all street."""
    parts = text.split(";")
    return dict(zip(LINES, parts, strict=True)) if len(parts) == len(LINES) else {"street": text}
