from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import ascii_digits, clean_text
from daftar.records.fields._typed_list import Typed, TypedList
from daftar.records.reader_protocol import Reader
from daftar.ui.parts import Shown

LONGEST = 100
ADDRESSES = {
    "telegram": "https://t.me/{}",
    "whatsapp": "https://wa.me/{}",
    "instagram": "https://instagram.com/{}",
    "bale": "https://ble.ir/{}",
    "eitaa": "https://eitaa.com/{}",
    "rubika": "https://rubika.ir/{}",
    "vk": "https://vk.com/{}",
}
"""Where a name of each service opens."""
HOSTS = {address.split("/")[2]: service for service, address in ADDRESSES.items()} | {
    "telegram.me": "telegram",
    "instagr.am": "instagram",
    "api.whatsapp.com": "whatsapp",
}
LINK = re.compile(r"(?:https?://)?(?:www\.)?([a-z.]+)/@?([\w.+-]+)/?(?:\?.*)?", re.IGNORECASE)
NAME = re.compile(r"@?[A-Za-z0-9_.-]{2,64}")


class Messengers(TypedList):
    """Names in messengers; the label is the service."""

    kind = "messengers"
    data_class = "personal"
    kind_name = _("Messengers")
    width = "text"
    labels = {
        "telegram": _("Telegram"),
        "whatsapp": _("WhatsApp"),
        "instagram": _("Instagram"),
        "bale": _("Bale"),
        "eitaa": _("Eitaa"),
        "rubika": _("Rubika"),
        "vk": _("VK"),
        "max": _("MAX"),
        "viber": _("Viber"),
        "signal": _("Signal"),
        "skype": _("Skype"),
        "other": _("other"),
    }
    label_before = re.compile(r"([^:/.@]+):(?!//)\s*(\S.*)", re.DOTALL)
    attributes = {"dir": "ltr", "autocomplete": "off", "maxlength": LONGEST}

    def parse_value(self, text: str, label: str, reader: Reader) -> Typed:
        value = clean_text(text, max_length=LONGEST)
        if ";" in value or "؛" in value:
            raise Invalid(_("A messenger name has no semicolon. Write one name in each row."))
        link = LINK.fullmatch(value)
        if link and link[1].lower() in HOSTS and label in ("", "other", HOSTS[link[1].lower()]):
            service = HOSTS[link[1].lower()]
            value, label = link[2] if service == "whatsapp" else f"@{link[2]}", service
        return Typed(value, label)

    def take_apart(self, entry: Any) -> tuple[str, str]:
        """A word before a colon is a label only when it is a service: "live:sara" is a Skype name."""
        text, label = super().take_apart(entry)
        whole = entry.get("value") if isinstance(entry, Mapping) else entry
        if label and isinstance(whole, str) and not whole.strip().endswith(")") and not self.is_service(label):
            given = entry.get("label") if isinstance(entry, Mapping) else ""
            return (text, label) if given else (whole.strip(), "")
        return text, label

    def is_service(self, label: str) -> bool:
        return self.known_label(label) in self.labels

    def show_item(self, item: Typed) -> Shown:
        service = self.label_name(item.label)
        text = f"{service}: {item.value}" if service else item.value
        href = address_of(item)
        return Shown(text, style="web" if href else "text", href=href, title=service, direction="ltr")


def address_of(item: Typed) -> str:
    """The page that opens a talk with the name, or ""."""
    address = ADDRESSES.get(item.label)
    if address is None:
        return ""
    if item.label == "whatsapp":
        digits = re.sub(r"\D", "", ascii_digits(item.value))
        return address.format(digits) if 7 <= len(digits) <= 15 else ""
    return address.format(quote(item.value.lstrip("@"))) if NAME.fullmatch(item.value) else ""
