"""Secrets at rest that we must read again (keys of authenticator apps): readable only with the key outside the database."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings


def seal(text: str, bound_to: str) -> str:
    """The text encrypted for one place ("totp:7"); moved to another row it cannot be opened."""
    nonce = secrets.token_bytes(12)
    return base64.urlsafe_b64encode(nonce + cipher().encrypt(nonce, text.encode(), bound_to.encode())).decode()


def unseal(sealed: str, bound_to: str) -> str:
    """The text again. Errors: ValueError when it was sealed by another key, for another place, or changed."""
    raw = base64.urlsafe_b64decode(sealed)
    try:
        return cipher().decrypt(raw[:12], raw[12:], bound_to.encode()).decode()
    except InvalidTag:
        raise ValueError(f"The secret of {bound_to} cannot be opened with this key.") from None


def cipher() -> AESGCM:
    return AESGCM(hashlib.sha256(b"daftar.sealing:" + settings.SECRET_KEY.encode()).digest())
