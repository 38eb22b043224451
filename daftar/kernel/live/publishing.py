"""From a committed change to every process that holds open pages."""

import json
from typing import Any

from django.db import connection, transaction

from daftar.kernel.live import carriers

MAX_BYTES = 7_000  # PostgreSQL carries 8,000 in one notification


def publish(channel: str, message: dict[str, Any]) -> None:
    """Send the message to all who listen to the channel, after the running transaction commits.

    Shapes: `message` is small plain JSON (which record, which kind of change), never somebody's data.
    Errors: ValueError when it is longer than 7,000 bytes. A lost message is harmless: pages ask again.
    """
    text = json.dumps({"channel": channel, "message": message}, separators=(",", ":"))
    if len(text.encode()) > MAX_BYTES:
        raise ValueError(f"A live message on {channel} is longer than {MAX_BYTES} bytes; send an id instead.")
    transaction.on_commit(lambda: carriers.carry(text, connection))


def end_streams(user_id: int) -> None:
    """Close every open stream of this person, everywhere (disabled, role lost, signed out)."""
    publish(f"user:{user_id}", {"end": True})
