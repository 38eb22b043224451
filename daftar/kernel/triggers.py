"""Triggers by which the database itself keeps a rule. A room writes them; here they are looked for and taken away, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from daftar.kernel.backup.archive import RESTORING

UNLESS_RESTORING = f"WHEN (current_setting('{RESTORING}', true) IS DISTINCT FROM 'on')"
"""PostgreSQL: not while a backup's rows take the place of the present ones."""


def missing(connection: Any, names: Iterable[str]) -> list[str]:
    """Those of the names that are not there, or switched off."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        there = {name for (name,) in cursor.fetchall()}
    return sorted(set(names) - there)


def drop(connection: Any, made: Mapping[str, str]) -> None:
    """Take triggers away. Shapes: `made` maps a name to words of its statement, in which the first ON is before the table."""
    with connection.cursor() as cursor:
        for name, words in made.items():
            table = words.split(" ON ")[1].split()[0]
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if connection.vendor == "sqlite" else f" ON {table}"))
