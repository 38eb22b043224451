"""A second installation for tests of the archive: the one database is emptied and set up afresh, as a new installation is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from daftar.access.models import Role, User
from daftar.access.shipped_roles import install_roles
from daftar.catalogue.shipped import install_units
from daftar.exchange.company.writing import write_archive
from daftar.exchange.tests import rich_company
from daftar.records import schema as schema_module
from daftar.records.query import indexes
from daftar.records.retention.rules import install_rules
from daftar.records.schema import current_schema, install_pipelines

OWNER = "olga@shop.example"
WORD = "a new word for here"


def fresh(email: str = OWNER, name: str = "Olga N.") -> User | None:
    """An installation that nobody has worked in, with its owner; nobody at all without an address."""
    forget_indexes()
    models = (m for m in apps.get_models() if m._meta.app_label not in ("contenttypes", "auth"))
    tables = [m._meta.db_table for m in models]
    with transaction.atomic(), connection.cursor() as cursor:
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
    install_units()
    return User.objects.create_user(email, WORD, name=name, role=Role.OWNER) if email else None


def forget_indexes() -> None:
    for type_ in current_schema().types.values():
        for field in type_.fields:
            if field.custom:
                indexes.drop(type_, field)


@dataclass(frozen=True)
class Written:
    """Shapes: `archive` are the bytes of the file; `made` names what is in it, `owner` the number of its owner, `people` how many there are."""

    archive: bytes
    made: SimpleNamespace
    owner: int
    people: int


_written: list[Written] = []


def written_once(shop: Callable[[], Any], folder: Path) -> Written:
    """Build the company and write it, the first time that somebody asks."""
    if not _written:
        here = shop()
        made = rich_company.build(here)
        write_archive(folder / "written.zip")
        _written.append(Written((folder / "written.zip").read_bytes(), made, here.olga.pk, User.objects.count()))
    return _written[0]
