from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from daftar.kernel.webs import parse_web
from daftar.records.fields._typed_list import Typed, TypedList
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown


class Webs(TypedList):
    """Web addresses, http or https only."""

    kind = "webs"
    data_class = "personal"
    kind_name = _("Web addresses")
    width = "text"
    labels = {"site": _("site"), "shop": _("shop"), "social": _("social network"), "other": _("other")}
    label_before = re.compile(r"([^:/.@]+):\s+(\S.*)", re.DOTALL)
    breaks = re.compile(r"[;؛]+\s+|\s*[\r\n]+\s*")
    """An address may hold a semicolon, so only one with a space behind it parts two addresses."""
    attributes = {"type": "text", "inputmode": "url", "dir": "ltr", "autocomplete": "off", "maxlength": 2000}

    def parse_value(self, text: str, label: str, reader: Reader) -> Typed:
        before, value = "", text
        while value != before:  # a semicolon at the end parts addresses, and dropping an empty "#" may bare one
            before, value = value, parse_web(value.rstrip(";؛"))
        return Typed(value, label)

    def parse(self, raw: Any, reader: Reader) -> list[Typed]:
        return super().parse(raw.strip() if isinstance(raw, str) else raw, reader)

    def show_item(self, item: Typed) -> Shown:
        text = item.value.partition("://")[2].removesuffix("/")
        return Shown(text, style="web", href=item.value, title=self.label_name(item.label), direction="ltr")
