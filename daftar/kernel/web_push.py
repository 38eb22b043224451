"""A message on its way to a browser: encrypted for it alone (RFC 8291, in the aes128gcm of RFC 8188), and signed by us (VAPID, RFC 8292).

Written on `cryptography` and PyJWT, for the libraries that do it bring an HTTP client of their own or come without wheels.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import os
import re
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils.translation import gettext_lazy as _

from daftar.kernel.errors import Invalid

CURVE = ec.SECP256R1()
SALT_BYTES, AUTH_BYTES, POINT_BYTES, RECORD_BYTES = 16, 16, 65, 4_096
MOST_BYTES = 3_993
"""What fits into one message: a record without its head (86), the mark of its end (1) and the seal (16)."""
SIGNED_FOR = dt.timedelta(hours=12)
LETTERS = re.compile(r"[A-Za-z0-9_-]{1,200}={0,2}")


# -- keys ----------------------------------------------------------------------------------------------


def new_pair() -> tuple[str, str]:
    """A private key and its public one, each as base64url."""
    private = ec.generate_private_key(CURVE)
    number = private.private_numbers().private_value
    return to_text(number.to_bytes(32, "big")), to_text(point(private.public_key()))


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_text(text), "big"), CURVE)


def browser_key(text: str) -> ec.EllipticCurvePublicKey:
    """The public key of a browser ("p256dh"). Errors: Invalid for what is no point of the curve."""
    try:
        raw = from_text(text)
        if len(raw) != POINT_BYTES:
            raise ValueError
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, raw)
    except ValueError:
        raise Invalid(_("The public key of this browser cannot be read.")) from None


def browser_secret(text: str) -> bytes:
    """What a browser shares with us alone ("auth"). Errors: Invalid."""
    try:
        raw = from_text(text)
    except ValueError:
        raw = b""
    if len(raw) != AUTH_BYTES:
        raise Invalid(_("The secret of this browser cannot be read."))
    return raw


def to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """Errors: ValueError for what is no base64url."""
    if not LETTERS.fullmatch(text):
        raise ValueError("no base64url")
    bare = text.rstrip("=")
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        raise ValueError("no base64url") from None


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


# -- the message ---------------------------------------------------------------------------------------


def encrypt(
    plain: bytes,
    p256dh: str,
    auth: str,
    *,
    at_least: int = 0,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """The body of a push message that only this browser can read.

    Units: `plain` is at most 3,993 bytes; shorter ones are filled up to `at_least`, so that their length tells less.
    Shapes: `own` and `salt` are new for each message; only a test names them.
    Errors: Invalid for keys that are none, ValueError for too much.
    """
    if len(plain) > MOST_BYTES:
        raise ValueError("a push message holds at most 3,993 bytes")
    theirs, secret = browser_key(p256dh), browser_secret(auth)
    own, salt = own or ec.generate_private_key(CURVE), salt or os.urandom(SALT_BYTES)
    sender = point(own.public_key())
    shared = derived(own.exchange(ec.ECDH(), theirs), secret, b"WebPush: info\0" + point(theirs) + sender, 32)
    key = derived(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derived(shared, salt, b"Content-Encoding: nonce\0", 12)
    filled = plain + b"\x02" + bytes(max(0, min(at_least, MOST_BYTES) - len(plain)))
    head = salt + RECORD_BYTES.to_bytes(4, "big") + bytes([POINT_BYTES]) + sender
    return head + AESGCM(key).encrypt(nonce, filled, None)


def derived(material: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


# -- the sender ----------------------------------------------------------------------------------------


def authorization(private: str, public: str, *, endpoint: str, contact: str, now: dt.datetime) -> str:
    """The header by which the push service knows us; good for the one service and twelve hours.

    Shapes: `contact` is where its people find ours, "mailto:…" or "https://…".
    """
    there = urlsplit(endpoint)
    claims = {
        "aud": f"{there.scheme}://{there.netloc}",
        "exp": int((now + SIGNED_FOR).timestamp()),
        "sub": contact,
    }
    import jwt  # loaded by who signs

    token = jwt.encode(claims, private_key(private), algorithm="ES256")
    return f"vapid t={token}, k={public}"
