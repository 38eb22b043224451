"""Where outgoing mail goes, by one address: smtp://user:password@host:587?tls=starttls"""

from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import parse_qs, unquote, urlsplit

Tls = Literal["starttls", "ssl", "none"]
LOCAL = {"localhost", "127.0.0.1", "::1"}
PORTS: dict[Tls, int] = {"starttls": 587, "ssl": 465, "none": 25}


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mail, and how we speak to it."""

    host: str
    port: int
    user: str
    password: str
    tls: Tls


def mail_server(url: str) -> MailServer | None:
    """The server named by the address; None for "": mail is not set up.

    Shapes: `smtp://` begins in the clear and demands STARTTLS unless the server is this machine, `smtps://` is TLS from the
    first byte; `?tls=starttls|ssl|none` says it outright. User and password are percent-encoded.
    Errors: ValueError for what cannot be read; it names no password.
    """
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("DAFTAR_MAIL_URL must look like smtp://user:password@host:587?tls=starttls")
    usual = "ssl" if parts.scheme == "smtps" else "none" if parts.hostname in LOCAL else "starttls"
    chosen = parse_qs(parts.query).get("tls", [usual])[0]
    tls = next((kind for kind in get_args(Tls) if kind == chosen), None)
    if tls is None:
        raise ValueError("The tls of DAFTAR_MAIL_URL is starttls, ssl or none")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, parts.port or PORTS[tls], user, password, tls)
