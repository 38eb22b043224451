from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from daftar.access.models import Row
from daftar.kernel.errors import Invalid, Missing
from daftar.kernel.ids import parse_id
from daftar.records.fields.base import EMPTY, FILLED, IS, Field
from daftar.records.fields.link import name_of
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown, Widget


@dataclass(frozen=True, slots=True)
class Target:
    """A record of some type; written as "deal:12"."""

    type: str
    id: int

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"


class AnyLink(Field):
    """A link to one record of any type, in two columns: `<key>_type` and `<key>_id`.

    Setting it needs the right to see that record.
    """

    kind = "any_link"
    kind_name = _("Link to any record")
    width, style = "text", "link"
    operator_set = (IS, EMPTY, FILLED)
    can_be_custom = False

    def find_column(self, type_: Any) -> str:
        return f"{self.key}_id"

    # -- parse and store -----------------------------------------------------------------------------

    def parse(self, raw: Any, reader: Reader) -> Target | None:
        if not raw or isinstance(raw, Target):
            return raw or None
        type_key, _colon, number = str(raw).strip().partition(":")
        try:
            target = Target(type_key, parse_id(number.strip()))
        except Missing:
            raise self.unknown() from None
        if type_key not in reader.schema.types:
            raise self.unknown()
        return target

    def unknown(self) -> Invalid:
        return Invalid(_("There is no such record. Choose one from the list, or write it as deal:12."), field=self.key)

    def check_target(self, value: Target | None, reader: Reader) -> None:
        """Refuse what does not exist, lies in the bin, or may not be seen; one sentence for all three."""
        if value is None:
            return
        target = reader.schema.types.get(value.type)
        if target is None or not reader.seen(target).filter(pk=value.id, deleted_at__isnull=True).exists():
            raise self.unknown()

    def dump(self, value: Any) -> str | None:
        return str(value) if value else None

    def load(self, stored: Any) -> Target | None:
        type_key, _colon, number = str(stored or "").partition(":")
        return Target(type_key, int(number)) if number else None

    @property
    def reads(self) -> tuple[str, ...]:
        return f"{self.key}_type", f"{self.key}_id"

    def get(self, row: Row) -> Target | None:
        type_key, id_ = getattr(row, f"{self.key}_type"), getattr(row, f"{self.key}_id")
        return Target(type_key, id_) if type_key and id_ else None

    def put(self, row: Row, value: Target | None) -> None:
        setattr(row, f"{self.key}_type", value.type if value else "")
        setattr(row, f"{self.key}_id", value.id if value else None)

    # -- find ------------------------------------------------------------------------------------------

    def wants(self, value: Any) -> Iterable[tuple[str, int]]:
        return [(value.type, value.id)] if isinstance(value, Target) else []

    def sort_expression(self) -> Combinable:
        return F(f"{self.key}_id")

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        if None in values:
            raise self.unknown()
        found = Q()
        for value in values:
            found |= Q(**{f"{self.key}_type": value.type, f"{self.key}_id": value.id})
        return found

    # -- show and edit -----------------------------------------------------------------------------------

    def show(self, value: Any, reader: Reader) -> Shown:
        if not value:
            return Shown()
        type_ = reader.schema.types.get(value.type)
        name = reader.names.get(value.type, value.id)
        if type_ is None or name is None:
            return Shown(str(_("not visible to you")), tone="quiet")
        return Shown(name, style="link", href=type_.address(value.id), title=type_.name, direction="auto")

    def widget(self, value: Any, reader: Reader) -> Widget:
        shown = self.show(value, reader).text if isinstance(value, Target) else ""
        return self.make_widget("lookup", value=str(value or ""), shown=shown, url="/lookup/any")

    def filter_widget(self, operator: str, raw: Sequence[str], reader: Reader) -> Widget:
        number = raw[0].partition(":")[2] if raw else ""
        value = self.load(raw[0]) if number.isdecimal() and len(number) < 19 else None
        return self.widget(value, reader)

    def operand_words(self, operator: str, raw: Sequence[str], reader: Reader) -> list[str]:
        """The names of what is written as `type:id`."""
        parts = [text.partition(":") for text in raw]
        return [name_of(type_key, id_, reader) or type_key + colon + id_ for type_key, colon, id_ in parts]

    def export(self, value: Any, reader: Reader) -> str:
        return str(value or "")
