"""Repeating jobs are claimed once; tasks of dead workers run again."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from daftar.kernel import clock, jobs
from daftar.kernel.models import ScheduledJob

NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_a_job_runs_when_its_time_has_come():
    ran = []
    job = jobs.Job("count", timedelta(minutes=5), lambda: ran.append(1))

    for minutes in (0, 1, 4, 6):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            jobs.run_due_jobs([job])

    assert len(ran) == 2


@pytest.mark.django_db
def test_a_failing_job_is_noted_and_stops_no_other():
    ran = []
    bad = jobs.Job("a-bad", timedelta(minutes=5), lambda: 1 / 0)
    good = jobs.Job("b-good", timedelta(minutes=5), lambda: ran.append(1))

    assert jobs.run_due_jobs([bad, good]) == ["a-bad", "b-good"]

    assert ran == [1]
    assert "ZeroDivisionError" in ScheduledJob.objects.get(name="a-bad").problem


@pytest.mark.django_db(transaction=True)
def test_many_workers_run_a_due_job_once():
    ran = []
    job = jobs.Job("once", timedelta(hours=1), lambda: ran.append(threading.get_ident()))
    together = threading.Barrier(8)

    def one_worker():
        together.wait()
        jobs.run_due_jobs([job])
        connection.close()

    threads = [threading.Thread(target=one_worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ran) == 1


@pytest.mark.django_db
def test_tasks_of_a_worker_not_seen_for_a_minute_go_back():
    now = timezone.now()
    mine, lost = (running_task(worker) for worker in ("alive", "dead"))
    with clock.frozen(now - timedelta(minutes=3)):
        jobs.seen("dead")
    jobs.seen("alive")

    assert jobs.take_back_tasks() == 1

    assert status(lost) == TaskResultStatus.READY
    assert status(mine) == TaskResultStatus.RUNNING


@pytest.mark.django_db
def test_the_only_worker_takes_all_back_at_once():
    jobs.seen("killed a second ago")
    lost = running_task("killed a second ago")

    assert jobs.take_back_tasks(all_others_are_gone=True) == 1
    assert status(lost) == TaskResultStatus.READY


def running_task(worker):
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING, args_kwargs={"args": [], "kwargs": {}}, task_path="x.y", backend_name="default",
        run_after=timezone.now(), worker_ids=[worker], exception_class_path="", traceback="", started_at=timezone.now(),
    ).pk  # fmt: skip


def status(pk):
    return DBTaskResult.objects.get(pk=pk).status
