"""A second installation for tests of the archive: the one database is emptied and set up afresh, as a new installation is."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

from daftar.access.models import Role, User
from daftar.access.shipped_roles import install_roles
from daftar.records import schema as schema_module
from daftar.records.query import indexes
from daftar.records.retention.rules import install_rules
from daftar.records.schema import current_schema, install_pipelines

OWNER = "olga@shop.example"
WORD = "a new word for here"


def fresh(email: str = OWNER, name: str = "Olga N.") -> User | None:
    """An installation that nobody has worked in, with its owner; nobody at all without an address."""
    forget_indexes()
    tables = [m._meta.db_table for m in apps.get_models() if m._meta.managed]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            connection.check_constraints()
            cursor.execute(f"TRUNCATE {', '.join(map(connection.ops.quote_name, tables))} RESTART IDENTITY CASCADE")
        else:
            for table in tables:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
            cursor.execute("DELETE FROM sqlite_sequence")
    schema_module._kept = None
    install_roles()
    install_pipelines()
    install_rules()
    return User.objects.create_user(email, WORD, name=name, role=Role.OWNER) if email else None


def forget_indexes() -> None:
    for type_ in current_schema().types.values():
        for field in type_.fields:
            if field.custom:
                indexes.drop(type_, field)


def rows_there() -> dict[str, list[tuple]]:
    """Every row of every table, but for the log of the installation and what it does by the clock."""
    left = ("audit", "scheduledjob", "workerlife", "dbtaskresult", "sequence")
    models = [m for m in apps.get_models() if not any(word in m._meta.model_name for word in left)]
    return {m._meta.label: sorted(map(repr, m._base_manager.values_list())) for m in models}
