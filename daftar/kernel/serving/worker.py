"""The worker's process: takes tasks from the queue, and runs repeating jobs beside them."""

import logging
import os
import signal
import threading
from types import FrameType

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from daftar.kernel import jobs
from daftar.kernel.data_lock import running_server
from daftar.kernel.serving.child import STANDARD_INPUT

log = logging.getLogger("daftar.worker")
TICK_SECONDS = 1.0
LIFE_SECONDS = 20.0


def work(*, watch_parent: bool) -> None:
    """Work until told to stop (SIGTERM finishes the running task first) or until the parent process is gone."""
    name = f"{os.getpid()}-{get_random_string(12)}"
    worker = Worker(
        queue_names=["*"],
        interval=TICK_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    stop = threading.Event()
    _on_signals(worker, stop)
    if watch_parent:
        threading.Thread(target=_leave_with_parent, name="parent", daemon=True).start()
    jobs.seen(name)
    jobs.take_back_tasks(all_others_are_gone=_is_only_one())
    threading.Thread(target=_repeat_jobs, args=(name, stop), name="scheduler", daemon=True).start()
    worker.run()


def _is_only_one() -> bool:
    return connection.vendor == "sqlite" and running_server(settings.DATA) in {os.getppid(), None}


def _on_signals(worker: Worker, stop: threading.Event) -> None:
    def leave(number: int, frame: FrameType | None) -> None:
        stop.set()
        worker.shutdown(number, frame)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the server, which tells us


def _leave_with_parent() -> None:
    # The other end of our standard input is held by the server alone; end of file means that it is gone.
    # Not by sys.stdin: Python cannot close it at the end of the process while a thread reads there.
    while os.read(STANDARD_INPUT, 1_024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(30)
    os._exit(1)


def _repeat_jobs(name: str, stop: threading.Event) -> None:
    found = jobs.find_jobs()
    ticks = 0
    while not stop.wait(TICK_SECONDS):
        close_old_connections()
        try:
            if ticks % int(LIFE_SECONDS / TICK_SECONDS) == 0:
                jobs.seen(name)
                jobs.take_back_tasks()
            jobs.run_due_jobs(found)
        except DatabaseError as problem:
            log.warning("scheduler waits for the database", extra={"reason": str(problem)})
            stop.wait(5)
        ticks += 1
