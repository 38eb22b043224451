"""An installation of an earlier release, put into the database of a test as it was then, and brought to now."""

import base64
import gzip
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

FOLDER = Path(__file__).resolve().parent
RELEASES = sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz"))


def read(release: str) -> dict[str, Any]:
    """What `record.py` wrote."""
    return json.loads(gzip.decompress((FOLDER / f"{release}.json.gz").read_bytes()))


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """Another database, without a table, takes the place of the test's one for all threads."""
    of_tests = connection.settings_dict["NAME"]
    name = str(folder / "old.sqlite3") if connection.vendor == "sqlite" else f"old_{secrets.token_hex(4)}"
    administer(f'CREATE DATABASE "{name}" TEMPLATE template0')
    use(name)
    try:
        yield
    finally:
        use(of_tests)
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def use(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def administer(statement: str) -> None:
    if connection.vendor == "postgresql":
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)


def put_rows(kept: dict[str, Any]) -> None:
    """Make the tables of the release and store its rows by the models of that time."""
    executor = MigrationExecutor(connection)
    targets = leaves(kept, executor)
    executor.migrate(targets)
    models = MigrationExecutor(connection).loader.project_state(targets).apps
    with transaction.atomic():
        for table in kept["tables"].values():
            model = models.get_model(table["model"])
            fields = [model._meta.get_field(column) for column in table["columns"]]
            for field in fields:
                field.auto_now = field.auto_now_add = False  # the recorded moment, not that of now
            rows = (dict(zip(table["columns"], map(value, fields, row))) for row in table["rows"])
            model._base_manager.bulk_create([model(**row) for row in rows])
    made = [models.get_model(table["model"]) for table in kept["tables"].values()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)


def leaves(kept: dict[str, Any], executor: MigrationExecutor) -> list[tuple[str, str]]:
    """The last migration of each app that the release had."""
    last = {app: (app, name) for app, name in kept["migrations"]}
    missing = [key for key in last.values() if key not in executor.loader.graph.nodes]
    assert not missing, f"a migration of a release may not be renamed or taken away: {missing}"
    return list(last.values())


def value(field: Any, kept: Any) -> Any:
    """A recorded value as the column wants it."""
    return kept if kept is None or field.get_internal_type() == "JSONField" else field.to_python(kept)


def put_files(kept: dict[str, Any], data: Path) -> None:
    for name, content in kept["files"].items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
