"""How a message gets to the processes with open pages: notifications on PostgreSQL, a local socket on SQLite."""

import asyncio
import contextlib
import hashlib
import logging
import os
import socket
import tempfile
import threading
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError

from daftar.kernel.live.hub import hub

log = logging.getLogger("daftar.live")
PG_CHANNEL = "daftar_live"


def carry(text: str, connection: Any) -> None:
    """Hand the message on; never raises, for the change itself is already stored."""
    try:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_notify(%s, %s)", [PG_CHANNEL, text])
        elif hub.is_open:
            hub.deliver_from_thread(text)
        else:
            _to_socket(text)
    except (OSError, DatabaseError) as problem:
        log.info("live message not carried", extra={"reason": str(problem)})


def _to_socket(text: str) -> None:
    path = socket_path()
    if not path.exists():
        return  # no server runs here
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.setblocking(False)
        sender.sendto(text.encode(), str(path))


def socket_path() -> Path:
    """The server's socket in the data folder; a path too long for a socket moves to the temporary folder."""
    path = Path(settings.DATA) / "live.sock"
    if len(str(path).encode()) <= 100:
        return path
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"daftar-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}.sock"


class SocketEar:
    """Listens on the local socket within the server's event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.path = loop, socket_path()
        self.path.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.path.chmod(0o600)
        self.socket.setblocking(False)
        loop.add_reader(self.socket.fileno(), self._read)

    def _read(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                hub.deliver(self.socket.recv(65_536).decode(errors="replace"))

    def close(self) -> None:
        self.loop.remove_reader(self.socket.fileno())
        self.socket.close()
        self.path.unlink(missing_ok=True)


class PostgresEar:
    """One connection and one thread that waits for notifications; connects again when it is cut."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.stopped = loop, threading.Event()
        threading.Thread(target=self._listen, name="live-ear", daemon=True).start()

    def _listen(self) -> None:
        import psycopg  # here, for a machine on SQLite needs no driver loaded
        from django.db import connection

        parameters = {
            name: value for name, value in connection.get_connection_params().items() if name in CONNECTION_NAMES
        }
        while not self.stopped.is_set():
            try:
                with psycopg.connect(**parameters, autocommit=True) as ear:
                    ear.execute(f"LISTEN {PG_CHANNEL}")
                    self.loop.call_soon_threadsafe(hub.reset_all)
                    while not self.stopped.is_set():
                        for notice in ear.notifies(timeout=1):
                            self.loop.call_soon_threadsafe(hub.deliver, notice.payload)
            except psycopg.Error as problem:
                log.warning("live updates pause: no connection", extra={"reason": str(problem)})
                self.stopped.wait(3)
            except RuntimeError:
                return  # the event loop is closed: the server stops

    def close(self) -> None:
        self.stopped.set()


CONNECTION_NAMES = {
    "dbname", "user", "password", "host", "port", "connect_timeout", "sslmode", "sslrootcert", "sslcert", "sslkey",
    "service", "options",
}  # fmt: skip


def open_ear(vendor: str, loop: asyncio.AbstractEventLoop) -> SocketEar | PostgresEar:
    """Start hearing what other processes publish."""
    hub.open(loop)
    return PostgresEar(loop) if vendor == "postgresql" else SocketEar(loop)
