from __future__ import annotations

import re
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.phones import at_home, parse_phone, show_phone
from daftar.kernel.text import ascii_digits
from daftar.records.fields._about import is_blank, missing
from daftar.records.fields._typed_list import Typed, TypedList
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown


class Phones(TypedList):
    """Phone numbers in E.164; an extension stands behind as ";ext=12"."""

    kind = "phones"
    data_class = "personal"
    kind_name = _("Phones")
    width = "text"
    labels = {
        "mobile": _("mobile"),
        "work": _("work"),
        "home": _("home"),
        "fax": _("fax"),
        "other": _("other"),
    }
    breaks = re.compile(r"(?:;(?!ext=)|[؛\r\n])+")
    attributes = {"type": "tel", "inputmode": "tel", "dir": "ltr", "autocomplete": "off", "maxlength": 60}

    def parse_value(self, text: str, label: str, reader: Reader) -> Typed:
        return Typed(parse_phone(text, reader.formats.country), label)

    def take_apart(self, entry: Any) -> tuple[str, str]:
        text, label = super().take_apart(entry)
        return (f"tel:{text}", "") if label.lower() == "tel" else (text, label)

    def points(self, value: Any) -> list[tuple[str, str]]:
        return [("phone", item.value.partition(";")[0]) for item in value or ()]

    def parse_operand(self, raw: str, reader: Reader) -> str:
        """Digits as they stand in E.164: "0912 345" and "+98 912 345" find the same people."""
        if is_blank(raw):
            raise missing(self)
        digits = re.sub(r"[\s().\-/+]", "", ascii_digits(raw))
        if not digits.isascii() or not digits.isdigit() or len(digits) > 20:
            raise Invalid(_("Write digits of the phone number."), field=self.key)
        return digits.lstrip("0") or digits

    def compare(self, operator: str, values: list[Any], reader: Reader) -> Q:
        return self.pointed(values)

    def words_of(self, value: str) -> str:
        """The number with its country code and as it is dialled at home ("8912…" in Russia, "0912…" in Iran)."""
        number = value.partition(";")[0]
        dialled = at_home(number)
        return number if number.endswith(dialled) else f"{number} {dialled}"

    def show_item(self, item: Typed) -> Shown:
        title = self.label_name(item.label)
        return Shown(show_phone(item.value), style="phone", href=f"tel:{item.value}", title=title, direction="ltr")

    def plain(self, value: str) -> str:
        return show_phone(value)

    def in_file(self, value: str) -> str:
        return value.replace(";ext=", " ext. ")
