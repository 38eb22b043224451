"""E-mail addresses: stored in lower case, because people are matched by them."""

from __future__ import annotations

import re
import unicodedata

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import without_marks

MAX_LENGTH = 254
_LONGEST_LOCAL = 64
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_USUAL = re.compile(
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII | re.IGNORECASE
)
"""What nearly all addresses look like: nothing in them needs a closer look."""


def parse_email(text: str) -> str:
    """One address in lower case, at most 254 characters.

    Shapes: `local@domain.top`; quoted locals, comments and address literals are not taken.
    Errors: Invalid with what is wrong.
    """
    if len(text) > MAX_LENGTH * 2:
        raise _too_long()
    if len(text) <= MAX_LENGTH and _USUAL.fullmatch(text) and text.index("@") <= _LONGEST_LOCAL:
        return text.lower()
    address = unicodedata.normalize("NFC", without_marks(text).strip()).removeprefix("mailto:").lower()
    if not address:
        raise Invalid(_("Write an e-mail address."))
    if len(address.encode("utf-8", "replace")) > MAX_LENGTH:
        raise _too_long()
    if re.search(r"\s", address):
        raise Invalid(_("An e-mail address has no spaces. Write one address here."))
    local, at, domain = address.rpartition("@")
    if not at or "@" in local:
        raise Invalid(format_lazy(_("“{text}” is not an e-mail address: it needs exactly one “@”."), text=address[:60]))
    labels = domain.split(".")
    if not _LOCAL.fullmatch(local) or len(local) > _LONGEST_LOCAL:
        raise Invalid(
            format_lazy(_("“{text}” is not an e-mail address: check the part before “@”."), text=address[:60])
        )
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or labels[-1].isdigit() or len(labels[-1]) < 2:
        raise Invalid(format_lazy(_("“{text}” is not an e-mail address: check the part after “@”."), text=address[:60]))
    return address


def _too_long() -> Invalid:
    return Invalid(_("This e-mail address is too long: at most 254 characters."))
