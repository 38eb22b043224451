"""One server per data folder: a lock that the system lets go of when the process dies, however it dies."""

import fcntl
import os
from pathlib import Path

NAME = "server.lock"


class DataFolderInUse(Exception):
    """Another server works in this folder; `pid` is its process id, or "" if it does not say."""

    def __init__(self, folder: Path, pid: str) -> None:
        self.pid = pid
        super().__init__(
            f"Another Daftar server (process {pid or 'unknown'}) works in {folder}. "
            "Stop it first, or give this one a folder of its own with DAFTAR_DATA."
        )


class DataLock:
    """Held by a running server until the process ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, *, shared: bool) -> None:
        """Shapes: `shared` lets several servers work in one folder, which only PostgreSQL allows. Errors: DataFolderInUse."""
        try:
            fcntl.flock(self.descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except OSError:
            raise DataFolderInUse(self.path.parent, self.path.read_text(encoding="ascii").strip()) from None
        os.ftruncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """For a copy of the server, so that the lock ends with the server alone, and for tests; a server just ends."""
        os.close(self.descriptor)


def running_server(folder: Path) -> int | None:
    """Process id of the server that works in this folder, or None."""
    path = folder / NAME
    if not path.exists():
        return None
    with path.open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            text = file.read().strip()
            return int(text) if text.isdecimal() else None
    return None
