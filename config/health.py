"""/healthz: the process lives. /readyz: it can do its work."""

import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def is_alive(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


def is_ready(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and data folder are well, else 503 with the names of what is not."""
    checks = {"database": _database_answers(), "data_folder": os.access(settings.DATA, os.W_OK)}
    checks["migrations"] = checks["database"] and _is_migrated()
    is_well = all(checks.values())
    answer = {"status": "ok" if is_well else "not ready", "checks": checks}
    return JsonResponse(answer, status=200 if is_well else 503, headers={} if is_well else {"Retry-After": "5"})


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
