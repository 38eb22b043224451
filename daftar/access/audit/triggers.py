"""What the database itself refuses: changing or deleting an entry, and changing details other than by emptying them."""

from __future__ import annotations

from typing import Any

ENTRIES, DETAILS = "access_auditentry", "access_auditdetail"
REFUSAL = "the audit log is never changed"
KEEPS_WORDS = "NEW.body <> '' OR NEW.salt <> '' OR NEW.entry_id <> OLD.entry_id"

SQLITE = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRIES}",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRIES}",
    "audit_detail_no_update": f"BEFORE UPDATE ON {DETAILS} WHEN {KEEPS_WORDS}",
    "audit_detail_no_delete": f"BEFORE DELETE ON {DETAILS}",
}
POSTGRES = {
    "audit_entry_no_update": f"BEFORE UPDATE ON {ENTRIES} FOR EACH ROW",
    "audit_entry_no_delete": f"BEFORE DELETE ON {ENTRIES} FOR EACH ROW",
    "audit_detail_no_update": f"BEFORE UPDATE ON {DETAILS} FOR EACH ROW WHEN ({KEEPS_WORDS})",
    "audit_detail_no_delete": f"BEFORE DELETE ON {DETAILS} FOR EACH ROW",
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
            for name, when in SQLITE.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
        else:
            cursor.execute(FUNCTION)
            for name, when in POSTGRES.items():
                cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuses()")


def drop(connection: Any) -> None:
    """Take the triggers away, for the tests and for undoing the migration; no page and no command does it."""
    with connection.cursor() as cursor:
        for name, when in SQLITE.items():
            table = when.split(" ON ")[1].split()[0]
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))


def missing(connection: Any) -> list[str]:
    """Names of triggers that are not there."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        there = {name for (name,) in cursor.fetchall()}
    return sorted(set(SQLITE) - there)
