"""Web addresses that are safe to put behind a link."""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid
from daftar.kernel.text import without_marks

MAX_LENGTH = 2000
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def parse_web(text: str) -> str:
    """An absolute http or https address; "https://" is added when no scheme is written; the host is in lower case.

    Errors: Invalid for other schemes (javascript:, file: …), for names or passwords inside, for no proper host.
    """
    if len(text) > MAX_LENGTH:
        raise Invalid(_("This web address is too long: at most 2,000 characters."))
    address = without_marks(text).strip()
    if not address:
        raise Invalid(_("Write a web address."))
    if re.search(r"[\s\\<>\"\x00-\x1f\x7f-\x9f\ud800-\udfff]", address):
        raise Invalid(_("A web address has no spaces, quotes or backslashes."))
    if address.startswith("//"):
        address = "https:" + address
    elif not _has_scheme(address):
        address = "https://" + address
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise _unreadable(text) from None
    if parts.scheme not in ("http", "https"):
        raise Invalid(_("A web address begins with http:// or https://."))
    if "@" in parts.netloc:
        raise Invalid(_("A web address must not hold a name or a password."))
    host = (parts.hostname or "").rstrip(".")
    if not _is_host(host):
        raise _unreadable(text)
    place = f"{host}:{port}" if port is not None else host
    return urlunsplit((parts.scheme, place, parts.path, parts.query, parts.fragment))


def _has_scheme(address: str) -> bool:
    """Whether it begins with a scheme; "shop.example:8080/x" is a host with a port."""
    scheme = _SCHEME.match(address)
    if scheme is None:
        return False
    behind = address[scheme.end() :]
    return behind.startswith("//") or not ("." in scheme[1] or scheme[1] == "localhost") or not behind[:1].isdigit()


def _is_host(host: str) -> bool:
    if len(host) > 253:
        return False
    labels = host.split(".")
    return all(map(_LABEL.fullmatch, labels)) and (len(labels) > 1 or host == "localhost")


def _unreadable(text: str) -> Invalid:
    return Invalid(
        format_lazy(_("“{text}” is not a web address. Write it like https://example.com."), text=text.strip()[:60])
    )
