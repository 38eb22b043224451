from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.records.fields.link import Link
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown


class Person(Link):
    """A person of the company. `assigns` marks the owner: a new record belongs to whoever made it unless told otherwise."""

    kind = "person"
    kind_name = _("Person of the company")
    width, style = "person", "person"

    def __init__(self, key: str, label: Any = "", *, assigns: bool = False, **common: Any) -> None:
        common.pop("to", None)
        super().__init__(key, label, to="user", **common)
        self.assigns = assigns
        if assigns and self.default is None:
            self.default = lambda reader: reader.user.pk

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        if None in values:
            raise Invalid(_("Name a person, or “me”."), field=self.key)
        return super().compare(operator, values, reader)

    def show(self, value: Any, reader: Reader) -> Shown:
        name = reader.names.get("user", value) if value else None
        if not name:
            return Shown()
        away = reader.names.away.get(value, "")
        return Shown(
            name, style="person", direction="auto", image=reader.names.photos.get(value, ""),
            title=f"{name} · {away}" if away else "", tone="quiet" if away else "",
        )  # fmt: skip

    @classmethod
    def from_settings(cls, key: str, label: str, settings: Mapping[str, Any], **common: Any) -> Self:
        return cls(key, label, **common)
