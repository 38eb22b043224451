"""What the database itself refuses: changing or deleting an entry, and changing details other than by emptying them.

SQLite has a second way to delete, an insert that takes the place of a row; PostgreSQL empties whole tables, which only a
restore may do.
"""

from __future__ import annotations

from typing import Any

from daftar.kernel import triggers
from daftar.kernel.triggers import UNLESS_RESTORING

ENTRIES, DETAILS = "access_auditentry", "access_auditdetail"
REFUSAL = "the audit log is never changed"
KEEPS_WORDS = "NEW.body <> '' OR NEW.salt <> '' OR NEW.entry_id <> OLD.entry_id"

SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRIES}",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRIES}",
    "audit_detail_no_update": f"BEFORE UPDATE ON {DETAILS} WHEN {KEEPS_WORDS}",
    "audit_detail_no_delete": f"BEFORE DELETE ON {DETAILS}",
    "audit_entry_no_replace": f"BEFORE INSERT ON {ENTRIES} WHEN NEW.number IN (SELECT number FROM {ENTRIES})",  # noqa: S608  # our own name
    "audit_detail_no_replace": f"BEFORE INSERT ON {DETAILS} WHEN NEW.entry_id IN (SELECT entry_id FROM {DETAILS})",  # noqa: S608  # our own name
}
POSTGRES = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRIES} FOR EACH ROW",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRIES} FOR EACH ROW",
    "audit_detail_no_update": f"BEFORE UPDATE ON {DETAILS} FOR EACH ROW WHEN ({KEEPS_WORDS})",
    "audit_detail_no_delete": f"BEFORE DELETE ON {DETAILS} FOR EACH ROW",
    "audit_entry_no_truncate": f"BEFORE TRUNCATE ON {ENTRIES} FOR EACH STATEMENT {UNLESS_RESTORING}",
    "audit_detail_no_truncate": f"BEFORE TRUNCATE ON {DETAILS} FOR EACH STATEMENT {UNLESS_RESTORING}",
}
FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def make(connection: Any) -> None:
    """Put the triggers in place; safe to repeat."""
    drop(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, when in made_on(connection).items():
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        else:
            cursor.execute(FUNCTION)
            for name, when in made_on(connection).items():
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuses()")


def drop(connection: Any) -> None:
    """Take the triggers away, for the tests and for undoing the migration; no page and no command does it."""
    triggers.drop(connection, made_on(connection))


def missing(connection: Any) -> list[str]:
    """Names of triggers that are not there."""
    return triggers.missing(connection, made_on(connection))


def made_on(connection: Any) -> dict[str, str]:
    return SQLITE if connection.vendor == "sqlite" else POSTGRES
