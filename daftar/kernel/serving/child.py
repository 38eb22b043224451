"""The worker as a child of the server: started again when it dies, ended with the server."""

import logging
import subprocess
import sys
import threading
import time

log = logging.getLogger("daftar.serve")
LONGEST_PAUSE_SECONDS = 30.0
STOP_SECONDS = 20.0
STANDARD_INPUT = 0


class Child:
    """A supervised process. It holds our pipe as its standard input, so it notices even our kill -9."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._keep_alive, name="supervisor", daemon=True)

    def start(self) -> None:
        self.thread.start()

    def _keep_alive(self) -> None:
        pause = 1.0
        while not self.stopping.is_set():
            began = time.monotonic()
            self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE)  # noqa: S603 - our own interpreter
            code = self.process.wait()
            if self.stopping.is_set():
                return
            pause = 1.0 if time.monotonic() - began > 60 else min(pause * 2, LONGEST_PAUSE_SECONDS)
            log.warning("worker ended; starting it again", extra={"code": code, "in_seconds": pause})
            self.stopping.wait(pause)

    def stop(self) -> None:
        """Ask it to finish its task and end; after 20 seconds it is killed (its task goes back on the queue)."""
        self.stopping.set()
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()


def manage(*arguments: str) -> list[str]:
    """The command line that runs one of our commands with this interpreter."""
    return [sys.executable, "manage.py", *arguments]
