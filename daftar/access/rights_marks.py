"""The triggers that leave a mark when roles, departments or people's places change, by whatever way it happens.

A page, a job, a command, a restore or a person with a database shell: the database itself leaves the mark, in the same
transaction. On SQLite a trigger fires for a row and can look whether its values differ; on PostgreSQL for a statement that names
the column.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.db import connections, transaction

from daftar.access.models import RightsMark
from daftar.kernel import triggers
from daftar.kernel.after_migrate import is_whole
from daftar.kernel.triggers import UNLESS_RESTORING

MARKS = "access_rightsmark"
WATCHED: dict[str, tuple[str, ...]] = {
    "access_user": ("department_id", "substitute_id", "absent_from", "absent_until"),
    "access_department": ("name", "parent_id", "head_id", "deputy_id", "deputy_from", "deputy_until", "deleted_at"),
    "access_role": ("key", "name", "grants", "position", "archived", "second_factor"),
}
"""Table → the columns on which rights depend. A person's roles and whether they are active are read with the person."""
HIGHEST = 2_147_483_647
FUNCTION = f"""
CREATE OR REPLACE FUNCTION rights_marked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO {MARKS} (number) VALUES (floor(random() * {HIGHEST})::bigint); RETURN NULL; END $$
"""  # noqa: S608  # our own names


def made_on(connection: Any) -> dict[str, str]:
    """Name → statement."""
    return sqlite_triggers() if connection.vendor == "sqlite" else postgres_triggers()


def sqlite_triggers() -> dict[str, str]:
    leave = f"BEGIN INSERT INTO {MARKS} (number) VALUES (abs(random() % {HIGHEST})); END"  # noqa: S608  # our own name
    made = {}
    for table, columns in WATCHED.items():
        differs = " OR ".join(f'OLD."{column}" IS NOT NEW."{column}"' for column in columns)
        of = ",".join(f'"{column}"' for column in columns)
        for event, when in {"insert": "INSERT", "delete": "DELETE", "update": f"UPDATE OF {of}"}.items():
            only = f"WHEN {differs} " if event == "update" else ""
            name = f"rights_{table}_{event}"
            made[name] = f"CREATE TRIGGER {name} AFTER {when} ON {table} {only}{leave}"
    return made


def postgres_triggers() -> dict[str, str]:
    made = {}
    for table, columns in WATCHED.items():
        of = ",".join(f'"{column}"' for column in columns)
        when = f"AFTER INSERT OR DELETE OR TRUNCATE OR UPDATE OF {of} ON {table} FOR EACH STATEMENT {UNLESS_RESTORING}"
        made[f"rights_{table}"] = f"CREATE TRIGGER rights_{table} {when} EXECUTE FUNCTION rights_marked()"
    return made


def install(apps: Any = None, using: str = "default", **_ignored: Any) -> None:
    """Put the triggers in place and leave a mark (after each migrate, for SQLite drops them with a table that it makes anew)."""
    if not is_whole(apps):
        return
    connection = connections[using]
    made, lost = made_on(connection), missing(connection)
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute(FUNCTION)
        for name in lost:
            cursor.execute(made[name])
    if lost or not RightsMark.objects.exists():
        leave_mark()


def missing(connection: Any) -> list[str]:
    """Names of triggers that are not there."""
    return triggers.missing(connection, made_on(connection))


def drop(connection: Any) -> None:
    """Take the triggers away before their table goes (for undoing the migration)."""
    triggers.drop(connection, made_on(connection))
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS rights_marked()")


def leave_mark() -> None:
    """Whatever is known of the rights is asked anew."""
    RightsMark.objects.create(number=secrets.randbelow(HIGHEST))


def thin_out() -> None:
    """Old marks go, and a new one stands for them."""
    with transaction.atomic():
        old = list(RightsMark.objects.values_list("pk", flat=True))
        if len(old) > 1:
            leave_mark()
            RightsMark.objects.filter(pk__in=old).delete()
