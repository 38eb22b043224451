from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel.emails import parse_email
from daftar.records.fields._typed_list import Typed, TypedList
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown


class Emails(TypedList):
    """Mail addresses in lower case."""

    kind = "emails"
    data_class = "personal"
    kind_name = _("E-mails")
    width = "text"
    labels = {"work": _("work"), "home": _("home"), "other": _("other")}
    attributes = {"type": "email", "inputmode": "email", "dir": "ltr", "autocomplete": "off", "maxlength": 254}

    def parse_value(self, text: str, label: str, reader: Reader) -> Typed:
        return Typed(parse_email(text), label)

    def take_apart(self, entry: Any) -> tuple[str, str]:
        text, label = super().take_apart(entry)
        return text, "" if label.lower() == "mailto" else label

    def points(self, value: Any) -> list[tuple[str, str]]:
        return [("email", item.value) for item in value or ()]

    def parse_operand(self, raw: str, reader: Reader) -> str:
        return super().parse_operand(raw, reader).lower()

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        return self.pointed(values)

    def show_item(self, item: Typed) -> Shown:
        href = f"mailto:{quote(item.value, safe='@')}"
        return Shown(item.value, style="email", href=href, title=self.label_name(item.label), direction="ltr")
