"""Whoever writes batch after batch lets others have a turn between them."""

import time

from django.db import connection

BREATH_SECONDS = 0.11
"""A little more than the 0.1 seconds that SQLite lets pass between two tries to lock the database."""


def let_others_save() -> None:
    """Between two batches, pause long enough on SQLite that whoever waits to save gets a turn; otherwise the next batch is nearly always faster."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(BREATH_SECONDS)
