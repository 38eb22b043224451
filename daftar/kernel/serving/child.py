"""The worker as a child of the server: started again when it dies, ended with the server."""

import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time

log = logging.getLogger("daftar.serve")
LONGEST_PAUSE_SECONDS = 30.0
STOP_SECONDS = 20.0
STANDARD_INPUT = 0


class Copy:
    """A process divided from ours, which waits to begin; as much of subprocess.Popen as is needed here."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid, self.pipe = pid, pipe
        self.code: int | None = None

    def begin(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # killed meanwhile: `wait` tells
            os.write(self.pipe, b"\n")

    def wait(self) -> int:
        """For one thread alone, which then has its exit code."""
        _, status = os.waitpid(self.pid, 0)
        self.code = os.waitstatus_to_exitcode(status)
        os.close(self.pipe)
        return self.code

    def send_signal(self, number: int) -> None:
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Child:
    """A supervised process. It holds our pipe as its standard input, so it notices even our kill -9.

    The first one may be a copy of ourselves (`divide`); one that is started after a death is begun afresh by the command.
    Why: decision 0016.
    """

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.stopping = threading.Event()
        self.first: Copy | None = None
        self.process: Copy | subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._keep_alive, name="supervisor", daemon=True)

    def divide(self) -> bool:
        """Fork: False in the server, True in the copy, which closes what is the server's alone and then waits to begin.

        Shapes: called before there is any thread, event loop or open connection.
        """
        if threading.active_count() > 1:
            return False  # a lock that another thread holds now would never be free in the copy: the command is run instead
        gc.freeze()  # or each collection would write into all that we share, and so copy it
        reading, writing = os.pipe()
        if pid := os.fork():
            os.close(reading)
            self.first = Copy(pid, writing)
            return False
        os.close(writing)
        if reading != STANDARD_INPUT:
            os.dup2(reading, STANDARD_INPUT)
            os.close(reading)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the server, which tells us
        return True

    def start(self) -> None:
        self.thread.start()

    def _keep_alive(self) -> None:
        pause = 1.0
        while not self.stopping.is_set():
            began = time.monotonic()
            self.process = self._next()
            if self.stopping.is_set():  # `stop` came between and knows the one before
                self.process.send_signal(signal.SIGTERM)
            code = self.process.wait()
            if self.stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, LONGEST_PAUSE_SECONDS)
            log.warning("worker ended; starting it again", extra={"code": code, "in_seconds": pause})
            self.stopping.wait(pause)

    def _next(self) -> "Copy | subprocess.Popen[bytes]":
        first, self.first = self.first, None
        if first is None:
            return subprocess.Popen(self.command, stdin=subprocess.PIPE)  # noqa: S603 - our own interpreter
        first.begin()
        return first

    def stop(self) -> None:
        """Ask it to finish its task and end; after 20 seconds it is killed (its task goes back on the queue)."""
        self.stopping.set()
        if self.process is None:
            return  # a copy that was never begun ends with our pipe
        self.process.send_signal(signal.SIGTERM)
        self.thread.join(STOP_SECONDS)
        if self.thread.is_alive():
            self.process.send_signal(signal.SIGKILL)


def wait_to_begin() -> None:
    """In the copy: until `start` was called in the server; the copy ends when the server is gone before."""
    if not os.read(STANDARD_INPUT, 1):
        sys.exit()


def manage(*arguments: str) -> list[str]:
    """The command line that runs one of our commands with this interpreter."""
    return [sys.executable, "manage.py", *arguments]
