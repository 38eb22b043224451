"""An installation of its own for a test: real processes, its own data folder, its own database."""

import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 120  # seconds of a busy machine; an idle one needs two


class Installation:
    """`manage` runs a command; `serving` keeps a server up. On PostgreSQL it makes a database beside the tests' one."""

    def __init__(self, folder: Path, like: "Installation | None" = None, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.database_name = ""
        self.env = {
            **os.environ,
            "DAFTAR_DATA": str(folder / "data"),
            "DAFTAR_PORT": str(self.port),
            "DAFTAR_URL": self.address,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DAFTAR_LOG": "info",
        }
        self.env.pop("DAFTAR_SECRET_KEY", None)
        self.env.update(environment)
        if like:
            shutil.copytree(like.folder / "data", folder / "data")
            self.env["DAFTAR_ROOMS"] = like.env.get("DAFTAR_ROOMS", "")
        if os.environ.get("DATABASE_URL", "").startswith("postgres"):
            self.database_name = f"house_{secrets.token_hex(4)}"
            self._administer("CREATE DATABASE {} TEMPLATE " + (like.database_name if like else "template0"))
            self.env["DATABASE_URL"] = (
                urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{self.database_name}").geturl()
            )

    def manage(self, *words: str, must_work: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env={**self.env, **environment}, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert not must_work or done.returncode == 0, done.stdout + done.stderr
        return done

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A server that answers /readyz."""
        with self.log.open("ab") as log:
            server = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *words],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if server.poll() is not None:
                raise AssertionError(f"the server ended with {server.returncode}:\n{self.log.read_text()[-3000:]}")
            try:
                if httpx.get(f"{self.address}/readyz", timeout=5).status_code == 200:
                    return server
            except httpx.HTTPError:
                time.sleep(0.03)
        server.kill()
        raise AssertionError(f"the server was not ready in {START_SECONDS} s:\n{self.log.read_text()[-3000:]}")

    @contextmanager
    def serving(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        server = self.start(*words)
        try:
            yield server
        finally:
            stop(server)

    def query(self, statement: str) -> list[tuple]:
        """Rows of a plain SQL statement, read beside the server."""
        import sqlite3

        if self.database_name:
            with psycopg.connect(self.env["DATABASE_URL"]) as database:
                return database.execute(statement).fetchall()
        database = sqlite3.connect(self.folder / "data" / "daftar.sqlite3", timeout=20)
        try:
            return database.execute(statement).fetchall()
        finally:
            database.close()

    def settle(self, seconds: float = 20) -> None:
        """Wait until PostgreSQL has ended what a killed server had asked for; SQLite ends with its process."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        others += " AND backend_type = 'client backend'"
        end = time.monotonic() + seconds
        while self.database_name and self.query(others) != [(0,)]:
            assert time.monotonic() < end, "PostgreSQL still works for a server that was killed"
            time.sleep(0.05)

    def close(self) -> None:
        if self.database_name:
            self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
            database.execute(sql.SQL(statement).format(sql.Identifier(self.database_name)))


def stop(server: subprocess.Popen[bytes]) -> int:
    """End a server politely; its exit code."""
    if server.poll() is None:
        server.send_signal(signal.SIGTERM)
    try:
        return server.wait(60)
    except subprocess.TimeoutExpired:
        server.kill()
        raise


def worker_pids(server: int) -> list[int]:
    with open(f"/proc/{server}/task/{server}/children") as children:
        main = children.read().split()
    found = []
    for task in os.listdir(f"/proc/{server}/task"):
        try:
            with open(f"/proc/{server}/task/{task}/children") as children:
                found += children.read().split()
        except FileNotFoundError:
            continue
    return sorted({int(pid) for pid in main + found})


def is_alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as state:
            return state.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def migrated_once(folders: Any, name: str, **environment: str) -> Iterator[Installation]:
    """An installation with empty tables, to copy from. Of all workers of a run one migrates (ten seconds of work), the others copy it.

    Shapes: `folders` is pytest's `tmp_path_factory`.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ:
        made = Installation(folders.mktemp(name), **environment)
        made.manage("migrate", "-v0")
        yield made
        made.close()
        return
    shared = folders.getbasetemp().parent / name
    with turn_at(shared):
        first = None
        if not told(shared).exists():
            shared.mkdir()
            first = Installation(shared, **environment)
            first.manage("migrate", "-v0")
            told(shared).write_text(first.database_name)
        like = SimpleNamespace(folder=shared, env=environment, database_name=told(shared).read_text())
        own = Installation(folders.mktemp(name), like=like)
    yield own
    own.close()
    if first is not None:
        with turn_at(shared):
            told(shared).unlink()
            first.close()
            shutil.rmtree(shared)


@contextmanager
def turn_at(shared: Path) -> Iterator[None]:
    with shared.with_suffix(".lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def told(shared: Path) -> Path:
    """The file that names the database of the shared installation, once it is migrated."""
    return shared.with_suffix(".migrated")
