from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.records.fields._about import about, all_of, is_blank, missing, not_too_many
from daftar.records.fields._json_list import JsonKept
from daftar.records.fields._split import split
from daftar.records.fields.base import ANY, EMPTY, FILLED, NONE_OF, Field
from daftar.records.fields.choice import Choice
from daftar.records.reader_protocol import Reader
from daftar.records.shapes import OptionInfo
from daftar.ui.parts import Shown, Widget


class Choices(JsonKept, Choice):
    """Several options of a list, kept in the order of the list."""

    kind = "choices"
    kind_name = _("Several choices")
    width, style = "tag", "tags"
    operator_set = (ANY, NONE_OF, EMPTY, FILLED)
    makes_columns = False

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        return [v for v in all_of(form, self.key) if v] if self.key in form else None

    def parse(self, raw: Any, reader: Reader) -> Any:
        given = split(raw) if raw is None or isinstance(raw, str) else [str(v) for v in raw if not is_blank(v)]
        not_too_many(given, self)
        with about(self):
            chosen = {Choice.parse(self, text, reader) for text in given}
        return [o.key for o in self.options() if o.key in chosen]

    def chosen_q(self, option: str) -> Q:
        return self.holds([option])

    def sort_expression(self) -> Combinable:
        return Field.sort_expression(self)

    def parse_operand(self, raw: str, reader: Reader) -> str:
        with about(self):
            key = Choice.parse(self, raw, reader)
        if key is None:
            raise missing(self)
        return key

    def sql_value(self, value: Any) -> Any:
        return value

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        return ~self.holds(values) if operator == "none" else self.holds(values)

    def met(self, operator: str, values: list[Any], value: Any, reader: Reader) -> bool:
        return (not set(values) & set(value or ())) is (operator == "none")

    def search_words(self, value: Any) -> str:
        return " ".join(s.text for s in self.tags(value)) if self.searched else ""

    def tags(self, value: Any) -> list[Shown]:
        known = {o.key: o for o in self.options()}
        found = [known.get(key) or OptionInfo(key, key, "") for key in value or ()]
        return [Shown(o.label, style="tag", colour=o.colour) for o in found]

    def show(self, value: Any, reader: Reader) -> Shown:
        items = self.tags(value)
        text = reader.formats.joined(item.text for item in items)
        return Shown(text, style="tags", items=tuple(items)) if items else Shown()

    def widget(self, value: Any, reader: Reader) -> Widget:
        chosen = split(value) if isinstance(value, str) else [str(v) for v in value or ()]
        return self.make_widget("checks", options=self.choices(chosen))

    def export(self, value: Any, reader: Reader) -> str:
        return "; ".join(self.name_in_file(key) for key in value or ())

    def name_in_file(self, key: str) -> str:
        """The option's name, or its key where the name would be read as something else."""
        option = self.option(key)
        if option is None or len(split(option.label)) != 1:
            return key
        found = self.find(split(option.label)[0])
        return option.label if found is not None and found.key == key else key
