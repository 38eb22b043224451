"""Ids from outside, and secrets that cannot be guessed."""

from __future__ import annotations

import re
import secrets

from daftar.kernel.errors import Missing

LARGEST_ID = 2**63 - 1
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


def parse_id(text: str | int | None) -> int:
    """A record id from an address or a form: 1 … 2^63-1.

    Errors: Missing for anything else, since nothing can live under such an id.
    """
    if not _ID.fullmatch(str(text) if isinstance(text, str | int) and not isinstance(text, bool) else ""):
        raise Missing
    number = int(text or 0)
    if number > LARGEST_ID:
        raise Missing
    return number


def new_token(bits: int = 128) -> str:
    """A secret for an address: URL-safe text with `bits` of randomness (at least 128). Store only its hash."""
    return secrets.token_urlsafe(max(bits, 128) // 8)


def new_key() -> str:
    """A key that makes a repeated request one effect; 22 URL-safe characters, not a secret."""
    return secrets.token_urlsafe(16)
