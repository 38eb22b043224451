"""Keeps the kind of a custom field still while a record is written, and lets it change only between two writings.

A door reads what was typed by the field as it was then. When the field became another kind meanwhile, what it read fits no more:
so each writing holds the shape of its type, and a change of a kind waits for those that hold it, and holds up the next ones.
"""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from daftar.kernel.errors import Conflict
from daftar.records.schema import current_schema
from daftar.records.types import RecordType

LOCK = 727002
"""The number of the lock in PostgreSQL. On SQLite one transaction writes at a time anyway."""


def hold(type_: RecordType) -> None:
    """Keep the kinds of the type's fields still until this transaction ends. Errors: Conflict when one changed since it was read."""
    mine = [field for field in type_.fields if field.custom]
    if not mine:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    now = current_schema().types[type_.key].by_key
    for field in mine:
        fresh = now.get(field.key)
        if fresh is not None and (fresh.kind, fresh.slot) != (field.kind, field.slot):
            raise Conflict(
                _("“%(field)s” has just become another kind of field, so nothing was saved. Open the page again.")
                % {"field": field.label}
            )


def change() -> None:
    """Wait until nobody writes, and let nobody write until this transaction ends. Call it before any other lock is taken."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
