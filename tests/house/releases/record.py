"""Write down an installation of a release: every row of every table, and its files, in one compact file for the tests of updates.

Run it with the code of that release, from its own checkout (docs/releasing.md says the steps):

    DAFTAR_DATA=<an empty folder> .venv/bin/python tests/house/releases/record.py fill_0_1 0.1.json.gz

The values are neutral, so SQLite and PostgreSQL both read them. Nothing of the machine is in it.
"""

import base64
import datetime as dt
import gzip
import importlib
import json
import os
import sys
from decimal import Decimal
from pathlib import Path
from uuid import UUID

SECRET_KEY = "only-for-tests-" + "x" * 50
"""What sessions and links of the recorded installation are signed with; the tests of updates use the same."""


def record(filling: str, target: Path) -> None:
    os.environ["DAFTAR_SECRET_KEY"] = SECRET_KEY
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path[:0] = [str(Path.cwd()), str(Path(__file__).resolve().parent)]
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    people = importlib.import_module(filling).fill()
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        migrations = [list(row) for row in cursor.fetchall()]
    kept = {
        "migrations": migrations,
        "people": people,
        "tables": tables(),
        "files": dict(files(Path(settings.DATA))),
    }
    target.write_bytes(gzip.compress(json.dumps(kept, ensure_ascii=False, default=neutral).encode(), 9, mtime=0))
    for name, table in kept["tables"].items():
        sys.stdout.write(f"{len(table['rows']):6}  {name}\n")
    sys.stdout.write(f"{target.stat().st_size:,} bytes, {len(kept['files'])} files\n")


def tables():
    """Table → its model, columns and rows."""
    from django.apps import apps

    found = {}
    for model in apps.get_models(include_auto_created=True):
        fields = model._meta.concrete_fields
        rows = model._base_manager.order_by("pk").values_list(*(f.attname for f in fields))
        found[model._meta.db_table] = {
            "model": model._meta.label_lower,
            "columns": [f.attname for f in fields],
            "rows": [list(row) for row in rows],
        }
    return dict(sorted(found.items()))


def files(data: Path):
    """What lies in the folders of files and of imports that wait."""
    for folder in ("files", "imports"):
        for path in sorted((data / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(data).as_posix(), base64.b64encode(path.read_bytes()).decode()


def neutral(value: object) -> object:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID | dt.timedelta):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} has no neutral form yet")


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]))
