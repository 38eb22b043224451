"""What `bin/daftar doctor` looks at: each finding is a sentence that says how to mend it."""

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django_tasks_db.models import DBTaskResult

from daftar.kernel import clock, outbox, secrets, soundness
from daftar.kernel.data_lock import running_server
from daftar.kernel.models import ScheduledJob, WorkerLife

OLD_BACKUP = timedelta(days=8)
LATE = timedelta(minutes=10)


_more: list[Callable[[], Iterator[str]]] = []
"""What rooms look at besides; each gives sentences that warn."""


def also(look: Callable[[], Iterator[str]]) -> None:
    """Let a room add what it finds worth a warning; safe to repeat."""
    if look not in _more:
        _more.append(look)


@dataclass(frozen=True)
class Finding:
    """`kind` is ok, warn or wrong; only wrong makes doctor fail."""

    kind: str
    sentence: str


def findings() -> list[Finding]:
    """Everything that was looked at, in the order in which one would mend it."""
    found = [Finding("ok", facts())]
    found += [Finding("wrong", sentence) for sentence in soundness.troubles()]
    found += [Finding("warn", sentence) for sentence in soundness.warnings()]
    try:
        found += list(_migrations()) or [*_work(), *_secrets(), *_mail(), *_of_rooms()]
    except DatabaseError as problem:
        found.append(Finding("wrong", f"The database cannot be read: {str(problem).strip()}"))
    return [*found, *_built(), *_backups()]


def facts() -> str:
    """Versions and places in one line."""
    place = (
        settings.DATABASES["default"]["NAME"]
        if connection.vendor == "sqlite"
        else settings.DATABASES["default"]["HOST"]
    )
    server = running_server(settings.DATA)
    state = f"a server runs (process {server})" if server else "no server runs"
    return (
        f"Python {platform.python_version()}, Django {django.__version__}, {connection.vendor} {place}; "
        f"data in {settings.DATA}; {state}."
    )


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding(
            "wrong", f"{len(waiting)} changes of the database are waiting. Stop the server and start it with bin/run."
        )


def _work() -> Iterator[Finding]:
    now = clock.now()
    is_served = running_server(settings.DATA) is not None
    if is_served and not WorkerLife.objects.filter(seen_at__gte=now - timedelta(minutes=1)).exists():
        yield Finding("wrong", "No worker was seen for a minute: reminders and imports wait. Restart the server.")
    for job in ScheduledJob.objects.exclude(problem=""):
        yield Finding("warn", f"The repeating job {job.name} failed last time: {job.problem}")
    waiting = DBTaskResult.objects.ready().filter(enqueued_at__lt=now - LATE).count()
    if waiting:
        yield Finding("warn", f"{waiting} tasks have waited for more than ten minutes.")
    failed = DBTaskResult.objects.failed().filter(finished_at__gte=now - timedelta(days=1)).count()
    if failed:
        yield Finding("warn", f"{failed} tasks failed in the last day; the log has their reasons.")


def _of_rooms() -> Iterator[Finding]:
    yield from (Finding("warn", sentence) for look in _more for sentence in look())


def _secrets() -> Iterator[Finding]:
    yield from (Finding("wrong", sentence) for sentence in secrets.troubles())


def _mail() -> Iterator[Finding]:
    if not outbox.is_set_up():
        yield Finding(
            "warn",
            "Mail is not set up: invitations and new passwords must be handed over by hand. Set DAFTAR_MAIL_URL (docs/settings.md).",
        )
    if given_up := outbox.parked().count():
        yield Finding("warn", f"{given_up} mails could not be sent. Look at Settings, Outgoing mail.")


def _built() -> Iterator[Finding]:
    if not settings.IS_BUILT and not settings.DEBUG:
        yield Finding("warn", "Static files are not built, so pages load slowly. Run bin/setup.")
    root = Path(settings.BASE_DIR)
    if any(not po.with_suffix(".mo").exists() for po in root.glob("locale/*/LC_MESSAGES/*.po")):
        yield Finding("warn", "Translations are not compiled. Run bin/setup.")
    if not (root / "node_modules").exists():
        yield Finding("warn", "Fonts, icons and scripts are not installed. Run bin/setup.")
    if sys.prefix == sys.base_prefix:
        yield Finding("warn", "Daftar runs outside its virtual environment. Start it with bin/run.")


def _backups() -> Iterator[Finding]:
    made = [path.stat().st_mtime for path in (Path(settings.DATA) / "backups").glob("*.zip")]
    if not made or clock.now().timestamp() - max(made) > OLD_BACKUP.total_seconds():
        yield Finding(
            "warn",
            "There is no backup of the last week in the data folder. Run bin/daftar backup, and keep it elsewhere.",
        )
