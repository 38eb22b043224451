from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from daftar.access import decide
from daftar.access.models import Row
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.ids import parse_id
from daftar.kernel.text import clean_text
from daftar.records.fields.base import ANY, EMPTY, FILLED, NONE_OF, Field, Label
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget

ME, MINE, BELOW = "me", "mine", "below"
GROUPS: Mapping[str, Mapping[str, Label]] = {
    "user": {ME: _("me"), MINE: _("my department"), BELOW: _("my department and below")},
    "department": {MINE: _("my department"), BELOW: _("my department and below")},
}
"""Words that stand for the reader's own: by the type that a link leads to."""


class Link(Field):
    """A link to one record of another type. Setting it needs the right to see that record."""

    kind = "link"
    kind_name = _("Link to a record")
    style = "link"
    json_as = "whole"
    operator_set = (ANY, NONE_OF, EMPTY, FILLED)

    def __init__(self, key: str, label: Any = "", *, to: str = "", **common: Any) -> None:
        super().__init__(key, label, **common)
        self.to = to

    def find_column(self, type_: Any) -> str:
        names = {f.attname for f in type_.model._meta.concrete_fields}
        return f"{self.key}_id" if f"{self.key}_id" in names else ""

    def read(self, form: QueryDict | Mapping[str, Any]) -> Any:
        """The id that was picked; without scripts the name that was typed, as `{"name": …}`."""
        raw = form.get(self.key)
        typed = form.get(f"{self.key}__text")
        return {"name": str(typed)} if not raw and typed else raw

    def parse(self, raw: Any, reader: Reader) -> int | None:
        if not raw:
            return None
        if isinstance(raw, int):
            return raw
        if isinstance(raw, Mapping):
            return self.named(str(raw.get("name", "")), reader)
        try:
            return parse_id(str(raw).strip())
        except Missing:
            raise Invalid(_("Choose one from the list that opens when you type."), field=self.key) from None

    def named(self, typed: str, reader: Reader) -> int | None:
        """The one record that the reader may see under this name; `Invalid` when there is none or several."""
        name = clean_text(typed, max_length=400)
        if not name:
            return None
        target = reader.schema.type(self.to)
        live = reader.seen(target).filter(deleted_at__isnull=True)
        found = list(live.filter(**{target.title_column: name}).values_list("pk", flat=True)[:2])
        if len(found) == 1:
            return found[0]
        sentence = (
            _("There is no %(what)s “%(name)s”.")
            if not found
            else _("There are several: %(what)s “%(name)s”. Choose one.")
        )
        raise Invalid(sentence % {"what": target.name, "name": name}, field=self.key)

    def check_target(self, value: int | None, reader: Reader) -> None:
        """Refuse a link to what does not exist, lies in the bin, or may not be seen; one sentence for all three."""
        if value is None:
            return
        target = reader.schema.type(self.to)
        if not reader.seen(target).filter(pk=value, deleted_at__isnull=True).exists():
            raise Invalid(
                _("There is no such %(what)s. Choose one from the list.") % {"what": target.name}, field=self.key
            )

    def wants(self, value: Any) -> Iterable[tuple[str, int]]:
        return [(self.to, value)] if isinstance(value, int) else []

    def parse_operand(self, raw: str, reader: Reader) -> Any:
        return self.parse(raw, reader)

    @property
    def groups(self) -> Mapping[str, Label]:
        """Words of an address that stand for several records, told by who reads, and what they are called."""
        return GROUPS.get(self.to, {})

    def members(self, word: str, reader: Reader) -> frozenset[int]:
        """The ids that such a word means: the reader, their departments, their departments and all below, or the people in these."""
        standing = decide.standing(reader.user)
        if word == ME:
            return frozenset({reader.user.pk})
        departments = standing.departments if word == MINE else standing.departments_below
        if self.to == "department":
            return departments
        return standing.structure.people_of(departments) | {reader.user.pk}

    def condition(self, operator: str, raw: Sequence[str], reader: Reader) -> Q:
        said = [text for text in raw if text in self.groups]
        if not said or operator in (EMPTY.key, FILLED.key):
            return super().condition(operator, raw, reader)
        self.operator(operator)
        ids = {self.parse_operand(text, reader) for text in raw if text not in self.groups}
        if None in ids:
            raise Invalid(_("A value is missing."), field=self.key)
        ids = ids.union(*(self.members(word, reader) for word in said))
        if not ids:
            return Q(pk__in=[]) if operator == ANY.key else ~Q(pk__in=[])
        return self.compare(operator, [self.sql_value(id_) for id_ in sorted(ids)], reader)

    def meets(self, operator: str, raw: Sequence[str], value: Any, reader: Reader) -> bool:
        said = [text for text in raw if text in self.groups]
        if not said or operator in (EMPTY.key, FILLED.key):
            return super().meets(operator, raw, value, reader)
        self.operator(operator)
        ids = {self.parse_operand(text, reader) for text in raw if text not in self.groups}
        ids = ids.union(*(self.members(word, reader) for word in said))
        return (value in ids) is (operator == ANY.key)

    def among(self, rows: QuerySet[Row]) -> Q:
        """The condition that the linked record is one of these rows."""
        ids = rows.order_by().values("pk")
        return self.where("in", ids if self.column else ids.query)

    def sort_expression(self) -> Combinable:
        """By the name of the linked record; a link that lives in JSON cannot be joined and sorts by id."""
        target = self.type.schema.types.get(self.to)
        if target is None or not self.column:
            return self.expression()
        return F(f"{self.column.removesuffix('_id')}__{target.title_column}")

    def sort_value(self, reader: Reader) -> Combinable:
        """As `sort_expression`, without the names that the reader may not see: the order and its page marks would tell them."""
        target = self.type.schema.types.get(self.to)
        if target is None or not self.column or decide.standing(reader.user).sees_all(target.key):
            return self.sort_expression()
        seen = reader.seen(target).filter(pk=OuterRef(self.column))
        return Subquery(seen.values(target.title_column)[:1])

    def show(self, value: Any, reader: Reader) -> Shown:
        if not value:
            return Shown()
        name = reader.names.get(self.to, value)
        if name is None:
            return Shown(str(_("not visible to you")), tone="quiet")
        return Shown(name, style="link", href=reader.schema.type(self.to).address(value), direction="auto")

    def widget(self, value: Any, reader: Reader) -> Widget:
        typed = value.get("name", "") if isinstance(value, Mapping) else ""
        name = reader.names.get(self.to, value) if isinstance(value, int) else typed
        shown = "" if isinstance(value, Mapping) else str(value or "")
        return self.make_widget("lookup", value=shown, shown=name or "", url=f"/lookup/{self.to}")

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        if raw and raw[0] in self.groups:
            shown = str(self.groups[raw[0]])
            return self.make_widget("lookup", value=raw[0], shown=shown, url=f"/lookup/{self.to}")
        value = int(raw[0]) if raw and raw[0].isdecimal() and len(raw[0]) < 19 else None
        return self.widget(value, reader)

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        return link_words(self, raw, reader)

    def export(self, value: Any, reader: Reader) -> str:
        return (reader.names.get(self.to, value) or "") if value else ""

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), "to": self.to}

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, to=str(settings.get("to", "")), **common)


def link_words(field: Any, raw: Sequence[str], reader: Reader) -> list[str]:
    """The names of linked records as they stand in an address; what has no name for this reader keeps its number."""
    groups = getattr(field, "groups", {})
    return [str(groups.get(text, "")) or name_of(field.to, text, reader) or text for text in raw]


def name_of(type_key: str, text: str, reader: Reader) -> str:
    is_id = text.isascii() and text.isdigit() and len(text) < 19
    return (reader.names.get(type_key, int(text)) or "") if is_id else ""
