"""Two imports into one record type at once: their batches go one after the other, so that neither makes what the other has just made."""

from __future__ import annotations

from hashlib import sha256

from django.db import connection

LOCK = 727002


def take_turn(type_key: str) -> None:
    """Wait until no other import is in a batch of this type; until the end of the caller's transaction. SQLite has one writer anyhow."""
    if connection.vendor == "postgresql":
        number = int.from_bytes(sha256(type_key.encode()).digest()[:4], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, number])
