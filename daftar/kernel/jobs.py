"""Work outside of requests: tasks put on the database's queue, and jobs that repeat.

A task is a function with `@task()`; `send_letter.enqueue(letter_id=3)` stores it in the running transaction. A task may
run twice (a worker died in the middle), so it must be safe to repeat. A repeating job is a function with `@every`:

    @every(minutes=5)
    def remind_of_due_activities() -> None: ...

Both live in a room's `jobs.py`, which the worker imports.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from daftar.kernel import clock, derived, outbox
from daftar.kernel.models import ScheduledJob, WorkerLife

__all__ = ["Job", "every", "find_jobs", "run_due_jobs", "take_back_tasks", "task", "vacuum"]

log = logging.getLogger("daftar.jobs")
DEAD_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Job:
    """A function that repeats."""

    name: str
    pause: timedelta
    run: Callable[[], None]


_jobs: dict[str, Job] = {}


def every(
    *, seconds: float = 0, minutes: float = 0, hours: float = 0
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Decorator: run this function again and again with that pause, in one worker at a time."""
    pause = timedelta(seconds=seconds, minutes=minutes, hours=hours)

    def keep(run: Callable[[], None]) -> Callable[[], None]:
        name = f"{run.__module__.removeprefix('daftar.')}.{run.__name__}"
        _jobs[name] = Job(name, pause, run)
        return run

    return keep


def find_jobs() -> list[Job]:
    """All repeating jobs of all rooms, after importing each room's `jobs.py`."""
    autodiscover_modules("jobs")
    return sorted(_jobs.values(), key=lambda job: job.name)


def run_due_jobs(jobs: list[Job]) -> list[str]:
    """Run each job whose time has come and that nobody else has claimed; the names of those that ran."""
    _plan_new(jobs)
    due = set(ScheduledJob.objects.filter(next_at__lte=clock.now()).values_list("name", flat=True))
    return [job.name for job in jobs if job.name in due and _claim(job) and _run(job)]


def _plan_new(jobs: list[Job]) -> None:
    known = set(ScheduledJob.objects.values_list("name", flat=True))
    fresh = [ScheduledJob(name=job.name, next_at=clock.now()) for job in jobs if job.name not in known]
    if fresh:
        ScheduledJob.objects.bulk_create(fresh, ignore_conflicts=True)


def _claim(job: Job) -> bool:
    now = clock.now()
    mine = ScheduledJob.objects.filter(name=job.name, next_at__lte=now)
    return mine.update(next_at=now + job.pause, started_at=now) == 1


def _run(job: Job) -> bool:
    began, problem = time.perf_counter(), ""
    try:
        job.run()
    except Exception as error:
        problem = f"{type(error).__name__}: {error}"[:2_000]
        log.exception("job failed", extra={"job": job.name})
    ScheduledJob.objects.filter(name=job.name).update(finished_at=clock.now(), problem=problem)
    log.debug("job ran", extra={"job": job.name, "ms": round((time.perf_counter() - began) * 1000)})
    return True


def seen(worker: str) -> None:
    """Note that this worker lives."""
    WorkerLife.objects.update_or_create(name=worker, defaults={"seen_at": clock.now()})


def take_back_tasks(*, all_others_are_gone: bool = False) -> int:
    """Put tasks of dead workers back on the queue; how many.

    A worker counts as dead when it was not seen for a minute, or at once when the caller knows that no other runs
    (SQLite: the lock on the data folder says so).
    """
    alive = Q(seen_at__gte=clock.now() - DEAD_AFTER)
    living = set() if all_others_are_gone else set(WorkerLife.objects.filter(alive).values_list("name", flat=True))
    with transaction.atomic():
        running = DBTaskResult.objects.running().select_for_update(skip_locked=True)
        lost = [row.pk for row in running if not row.worker_ids or row.worker_ids[-1] not in living]
        DBTaskResult.objects.filter(pk__in=lost).update(status=TaskResultStatus.READY, started_at=None)
        WorkerLife.objects.exclude(alive).delete()
    if lost:
        log.warning("tasks of a dead worker put back", extra={"count": len(lost)})
    return len(lost)


@every(hours=24)
def forget_finished_tasks() -> None:
    """Keep finished tasks for a week."""
    DBTaskResult.objects.finished().filter(finished_at__lt=clock.now() - timedelta(days=7)).delete()


@every(seconds=10)
def send_waiting_mails() -> None:
    """Send what stands in the outbox and is due."""
    outbox.send_due()


@every(hours=24)
def forget_sent_mails() -> None:
    """Sent mails are listed for as long as the company says."""
    outbox.forget_old()


@every(minutes=5)
def shorten_write_ahead_log() -> None:
    """Move SQLite's log into the database, so that steady readers do not let it grow without end."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


@task()
def vacuum() -> None:
    """After an erasure: give the pages back in which erased rows lay, and empty SQLite's log, where they may still stand."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            derived.forget_erased(cursor)
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
