"""Columns that are written once: the database itself refuses to change them. For books: papers that were issued, goods that moved.

A room names them in `apps.ready`: `frozen("sales.InvoiceLine", "quantity price")`. The triggers are put in place after each migrate.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection, transaction

from daftar.kernel import triggers
from daftar.kernel.after_migrate import is_whole

REFUSAL = "this was issued and is never changed"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION frozen_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_frozen: dict[str, str] = {}


def frozen(label: str, columns: str) -> None:
    """Name the columns of a model ("app.Model") that nobody changes once a row is there."""
    _frozen[label] = columns


def made_on(vendor: str) -> dict[str, str]:
    """Trigger → words of its statement."""
    found: dict[str, str] = {}
    for label, names in _frozen.items():
        meta = apps.get_model(label)._meta
        columns = [meta.get_field(name).column for name in names.split()]
        differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        changed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)
        each = f"WHEN {changed}" if vendor == "sqlite" else f"FOR EACH ROW WHEN ({changed})"
        found[f"{meta.db_table}_frozen"] = f"BEFORE UPDATE ON {meta.db_table} {each}"
    return found


def install(apps: Any = None, **_ignored: Any) -> None:
    """Put the triggers in place; safe to repeat."""
    if not is_whole(apps):
        return
    made = made_on(connection.vendor)
    with transaction.atomic():
        triggers.drop(connection, made)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for name, when in made.items():
                    cursor.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")
            else:
                cursor.execute(FUNCTION)
                for name, when in made.items():
                    cursor.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION frozen_refuses()")


def missing() -> list[str]:
    """Names of triggers that are not there."""
    return triggers.missing(connection, made_on(connection.vendor))
